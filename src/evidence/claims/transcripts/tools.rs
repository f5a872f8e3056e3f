//! What does an agent's call of a tool do: run a command, edit a file, neither?
//!
//! Agents name the same few tools alike; their names are compared without case and marks.

use serde_json::Value;

use super::Kind;
use crate::limits;

/// One thing that a call does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Runs a command.
    Run {
        /// The command line.
        text: String,
        /// The folder it runs in, where the call names one.
        folder: Option<String>,
    },
    /// Edits a file.
    Edit {
        /// The file.
        path: String,
        /// What is done to it.
        kind: Kind,
    },
}

/// What a call means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// Commands and edits.
    Steps(Vec<Step>),
    /// Nothing that changes anything.
    Nothing,
    /// Another agent is put to work; what it does is told elsewhere or nowhere.
    Subagent,
    /// The tool is not known here.
    Unknown,
}

#[derive(Clone, Copy)]
enum Tool {
    Run,
    Write,
    Edit,
    Delete,
    Patch,
    /// Creates or edits, by its `command`.
    Editor,
    Nothing,
    Subagent,
}

/// Names without case and marks, and what they are called for.
const TOOLS: &[(Tool, &[&str])] = &[
    (
        Tool::Run,
        &[
            "bash",
            "containerexec",
            "execcommand",
            "execute",
            "executecommand",
            "localshell",
            "localshellcall",
            "powershell",
            "runcommand",
            "runinterminal",
            "runshellcommand",
            "runterminalcmd",
            "runterminalcommand",
            "shell",
            "shellcommand",
            "terminal",
        ],
    ),
    (
        Tool::Write,
        &["create", "createfile", "write", "writefile", "writetofile"],
    ),
    (
        Tool::Edit,
        &[
            "edit",
            "editfile",
            "editnotebook",
            "insert",
            "multiedit",
            "notebookedit",
            "replace",
            "replaceinfile",
            "searchreplace",
            "strreplace",
            "update",
        ],
    ),
    (Tool::Delete, &["delete", "deletefile", "removefile"]),
    (Tool::Patch, &["applypatch", "patch"]),
    (Tool::Editor, &["strreplacebasededittool", "strreplaceeditor"]),
    (
        Tool::Nothing,
        &[
            "askuserquestion",
            "bashoutput",
            "codebasesearch",
            "enterplanmode",
            "exitplanmode",
            "exitspecmode",
            "fetch",
            "fetchcopilotclidocumentation",
            "fetchurl",
            "fetchwebpage",
            "filesearch",
            "find",
            "findfiles",
            "glob",
            "globtool",
            "googlewebsearch",
            "grep",
            "grepsearch",
            "greptool",
            "killbash",
            "killshell",
            "listbash",
            "listdir",
            "listdirectory",
            "listfiles",
            "ls",
            "lsp",
            "memory",
            "multitooluseparallel",
            "question",
            "rg",
            "read",
            "readbash",
            "readfile",
            "readfolder",
            "readlints",
            "readmanyfiles",
            "readpowershell",
            "reportintent",
            "requestuserinput",
            "savememory",
            "search",
            "searchfilecontent",
            "skill",
            "slashcommand",
            "stopbash",
            "storememory",
            "taskoutput",
            "todoread",
            "todowrite",
            "toolsearch",
            "updateplan",
            "updatetodo",
            "view",
            "viewimage",
            "wait",
            "webfetch",
            "websearch",
            "writebash",
            "writestdin",
            "writetodos",
        ],
    ),
    (
        Tool::Subagent,
        &[
            "agent",
            "closeagent",
            "delegatetoagent",
            "sendinput",
            "spawnagent",
            "subagent",
            "task",
            "workflow",
        ],
    ),
];

/// What the call of a tool does.
pub(super) fn steps(name: &str, input: &Value) -> Meant {
    let name = plain(name);
    let Some((tool, _)) = TOOLS.iter().find(|(_, names)| names.contains(&name.as_str())) else {
        return Meant::Unknown;
    };
    // some agents write the arguments as JSON in a text
    let parsed = input
        .as_str()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let input = parsed.as_ref().filter(|value| value.is_object()).unwrap_or(input);
    let edit = |kind: Kind| path(input).map(|path| vec![Step::Edit { path, kind }]);
    let steps = match tool {
        Tool::Run => run(input).map(|step| vec![step]),
        Tool::Write => edit(Kind::Written),
        Tool::Edit => edit(Kind::Edited),
        Tool::Delete => edit(Kind::Deleted),
        Tool::Patch => Some(patch(&patch_text(input))).filter(|steps| !steps.is_empty()),
        Tool::Editor => match input.get("command").and_then(Value::as_str) {
            Some("view") => return Meant::Nothing,
            Some("create") => edit(Kind::Created),
            Some(_) | None => edit(Kind::Edited),
        },
        Tool::Nothing => return Meant::Nothing,
        Tool::Subagent => return Meant::Subagent,
    };
    steps.map_or(Meant::Unknown, Meant::Steps)
}

/// `str_replace_editor`, `strReplaceEditor`, `functions.apply_patch`: letters and digits of the last part, in lower case.
fn plain(name: &str) -> String {
    let name = name.strip_prefix("functions.").unwrap_or(name);
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters
        .take(64)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

fn run(input: &Value) -> Option<Step> {
    let command = ["command", "cmd", "script", "commandLine"]
        .iter()
        .find_map(|key| input.get(key))?;
    let text = match command {
        Value::String(text) => text.clone(),
        Value::Array(words) => words_of(words)?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    let folder = ["workdir", "cwd", "dir_path", "directory"]
        .iter()
        .find_map(|key| input.get(key)?.as_str());
    Some(Step::Run {
        text: crate::escape::cut(&text, limits::COMMAND_BYTES).into_owned(),
        folder: folder.map(str::to_owned),
    })
}

/// `["bash", "-lc", "make test"]` runs `make test`.
pub(super) fn words_of(words: &[Value]) -> Option<String> {
    let words: Vec<&str> = words.iter().map(Value::as_str).collect::<Option<_>>()?;
    Some(match words.as_slice() {
        [shell, flag, script] if is_shell(shell) && flag.starts_with('-') && flag.ends_with('c') => {
            (*script).to_owned()
        }
        words => words.join(" "),
    })
}

fn is_shell(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    matches!(name, "bash" | "sh" | "zsh" | "dash" | "fish")
}

fn path(input: &Value) -> Option<String> {
    let keys = [
        "file_path",
        "filePath",
        "path",
        "target_file",
        "notebook_path",
        "absolute_path",
        "filename",
    ];
    let path = keys.iter().find_map(|key| input.get(key)?.as_str())?;
    Some(path.to_owned()).filter(|path| !path.is_empty() && path.len() <= limits::PATH_BYTES)
}

fn patch_text(input: &Value) -> String {
    let keys = ["input", "patch", "patchText", "patch_text", "command"];
    let text = match input {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) => keys.iter().find_map(|key| match input.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Array(words) => words.last()?.as_str().map(str::to_owned),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    };
    text.unwrap_or_default()
}

/// The files that a patch between `*** Begin Patch` and `*** End Patch` names.
pub(super) fn patch(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if let Some(to) = line.strip_prefix("*** Move to: ") {
            if let Some(Step::Edit { kind, .. }) = steps.last_mut() {
                *kind = Kind::Moved(to.to_owned());
            }
            continue;
        }
        let marks = [
            ("*** Add File: ", Kind::Created),
            ("*** Update File: ", Kind::Edited),
            ("*** Delete File: ", Kind::Deleted),
        ];
        for (mark, kind) in marks {
            if let Some(path) = line.strip_prefix(mark) {
                let path = path.to_owned();
                steps.push(Step::Edit { path, kind });
            }
        }
    }
    steps
}

/// The exit code that tools write into their answer: the number behind the last of the marks that begin a line.
pub(super) fn exit_code(text: &str, marks: &[&str]) -> Option<i32> {
    text.lines().rev().find_map(|line| {
        let line = line.trim_start();
        let behind = marks.iter().find_map(|mark| line.strip_prefix(mark))?;
        let digits: String = behind
            .trim_start()
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '-')
            .collect();
        digits.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ran(name: &str, input: &Value) -> Option<String> {
        match steps(name, input) {
            Meant::Steps(steps) => match steps.into_iter().next()? {
                Step::Run { text, .. } => Some(text),
                Step::Edit { .. } => None,
            },
            Meant::Nothing | Meant::Subagent | Meant::Unknown => None,
        }
    }

    #[test]
    fn the_same_command_is_found_in_every_spelling_of_a_call() {
        for (name, input) in [
            ("Bash", json!({"command": "make test"})),
            (
                "run_shell_command",
                json!({"command": "make test", "dir_path": "x"}),
            ),
            (
                "shell",
                json!("{\"command\": [\"/bin/bash\", \"-lc\", \"make test\"]}"),
            ),
            ("exec_command", json!({"cmd": "make test", "workdir": "/x"})),
            ("container.exec", json!({"cmd": ["make", "test"]})),
        ] {
            assert_eq!(ran(name, &input).as_deref(), Some("make test"), "{name}");
        }
        assert_eq!(steps("Bash", &json!({"command": 3})), Meant::Unknown);
        assert_eq!(steps("mcp__x__run", &json!({"command": "x"})), Meant::Unknown);
        assert_eq!(steps("Task", &json!({})), Meant::Subagent);
    }

    #[test]
    fn a_patch_names_its_files() {
        let text = "*** Begin Patch\n*** Add File: a.rs\n+x\n*** Update File: b.rs\n*** Move to: c.rs\n@@\n*** Delete File: d.rs\n*** End Patch";
        let Meant::Steps(steps) = steps("apply_patch", &json!({"input": text})) else {
            unreachable!("a patch is steps");
        };
        let edits: Vec<(String, Kind)> = steps
            .into_iter()
            .filter_map(|step| match step {
                Step::Edit { path, kind } => Some((path, kind)),
                Step::Run { .. } => None,
            })
            .collect();
        assert_eq!(
            edits,
            [
                ("a.rs".to_owned(), Kind::Created),
                ("b.rs".to_owned(), Kind::Moved("c.rs".to_owned())),
                ("d.rs".to_owned(), Kind::Deleted),
            ]
        );
    }

    #[test]
    fn an_exit_code_stands_behind_its_mark() {
        let marks = &["Exit code:", "Exit Code:"];
        assert_eq!(exit_code("x\nExit code: 101\nout", marks), Some(101));
        assert_eq!(exit_code("Exit code: 1\nExit Code: 0", marks), Some(0));
        assert_eq!(exit_code("the Exit code: 1", marks), None);
        assert_eq!(exit_code("Exit code: none", marks), None);
    }
}
