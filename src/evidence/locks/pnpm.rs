//! What does a `pnpm-lock.yaml` list?

use super::{Locked, Source, integrity, numbered};

/// Reads the `packages` of a `pnpm-lock.yaml`.
pub fn read(text: &str) -> Vec<Locked> {
    let mut found: Vec<Locked> = Vec::new();
    let mut open = false;
    for (line, whole) in numbered(text) {
        if !whole.starts_with(' ') && !whole.trim().is_empty() {
            open = whole.trim_end() == "packages:";
            continue;
        }
        if !open {
            continue;
        }
        let code = whole.trim();
        if whole.starts_with("  ") && !whole.starts_with("   ") && code.ends_with(':') {
            let (name, version) = name(code);
            found.push(Locked {
                name,
                version,
                line,
                ..Locked::default()
            });
        } else if let Some(entry) = found.last_mut() {
            resolution(entry, code);
        }
    }
    found
}

/// `/@s/a@1.0.0(react@18)`, `@s/a@1.0.0`, and the older `/@s/a/1.0.0_react`.
fn name(code: &str) -> (String, String) {
    let key = code
        .trim_end_matches(':')
        .trim_matches(['\'', '"'])
        .trim_start_matches('/');
    let key = key.split('(').next().unwrap_or(key);
    let at = key
        .char_indices()
        .skip(1)
        .find(|(_, c)| *c == '@')
        .map(|(at, _)| at);
    let cut = at.or_else(|| key.rfind('/'));
    match cut {
        Some(cut) => (
            key.get(..cut).unwrap_or(key).to_owned(),
            key.get(cut + 1..).unwrap_or_default().to_owned(),
        ),
        None => (key.to_owned(), String::new()),
    }
}

fn resolution(entry: &mut Locked, code: &str) {
    let Some(rest) = code.strip_prefix("resolution: {") else {
        return;
    };
    let fields = rest
        .trim_end_matches('}')
        .split(", ")
        .filter_map(|field| field.split_once(": "));
    let mut repository = None;
    for (key, value) in fields {
        let value = value.trim_matches(['\'', '"']);
        match key {
            "integrity" => entry.checksums.extend(integrity(value)),
            "tarball" => entry.source = Some(Source::host("registry", value)),
            "repo" => repository = Some(Source::git(value)),
            _ => {}
        }
    }
    entry.source = repository.or(entry.source.take());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read() {
        let text = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n\npackages:\n\n  '@s/a@1.0.0':\n    resolution: {integrity: sha512-xx==}\n\n  /b/2.0.0:\n    resolution: {integrity: sha512-yy==, tarball: https://example.org/b.tgz}\n\n  c@https://codeload.example.org/c:\n    resolution: {commit: aa, repo: https://example.org/c.git, type: git}\n\nsnapshots:\n\n  '@s/a@1.0.0': {}\n";
        let found = read(text);
        let seen: Vec<(&str, &str, u32)> = found
            .iter()
            .map(|e| (e.name.as_str(), e.version.as_str(), e.line))
            .collect();
        assert_eq!(seen[..2], [("@s/a", "1.0.0", 12), ("b", "2.0.0", 15)]);
        assert_eq!(found[1].source.as_ref().unwrap().place, "example.org");
        assert_eq!(found[2].source.as_ref().unwrap().kind, "git");
    }
}
