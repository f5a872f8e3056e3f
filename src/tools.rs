//! Which outside tools do the settings of an agent or an editor bring in: servers, plugins, extensions?

use crate::{
    evidence::manifests::document::{Node, Problem, Value},
    glob::Globs,
    path::RepoPath,
};

/// Settings that name tools of agents and editors.
const FILES: &[&str] = &[
    "**/.mcp.json",
    "**/mcp.json",
    "**/mcp_config.json",
    "**/.gemini/settings.json",
    "**/.qwen/settings.json",
    "**/.codex/config.toml",
    "**/claude_desktop_config.json",
    "**/.claude/settings.json",
    "**/.claude/settings.local.json",
    "**/.vscode/extensions.json",
    "**/.vscode/settings.json",
    "**/opencode.json",
    "**/gemini-extension.json",
    "**/.claude-plugin/plugin.json",
    "**/.claude-plugin/marketplace.json",
    "**/.zed/settings.json",
];
/// Keys below which each key is a server that an agent may call.
const SERVERS: &[&[&str]] = &[
    &["mcpServers"],
    &["servers"],
    &["mcp"],
    &["mcp", "servers"],
    &["mcp_servers"],
    &["context_servers"],
];
/// Keys below which each key, or each item, is a plugin.
const PLUGINS: &[&[&str]] = &[
    &["enabledPlugins"],
    &["extraKnownMarketplaces"],
    &["plugins"],
    &["plugin"],
];
/// Keys below which each item is an extension of an editor.
const EXTENSIONS: &[&[&str]] = &[&["recommendations"], &["customizations", "vscode", "extensions"]];
/// Switches that let servers in which nobody lists.
const SWITCHES: &[&str] = &["enableAllProjectMcpServers"];
/// Lists of servers that need no further question.
const ADMITTED: &[&str] = &["enabledMcpjsonServers"];

/// What kind of tool it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A server that an agent may call.
    Server,
    /// A part that an agent loads.
    Plugin,
    /// A part that an editor is told to load.
    Extension,
    /// Servers are let in without a question.
    Admission,
}

impl Kind {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "tool server",
            Self::Plugin => "plugin",
            Self::Extension => "extension",
            Self::Admission => "admission of tool servers",
        }
    }

    /// Words by which an author speaks of one.
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Server | Self::Admission => &["mcp", "tool server", "tool servers"],
            Self::Plugin => &["plugin", "plugins", "marketplace"],
            Self::Extension => &["extension", "extensions"],
        }
    }
}

/// One tool that settings bring in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// What it is.
    pub kind: Kind,
    /// Its name there.
    pub name: String,
    /// All that is said about it, in one order of keys.
    pub said: String,
    /// Its 1-based line.
    pub line: u32,
}

/// Whether a path is a file of such settings.
pub fn are_set_in(path: &RepoPath) -> bool {
    Globs::built_in(FILES).matches(path)
}

/// The tools that a file of settings brings in.
///
/// # Errors
/// It is neither JSON nor TOML, by its ending.
pub fn read(path: &RepoPath, text: &str) -> Result<Vec<Tool>, Problem> {
    let root = match path.extension().as_str() {
        "toml" => Node::of_toml(text)?,
        _ => Node::of_json(text)?,
    };
    let mut tools = Vec::new();
    for (kind, places) in [
        (Kind::Server, SERVERS),
        (Kind::Plugin, PLUGINS),
        (Kind::Extension, EXTENSIONS),
    ] {
        for node in places.iter().filter_map(|keys| root.at(keys)) {
            tools.extend(below(kind, node));
        }
    }
    let set = SWITCHES.iter().filter(|key| root.is_set(key));
    tools.extend(set.map(|key| Tool {
        kind: Kind::Admission,
        name: (*key).to_owned(),
        said: "true".to_owned(),
        line: root.get(key).map_or(1, |node| node.line),
    }));
    for node in ADMITTED.iter().filter_map(|key| root.get(key)) {
        tools.extend(below(Kind::Admission, node));
    }
    Ok(tools)
}

fn below(kind: Kind, node: &Node) -> Vec<Tool> {
    // a server is a table of its own: other keys beside it are settings of all servers
    let is_one = |node: &Node| kind != Kind::Server || matches!(node.value, Value::Table(_));
    let nested = |key: &str| kind == Kind::Server && key == "servers";
    let keyed = node
        .entries()
        .iter()
        .filter(|entry| is_one(&entry.node) && !nested(&entry.key));
    let keyed = keyed
        .filter(|entry| entry.node.value != Value::Flag(false))
        .map(|entry| Tool {
            kind,
            name: entry.key.clone(),
            said: told(&entry.node),
            line: entry.line,
        });
    let items = node.items().iter().filter_map(|item| {
        let name = item.text().or_else(|| item.text_at("name"))?;
        Some(Tool {
            kind,
            name: name.to_owned(),
            said: told(item),
            line: item.line,
        })
    });
    keyed.chain(items).collect()
}

/// A value in one line, keys in their order; how deep it goes is bounded by the reader of the document.
fn told(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => format!("{text:?}"),
        Value::Flag(flag) => flag.to_string(),
        Value::Other => "…".to_owned(),
        Value::List(items) => format!("[{}]", items.iter().map(told).collect::<Vec<_>>().join(", ")),
        Value::Table(entries) => {
            let mut parts: Vec<String> = entries
                .iter()
                .map(|entry| format!("{}: {}", entry.key, told(&entry.node)))
                .collect();
            parts.sort();
            format!("{{{}}}", parts.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, text: &str) -> Vec<(Kind, String)> {
        let tools = read(&RepoPath::new(path).unwrap(), text).unwrap();
        tools.into_iter().map(|tool| (tool.kind, tool.name)).collect()
    }

    #[test]
    fn servers_plugins_and_extensions_are_found_where_each_program_keeps_them() {
        for (path, text, kind, name) in [
            (
                ".mcp.json",
                r#"{"mcpServers": {"jira": {"command": "npx"}}}"#,
                Kind::Server,
                "jira",
            ),
            (
                ".vscode/mcp.json",
                r#"{"servers": {"jira": {"url": "https://a"}}}"#,
                Kind::Server,
                "jira",
            ),
            (
                ".codex/config.toml",
                "[mcp_servers.jira]\ncommand = 'npx'\n",
                Kind::Server,
                "jira",
            ),
            (
                ".claude/settings.json",
                r#"{"enabledPlugins": {"a@b": true}}"#,
                Kind::Plugin,
                "a@b",
            ),
            (
                ".claude/settings.json",
                r#"{"enableAllProjectMcpServers": true}"#,
                Kind::Admission,
                "enableAllProjectMcpServers",
            ),
            (
                ".vscode/extensions.json",
                r#"{"recommendations": ["a.b"]}"#,
                Kind::Extension,
                "a.b",
            ),
        ] {
            assert!(are_set_in(&RepoPath::new(path).unwrap()), "{path}");
            assert_eq!(names(path, text), [(kind, name.to_owned())], "{path}");
        }
        assert_eq!(
            names(
                ".claude/settings.json",
                r#"{"enabledPlugins": {"a@b": false}, "model": "x"}"#
            ),
            []
        );
    }

    #[test]
    fn the_order_of_keys_says_nothing() {
        let path = RepoPath::new(".mcp.json").unwrap();
        let one = read(&path, r#"{"mcpServers": {"a": {"command": "x", "args": ["y"]}}}"#).unwrap();
        let two = read(&path, r#"{"mcpServers": {"a": {"args": ["y"], "command": "x"}}}"#).unwrap();
        assert_eq!(one[0].said, two[0].said);
    }
}
