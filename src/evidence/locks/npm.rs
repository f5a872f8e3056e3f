//! What does a `package-lock.json` list?

use super::{Locked, Source, integrity};
use crate::evidence::manifests::document::{Entry, Node, Problem};

/// Reads the `packages` of versions 2 and 3, or the nested `dependencies` of version 1. Links and the project's own
/// packages are left out.
///
/// # Errors
/// It is not JSON.
pub fn read(text: &str) -> Result<Vec<Locked>, Problem> {
    let root = Node::of_json(text)?;
    let mut found = Vec::new();
    match root.get("packages") {
        Some(packages) => {
            for entry in packages.entries() {
                if let Some((_, name)) = entry.key.rsplit_once("node_modules/") {
                    found.extend(locked(entry, name));
                }
            }
        }
        None => nested(&root, &mut found),
    }
    Ok(found)
}

/// The reader of the document bounds how deep it nests.
fn nested(node: &Node, found: &mut Vec<Locked>) {
    for entry in node.get("dependencies").map_or(&[][..], Node::entries) {
        found.extend(locked(entry, &entry.key));
        nested(&entry.node, found);
    }
}

fn locked(entry: &Entry, name: &str) -> Option<Locked> {
    if entry.node.is_set("link") {
        return None;
    }
    let version = entry.node.text_at("version").unwrap_or_default();
    let resolved = entry
        .node
        .text_at("resolved")
        .or(Some(version).filter(|v| v.contains(':')));
    Some(Locked {
        name: entry.node.text_at("name").unwrap_or(name).to_owned(),
        version: version.to_owned(),
        source: resolved.and_then(source),
        checksums: entry.node.text_at("integrity").map(integrity).unwrap_or_default(),
        line: entry.line,
    })
}

/// Where a `resolved` address leads; a file on the same host as a registry is told from it by nothing.
pub(super) fn source(resolved: &str) -> Option<Source> {
    if resolved.starts_with("git") || resolved.starts_with("ssh:") {
        return Some(Source::git(resolved));
    }
    resolved
        .starts_with("http")
        .then(|| Source::host("registry", resolved))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_layouts_are_read() {
        let new = r#"{"lockfileVersion": 3, "packages": {
"": {"name": "own"},
"packages/a": {"version": "1.0.0"},
"node_modules/a": {"resolved": "packages/a", "link": true},
"node_modules/@s/b/node_modules/c": {"version": "2.0.0",
  "resolved": "https://registry.npmjs.org/c/-/c-2.0.0.tgz", "integrity": "sha512-xx=="}
}}"#;
        let found = read(new).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name.as_str(), found[0].line), ("c", 5));
        assert_eq!(found[0].checksums["sha512"], "xx==");

        let old = r#"{"dependencies": {"b": {"version": "1.0.0", "dependencies": {
"c": {"version": "git+ssh://git@example.org/c.git#1"}}}}}"#;
        let found = read(old).unwrap();
        assert_eq!(found[1].source.as_ref().unwrap().kind, "git");
    }
}
