//! Which files tell coding agents what to do, and what orders are in them?

use crate::{glob::Globs, path::RepoPath};

/// Files of instructions in prose.
const FILES: &[&str] = &[
    "**/{AGENTS,AGENT,CLAUDE,GEMINI,QWEN,WARP,CONVENTIONS}.md",
    "**/CLAUDE.local.md",
    "**/.cursorrules",
    "**/.windsurfrules",
    "**/.goosehints",
    "**/.cursor/rules/**",
    "**/.windsurf/rules/**",
    "**/.clinerules",
    "**/.clinerules/**",
    "**/.roo/rules/**",
    "**/.kiro/steering/**",
    "**/.junie/guidelines.md",
    "**/.github/copilot-instructions.md",
    "**/.github/instructions/**",
    "**/.claude/rules/**",
];
/// Words before a term by which it is forbidden.
const FORBIDS: &[&str] = &[
    "never",
    "do not",
    "don't",
    "must not",
    "mustn't",
    "should not",
    "shouldn't",
    "avoid",
    "no longer",
];
/// Words before a term by which it is asked for.
const ASKS: &[&str] = &[
    "always", "must", "prefer", "use", "run", "call", "write", "keep", "add", "commit",
];
/// Verbs that say what is done with the term.
const VERBS: &[&str] = &[
    "use", "run", "call", "write", "keep", "add", "commit", "import", "edit", "create", "push",
];

/// One order about one term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its 1-based line.
    pub line: u32,
    /// What is done: `use`, `run`, …
    pub verb: &'static str,
    /// The term between backticks.
    pub term: String,
    /// It is forbidden.
    pub forbidden: bool,
    /// The clause.
    pub text: String,
}

/// Whether a path is a file of instructions in prose.
pub fn is_one(path: &RepoPath) -> bool {
    Globs::built_in(FILES).matches(path)
}

/// The folder that a file of instructions is about: where it lies, but for the agents' own folders.
pub fn scope(path: &RepoPath) -> String {
    let folder = path.folder().into_owned();
    let own = folder
        .split('/')
        .position(|part| part.starts_with('.') && part.len() > 1);
    match own {
        Some(at) => folder.split('/').take(at).collect::<Vec<_>>().join("/"),
        None => folder,
    }
}

/// The orders of a text: a clause of its prose that begins by asking for or forbidding something between backticks, and
/// names nothing else.
pub fn orders(text: &str) -> Vec<Order> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if !fenced {
            found.extend(clauses(line).filter_map(|clause| order(clause, number)));
        }
    }
    found
}

fn clauses(line: &str) -> impl Iterator<Item = &str> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "-*+>#0123456789.".contains(c));
    line.split_inclusive(['.', ';', ',', ':'])
        .map(str::trim)
        .filter(|clause| !clause.is_empty())
}

/// A condition, an exception or an alternative makes an order one that another may go beside.
fn order(clause: &str, line: u32) -> Option<Order> {
    let lower = clause.to_lowercase().replace("**", "").replace('’', "'");
    let mut marks = lower.split('`');
    let (before, term, after) = (marks.next()?, marks.next()?, marks.next()?);
    let alone = marks.next().is_none();
    let open = [
        " if ", " when ", " unless ", " except", " only", " instead", " for ", " in ", " from ", " to ",
        " with ", " or ",
    ];
    let rest = format!(" {before} {after} ");
    let plain = alone && !term.is_empty() && !open.iter().any(|word| rest.contains(word));
    let before = before.trim();
    let verb = VERBS
        .iter()
        .copied()
        .find(|verb| before.split_whitespace().next_back() == Some(verb))?;
    let forbidden = FORBIDS.iter().any(|word| before.starts_with(word));
    let asked = ASKS.iter().any(|word| before.starts_with(word)) && !before.contains(" not ");
    (plain && (forbidden || asked)).then(|| Order {
        line,
        verb,
        term: term.to_owned(),
        forbidden,
        text: clause.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_plain_or_none() {
        let one = |text: &str| {
            orders(text)
                .first()
                .map(|order| (order.verb, order.term.clone(), order.forbidden))
        };
        assert_eq!(
            one("- Never use `unwrap`."),
            Some(("use", "unwrap".to_owned(), true))
        );
        assert_eq!(
            one("* Always run `make check`"),
            Some(("run", "make check".to_owned(), false))
        );
        assert_eq!(one("Use `unwrap` in tests"), None);
        assert_eq!(one("Do not use `a` or `b`"), None);
        assert_eq!(one("The parser uses `nom`."), None);
        assert_eq!(one("```\nNever use `x`\n```"), None);
    }

    #[test]
    fn instructions_are_about_the_folder_that_holds_them() {
        let scope = |path: &str| super::scope(&RepoPath::new(path).unwrap());
        assert_eq!(scope("AGENTS.md"), "");
        assert_eq!(scope("web/CLAUDE.md"), "web");
        assert_eq!(scope(".cursor/rules/a.mdc"), "");
        assert_eq!(scope("web/.cursor/rules/a.mdc"), "web");
        assert!(is_one(&RepoPath::new(".github/copilot-instructions.md").unwrap()));
        assert!(!is_one(&RepoPath::new("README.md").unwrap()));
    }
}
