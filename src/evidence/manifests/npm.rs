//! Which packages does a `package.json` name?

use super::{
    Declared, Manifest, Origin, Use,
    document::{Entry, Node, Problem, Value},
};

const TABLES: [&str; 4] = [
    "dependencies",
    "devDependencies",
    "peerDependencies",
    "optionalDependencies",
];

/// Reads a `package.json`: every table of dependencies, `overrides` and `resolutions`.
///
/// # Errors
/// It is not JSON, or not an object.
pub fn read(text: &str) -> Result<Manifest, Problem> {
    let root = Node::of_json(text)?;
    if !matches!(root.value, Value::Table(_)) {
        return Err(Problem::new(1, "a package.json is an object"));
    }
    let mut manifest = Manifest {
        package: root.text_at("name").map(str::to_owned),
        workspaces: workspaces(&root),
        ..Manifest::default()
    };
    for table in TABLES {
        for entry in root.get(table).map_or(&[][..], Node::entries) {
            manifest.declared.extend(declared(entry, table, Use::Direct));
        }
    }
    for keys in [&["overrides"][..], &["resolutions"], &["pnpm", "overrides"]] {
        if let Some(node) = root.at(keys) {
            overrides(node, &keys.join("."), &mut manifest.declared);
        }
    }
    Ok(manifest)
}

fn workspaces(root: &Node) -> Vec<String> {
    let list = root.at(&["workspaces", "packages"]).or(root.get("workspaces"));
    let items = list.map_or(&[][..], Node::items);
    items
        .iter()
        .filter_map(|item| item.text().map(str::to_owned))
        .collect()
}

/// An override may hold overrides of its own; the reader of the document bounds how deep.
fn overrides(node: &Node, section: &str, found: &mut Vec<Declared>) {
    for entry in node.entries() {
        if entry.node.text().is_some() {
            found.extend(declared(entry, section, Use::Override));
        } else {
            overrides(&entry.node, section, found);
        }
    }
}

fn declared(entry: &Entry, section: &str, kind: Use) -> Option<Declared> {
    let text = entry.node.text()?.trim();
    let key = match kind {
        Use::Override => overridden(&entry.key),
        Use::Direct | Use::Indirect | Use::Constraint => entry.key.as_str(),
    };
    let (name, requirement) = match text.strip_prefix("npm:") {
        Some(real) => split_alias(real),
        None => (key, text),
    };
    Some(Declared {
        name: name.to_owned(),
        visible: (name != key).then(|| key.to_owned()),
        origin: origin(requirement),
        wildcard: kind == Use::Direct && section != "peerDependencies" && is_wildcard(requirement),
        requirement: text.to_owned(),
        section: section.to_owned(),
        line: entry.line,
        kind,
        hashed: false,
    })
}

/// The package an override is about: the last of `a/**/b`, `a>b`, without its version.
fn overridden(key: &str) -> &str {
    let last = key.rsplit(['>']).next().unwrap_or(key);
    let last = match last.rfind('/') {
        Some(slash) => {
            let scope = last.get(..slash).and_then(|head| head.rsplit('/').next());
            match scope {
                Some(scope) if scope.starts_with('@') => {
                    last.get(slash.saturating_sub(scope.len())..).unwrap_or(last)
                }
                _ => last.get(slash + 1..).unwrap_or(last),
            }
        }
        None => last,
    };
    split_alias(last).0
}

/// `name@range`; the name may begin with `@`.
fn split_alias(text: &str) -> (&str, &str) {
    let at = text
        .char_indices()
        .skip(1)
        .find(|(_, character)| *character == '@');
    match at {
        Some((at, _)) => (
            text.get(..at).unwrap_or(text),
            text.get(at + 1..).unwrap_or_default(),
        ),
        None => (text, ""),
    }
}

fn is_wildcard(requirement: &str) -> bool {
    matches!(requirement, "" | "*" | "x" | "X" | "latest" | ">=0" | ">=0.0.0")
}

/// As npm, yarn and pnpm tell the kinds of requirement apart.
fn origin(requirement: &str) -> Origin {
    let text = requirement;
    if text.starts_with("workspace:") {
        return Origin::Workspace;
    }
    for prefix in ["file:", "link:", "portal:"] {
        if let Some(path) = text.strip_prefix(prefix) {
            return Origin::Path(path.to_owned());
        }
    }
    if ["./", "../", "~/", "/"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
        || text == ".."
    {
        return Origin::Path(text.to_owned());
    }
    let git = [
        "git+",
        "git:",
        "git@",
        "github:",
        "gitlab:",
        "bitbucket:",
        "gist:",
        "ssh:",
    ];
    if git.iter().any(|prefix| text.starts_with(prefix)) || is_short_git(text) {
        return Origin::Git(text.to_owned());
    }
    if text.starts_with("https:") || text.starts_with("http:") {
        let path = text.split(['#', '?']).next().unwrap_or(text);
        if path.ends_with(".git") {
            return Origin::Git(text.to_owned());
        }
        return Origin::Url(text.to_owned());
    }
    Origin::Registry
}

/// `owner/repository`, which npm takes from GitHub.
fn is_short_git(text: &str) -> bool {
    let path = text.split('#').next().unwrap_or(text);
    let word = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let mut parts = path.split('/');
    matches!((parts.next(), parts.next(), parts.next()), (Some(owner), Some(name), None)
        if word(owner) && word(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read_with_its_lines() {
        let text = r#"{
  "name": "own",
  "workspaces": ["packages/*"],
  "dependencies": {
    "left-pad": "^1.3.0",
    "inner": "workspace:*",
    "react": "npm:preact@10.0.0"
  },
  "peerDependencies": {"vue": "*"},
  "devDependencies": {"any": "latest"},
  "overrides": {"a": {"b@1": "github:evil/b", ".": "2"}},
  "resolutions": {"x/**/@s/y": "1.0.0"}
}"#;
        let manifest = read(text).unwrap();
        assert_eq!(manifest.workspaces, ["packages/*"]);
        let of = |name: &str| manifest.declared.iter().find(|d| d.name == name).unwrap();
        assert_eq!((of("left-pad").line, of("left-pad").wildcard), (5, false));
        assert_eq!(of("inner").origin, Origin::Workspace);
        assert_eq!(of("preact").visible.as_deref(), Some("react"));
        assert!(!of("vue").wildcard && of("any").wildcard);
        assert_eq!(of("b").kind, Use::Override);
        assert_eq!(of("@s/y").section, "resolutions");
    }

    #[test]
    fn sources_are_told_apart() {
        for (text, wanted) in [
            ("^1.0.0", "registry"),
            ("1.x || >=2", "registry"),
            ("catalog:", "registry"),
            ("next", "registry"),
            ("owner/repo#main", "git"),
            ("git+ssh://git@example.org/a/b.git", "git"),
            ("https://example.org/a/b.git#v1", "git"),
            ("https://example.org/a.tgz", "url"),
            ("file:../a", "path"),
            ("../a", "path"),
        ] {
            assert_eq!(origin(text).kind(), wanted, "{text}");
        }
    }

    #[test]
    fn a_package_that_is_no_object_is_refused() {
        assert!(read("[]").is_err());
    }
}
