//! Can a pattern mean a path at all? Asked before anything is compiled, and never `false` for a path that it means.

/// Whether the path ends as the pattern does and holds every literal part of it.
pub(super) fn could_mean(pattern: &str, path: &[u8]) -> bool {
    // no literal stands where it seems to: after a backslash, in a class that begins with its own end
    let is_odd = ["\\", "[]", "[!]", "[^]"].iter().any(|odd| pattern.contains(odd));
    if is_odd || pattern.matches('{').count() != pattern.matches('}').count() {
        return true;
    }
    let (body, choices) = pattern
        .strip_suffix('}')
        .and_then(|open| open.rsplit_once('{'))
        .unwrap_or((pattern, ""));
    if choices.contains(['}', '[']) || nests(body) {
        return true;
    }
    let ends = if choices.is_empty() {
        path.ends_with(ending(body))
    } else {
        choices.split(',').any(|choice| path.ends_with(ending(choice)))
    };
    ends && literals(body).all(|literal| holds(path, literal.as_bytes()))
}

/// Whether a choice stands inside another one.
fn nests(pattern: &str) -> bool {
    let mut choices = pattern.split('{').skip(1);
    choices.any(|choice| !choice.contains('}'))
}

/// What a path ends with that the pattern means. `**/a` means `a` too, and `a/` everything below it.
fn ending(pattern: &str) -> &[u8] {
    if pattern.ends_with('/') {
        return b"";
    }
    let last = pattern.rsplit(['*', '?', ']', '}']).next();
    last.unwrap_or_default().trim_start_matches('/').as_bytes()
}

/// The parts between wildcards, without slashes at their ends: `a/**/b` means `a/b`.
fn literals(pattern: &str) -> impl Iterator<Item = &str> {
    let (mut choices, mut class) = (0_u32, false);
    let parts = pattern.split(move |c: char| {
        let inside = choices > 0 || class;
        match c {
            '[' => class = true,
            ']' => class = false,
            '{' if !class => choices += 1,
            '}' if !class => choices = choices.saturating_sub(1),
            _ => {}
        }
        inside || matches!(c, '*' | '?' | '[' | ']' | '{' | '}')
    });
    parts
        .map(|part| part.trim_matches('/'))
        .filter(|part| !part.is_empty())
}

fn holds(path: &[u8], literal: &[u8]) -> bool {
    path.windows(literal.len()).any(|part| part == literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_cannot_mean_is_told_by_its_literal_parts() {
        for (pattern, path) in [
            ("**/Makefile", "src/a.rs"),
            ("**/*.{md,rst}", "src/a.rs"),
            ("**/*.{test,spec}.{js,ts}", "src/a.rs"),
            (".github/**", "src/a.rs"),
            ("**/*.sw[op]", "src/a.rs"),
            ("docs/", "src/a.rs"),
            ("**/{Cargo.lock,go.sum}", "src/a.rs"),
        ] {
            assert!(!could_mean(pattern, path.as_bytes()), "{pattern} {path}");
        }
    }

    proptest::proptest! {
        // few random paths are meant by a random pattern
        #![proptest_config(proptest::test_runner::Config::with_cases(4_000))]
        #[test]
        fn whatever_the_library_matches_is_never_ruled_out(
            pattern in r"(/|a|b|\.|\*|\*\*/|/\*\*|\?|\[ab\]|\{a,\*b\}|\{a,\{b,c\}\}|\{,\[-a\]\*\}|\[!a\]|\\\\){1,5}",
            path in "[ab./]{1,6}",
        ) {
            let path = crate::path::RepoPath::new(path);
            if let (Ok(globs), Ok(path)) = (super::super::compiled(std::slice::from_ref(&pattern)), path)
                && globs.is_match(AsRef::<std::path::Path>::as_ref(&path.as_path()))
            {
                proptest::prop_assert!(could_mean(&pattern, path.as_bytes()));
            }
        }
    }

    #[test]
    fn what_a_pattern_may_mean_is_never_ruled_out() {
        for (pattern, path) in [
            ("**/Makefile", "Makefile"),
            ("/Makefile", "Makefile"),
            ("a/**/b", "a/b"),
            ("docs/", "docs/a.md"),
            ("docs/**", "docs/a.md"),
            ("**/*.{md,rst}", "a.rst"),
            ("**/*.{test,spec}.{js,ts}", "a.spec.ts"),
            ("**/*.{a,b{c,d}}", "x.bd"),
            ("**/{a,b{c,d}}.x", "bd.x"),
            ("**/*.sw[op]", "a.swp"),
            ("**/core.[0-9]*", "core.12"),
            ("**/#*#", "a/#b#"),
            ("{a,tmp}{,[-_]*}.{py,js}", "tmp_b.js"),
            ("[{]x[}]", "{x}"),
            ("[]a]b", "]b"),
            ("**/{LICENSE,README}*", "README.md"),
            ("**/{src,lib}/*", "a/lib/b"),
            ("a\\*b", "a*b"),
            ("a?c", "abc"),
            ("**", "a"),
        ] {
            assert!(could_mean(pattern, path.as_bytes()), "{pattern} {path}");
        }
    }
}
