//! Which commands are said to have been run, and is the build or the linter said to be clean?

use super::{Draft, Found, begins_with, from, holds, owns_up};
use crate::{
    claims::{
        modality::{Reading, Why},
        sections::Section,
        tokens::{Kind, Token},
    },
    evidence::claims::{Form, Status},
};

/// Programs that check something.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "poe", "cargo", "npm", "pnpm", "yarn", "bun", "bunx", "npx", "deno", "pytest", "python", "python3", "uv", "poetry",
    "tox", "nox", "go", "make", "just", "mvn", "./mvnw", "mvnw", "gradle", "./gradlew", "gradlew", "dotnet",
    "ruff", "mypy", "pyright", "eslint", "tsc", "prettier", "jest", "vitest", "mocha", "playwright", "cypress",
    "bazel", "bazelisk", "ctest", "cmake", "rake", "bundle", "rspec", "phpunit", "composer", "swift",
    "xcodebuild", "flutter", "dart", "mix", "sbt", "golangci-lint", "pre-commit", "shellcheck", "turbo", "nx",
    "biome", "black", "isort", "flake8", "hatch", "pdm", "rubocop", "clippy", "tsx", "node", "task", "pylint",
    "ty", "basedpyright", "stylelint", "ng", "vite", "next", "./vendor/bin/phpunit", "gotestsum", "staticcheck",
    "rustfmt", "gofmt",
];

/// Words that say that a command was run.
#[rustfmt::skip]
const RAN: &[&str] = &[
    "ran", "executed", "re-ran", "reran", "verified with", "verified by running", "verified via", "tested with",
    "tested by running", "tested via", "tested using", "built with", "checked with", "validated with",
    "confirmed with", "verified using", "passed", "linted with", "formatted with",
];

/// The claims about commands.
///
/// # Errors
/// A command is named, and not said to have been run.
pub fn read(reading: &Reading<'_>) -> Found {
    let ran = commands(reading)?;
    if !ran.is_empty() {
        return Ok(ran);
    }
    clean(reading)
}

fn commands(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let Some(at) = tokens.iter().position(|token| command(token).is_some()) else {
        return Ok(Vec::new());
    };
    let not_run = holds(tokens.get(..at).unwrap_or_default(), NOT_RUN);
    if !not_run && !is_said_to_run(reading, at) {
        return Ok(Vec::new());
    }
    let owned = owns_up(reading) || not_run;
    let cue = reading.cue_but(&[Why::Known, Why::Negation, Why::Elsewhere]);
    if let Some(why) = cue.filter(|_| !owned) {
        return Err(why);
    }
    let draft = |command: String| {
        let mut draft = Draft::new(Form::CommandRun).about(command);
        draft.status = if owned { Status::Failed } else { Status::Done };
        draft
    };
    Ok(tokens.iter().filter_map(command).map(draft).collect())
}

const NOT_RUN: &[&str] = &[
    "could not",
    "couldn't",
    "cannot",
    "unable",
    "did not",
    "didn't",
    "not",
];

/// Words by which a command ended well.
const ENDED: &[&str] = &[
    "clean",
    "passed",
    "passes",
    "pass",
    "green",
    "ok",
    "succeeded",
    "succeeds",
    "succeed",
];

/// Whether the command that stands at a place is said to have been run: by a verb, as an item below "Testing", behind a
/// label, or by what is said to have come of it.
fn is_said_to_run(reading: &Reading<'_>, at: usize) -> bool {
    let tokens = reading.tokens;
    let head = tokens.get(..at).unwrap_or_default();
    let verb = begins_with(tokens, RAN).is_some() && at <= LEAD;
    let item = reading.clause.section == Section::Testing && (at == 0 || is_label(head));
    let rest = from(tokens, at + 1);
    let ended = holds(rest, ENDED);
    let tail = &reading.clause.tail;
    let answered = at == 0 && (ended || owns_up(reading) || counted(rest) || holds(tail, CLEAN));
    verb || item || (is_label(head) && ended) || answered
}

/// Most words between a verb and its command.
const LEAD: usize = 6;

/// "48 passed" behind a command.
fn counted(rest: &[Token]) -> bool {
    rest.iter().any(|token| token.number().is_some())
        && holds(rest, &["passed", "passing", "failed", "skipped"])
}

/// "Type check:" in front of a command.
fn is_label(head: &[Token]) -> bool {
    head.len() <= 4 && head.last().is_some_and(|last| last.is_mark(":"))
}

/// The command that a code span holds; what only moves files around checks nothing.
fn command(token: &Token) -> Option<String> {
    if token.kind != Kind::Code {
        return None;
    }
    let words = token.text.split_whitespace();
    let mut words = words.skip_while(|word| {
        word.contains('=') && !word.starts_with('-')
            || matches!(*word, "cd" | "&&" | "$")
            || word.ends_with('/')
    });
    let program = words.next()?;
    let alone = words.next().is_none();
    let known = PROGRAMS.contains(&program);
    let single = matches!(
        program,
        "pytest"
            | "tox"
            | "nox"
            | "mypy"
            | "pyright"
            | "tsc"
            | "jest"
            | "vitest"
            | "make"
            | "rspec"
            | "phpunit"
            | "ctest"
            | "golangci-lint"
            | "eslint"
            | "ruff"
            | "flake8"
            | "pre-commit"
    );
    (known && (!alone || single)).then(|| token.text.clone())
}

/// What checks without running code.
#[rustfmt::skip]
const LINTERS: &[&str] = &[
    "lint", "linter", "linting", "clippy", "eslint", "ruff", "mypy", "pyright", "flake8", "typecheck",
    "type-check", "type check", "type checking", "type checks", "typescript", "tsc", "golangci-lint",
    "prettier", "biome", "rubocop", "formatting check", "types",
];

/// Those of them that are programs: several may be named side by side.
const TOOLS: &[&str] = &[
    "clippy",
    "eslint",
    "ruff",
    "mypy",
    "pyright",
    "flake8",
    "tsc",
    "golangci-lint",
    "prettier",
    "biome",
    "rubocop",
];

/// The linters that a clause begins with: every program, or what they are called together.
fn linters(tokens: &[Token]) -> Vec<&'static str> {
    let named = |phrase: &&&str| super::find(tokens, phrase).is_some_and(|at| at <= 3);
    let tools: Vec<&str> = TOOLS.iter().filter(named).copied().collect();
    if tools.is_empty() {
        LINTERS.iter().filter(named).take(1).copied().collect()
    } else {
        tools
    }
}

#[rustfmt::skip]
const CLEAN: &[&str] = &[
    "pass", "passes", "passed", "passing", "clean", "green", "succeeds", "succeeded", "successful",
    "successfully", "no warnings", "no errors", "without warnings", "without errors", "cleanly", "ok",
    "no issues", "0 errors", "zero warnings", "zero errors",
];

fn clean(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let linters = linters(tokens);
    let draft = if linters.is_empty() {
        built(tokens)
    } else {
        let about = |draft: Draft, name: &str| draft.about(name);
        let all = linters.into_iter().fold(Draft::new(Form::LintClean), about);
        holds(tokens, CLEAN).then_some(all)
    };
    let numbered = tokens
        .first()
        .is_some_and(|token| token.text.starts_with(|c: char| c.is_ascii_digit()));
    let Some(draft) = draft.filter(|_| !numbered) else {
        return Ok(Vec::new());
    };
    if let Some(why) = reading.cue_but(&[Why::Known, Why::Negation]) {
        return Err(why);
    }
    if owns_up(reading) && !holds(tokens, NO_ERRORS) {
        return Err(Why::Negation);
    }
    Ok(vec![draft])
}

const NO_ERRORS: &[&str] = &["no errors", "without errors", "0 errors", "zero errors"];

const NO_WARNINGS: &[&str] = &[
    "no warnings",
    "without warnings",
    "without any warnings",
    "0 warnings",
    "zero warnings",
    "warning-free",
    "without errors or warnings",
    "no errors or warnings",
    "without warnings or errors",
    "no warnings or errors",
];

/// Words in front of "build" or "builds" that leave it the whole.
#[rustfmt::skip]
const WHOLE: &[&str] = &[
    "the", "it", "project", "code", "everything", "all", "whole", "full", "entire", "still", "now", "crate",
    "workspace", "codebase", "release", "production", "clean", "that", "verified", "confirmed", "checked", "local",
    "both", "repo", "again", "this", "change",
];

/// Programs whose builds are named in plain words: "cargo build passes".
const BUILDERS: &[&str] = &[
    "bun", "cargo", "dotnet", "go", "gradle", "just", "make", "npm", "pnpm", "swift", "yarn", "zig",
];

/// Words by which a statement is about a part of the build, or about another machine.
const PARTS: &[&str] = &[
    "on", "in ci", "ci", "under", "windows", "macos", "linux", "arm64", "wasm", "for",
];

/// "It builds", "the build passes", "cargo build succeeds", "compiles without warnings".
fn built(tokens: &[Token]) -> Option<Draft> {
    let at = tokens
        .iter()
        .take(5)
        .position(|token| token.is_one_of(&["build", "builds", "compilation", "compiles"]))?;
    let before = tokens.get(..at)?;
    let behind = from(tokens, at + 1);
    let verb = tokens.get(at)?.is_one_of(&["builds", "compiles"]);
    // "builds the image" tells what a program does
    let alone = behind
        .iter()
        .all(|token| token.kind == Kind::Mark || token.is_one_of(&["again", "now", "fine", "locally"]));
    let said = holds(behind, CLEAN) || holds(behind, NO_WARNINGS) || verb && alone && !before.is_empty();
    if !said {
        return None;
    }
    let tool = builder(before);
    let rest = before.get(tool.as_ref().map_or(0, |(width, _)| *width)..)?;
    let whole = tool.is_some()
        || rest
            .iter()
            .all(|token| token.kind == Kind::Mark || token.is_one_of(WHOLE));
    let part =
        (!whole || holds(tokens, PARTS)).then_some("it is about a part of the build, or another machine");
    let mut draft = Draft::new(Form::BuildOk).mild(part);
    if let Some((_, tool)) = tool {
        draft = draft.about(format!("{tool} build"));
    }
    let strict = holds(tokens, NO_WARNINGS).then(|| "without warnings".to_owned());
    Some(draft.within(strict))
}

/// The program in front of "build", as `cargo` or `npm run`, and how many words that takes.
fn builder(before: &[Token]) -> Option<(usize, String)> {
    let program = before.first().filter(|token| token.is_one_of(BUILDERS))?;
    match before.get(1) {
        None => Some((1, program.lower.clone())),
        Some(run) if run.is("run") && before.len() == 2 => Some((2, format!("{} run", program.lower))),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{claims::prose, evidence::claims::document::Document};

    fn drafts(text: &str) -> Vec<super::Draft> {
        let told = prose::read(&Document::text("m", text), &prose::Templates::default());
        told.into_iter()
            .flat_map(|one| one.became.unwrap_or_default())
            .collect()
    }

    #[test]
    fn a_build_is_said_to_succeed_in_many_ways() {
        for (text, target, strict, held) in [
            ("It builds.", None, false, true),
            ("The project builds", None, false, true),
            ("✅ Build passes", None, false, true),
            ("The release build succeeds", None, false, true),
            ("cargo build passes", Some("cargo build"), false, true),
            ("npm run build succeeds", Some("npm run build"), false, true),
            ("Everything compiles", None, false, true),
            ("Compiles without warnings", None, true, true),
            ("The code compiles with no errors or warnings", None, true, true),
            ("The docs build passes", None, false, false),
            ("Build passes on Windows", None, false, false),
        ] {
            let found = drafts(text);
            let [draft] = found.as_slice() else {
                panic!("{text}: {found:?}")
            };
            assert_eq!(draft.form, super::Form::BuildOk, "{text}");
            assert_eq!(draft.targets.first().map(String::as_str), target, "{text}");
            assert_eq!(
                (draft.scope.is_some(), draft.mild.is_none()),
                (strict, held),
                "{text}"
            );
        }
    }

    #[test]
    fn what_builds_something_is_no_build_that_succeeds() {
        for text in [
            "It builds the image",
            "The tool builds and pushes images",
            "Build the project with cargo",
            "The build will pass",
            "The build should pass",
            "If the build passes, merge it",
            "The build fails",
            "The build passes except for docs, which fail",
            "Builds a tree of nodes",
        ] {
            let found = drafts(text);
            let held = found
                .iter()
                .filter(|draft| draft.form == super::Form::BuildOk && draft.mild.is_none());
            assert_eq!(held.count(), 0, "{text}: {found:?}");
        }
    }
}
