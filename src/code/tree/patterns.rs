//! What do the query files ask for?
//!
//! They are tree-sitter queries, and flat: `(kind) @role`, `[(kind) (kind)] @role` and `(outer (kind) @role)`. The library
//! takes 3 to 4 ms to compile such a file, which a run that judges one small commit would notice, and a fifth of the time
//! of a file to run it. A table by kind answers the same; a test holds it against the library.

/// One pattern: the kind that a role is given to, and the kind that must stand around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pattern<'q> {
    pub(super) kind: &'q str,
    pub(super) inside: Option<&'q str>,
    pub(super) role: &'q str,
}

/// The patterns of a query in their order.
///
/// # Errors
/// A pattern is not flat.
pub(super) fn read(query: &str) -> Result<Vec<Pattern<'_>>, String> {
    let mut patterns = Vec::new();
    let lines = query
        .lines()
        .map(|line| line.split(';').next().unwrap_or(line).trim());
    for line in lines.filter(|line| !line.is_empty()) {
        let refused = || format!("the pattern `{line}` is not flat");
        let (nodes, role) = line.split_once('@').ok_or_else(refused)?;
        let role = role.trim_end_matches(')').trim();
        let kinds: Vec<&str> = nodes
            .split(|sign: char| !sign.is_alphanumeric() && sign != '_')
            .filter(|word| !word.is_empty())
            .collect();
        let nested = nodes.trim_end().ends_with(')') && line.ends_with(')');
        match (kinds.as_slice(), nested) {
            ([outer, kind], true) => patterns.push(Pattern {
                kind,
                inside: Some(outer),
                role,
            }),
            ([], _) | (_, true) => return Err(refused()),
            (kinds, false) if kinds.len() == 1 || nodes.starts_with('[') => {
                patterns.extend(kinds.iter().map(|kind| Pattern {
                    kind,
                    inside: None,
                    role,
                }));
            }
            (_, false) => return Err(refused()),
        }
    }
    Ok(patterns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_patterns_are_read_and_others_are_refused() {
        let pattern = |kind, inside, role| Pattern { kind, inside, role };
        let read_all = read("; why\n(a) @x\n[(b) (c)] @y\n(outer (d) @def.z)\n").unwrap();
        assert_eq!(
            read_all,
            [
                pattern("a", None, "x"),
                pattern("b", None, "y"),
                pattern("c", None, "y"),
                pattern("d", Some("outer"), "def.z"),
            ]
        );
        for deep in ["(a (b (c) @x))", "(a)", "@x", "(a (b)) @x"] {
            assert!(read(deep).is_err(), "{deep}");
        }
    }
}
