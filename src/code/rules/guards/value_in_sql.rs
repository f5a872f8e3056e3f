//! Is a value written into the text of a statement, where a parameter would do?
//!
//! Names of tables and columns cannot be bound, so only places of values count: behind a comparison, inside quotes, in a
//! list of values. Constants by their names, numbers by their formats and lists of placeholders are no danger.

use super::Seen;
use crate::code::{
    rules::lists::{parts, walk},
    tree::Node,
};

/// What stands before a value, in lower case.
const BEFORE_VALUE: &[&str] = &[
    "=", "<", ">", " like", " ilike", " in", " in (", "values", "values (", " between",
];
/// Parts of names that hold placeholders or text that was made safe.
const SAFE: &[&str] = &[
    "placeholder",
    "marks",
    "param",
    "bind",
    "quote",
    "escape",
    "literal",
    "mogrify",
    "int(",
    "float(",
    "len(",
    "?",
    "%s",
    "column",
    "field",
];

/// A part of a statement as it is put together.
enum Piece<'a> {
    Text(&'a str),
    Hole(&'a str),
}

/// The hit stays where `@sql` puts a value in.
pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let Some(sql) = seen.capture("sql") else {
        return false;
    };
    let pieces = pieces(seen, sql);
    let mut before = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => before.push_str(&text.to_lowercase()),
            Piece::Hole(hole) => {
                let after = match pieces.get(at + 1) {
                    Some(Piece::Text(text)) => text,
                    Some(Piece::Hole(_)) | None => "",
                };
                if is_value(&before, after) && !is_safe(hole) {
                    return true;
                }
                before.push('x');
            }
        }
    }
    false
}

/// Whether what stands between two texts is a value.
fn is_value(before: &str, after: &str) -> bool {
    // `= table.column` and `= function(…)` name something
    if after.starts_with(['.', '(']) {
        return false;
    }
    let quoted = before.matches('\'').count() % 2 == 1;
    let bare = before.trim_end();
    quoted || BEFORE_VALUE.iter().any(|end| bare.ends_with(end)) || is_in_list(bare)
}

/// Whether a list of values is open.
fn is_in_list(before: &str) -> bool {
    let list = ["values", " in "]
        .iter()
        .filter_map(|word| before.rfind(word))
        .max();
    let open = list.and_then(|at| before.get(at..)).unwrap_or_default();
    before.ends_with(',') && open.matches('(').count() > open.matches(')').count()
}

fn is_safe(hole: &str) -> bool {
    let lower = hole.to_lowercase();
    let constant = hole.chars().any(char::is_uppercase) && !hole.chars().any(char::is_lowercase);
    constant || SAFE.iter().any(|part| lower.contains(part))
}

/// The parts of an expression that makes a text, in their order.
fn pieces<'a>(seen: &Seen<'a>, node: Node<'a>) -> Vec<Piece<'a>> {
    let (mut pieces, mut open) = (Vec::new(), vec![node]);
    while let Some(node) = open.pop() {
        match node.kind() {
            "string" | "concatenated_string" | "parenthesized_expression" => {
                open.extend(parts(node).into_iter().rev())
            }
            "string_content" => pieces.push(Piece::Text(seen.file.text_of(node))),
            "string_start" | "string_end" => {}
            "interpolation" => pieces.extend(interpolated(seen, node)),
            "binary_operator" => match operands(seen, node) {
                Some(("+", left, right)) => open.extend([right, left]),
                Some(("%", left, right)) => pieces.extend(formatted(seen, left, right, percent)),
                Some(_) | None => pieces.push(Piece::Hole(seen.file.text_of(node))),
            },
            "call" => match receiver(seen, node) {
                Some((text, arguments)) => pieces.extend(formatted(seen, text, arguments, braces)),
                None => pieces.push(Piece::Hole(seen.file.text_of(node))),
            },
            // names, calls, subscripts: what they hold is not seen
            _ => pieces.push(Piece::Hole(seen.file.text_of(node))),
        }
    }
    pieces
}

/// A value in a text, where its format does not make a number of it.
fn interpolated<'a>(seen: &Seen<'a>, node: Node<'a>) -> Option<Piece<'a>> {
    let expression = node.child_by_field_name("expression")?;
    let format = node.child_by_field_name("format_specifier");
    let number = format.is_some_and(|format| seen.file.text_of(format).ends_with(['d', 'f']));
    Some(if number {
        Piece::Text("0")
    } else {
        Piece::Hole(seen.file.text_of(expression))
    })
}

fn operands<'a>(seen: &Seen<'a>, node: Node<'a>) -> Option<(&'a str, Node<'a>, Node<'a>)> {
    let field = |name: &str| node.child_by_field_name(name);
    Some((
        seen.file.text_of(field("operator")?),
        field("left")?,
        field("right")?,
    ))
}

/// The text and the arguments of `"…".format(…)`.
fn receiver<'a>(seen: &Seen<'a>, call: Node<'a>) -> Option<(Node<'a>, Node<'a>)> {
    let called = call.child_by_field_name("function")?;
    let object = called.child_by_field_name("object")?;
    let name = called.child_by_field_name("attribute")?;
    let formats = seen.file.text_of(name) == "format" && object.kind().ends_with("string");
    formats.then_some((object, call.child_by_field_name("arguments")?))
}

/// Where the next hole of a text is and where it ends, and whether a number fills it.
type Next = fn(&str) -> Option<(usize, usize, bool)>;

/// A text with holes, and what fills them, taken as a whole.
fn formatted<'a>(seen: &Seen<'a>, text: Node<'a>, filling: Node<'a>, next: Next) -> Vec<Piece<'a>> {
    let filling = seen.file.text_of(filling);
    let mut pieces = Vec::new();
    walk(text, &mut |node| {
        if node.kind() == "string_content" {
            let mut rest = seen.file.text_of(node);
            while let Some((start, end, number)) = next(rest) {
                pieces.push(Piece::Text(rest.get(..start).unwrap_or_default()));
                pieces.push(if number {
                    Piece::Text("0")
                } else {
                    Piece::Hole(filling)
                });
                rest = rest.get(end..).unwrap_or_default();
            }
            pieces.push(Piece::Text(rest));
        }
        true
    });
    pieces
}

/// `%s`, `%(name)s`, `%r`, `%d`.
fn percent(text: &str) -> Option<(usize, usize, bool)> {
    let start = text.find('%')?;
    let rest = text.get(start + 1..)?;
    let named = rest
        .strip_prefix('(')
        .and_then(|name| name.find(')'))
        .map_or(0, |end| end + 2);
    let kind = rest.get(named..)?.chars().next()?;
    Some((
        start,
        start + 1 + named + kind.len_utf8(),
        !matches!(kind, 's' | 'r'),
    ))
}

/// `{}`, `{0}`, `{name}`, `{:d}`.
fn braces(text: &str) -> Option<(usize, usize, bool)> {
    let start = text.find('{')?;
    let end = start + text.get(start..)?.find('}')? + 1;
    let number = text.get(start..end).is_some_and(|hole| hole.ends_with("d}"));
    Some((start, end, number && text.get(start..end)?.contains(':')))
}
