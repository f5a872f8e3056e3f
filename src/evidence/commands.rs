//! Which tools does a command line run, what does its exit code say about each, and are two of them the same?
//!
//! A shell line is not executed here, nor understood in full: whatever is more than commands in a row is opaque, and what
//! is opaque is never held against anybody.

use super::claims::transcripts::Outcome;

/// One tool with its arguments, freed of what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What it runs, without regard to how: `cargo test` for `cargo nextest run`.
    pub family: String,
    /// Its other words, without flags that change nothing but the output.
    pub rest: Vec<String>,
}

/// How the parts of a line are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    And,
    Or,
    Then,
    Pipe,
    Background,
}

/// A part of a line and what follows it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Part {
    words: Vec<String>,
    join: Option<Join>,
}

/// Words that open a construct of the shell whose parts may or may not run.
const CONSTRUCTS: &[&str] = &[
    "for", "while", "until", "if", "case", "function", "do", "then", "else", "elif", "{", "(", "!",
];

/// Words before a tool that run it and nothing else; with how many words of their own they take after them.
const WRAPPERS: &[(&[&str], usize)] = &[
    (&["time"], 0),
    (&["env"], 0),
    (&["sudo"], 0),
    (&["nohup"], 0),
    (&["command"], 0),
    (&["exec"], 0),
    (&["nice"], 0),
    (&["timeout"], 1),
    (&["npx"], 0),
    (&["bunx"], 0),
    (&["pnpm", "exec"], 0),
    (&["yarn", "exec"], 0),
    (&["uv", "run"], 0),
    (&["poetry", "run"], 0),
    (&["pdm", "run"], 0),
    (&["hatch", "run"], 0),
    (&["pipenv", "run"], 0),
    (&["rye", "run"], 0),
    (&["bundle", "exec"], 0),
    (&["mise", "exec"], 0),
    (&["mise", "x"], 0),
    (&["python", "-m"], 0),
    (&["python3", "-m"], 0),
    (&["py", "-m"], 0),
];

/// Programs whose next word says what they do.
const WITH_COMMANDS: &[&str] = &[
    "bazel", "buck2", "bun", "cargo", "deno", "docker", "dotnet", "flutter", "git", "go", "gradle",
    "gradlew", "just", "make", "mise", "mix", "mvn", "mvnw", "npm", "nx", "pnpm", "rake", "ruff", "sbt",
    "swift", "task", "turbo", "yarn", "zig",
];

/// Programs that run scripts of the project by their names.
const SCRIPTED: &[&str] = &["bun", "deno", "npm", "pnpm", "yarn"];

/// Other spellings of the same thing.
const ALIASES: &[(&str, &str)] = &[
    ("bun test", "package test"),
    ("bun run test", "package test"),
    ("cargo nextest", "cargo test"),
    ("cargo t", "cargo test"),
    ("cargo b", "cargo build"),
    ("cargo c", "cargo check"),
    ("gradlew test", "gradle test"),
    ("mvnw test", "mvn test"),
    ("mvnw verify", "mvn verify"),
    ("npm t", "package test"),
    ("npm test", "package test"),
    ("npm run test", "package test"),
    ("pnpm t", "package test"),
    ("pnpm test", "package test"),
    ("pnpm run test", "package test"),
    ("py.test", "pytest"),
    ("yarn test", "package test"),
    ("yarn run test", "package test"),
];

/// Programs that run other tools which the line does not name.
const OPAQUE: &[&str] = &[
    "act",
    "ant",
    "bash",
    "bazel",
    "buck2",
    "bun",
    "dagger",
    "docker",
    "earthly",
    "eval",
    "gulp",
    "hatch",
    "invoke",
    "just",
    "lefthook",
    "make",
    "mise",
    "node",
    "nox",
    "npm",
    "nx",
    "perl",
    "pnpm",
    "podman",
    "pre-commit",
    "python",
    "python3",
    "rake",
    "ruby",
    "sh",
    "source",
    "ssh",
    "task",
    "tox",
    "turbo",
    "xargs",
    "yarn",
    "zsh",
    ".",
];

/// Flags that change only what is printed.
const QUIET: &[&str] = &[
    "--color",
    "--color=always",
    "--color=never",
    "--color=no",
    "--no-color",
    "--nocapture",
    "--quiet",
    "--silent",
    "--verbose",
    "-q",
    "-qq",
    "-s",
    "-v",
    "-vv",
    "-x",
];

/// The tool that somebody names, as in `make test` or `cargo nextest run`; `None` where it names more than one, or none.
pub fn named(text: &str) -> Option<Call> {
    let parts = parts(text.trim().trim_start_matches("$ "))?;
    let mut calls = parts
        .iter()
        .filter_map(|part| call(&part.words))
        .filter(|call| !is_setting(call));
    let one = calls.next()?;
    calls.next().is_none().then_some(one)
}

/// The tools of a line that was run, each with what the exit code of the line says about it.
pub fn ran(text: &str, outcome: Outcome) -> Vec<(Call, Outcome)> {
    let Some(parts) = parts(text) else {
        return Vec::new();
    };
    let joins: Vec<Option<Join>> = parts.iter().map(|part| part.join).collect();
    let fails_in_pipes = text.contains("pipefail");
    let mut told = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        if let Some(call) = call(&part.words) {
            let after = joins.get(at..).unwrap_or_default();
            told.push((call, seen(after, outcome, fails_in_pipes)));
        }
    }
    told
}

/// What the exit code of the line says about a part, by what follows that part.
fn seen(after: &[Option<Join>], outcome: Outcome, fails_in_pipes: bool) -> Outcome {
    let harmless = |join: &Option<Join>| match join {
        None | Some(Join::And) => true,
        Some(Join::Pipe) => fails_in_pipes,
        Some(Join::Or | Join::Then | Join::Background) => false,
    };
    let is_last = after.len() == 1;
    match outcome {
        Outcome::Done if after.iter().all(harmless) => Outcome::Done,
        // of several only the last is known to have failed, or not to have run at all
        Outcome::Failed(code) if is_last && after.iter().all(harmless) => Outcome::Failed(code),
        Outcome::Refused => Outcome::Refused,
        Outcome::Done | Outcome::Failed(_) | Outcome::Unknown => Outcome::Unknown,
    }
}

/// Whether a line may run tools that it does not name.
pub fn is_opaque(text: &str) -> bool {
    let Some(parts) = parts(text) else {
        return true;
    };
    parts.iter().any(|part| {
        let words = freed(&part.words);
        let Some(program) = words.first() else {
            return false;
        };
        let name = base(program);
        program.starts_with("./") || program.contains(".sh") || OPAQUE.contains(&name)
    })
}

/// Whether a line may set off the hooks of the repository.
pub fn sets_off_hooks(text: &str) -> bool {
    text.contains("git commit") || text.contains("git push") || text.contains("git merge")
}

/// Whether a tool only prepares what stands behind it.
pub fn is_setting(call: &Call) -> bool {
    matches!(
        call.family.as_str(),
        "cd" | "set" | "export" | "source" | "." | "pushd" | "popd" | "true"
    )
}

/// The simple commands of a line; `None` where it is more than that.
fn parts(text: &str) -> Option<Vec<Part>> {
    let mut parts = vec![Part::default()];
    let mut word = String::new();
    let (mut quote, mut is_word) = (None, false);
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        if let Some(open) = quote {
            match character {
                _ if character == open => quote = None,
                '\\' if open == '"' => word.extend(characters.next()),
                '`' if open == '"' => return None,
                '$' if open == '"' && characters.peek() == Some(&'(') => return None,
                _ => word.push(character),
            }
            continue;
        }
        let mut twice = |mark: char| characters.next_if_eq(&mark).is_some();
        let join = match character {
            '\'' | '"' => {
                quote = Some(character);
                is_word = true;
                continue;
            }
            '\\' => {
                match characters.next() {
                    Some('\n') => {}
                    Some(escaped) => {
                        is_word = true;
                        word.push(escaped);
                    }
                    None => return None,
                }
                continue;
            }
            '`' | '(' | ')' | '<' => return None,
            '>' => {
                redirect(&mut word, &mut is_word, &mut characters);
                continue;
            }
            '&' if twice('&') => Some(Join::And),
            '&' => Some(Join::Background),
            '|' if twice('|') => Some(Join::Or),
            '|' => Some(Join::Pipe),
            ';' | '\n' => Some(Join::Then),
            _ if character.is_whitespace() => None,
            _ => {
                is_word = true;
                word.push(character);
                continue;
            }
        };
        let last = parts.last_mut()?;
        if std::mem::take(&mut is_word) {
            last.words.push(std::mem::take(&mut word));
        }
        if let Some(join) = join
            && !last.words.is_empty()
        {
            last.join = Some(join);
            parts.push(Part::default());
        }
    }
    if quote.is_some() {
        return None;
    }
    if is_word {
        parts.last_mut()?.words.push(word);
    }
    // a line break or a semicolon at the end joins nothing
    if parts.last()?.words.is_empty() {
        parts.pop();
        let last = parts.last_mut()?;
        if last.join == Some(Join::Then) {
            last.join = None;
        }
    }
    let is_construct = |part: &Part| {
        part.words
            .first()
            .is_some_and(|word| CONSTRUCTS.contains(&word.as_str()))
    };
    (!parts.iter().any(is_construct)).then_some(parts)
}

/// `2>&1`, `> file`: dropped with the number before and the file behind.
fn redirect(
    word: &mut String,
    is_word: &mut bool,
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
) {
    if word.chars().all(|c| c.is_ascii_digit()) {
        word.clear();
        *is_word = false;
    }
    while characters.next_if(|c| matches!(c, '>' | '&' | ' ')).is_some() {}
    while characters
        .next_if(|c| !c.is_whitespace() && !matches!(c, ';' | '|' | '&'))
        .is_some()
    {}
}

/// The words from the tool on.
fn freed(words: &[String]) -> &[String] {
    let mut words = words;
    loop {
        let Some(first) = words.first() else {
            return words;
        };
        let is_variable = first.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        let taken = if is_variable { Some(1) } else { wrapper(words) };
        match taken {
            Some(taken) if words.len() > taken => words = words.get(taken..).unwrap_or_default(),
            Some(_) | None => return words,
        }
    }
}

/// How many words a wrapper at the beginning takes, its flags included.
fn wrapper(words: &[String]) -> Option<usize> {
    let starts = |wrapper: &[&str]| {
        let names = words.iter().take(wrapper.len()).map(|word| base(word));
        names.eq(wrapper.iter().copied())
    };
    let (wrapper, own) = WRAPPERS.iter().find(|(wrapper, _)| starts(wrapper))?;
    let behind = words.get(wrapper.len()..)?;
    let flags = behind.iter().take_while(|word| word.starts_with('-')).count();
    Some(wrapper.len() + flags + own)
}

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn call(words: &[String]) -> Option<Call> {
    let (program, rest) = freed(words).split_first()?;
    // a toolchain is not a command: `cargo +nightly test`
    let toolchains = rest.iter().take_while(|word| word.starts_with('+')).count();
    let (family, rest) = family(base(program), rest.get(toolchains..).unwrap_or_default());
    let rest = rest
        .iter()
        .filter(|word| *word != "--" && !QUIET.contains(&word.as_str()));
    Some(Call {
        family,
        rest: rest.cloned().collect(),
    })
}

/// What a program runs, and the words behind it.
fn family<'a>(program: &str, rest: &'a [String]) -> (String, &'a [String]) {
    let is_word = |word: &String| !word.starts_with('-');
    let (name, behind) = match rest {
        [run, script, behind @ ..] if run == "run" && SCRIPTED.contains(&program) && is_word(script) => {
            (format!("{program} run {script}"), behind)
        }
        // the other spelling of `cargo test` has a command of its own
        [nextest, run, behind @ ..] if nextest == "nextest" && matches!(run.as_str(), "run" | "r") => {
            (format!("{program} nextest"), behind)
        }
        [command, behind @ ..] if WITH_COMMANDS.contains(&program) && is_word(command) => {
            (format!("{program} {command}"), behind)
        }
        _ => (program.to_owned(), rest),
    };
    let known = ALIASES.iter().find(|(alias, _)| *alias == name);
    (
        known.map_or(name.clone(), |(_, known)| (*known).to_owned()),
        behind,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(text: &str) -> String {
        named(text).map(|call| call.family).unwrap_or_default()
    }

    #[test]
    fn the_same_tool_has_one_name() {
        for (text, name) in [
            ("cargo test", "cargo test"),
            ("cargo nextest run --workspace", "cargo test"),
            ("cargo +nightly t", "cargo test"),
            ("cd app && RUST_LOG=x cargo test 2>&1", "cargo test"),
            ("timeout 60 cargo clippy -- -D warnings", "cargo clippy"),
            ("uv run --frozen pytest -q", "pytest"),
            ("python3 -m pytest tests", "pytest"),
            ("/usr/bin/pytest", "pytest"),
            ("npm run test", "package test"),
            ("pnpm test", "package test"),
            ("npm run lint -- --fix", "npm run lint"),
            ("go test ./...", "go test"),
            ("$ make test", "make test"),
            ("npx eslint .", "eslint"),
        ] {
            assert_eq!(family(text), name, "{text}");
        }
        for nothing in [
            "",
            "cargo test && cargo clippy",
            "for i in 1 2; do cargo test; done",
            "echo $(cargo test)",
        ] {
            assert_eq!(named(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn an_exit_code_is_that_of_the_part_that_decides_it() {
        let told = |text: &str, outcome: Outcome| -> Vec<(String, Outcome)> {
            let told = ran(text, outcome);
            told.into_iter()
                .map(|(call, outcome)| (call.family, outcome))
                .collect()
        };
        let (done, failed) = (Outcome::Done, Outcome::Failed(Some(1)));
        for (text, outcome, expected) in [
            ("cargo test", done, done),
            ("cargo test", failed, failed),
            ("cargo test && echo ok", done, done),
            ("cargo test && echo ok", failed, Outcome::Unknown),
            ("cargo test | tail -5", done, Outcome::Unknown),
            ("set -o pipefail; cargo test | tail -5", done, done),
            ("cargo test || true", done, Outcome::Unknown),
            ("cargo test; echo done", done, Outcome::Unknown),
            ("cargo test;", failed, failed),
            ("cargo test &", done, Outcome::Unknown),
            ("cd x && cargo test", failed, failed),
        ] {
            let found = told(text, outcome);
            let found = found.iter().find(|(name, _)| name == "cargo test").unwrap();
            assert_eq!(found.1, expected, "{text}");
        }
    }

    #[test]
    fn scripts_may_run_anything() {
        for text in [
            "make ci",
            "./check.sh",
            "bash -c x",
            "npm run all",
            "if true; then x; fi",
            "python run.py",
            "x `y`",
        ] {
            assert!(is_opaque(text), "{text}");
        }
        for text in [
            "cargo test",
            "git status && ls",
            "pytest 'a b'",
            "python -m pytest",
            "grep -rn \"x|y\" src",
        ] {
            assert!(!is_opaque(text), "{text}");
        }
    }

    #[test]
    fn hostile_lines_are_opaque_or_plain() {
        for text in [
            "'", "\\", "&&&&", "||", ">", "2>", ";;;", "\"$(", "a=b", "env", "timeout", "npx -y",
        ] {
            let _ = (named(text), ran(text, Outcome::Done), is_opaque(text));
        }
        assert_eq!(
            named("env"),
            Some(Call {
                family: "env".to_owned(),
                rest: Vec::new()
            })
        );
    }
}
