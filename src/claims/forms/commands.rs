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

const BUILDS: &[&str] = &[
    "build",
    "builds",
    "compilation",
    "project builds",
    "code compiles",
    "compiles",
];

#[rustfmt::skip]
const CLEAN: &[&str] = &[
    "pass", "passes", "passed", "passing", "clean", "green", "succeeds", "succeeded", "successful",
    "successfully", "no warnings", "no errors", "without warnings", "without errors", "cleanly", "ok",
    "no issues", "0 errors", "zero warnings", "zero errors",
];

fn clean(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let linter = LINTERS
        .iter()
        .find(|phrase| super::find(tokens, phrase).is_some_and(|at| at <= 3));
    let built = super::find_any(tokens, BUILDS).is_some_and(|at| at <= 3);
    let numbered = tokens
        .first()
        .is_some_and(|token| token.text.starts_with(|c: char| c.is_ascii_digit()));
    if !(linter.is_some() || built) || !holds(tokens, CLEAN) || numbered {
        return Ok(Vec::new());
    }
    if let Some(why) = reading.cue_but(&[Why::Known, Why::Negation]) {
        return Err(why);
    }
    if owns_up(reading)
        && !holds(
            tokens,
            &["no errors", "without errors", "0 errors", "zero errors"],
        )
    {
        return Err(Why::Negation);
    }
    let form = if linter.is_some() {
        Form::LintClean
    } else {
        Form::BuildOk
    };
    let draft = Draft::new(form);
    Ok(vec![match linter {
        Some(name) => draft.about(*name),
        None => draft,
    }])
}
