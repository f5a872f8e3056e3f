//! What is a command for: does it build, check types, lint, format, or run tests?
//!
//! Known by the name of the tool, or by that of the project's own script. What is not known has no purpose here, and what
//! has several (`make`, `tox`) none either.

use super::{
    claims::transcripts::Outcome,
    commands::{self, Call},
};

/// What a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// It compiles or bundles.
    Build,
    /// It checks types without making anything.
    Types,
    /// It looks for faults without running the code.
    Lint,
    /// It formats, or compares formats.
    Format,
    /// It runs tests.
    Test,
}

/// Tools by what they run, as [`Call::family`] spells it.
#[rustfmt::skip]
const TOOLS: &[(Purpose, &[&str])] = &[
    (Purpose::Build, &[
        "cargo build", "cargo check", "go build", "go install", "mvn compile", "mvn package", "mvnw compile",
        "mvnw package", "gradle assemble", "gradlew assemble", "gradle build", "gradlew build", "dotnet build",
        "dotnet publish", "swift build", "zig build", "sbt compile", "mix compile", "flutter build", "bazel build",
        "buck2 build", "vite", "webpack", "rollup", "esbuild", "tsup", "maturin", "trunk", "wasm-pack", "xcodebuild",
        "ninja", "make build", "make compile", "just build", "task build", "turbo build", "nx build", "npm build",
        "pnpm build", "yarn build", "bun build", "mise build", "next", "ng", "cmake", "javac", "gcc", "g++",
        "clang", "rustc", "kotlinc", "uv build", "poetry build", "hatch build", "pdm build",
    ]),
    (Purpose::Types, &[
        "tsc", "vue-tsc", "mypy", "pyright", "basedpyright", "ty", "flow", "make typecheck", "make types",
        "just typecheck", "pnpm typecheck", "yarn typecheck",
    ]),
    (Purpose::Lint, &[
        "cargo clippy", "eslint", "ruff check", "flake8", "pylint", "golangci-lint", "go vet", "staticcheck",
        "biome", "rubocop", "shellcheck", "stylelint", "oxlint", "ktlint", "clippy", "make lint", "just lint",
        "pnpm lint", "yarn lint", "bun lint",
    ]),
    (Purpose::Format, &[
        "cargo fmt", "rustfmt", "prettier", "black", "ruff format", "gofmt", "isort", "make fmt", "make format",
        "just fmt", "pnpm format", "yarn format",
    ]),
    (Purpose::Test, &[
        "cargo test", "package test", "pytest", "go test", "mvn test", "mvn verify", "mvn install", "gradle test",
        "gradlew test", "gradle check", "gradlew check", "dotnet test", "swift test", "zig test", "sbt test",
        "mix test", "flutter test", "bazel test", "jest", "vitest", "mocha", "playwright", "cypress", "rspec",
        "phpunit", "ctest", "gotestsum", "make test", "make check", "just test", "task test", "turbo test",
        "nx test", "deno test", "unittest",
    ]),
];

/// Programs of [`TOOLS`] that do several things, and the word that makes them do this one.
const BY_WORD: &[(&str, &[&str])] = &[
    ("cmake", &["--build"]),
    ("maturin", &["build", "develop"]),
    ("next", &["build"]),
    ("ng", &["build"]),
    ("trunk", &["build"]),
    ("vite", &["build"]),
    ("wasm-pack", &["build"]),
    ("xcodebuild", &["build"]),
];

/// The first word of a script's name, and what such scripts do.
const SCRIPTS: &[(Purpose, &[&str])] = &[
    (Purpose::Build, &["build", "compile", "bundle"]),
    (Purpose::Types, &["typecheck", "types", "tsc", "type"]),
    (Purpose::Lint, &["lint", "eslint", "clippy"]),
    (Purpose::Format, &["format", "fmt", "prettier"]),
    (Purpose::Test, &["test", "tests", "e2e", "unit"]),
];

impl Purpose {
    /// What a tool is for; `None` where that is not known.
    pub fn of(call: &Call) -> Option<Self> {
        if let Some((_, script)) = call.family.split_once(" run ") {
            let first = script.split([':', '-', '_', '.']).next().unwrap_or(script);
            return SCRIPTS
                .iter()
                .find(|(_, names)| names.contains(&first))
                .map(|(purpose, _)| *purpose);
        }
        let program = call.family.split(' ').next().unwrap_or_default();
        let meant = BY_WORD.iter().find(|(name, _)| *name == program);
        let fits = meant.is_none_or(|(_, words)| {
            let mut said = call.rest.iter().map(String::as_str);
            words.iter().any(|word| call.family.ends_with(word)) || said.any(|said| words.contains(&said))
        });
        let known = TOOLS
            .iter()
            .find(|(_, names)| names.contains(&call.family.as_str()));
        known.filter(|_| fits).map(|(purpose, _)| *purpose)
    }

    /// What every part of a command line is for; `None` where one is not known, or the line is more than commands in a
    /// row.
    pub fn of_line(text: &str) -> Option<Vec<Self>> {
        let calls = commands::ran(text, Outcome::Unknown);
        let calls = calls.iter().filter(|(call, _)| !commands::is_setting(call));
        let all: Vec<Self> = calls.map(|(call, _)| Self::of(call)).collect::<Option<_>>()?;
        (!all.is_empty()).then_some(all)
    }
}

/// Tools that compile what they test or check: where they end well, it builds.
const COMPILING: &[&str] = &[
    "bazel test",
    "cargo bench",
    "cargo clippy",
    "cargo run",
    "cargo test",
    "dotnet run",
    "dotnet test",
    "go run",
    "go test",
    "go vet",
    "gradle check",
    "gradle test",
    "gradlew check",
    "gradlew test",
    "mvn install",
    "mvn test",
    "mvn verify",
    "sbt test",
    "swift test",
    "zig test",
];

/// Whether a tool builds on its way to something else: it proves a build where it ends well, and nothing where it fails.
pub fn builds_on_the_way(call: &Call) -> bool {
    COMPILING.contains(&call.family.as_str())
}

/// Tools that have no warnings, or end badly for each.
const STRICT: &[&str] = &[
    "basedpyright",
    "flake8",
    "go build",
    "go vet",
    "golangci-lint",
    "mypy",
    "pyright",
    "ruff",
    "ruff check",
    "shellcheck",
    "staticcheck",
    "tsc",
    "vue-tsc",
];

/// Words by which a tool ends badly for a warning.
const STRICT_WORDS: &[&str] = &[
    "warnings",
    "-Dwarnings",
    "-Werror",
    "--max-warnings=0",
    "-warnaserror",
    "/warnaserror",
    "--warnaserror",
    "--error-on-warnings",
    "--fail-on-warnings",
    "--strict-warnings",
];

/// Whether a warning is enough for a tool to end badly.
pub fn fails_on_warnings(call: &Call) -> bool {
    let mut pairs = call.rest.windows(2);
    let none_allowed =
        pairs.any(|pair| matches!(pair, [flag, most] if flag == "--max-warnings" && most == "0"));
    none_allowed
        || STRICT.contains(&call.family.as_str())
        || call.rest.iter().any(|word| STRICT_WORDS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Purpose> {
        Purpose::of(&commands::named(text)?)
    }

    #[test]
    fn a_tool_or_a_script_tells_what_it_is_for() {
        for (text, purpose) in [
            ("cargo build --release", Some(Purpose::Build)),
            ("cargo b", Some(Purpose::Build)),
            ("npm run build", Some(Purpose::Build)),
            ("pnpm run build:prod", Some(Purpose::Build)),
            ("npx vite build", Some(Purpose::Build)),
            ("npx vite", None),
            ("./gradlew assemble", Some(Purpose::Build)),
            ("cmake --build out", Some(Purpose::Build)),
            ("cmake -B out", None),
            ("npx tsc --noEmit", Some(Purpose::Types)),
            ("yarn run type-check", Some(Purpose::Types)),
            ("cargo clippy -- -D warnings", Some(Purpose::Lint)),
            ("uv run ruff check .", Some(Purpose::Lint)),
            ("ruff format", Some(Purpose::Format)),
            ("cargo nextest run", Some(Purpose::Test)),
            ("npm test", Some(Purpose::Test)),
            ("make", None),
            ("tox", None),
            ("npm run deploy", None),
            ("./build.sh", None),
        ] {
            assert_eq!(of(text), purpose, "{text}");
        }
    }

    #[test]
    fn a_line_has_a_purpose_where_all_of_it_is_known() {
        assert_eq!(
            Purpose::of_line("cd app && cargo fmt --check && cargo build"),
            Some(vec![Purpose::Format, Purpose::Build])
        );
        for text in [
            "cargo build && ./check.sh",
            "sh -c 'cargo build'",
            "cd app",
            "",
            "for x in y; do cargo build; done",
        ] {
            assert_eq!(Purpose::of_line(text), None, "{text}");
        }
    }

    #[test]
    fn not_every_tool_minds_a_warning() {
        for (text, minds) in [
            ("cargo clippy", false),
            ("cargo clippy -- -D warnings", true),
            ("cargo build", false),
            ("npx eslint .", false),
            ("npx eslint . --max-warnings 0", true),
            ("npx eslint . --max-warnings=0", true),
            ("tsc --noEmit", true),
            ("go build ./...", true),
        ] {
            assert_eq!(
                fails_on_warnings(&commands::named(text).unwrap()),
                minds,
                "{text}"
            );
        }
    }
}
