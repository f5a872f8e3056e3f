//! May an agent, a script or a user do more than before, without anybody being asked?

use super::Opened;
use crate::{
    checks::Settings,
    evidence::{
        Evidence, Supplied,
        change::{FileChange, Status, Version},
        manifests::{
            self,
            document::{self, Node, Value},
        },
    },
    finding::{Abstain, Judged, unless_unknown},
    glob::Globs,
    kinds::FileKind,
    limits,
};

/// Settings that say what an agent may do.
const SETTINGS: &[&str] = &[
    "**/.claude/settings.json",
    "**/.claude/settings.local.json",
    "**/.codex/config.toml",
    "**/.gemini/settings.json",
    "**/.qwen/settings.json",
    "**/.vscode/settings.json",
    "**/.cursor/permissions.json",
];
/// Files whose lines are commands.
const SCRIPTS: &[&str] = &[
    "**/*.{sh,bash,zsh}",
    "**/Dockerfile*",
    "**/Makefile",
    "**/justfile",
    "**/package.json",
    ".github/**/*.{yml,yaml}",
    ".gitlab-ci.yml",
    ".circleci/**",
    "**/docker-compose*.{yml,yaml}",
    "**/compose.{yml,yaml}",
    "**/sudoers*",
    "**/*.service",
    "**/devcontainer.json",
];
/// Programs that run whatever they are given: who may call them may do everything.
const INTERPRETERS: &[&str] = &[
    "bash",
    "sh",
    "zsh",
    "fish",
    "python",
    "python3",
    "node",
    "deno",
    "bun",
    "perl",
    "ruby",
    "php",
    "xargs",
    "env",
    "eval",
    "exec",
    "sudo",
    "su",
    "ssh",
    "nohup",
    "osascript",
    "powershell",
    "pwsh",
    "npx",
    "bunx",
    "uvx",
];
/// Parts of commands that switch questions off, or let everybody do everything.
const COMMANDS: &[(&str, &str)] = &[
    (
        "--dangerously-skip-permissions",
        "lets an agent act without asking",
    ),
    (
        "--dangerously-bypass-approvals-and-sandbox",
        "lets an agent act without asking and outside its sandbox",
    ),
    (
        "--sandbox danger-full-access",
        "lets an agent act outside its sandbox",
    ),
    ("chmod 777", "lets every user write"),
    ("chmod -R 777", "lets every user write"),
    ("chmod a+rwx", "lets every user write"),
    ("NOPASSWD:", "lets a user become another one without a password"),
];
/// Values by which settings switch questions off.
const SWITCHES: &[(&[&str], &str)] = &[
    (&["permissions", "defaultMode"], "bypassPermissions"),
    (&["permissions", "defaultMode"], "dontAsk"),
    (&["approval_policy"], "never"),
    (&["sandbox_mode"], "danger-full-access"),
    (&["general", "defaultApprovalMode"], "yolo"),
];
const WORDS: &[&str] = &[
    "permission",
    "sandbox",
    "sudo",
    "chmod",
    "without asking",
    "auto-approve",
    "autoapprove",
    "allow list",
    "allowlist",
    "yolo",
    "writable",
    "unattended",
    "headless",
];

/// Judges the item.
///
/// # Errors
/// No settings and no scripts changed, or settings cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (agents, scripts) = (Globs::built_in(SETTINGS), Globs::built_in(SCRIPTS));
    let (mut found, mut unknown, mut judged) = (Vec::new(), None, 0);
    for file in evidence
        .change
        .files()
        .iter()
        .filter(|file| is_in_force(file, settings))
    {
        let opened = if agents.matches(file.path()) {
            in_settings(file, evidence)
        } else if scripts.matches(file.path()) {
            Ok(in_commands(file))
        } else {
            continue;
        };
        judged += 1;
        match opened {
            Ok(opened) => found.extend(
                opened
                    .into_iter()
                    .filter_map(|one| super::weighed(file, one, evidence, settings)),
            ),
            Err(why) => unknown = Some(why),
        }
    }
    if judged == 0 {
        return Err(Abstain::not_applicable(
            "no settings of agents and no scripts changed",
        ));
    }
    unless_unknown(found, unknown)
}

/// Whether a file counts where it lies: not data of tests, an example, or somebody else's.
pub(super) fn is_in_force(file: &FileChange, settings: &Settings) -> bool {
    let own = match settings.kinds.of(file.path()) {
        FileKind::Source | FileKind::Other | FileKind::Docs | FileKind::Lock => true,
        FileKind::Test | FileKind::Generated | FileKind::Vendored => false,
    };
    own && file.after().is_some() && !manifests::is_elsewhere(file.path())
}

fn in_settings(file: &FileChange, evidence: &Evidence) -> Supplied<Vec<Opened>> {
    let read = |version: Option<&Version>| -> Supplied<Option<Node>> {
        let Some(version) = version else { return Ok(None) };
        let bytes = evidence.change.bytes(version)?;
        let root = document::text(&bytes, limits::MANIFEST_BYTES).and_then(|text| {
            match version.path.extension().as_str() {
                "toml" => Node::of_toml(text),
                _ => Node::of_json(text),
            }
        });
        root.map(Some)
            .map_err(|problem| problem.unreadable(&version.path))
    };
    let before = read(file.before().filter(|_| file.status != Status::Copied))?;
    let Some(after) = read(file.after())? else {
        return Ok(Vec::new());
    };
    let mut opened = Vec::new();
    let old = before.as_ref();
    for (line, rule) in items(Some(&after), "allow") {
        if is_broad(&rule) && !items(old, "allow").iter().any(|(_, known)| *known == rule) {
            opened.push(one(
                line,
                format!("agents may use `{}` without asking", crate::escape::line(&rule)),
            ));
        }
    }
    let kept = items(Some(&after), "deny");
    for (_, rule) in items(old, "deny") {
        if !kept.iter().any(|(_, known)| *known == rule) {
            let line = after
                .at(&["permissions", "deny"])
                .or(after.get("permissions"))
                .map_or(1, |node| node.line);
            opened.push(one(
                line,
                format!("agents are no longer kept from `{}`", crate::escape::line(&rule)),
            ));
        }
    }
    for (keys, value) in SWITCHES {
        let set = |root: &Node| root.at(keys).and_then(Node::text) == Some(*value);
        if set(&after) && !old.is_some_and(set) {
            let line = after.at(keys).map_or(1, |node| node.line);
            opened.push(one(
                line,
                format!("`{}` is `{value}`: agents act without asking", keys.join(".")),
            ));
        }
    }
    opened.extend(approvals(old, &after));
    Ok(opened)
}

/// Switches of editors whose name says that questions are answered by themselves.
fn approvals(before: Option<&Node>, after: &Node) -> Vec<Opened> {
    let entries = after
        .entries()
        .iter()
        .filter(|entry| entry.key.to_lowercase().contains("autoapprove"));
    let on = entries.filter(|entry| entry.node.value == Value::Flag(true));
    let new = on.filter(|entry| !before.is_some_and(|root| root.is_set(&entry.key)));
    new.map(|entry| {
        one(
            entry.line,
            format!(
                "`{}` is on: agents act without asking",
                crate::escape::line(&entry.key)
            ),
        )
    })
    .collect()
}

fn items(root: Option<&Node>, list: &str) -> Vec<(u32, String)> {
    let node = root.and_then(|root| root.at(&["permissions", list]));
    let items = node.map_or(&[][..], Node::items).iter();
    items
        .filter_map(|item| Some((item.line, item.text()?.to_owned())))
        .collect()
}

fn one(line: u32, says: String) -> Opened {
    Opened {
        line,
        says,
        words: WORDS,
        class: "agent-config",
    }
}

/// Whether a rule lets an agent run whatever it likes: `Bash`, `Bash(*)`, `Bash(python:*)`.
fn is_broad(rule: &str) -> bool {
    let Some(inside) = rule.strip_prefix("Bash") else {
        return rule == "*";
    };
    let inside = inside.trim_start_matches('(').trim_end_matches(')').trim();
    let command = inside.trim_end_matches(['*', ':', ' ']);
    let open = inside.ends_with('*') || inside.is_empty();
    let last = command.split_whitespace().next_back().unwrap_or_default();
    open && (command.is_empty()
        || INTERPRETERS.contains(&last)
        || matches!(command, "sh -c" | "bash -c" | "python -c" | "node -e"))
}

fn in_commands(file: &FileChange) -> Vec<Opened> {
    let count = |mark: &str, lines: &mut dyn Iterator<Item = &crate::evidence::change::Line>| {
        lines.filter(|line| holds(&line.text, mark)).count()
    };
    let mut opened = Vec::new();
    for (mark, what) in COMMANDS {
        // a line that was only reworded opens nothing
        if count(mark, &mut file.added()) <= count(mark, &mut file.removed()) {
            continue;
        }
        let line = file.added().find(|line| holds(&line.text, mark));
        opened.extend(line.map(|line| one(line.number, format!("`{mark}` {what}"))));
    }
    opened
}

fn holds(line: &str, mark: &str) -> bool {
    let start = line.trim_start();
    let comment = start.starts_with('#') || start.starts_with("//");
    !comment && line.contains(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_broad_where_it_lets_everything_through() {
        for rule in [
            "Bash",
            "Bash(*)",
            "Bash(python3:*)",
            "Bash(bash -c:*)",
            "Bash(sudo *)",
            "Bash(find . | xargs:*)",
            "*",
        ] {
            assert!(is_broad(rule), "{rule}");
        }
        for rule in [
            "Bash(cargo test:*)",
            "Bash(git log:*)",
            "Bash(python3 scripts/gen.py)",
            "Read(**)",
            "Bash(npm run lint)",
        ] {
            assert!(!is_broad(rule), "{rule}");
        }
    }
}
