//! Is a block of comments code that was switched off?

use super::Seen;
use crate::code::{facts::Span, languages, rules::lists};

/// One line may be an example or a remark.
const LINES: usize = 2;

/// Nodes that only code has: words in a row parse as names in some languages, and must not count.
const TELLING: &[&str] = &[
    "assignment",
    "assignment_expression",
    "augmented_assignment",
    "call",
    "call_expression",
    "method_invocation",
    "macro_invocation",
    "return_statement",
    "return_expression",
    "let_declaration",
    "lexical_declaration",
    "variable_declaration",
    "local_variable_declaration",
    "short_var_declaration",
    "if_statement",
    "if_expression",
    "for_statement",
    "import_statement",
    "import_from_statement",
    "use_declaration",
];

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let block = block(seen);
    let lines: Vec<&str> = block
        .iter()
        .map(|comment| without_sign(seen.file.slice(comment.start as usize..comment.end as usize)))
        .collect();
    lines.len() >= LINES && is_code(seen, &lines.join("\n"))
}

/// The comments of one line each that follow one another, where the hit is in the first of them.
fn block<'a>(seen: &Seen<'a>) -> Vec<&'a Span> {
    let documents = |one: &&Span| !seen.file.hunt.docstrings.iter().any(|other| other.contains(one));
    let alone = |one: &&Span| {
        let line = seen.file.slice(seen.file.bytes_of(super::super::matcher::Lines {
            first: one.first,
            last: one.first,
        }));
        one.first == one.last && line.trim_start().len() <= (one.end - one.start) as usize + 1
    };
    let comments = seen.file.hunt.comments.iter().filter(documents).filter(alone);
    let at = seen.file.line_of(seen.range.start);
    let mut block: Vec<&Span> = Vec::new();
    for comment in comments {
        match block.last() {
            Some(last) if last.last + 1 == comment.first => block.push(comment),
            Some(last) if last.first < at && block.first().is_some_and(|first| first.first == at) => break,
            Some(first) if first.first == at => break,
            Some(_) | None => block = vec![comment],
        }
        if block.first().is_some_and(|first| first.first > at) {
            return Vec::new();
        }
    }
    if block.first().is_some_and(|first| first.first == at) {
        block
    } else {
        Vec::new()
    }
}

fn without_sign(comment: &str) -> &str {
    let text = comment.trim_start_matches(['#', '/']);
    text.strip_prefix(' ').unwrap_or(text)
}

fn is_code(seen: &Seen<'_>, text: &str) -> bool {
    let Some(grammar) = seen.file.language().and_then(languages::grammar) else {
        return false;
    };
    let whole = |text: &str| {
        let nodes = grammar.nodes(text, &|| seen.file.is_out_of_time()).ok()?;
        let telling = lists::has_inside(nodes.root(), &|node| TELLING.contains(&node.kind()));
        (!nodes.has_error() && telling).then_some(())
    };
    whole(text)
        .or_else(|| whole(&format!("fn f() {{\n{text}\n}}")))
        .or_else(|| whole(&format!("func f() {{\n{text}\n}}")))
        .or_else(|| whole(&format!("package p\nfunc f() {{\n{text}\n}}")))
        .or_else(|| whole(&format!("class C {{ void f() {{\n{text}\n}} }}")))
        .is_some()
}
