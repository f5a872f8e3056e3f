//! Which packages does a `Cargo.toml` name?

use super::{
    Declared, Manifest, Origin, Use,
    document::{Entry, Node, Problem, Value},
};

const TABLES: [&str; 5] = [
    "dependencies",
    "dev-dependencies",
    "dev_dependencies",
    "build-dependencies",
    "build_dependencies",
];

/// Reads a `Cargo.toml`: every table, the workspace's, those of targets, `[patch]` and `[replace]`.
///
/// # Errors
/// It is not TOML.
pub fn read(text: &str) -> Result<Manifest, Problem> {
    let root = Node::of_toml(text)?;
    let mut manifest = Manifest {
        package: root
            .at(&["package", "name"])
            .and_then(Node::text)
            .map(str::to_owned),
        ..Manifest::default()
    };
    tables(&root, "", &mut manifest);
    for target in entries(&root, &["target"]) {
        tables(&target.node, &format!("target.{}.", target.key), &mut manifest);
    }
    for entry in entries(&root, &["workspace", "dependencies"]) {
        manifest
            .declared
            .extend(declared(entry, "workspace.dependencies", Use::Direct));
    }
    for registry in entries(&root, &["patch"]) {
        let section = format!("patch.{}", registry.key);
        for entry in registry.node.entries() {
            manifest.declared.extend(declared(entry, &section, Use::Override));
        }
    }
    for entry in entries(&root, &["replace"]) {
        manifest
            .declared
            .extend(declared(entry, "replace", Use::Override));
    }
    Ok(manifest)
}

fn entries<'a>(node: &'a Node, keys: &[&str]) -> &'a [Entry] {
    node.at(keys).map_or(&[], Node::entries)
}

fn tables(node: &Node, prefix: &str, manifest: &mut Manifest) {
    for table in TABLES {
        let section = format!("{prefix}{table}");
        for entry in entries(node, &[table]) {
            manifest.declared.extend(declared(entry, &section, Use::Direct));
        }
    }
}

fn declared(entry: &Entry, section: &str, kind: Use) -> Option<Declared> {
    let node = &entry.node;
    let (requirement, origin) = match &node.value {
        Value::Text(version) => (version.clone(), Origin::Registry),
        Value::Table(_) => (requirement(node), origin(node)),
        Value::List(_) | Value::Flag(_) | Value::Other => return None,
    };
    // `[replace]` names a package with its version: `"foo:0.1.0"`
    let key = entry.key.split(':').next().unwrap_or(&entry.key).to_owned();
    let name = node.text_at("package").unwrap_or(&key).to_owned();
    Some(Declared {
        visible: (name != key).then_some(key),
        name,
        wildcard: requirement.trim() == "*",
        requirement,
        origin,
        section: section.to_owned(),
        line: entry.line,
        kind,
        hashed: false,
    })
}

fn requirement(node: &Node) -> String {
    let version = node.text_at("version").map(str::to_owned);
    let git = node.text_at("git").map(|url| {
        let at = ["rev", "tag", "branch"].iter().find_map(|key| node.text_at(key));
        at.map_or_else(|| format!("git {url}"), |at| format!("git {url} at {at}"))
    });
    let path = node.text_at("path").map(|path| format!("path {path}"));
    let parts: Vec<String> = version.into_iter().chain(git).chain(path).collect();
    if parts.is_empty() && node.is_set("workspace") {
        return "workspace".to_owned();
    }
    parts.join(", ")
}

fn origin(node: &Node) -> Origin {
    if node.is_set("workspace") {
        return Origin::Workspace;
    }
    if let Some(url) = node.text_at("git") {
        return Origin::Git(url.to_owned());
    }
    if let Some(path) = node.text_at("path") {
        return Origin::Path(path.to_owned());
    }
    let registry = node.text_at("registry").or(node.text_at("registry-index"));
    registry.map_or(Origin::Registry, |name| Origin::OtherRegistry(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
[package]
name = "own"

[dependencies]
serde = { version = "1", features = ["derive"] }
yaml = { package = "yaml_serde", version = "0.10" }
local = { path = "../local" }
shared.workspace = true

[dev-dependencies]
forked = { git = "https://example.org/forked", rev = "abc" }

[target.'cfg(unix)'.build-dependencies]
cc = "*"

[workspace.dependencies]
shared = "2"

[patch.crates-io]
serde = { git = "https://example.org/serde" }

[dependencies.house]
version = "3"
registry = "house"
"#;

    #[test]
    fn every_table_is_read_with_its_lines() {
        let manifest = read(TEXT).unwrap();
        assert_eq!(manifest.package.as_deref(), Some("own"));
        let seen: Vec<(&str, u32, &str, &str)> = manifest
            .declared
            .iter()
            .map(|d| {
                (
                    d.name.as_str(),
                    d.line,
                    d.section.as_str(),
                    d.requirement.as_str(),
                )
            })
            .collect();
        for wanted in [
            ("serde", 6, "dependencies", "1"),
            ("yaml_serde", 7, "dependencies", "0.10"),
            ("local", 8, "dependencies", "path ../local"),
            ("shared", 9, "dependencies", "workspace"),
            (
                "forked",
                12,
                "dev-dependencies",
                "git https://example.org/forked at abc",
            ),
            ("cc", 15, "target.cfg(unix).build-dependencies", "*"),
            ("shared", 18, "workspace.dependencies", "2"),
            ("serde", 21, "patch.crates-io", "git https://example.org/serde"),
        ] {
            assert!(seen.contains(&wanted), "{wanted:?} in {seen:?}");
        }
    }

    #[test]
    fn sources_and_names_are_told_apart() {
        let manifest = read(TEXT).unwrap();
        let of = |name: &str| manifest.declared.iter().find(|d| d.name == name).unwrap();
        assert_eq!(of("yaml_serde").visible.as_deref(), Some("yaml"));
        assert_eq!(of("local").origin, Origin::Path("../local".to_owned()));
        assert_eq!(of("shared").origin, Origin::Workspace);
        assert_eq!(of("house").origin, Origin::OtherRegistry("house".to_owned()));
        assert!(of("cc").wildcard);
        assert_eq!(manifest.declared.last().unwrap().kind, Use::Override);
    }
}
