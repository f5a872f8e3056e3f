//! Which packages do `pyproject.toml`, `Pipfile` and `setup.cfg` name?

use super::{
    Declared, Index, Manifest, Origin, Use,
    document::{Entry, Node, Problem, Value},
    requirement,
};

/// Reads a `pyproject.toml`: PEP 621 and 735 tables, the build system, and those of poetry, uv and pdm.
///
/// # Errors
/// It is not TOML, or a requirement is none.
pub fn pyproject(text: &str) -> Result<Manifest, Problem> {
    let root = Node::of_toml(text)?;
    let name = [&["project", "name"][..], &["tool", "poetry", "name"]]
        .iter()
        .find_map(|keys| root.at(keys)?.text());
    let mut manifest = Manifest {
        package: name.map(requirement::normal),
        ..Manifest::default()
    };
    standard(&root, &mut manifest)?;
    poetry(&root, &mut manifest);
    tools(&root, &mut manifest)?;
    sources(&root, &mut manifest);
    // `own[extra]` in an extra is the project itself
    let own = manifest.package.clone();
    manifest
        .declared
        .retain(|entry| Some(&entry.name) != own.as_ref());
    Ok(manifest)
}

fn standard(root: &Node, manifest: &mut Manifest) -> Result<(), Problem> {
    list(
        root.at(&["project", "dependencies"]),
        "project.dependencies",
        Use::Direct,
        manifest,
    )?;
    list(
        root.at(&["build-system", "requires"]),
        "build-system.requires",
        Use::Direct,
        manifest,
    )?;
    for (keys, section) in [
        (
            &["project", "optional-dependencies"][..],
            "project.optional-dependencies",
        ),
        (&["dependency-groups"], "dependency-groups"),
    ] {
        groups(root, keys, section, manifest)?;
    }
    Ok(())
}

fn groups(root: &Node, keys: &[&str], section: &str, manifest: &mut Manifest) -> Result<(), Problem> {
    for group in root.at(keys).map_or(&[][..], Node::entries) {
        list(
            Some(&group.node),
            &format!("{section}.{}", group.key),
            Use::Direct,
            manifest,
        )?;
    }
    Ok(())
}

fn list(node: Option<&Node>, section: &str, kind: Use, manifest: &mut Manifest) -> Result<(), Problem> {
    for item in node.map_or(&[][..], Node::items) {
        // `{include-group = "…"}` names no package
        let Some(text) = item.text() else { continue };
        let declared = requirement::read(text, section, item.line)
            .ok_or_else(|| Problem::new(item.line, format!("`{section}` holds no requirement")))?;
        manifest.declared.push(Declared { kind, ..declared });
    }
    Ok(())
}

fn tools(root: &Node, manifest: &mut Manifest) -> Result<(), Problem> {
    for (keys, kind) in [
        (&["tool", "uv", "dev-dependencies"][..], Use::Direct),
        (&["tool", "uv", "override-dependencies"], Use::Override),
        (&["tool", "uv", "constraint-dependencies"], Use::Constraint),
    ] {
        list(root.at(keys), &keys.join("."), kind, manifest)?;
    }
    groups(
        root,
        &["tool", "pdm", "dev-dependencies"],
        "tool.pdm.dev-dependencies",
        manifest,
    )
}

fn poetry(root: &Node, manifest: &mut Manifest) {
    let Some(poetry) = root.at(&["tool", "poetry"]) else {
        return;
    };
    for table in ["dependencies", "dev-dependencies"] {
        table_of(poetry.get(table), &format!("tool.poetry.{table}"), true, manifest);
    }
    for group in poetry.get("group").map_or(&[][..], Node::entries) {
        let section = format!("tool.poetry.group.{}.dependencies", group.key);
        table_of(group.node.get("dependencies"), &section, true, manifest);
    }
}

fn table_of(node: Option<&Node>, section: &str, stars: bool, manifest: &mut Manifest) {
    for entry in node.map_or(&[][..], Node::entries) {
        if entry.key != "python" {
            manifest.declared.extend(entry_of(entry, section, stars));
        }
    }
}

/// `name = "^1"`, `name = { git = "…" }`, or a list of such tables for several platforms.
fn entry_of(entry: &Entry, section: &str, stars: bool) -> Vec<Declared> {
    let one = |node: &Node| {
        let (requirement, origin) = match &node.value {
            Value::Text(version) => (version.clone(), Origin::Registry),
            Value::Table(_) => table(node),
            Value::List(_) | Value::Flag(_) | Value::Other => (String::new(), Origin::Registry),
        };
        Declared {
            name: requirement::normal(&entry.key),
            visible: None,
            wildcard: stars && requirement.trim() == "*",
            requirement,
            origin,
            section: section.to_owned(),
            line: entry.line,
            kind: Use::Direct,
            hashed: false,
        }
    };
    match &entry.node.value {
        Value::List(nodes) => nodes.iter().map(one).collect(),
        Value::Text(_) | Value::Table(_) | Value::Flag(_) | Value::Other => vec![one(&entry.node)],
    }
}

fn table(node: &Node) -> (String, Origin) {
    let version = node.text_at("version").unwrap_or_default().to_owned();
    let origin = source(node);
    let shown = match &origin {
        Origin::Git(url) => {
            let at = ["rev", "tag", "branch", "ref"]
                .iter()
                .find_map(|key| node.text_at(key));
            at.map_or_else(|| format!("git {url}"), |at| format!("git {url} at {at}"))
        }
        Origin::Url(url) => format!("url {url}"),
        Origin::Path(path) => format!("path {path}"),
        Origin::Registry | Origin::OtherRegistry(_) | Origin::Workspace => version,
    };
    (shown, origin)
}

/// Where a table with `git`, `url`, `path`, `workspace`, `source` or `index` takes the package from.
fn source(node: &Node) -> Origin {
    let at = |keys: &[&str]| keys.iter().find_map(|key| node.text_at(key)).map(str::to_owned);
    if node.is_set("workspace") {
        return Origin::Workspace;
    }
    if let Some(url) = at(&["git", "hg", "svn"]) {
        return Origin::Git(url);
    }
    if let Some(url) = at(&["url"]) {
        return Origin::Url(url);
    }
    if let Some(path) = at(&["path", "file"]) {
        return Origin::Path(path);
    }
    at(&["source", "index"]).map_or(Origin::Registry, Origin::OtherRegistry)
}

/// `[tool.uv.sources]` says where a requirement named elsewhere comes from; indexes are listed beside it.
fn sources(root: &Node, manifest: &mut Manifest) {
    for entry in root.at(&["tool", "uv", "sources"]).map_or(&[][..], Node::entries) {
        let name = requirement::normal(&entry.key);
        let node = entry.node.items().first().unwrap_or(&entry.node);
        let (shown, origin) = table(node);
        for declared in manifest
            .declared
            .iter_mut()
            .filter(|declared| declared.name == name)
        {
            declared.origin = origin.clone();
            if !shown.is_empty() {
                declared.requirement = format!("{}, {shown}", declared.requirement);
            }
        }
    }
    for keys in [&["tool", "uv", "index"][..], &["tool", "poetry", "source"]] {
        for item in root.at(keys).map_or(&[][..], Node::items) {
            indexes(item, manifest);
        }
    }
}

fn indexes(node: &Node, manifest: &mut Manifest) {
    if let Some(url) = node.get("url") {
        manifest.indexes.push(Index {
            line: url.line,
            url: url.text().unwrap_or_default().to_owned(),
        });
    }
}

/// Reads a `Pipfile`. `*` is what `pipenv install` writes, so it counts as no version, not as a wildcard.
///
/// # Errors
/// It is not TOML.
pub fn pipfile(text: &str) -> Result<Manifest, Problem> {
    let root = Node::of_toml(text)?;
    let mut manifest = Manifest::default();
    for section in ["packages", "dev-packages"] {
        table_of(root.get(section), section, false, &mut manifest);
    }
    for item in root.get("source").map_or(&[][..], Node::items) {
        indexes(item, &mut manifest);
    }
    Ok(manifest)
}

/// Reads a `setup.cfg`: `install_requires`, `setup_requires`, `tests_require` and every extra.
///
/// # Errors
/// A requirement is none.
pub fn setup_cfg(text: &str) -> Result<Manifest, Problem> {
    let mut manifest = Manifest::default();
    let mut section = String::new();
    let mut wanted: Option<String> = None;
    for (line, whole) in (1..).zip(text.lines()) {
        let code = whole.trim();
        if code.is_empty() || code.starts_with(['#', ';']) {
            continue;
        }
        let indented = whole.starts_with([' ', '\t']);
        if let Some(name) = code.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
            && !indented
        {
            section = name.to_owned();
            wanted = None;
            continue;
        }
        let mut value = code;
        if !indented {
            let (key, rest) = code.split_once('=').unwrap_or((code, ""));
            if section == "metadata" && key.trim() == "name" {
                manifest.package = Some(requirement::normal(rest.trim()));
            }
            wanted = listed(&section, key.trim());
            value = rest.trim();
        }
        if let Some(wanted) = wanted
            .as_ref()
            .filter(|_| !value.is_empty() && !value.starts_with("file:"))
        {
            let declared = requirement::read(value, wanted, line)
                .ok_or_else(|| Problem::new(line, format!("`{wanted}` holds no requirement")))?;
            manifest.declared.push(declared);
        }
    }
    Ok(manifest)
}

fn listed(section: &str, key: &str) -> Option<String> {
    let requires = matches!(key, "install_requires" | "setup_requires" | "tests_require");
    ((section == "options" && requires) || section == "options.extras_require")
        .then(|| format!("{section}.{key}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(manifest: &Manifest) -> Vec<(&str, u32, &str)> {
        let one = |d: &'static Declared| (d.name.as_str(), d.line, d.section.as_str());
        let leaked: &'static Manifest = Box::leak(Box::new(manifest.clone()));
        leaked.declared.iter().map(one).collect()
    }

    #[test]
    fn every_table_of_a_pyproject_is_read_with_its_lines() {
        let text = r#"
[build-system]
requires = ["hatchling"]

[project]
name = "Own"
dependencies = [
  "httpx>=0.27",
  "inner",
]
[project.optional-dependencies]
all = ["own[web]"]
web = ["Flask_Login"]
[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
[tool.poetry.group.docs.dependencies]
python = "^3.10"
sphinx = { git = "https://example.org/sphinx.git", rev = "a" }
[tool.uv.sources]
inner = { workspace = true }
[[tool.uv.index]]
url = "https://example.org/simple"
"#;
        let manifest = pyproject(text).unwrap();
        let mut found = seen(&manifest);
        found.sort_by_key(|(_, line, _)| *line);
        assert_eq!(
            found,
            [
                ("hatchling", 3, "build-system.requires"),
                ("httpx", 8, "project.dependencies"),
                ("inner", 9, "project.dependencies"),
                ("flask-login", 13, "project.optional-dependencies.web"),
                ("pytest", 15, "dependency-groups.dev"),
                ("sphinx", 18, "tool.poetry.group.docs.dependencies"),
            ]
        );
        let inner = manifest.declared.iter().find(|d| d.name == "inner").unwrap();
        assert_eq!(inner.origin, Origin::Workspace);
        assert_eq!(manifest.indexes.first().unwrap().line, 22);
    }

    #[test]
    fn a_pipfile_and_a_setup_cfg_are_read() {
        let manifest = pipfile("[packages]\nflask = \"*\"\n[dev-packages]\nx = {path = \"./x\"}\n").unwrap();
        assert_eq!(
            seen(&manifest),
            [("flask", 2, "packages"), ("x", 4, "dev-packages")]
        );
        assert!(manifest.declared.iter().all(|d| !d.wildcard));

        let text = "[metadata]\nname = own\n[options]\npackages = find:\ninstall_requires =\n    attrs>=20\n    # note\n    click\n[options.extras_require]\ndev = tox\n";
        let manifest = setup_cfg(text).unwrap();
        let found = seen(&manifest);
        assert_eq!(
            found,
            [
                ("attrs", 6, "options.install_requires"),
                ("click", 8, "options.install_requires"),
                ("tox", 10, "options.extras_require.dev"),
            ]
        );
    }

    #[test]
    fn a_requirement_that_is_none_is_refused_with_its_line() {
        let text = "[project]\ndependencies = [\n  'a',\n  '???',\n]\n";
        assert_eq!(pyproject(text).unwrap_err().line, 4);
    }
}
