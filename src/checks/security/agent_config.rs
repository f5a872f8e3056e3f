//! Does the change tell agents what to do, or give them programs to run?
//!
//! `scope-protected-path` speaks of such a file as a whole where it knows it, and `dependencies-tool-server` of servers of
//! tools. Here are the files of instructions that neither knows, and in settings the hooks and the variables that load code.

use std::collections::BTreeMap;

use super::{Opened, permission_widened::is_in_force};
use crate::{
    checks::Settings,
    escape,
    evidence::{
        Evidence, Supplied,
        change::{FileChange, Status, Version},
        manifests::document::{self, Node, Value},
    },
    finding::{Abstain, Finding, Judged, unless_unknown},
    glob::Globs,
    instructions, limits, risk,
};

/// Settings that name programs which agents, or editors with agents, run.
const SETTINGS: &[&str] = &[
    "**/.claude/settings.json",
    "**/.claude/settings.local.json",
    "**/.claude/hooks.json",
    "**/.gemini/settings.json",
    "**/.qwen/settings.json",
    "**/.codex/config.toml",
    "**/.cursor/hooks.json",
    "**/.github/hooks/**/*.json",
];
/// Prose for agents beside [`instructions`].
const PROSE: &[&str] = &[
    "**/SKILL.md",
    "**/.github/chatmodes/**",
    "**/.github/agents/**",
    "**/.agents/**",
    "**/.apm/**",
    "**/.openhands/**",
    "**/.aider*",
];
/// Variables that make a program load code, or speak to another host.
const LOADERS: &[&str] = &[
    "NODE_OPTIONS",
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "BASH_ENV",
    "PYTHONSTARTUP",
    "PYTHONPATH",
];
const WORDS: &[&str] = &[
    "agent",
    "instruction",
    "skill",
    "prompt",
    "convention",
    "guideline",
    "claude",
    "copilot",
    "gemini",
    "cursor",
    "codex",
    "mcp",
    "hook",
];

/// Judges the item.
///
/// # Errors
/// No such file changed, or settings cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (structured, prose) = (Globs::built_in(SETTINGS), Globs::built_in(PROSE));
    let (mut found, mut unknown, mut judged) = (Vec::<Finding>::new(), None, 0);
    for file in evidence
        .change
        .files()
        .iter()
        .filter(|file| is_in_force(file, settings))
    {
        let is_prose = instructions::is_one(file.path()) || prose.matches(file.path());
        let opened = if structured.matches(file.path()) {
            in_settings(file, evidence)
        } else if is_prose {
            Ok(orders(file, evidence, settings).into_iter().collect())
        } else {
            continue;
        };
        judged += 1;
        match opened {
            Ok(opened) => {
                let weighed = |one| super::weighed(file, one, evidence, settings);
                found.extend(opened.into_iter().filter_map(weighed));
            }
            Err(why) => unknown = Some(why),
        }
    }
    if judged == 0 {
        return Err(Abstain::not_applicable(
            "no instructions or settings of agents changed",
        ));
    }
    unless_unknown(found, unknown)
}

/// Prose for agents that `scope-protected-path` does not know.
fn orders(file: &FileChange, evidence: &Evidence, settings: &Settings) -> Option<Opened> {
    let known = (&settings.risks, &settings.kinds, &settings.policy);
    if risk::guarded(file, evidence, known).is_some() {
        return None;
    }
    let line = file.added().next()?;
    let does = if file.status == Status::Added {
        "is new"
    } else {
        "says something else now"
    };
    Some(opened(
        line.number,
        format!("`{}` tells agents what to do, and {does}", file.path()),
    ))
}

fn in_settings(file: &FileChange, evidence: &Evidence) -> Supplied<Vec<Opened>> {
    let read = |version: Option<&Version>| -> Supplied<BTreeMap<String, (u32, String)>> {
        let Some(version) = version else {
            return Ok(BTreeMap::new());
        };
        let bytes = evidence.change.bytes(version)?;
        let root = document::text(&bytes, limits::MANIFEST_BYTES).and_then(|text| {
            match version.path.extension().as_str() {
                "toml" => Node::of_toml(text),
                _ => Node::of_json(text),
            }
        });
        root.map(|root| programs(&root))
            .map_err(|problem| problem.unreadable(&version.path))
    };
    let before = read(file.before().filter(|_| file.status != Status::Copied))?;
    let after = read(file.after())?;
    let new = after
        .into_iter()
        .filter(|(what, (_, runs))| before.get(what).is_none_or(|(_, known)| known != runs));
    Ok(new
        .map(|(what, (line, _))| {
            let does = if before.contains_key(&what) {
                "does something else now"
            } else {
                "is new"
            };
            opened(line, format!("{} {does}", escape::line(&what)))
        })
        .collect())
}

/// What settings run: its name for a reader, its line, and everything that decides what it does.
fn programs(root: &Node) -> BTreeMap<String, (u32, String)> {
    let mut programs = BTreeMap::new();
    for hook in root.get("hooks").map(Node::entries).unwrap_or_default() {
        for (line, text) in texts(&hook.node)
            .into_iter()
            .filter(|(_, text)| text.contains(['/', ' ', '.']))
        {
            programs.insert(
                format!("the hook `{}` with `{text}`", hook.key),
                (line, String::new()),
            );
        }
    }
    for variable in root.get("env").map(Node::entries).unwrap_or_default() {
        let loads = LOADERS.contains(&variable.key.as_str()) || variable.key.ends_with("_BASE_URL");
        if let (true, Some(text)) = (loads, variable.node.text()) {
            programs.insert(
                format!("the variable `{}`", variable.key),
                (variable.line, text.to_owned()),
            );
        }
    }
    programs
}

/// Every text in a node, in order; a node is at most as deep as its reader allows.
fn texts(node: &Node) -> Vec<(u32, String)> {
    let (mut waiting, mut found) = (vec![node], Vec::new());
    while let Some(node) = waiting.pop() {
        match &node.value {
            Value::Text(text) => found.push((node.line, text.clone())),
            Value::Table(entries) => waiting.extend(entries.iter().rev().map(|entry| &entry.node)),
            Value::List(items) => waiting.extend(items.iter().rev()),
            Value::Flag(_) | Value::Other => {}
        }
    }
    found
}

fn opened(line: u32, says: String) -> Opened {
    Opened {
        line,
        says,
        words: WORDS,
        class: "agent-config",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_and_loaders_are_programs_and_a_server_or_a_model_is_none() {
        let text = r#"{
            "model": "large",
            "env": {"NODE_OPTIONS": "--require ./a.js", "LANG": "C"},
            "mcpServers": {"tracker": {"command": "npx", "args": ["tracker"]}},
            "hooks": {"PostToolUse": [{"matcher": "Edit", "hooks": [{"type": "command", "command": "sh fmt.sh"}]}]}
        }"#;
        let programs = programs(&Node::of_json(text).unwrap());
        let names: Vec<&str> = programs.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "the hook `PostToolUse` with `sh fmt.sh`",
                "the variable `NODE_OPTIONS`"
            ]
        );
    }
}
