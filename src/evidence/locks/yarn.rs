//! What does a `yarn.lock` list? Both layouts are blocks of indented keys below a line that ends in a colon.

use super::{Locked, Source, integrity, npm, numbered};

/// Reads a `yarn.lock`.
pub fn read(text: &str) -> Vec<Locked> {
    let mut found: Vec<Locked> = Vec::new();
    let mut open = false;
    for (line, whole) in numbered(text) {
        if whole.starts_with('#') || whole.trim().is_empty() {
            continue;
        }
        if !whole.starts_with(' ') {
            open = whole.ends_with(':') && whole.contains('@');
            if open {
                found.push(Locked {
                    name: name(whole),
                    line,
                    ..Locked::default()
                });
            }
        } else if let Some(entry) = found.last_mut().filter(|_| open)
            && let Some(code) = whole.strip_prefix("  ").filter(|code| !code.starts_with(' '))
        {
            key(entry, code);
        }
    }
    found
}

fn key(entry: &mut Locked, code: &str) {
    let Some((key, value)) = code.split_once(' ') else {
        return;
    };
    let value = value.trim().trim_matches('"');
    match key.trim_end_matches(':') {
        "version" => entry.version = value.to_owned(),
        "resolved" => entry.source = npm::source(value),
        "resolution" => entry.source = resolution(value),
        "integrity" => entry.checksums.extend(integrity(value)),
        "checksum" => {
            // the part before the slash names the cache layout, with which the digest changes
            let (layout, digest) = value.split_once('/').unwrap_or(("", value));
            entry.checksums.insert(layout.to_owned(), digest.to_owned());
        }
        _ => {}
    }
}

/// `"@s/a@npm:^1.0.0, @s/a@npm:^1.1.0":` is about `@s/a`.
fn name(header: &str) -> String {
    let first = header.split(',').next().unwrap_or(header);
    let first = first.trim().trim_matches(['"', ':']);
    let at = first.char_indices().skip(1).find(|(_, c)| *c == '@');
    at.and_then(|(at, _)| first.get(..at)).unwrap_or(first).to_owned()
}

/// `a@npm:1.0.0`, `a@https://…#commit=…`, `a@workspace:packages/a`.
fn resolution(value: &str) -> Option<Source> {
    let at = value.char_indices().skip(1).find(|(_, c)| *c == '@')?.0;
    let target = value.get(at + 1..)?;
    if target.starts_with("npm:") {
        return Some(Source {
            kind: "registry",
            place: "npm".to_owned(),
        });
    }
    if target.contains("#commit=") || target.starts_with("git") || target.starts_with("ssh:") {
        return Some(Source::git(target));
    }
    target.starts_with("http").then(|| Source::host("url", target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_layouts_are_read() {
        let old = "# yarn lockfile v1\n\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.1.0\"\n  resolved \"https://registry.yarnpkg.com/@s/a/-/a-1.1.0.tgz#aa\"\n  integrity sha512-xx==\n  dependencies:\n    version \"9\"\n";
        let found = read(old);
        assert_eq!(
            (found[0].name.as_str(), found[0].version.as_str()),
            ("@s/a", "1.1.0")
        );
        assert_eq!(found[0].checksums["sha512"], "xx==");

        let new = "__metadata:\n  version: 8\n\n\"b@npm:^2\":\n  version: 2.0.0\n  resolution: \"b@npm:2.0.0\"\n  checksum: 10c0/abc\n  languageName: node\n\n\"c@github:x/c\":\n  version: 1.0.0\n  resolution: \"c@https://example.org/c.git#commit=11\"\n";
        let found = read(new);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].checksums["10c0"], "abc");
        assert_eq!(
            found[1].source.as_ref().unwrap().shown(),
            "git https://example.org/c"
        );
    }
}
