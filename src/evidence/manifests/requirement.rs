//! What does one Python requirement say? Names, extras, versions and sources as PEP 508 writes them.

use super::{Declared, Origin};

/// A package name as PEP 503 compares it: lower case, runs of `-`, `_` and `.` as one `-`.
pub fn normal(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    for character in name.chars().flat_map(char::to_lowercase) {
        let character = if matches!(character, '_' | '.') {
            '-'
        } else {
            character
        };
        if character != '-' || !shown.ends_with('-') {
            shown.push(character);
        }
    }
    shown
}

/// Reads `name[extras] specifier ; marker` or `name @ url`; `None` where it does not begin with a name.
pub fn read(text: &str, section: &str, line: u32) -> Option<Declared> {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(text.len());
    let (name, rest) = (text.get(..end)?, text.get(end..)?.trim());
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let after = without_extras(rest)?.trim();
    let origin = match after.strip_prefix('@') {
        Some(url) => origin(url.trim()),
        None if after.is_empty() || after.starts_with(['=', '<', '>', '!', '~', '(', ';']) => {
            Origin::Registry
        }
        None => return None,
    };
    Some(Declared {
        origin,
        ..Declared::plain(&normal(name), rest, section, line)
    })
}

fn without_extras(rest: &str) -> Option<&str> {
    match rest.strip_prefix('[') {
        Some(inner) => inner.split_once(']').map(|(_, after)| after),
        None => Some(rest),
    }
}

/// What kind of place a URL or path is.
pub fn origin(url: &str) -> Origin {
    let url = url.split(" ;").next().unwrap_or(url).trim();
    if let Some(path) = url.strip_prefix("file:") {
        return Origin::Path(path.trim_start_matches("//").to_owned());
    }
    if let Some((scheme, _)) = url.split_once("://") {
        let vcs = ["git+", "hg+", "svn+", "bzr+", "git"];
        if vcs.iter().any(|prefix| scheme.starts_with(prefix)) {
            return Origin::Git(url.to_owned());
        }
        return Origin::Url(url.to_owned());
    }
    if url.starts_with("git+") || url.starts_with("git@") {
        return Origin::Git(url.to_owned());
    }
    Origin::Path(url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_as_the_index_compares_them() {
        for name in ["Foo.Bar", "foo_bar", "foo--bar", "FOO-_.bar"] {
            assert_eq!(normal(name), "foo-bar");
        }
    }

    #[test]
    fn requirements_are_read() {
        for (text, name, requirement, kind) in [
            ("requests", "requests", "", "registry"),
            (
                "Django[argon2]>=4,<5 ; python_version>'3.8'",
                "django",
                "[argon2]>=4,<5 ; python_version>'3.8'",
                "registry",
            ),
            ("a (>=1)", "a", "(>=1)", "registry"),
            (
                "b @ git+https://example.org/b@main",
                "b",
                "@ git+https://example.org/b@main",
                "git",
            ),
            (
                "c@https://example.org/c.whl",
                "c",
                "@https://example.org/c.whl",
                "url",
            ),
            ("d @ file:///tmp/d", "d", "@ file:///tmp/d", "path"),
        ] {
            let declared = read(text, "x", 1).unwrap();
            assert_eq!(
                (
                    declared.name.as_str(),
                    declared.requirement.as_str(),
                    declared.origin.kind()
                ),
                (name, requirement, kind)
            );
        }
    }

    #[test]
    fn what_is_no_requirement_is_not_taken_for_one() {
        for text in ["", "-e .", "{include-group}", "a b c", "a[extra"] {
            assert!(read(text, "x", 1).is_none(), "{text}");
        }
    }
}
