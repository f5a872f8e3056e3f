//! What kind of file is a path: code, test, documentation, generated, somebody else's?

use crate::{glob::Globs, path::RepoPath, policy::Paths};

/// What a path is, by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Code that runs in production.
    Source,
    /// Test code or test data.
    Test,
    /// Documentation.
    Docs,
    /// A lock file of a package manager.
    Lock,
    /// Written by a program, or a snapshot of output.
    Generated,
    /// Other people's code kept in the tree.
    Vendored,
    /// Anything else: configuration, data, assets.
    Other,
}

const TESTS: &[&str] = &[
    "**/tests/**",
    "**/test/**",
    "**/__tests__/**",
    "**/testing/**",
    "**/testdata/**",
    "**/spec/**",
    "**/specs/**",
    "**/e2e/**",
    "**/fixtures/**",
    "**/__mocks__/**",
    "**/src/test/**",
    "**/test_*.py",
    "**/*_test.py",
    "**/conftest.py",
    "**/*_test.go",
    "**/*_test.rs",
    "**/tests.rs",
    "**/test.rs",
    "**/*.{test,spec}.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
    "**/*.cy.{js,ts}",
    "**/*Test.{java,kt}",
    "**/*Tests.{java,kt,cs}",
    "**/*IT.java",
    "**/*Test.cs",
    "**/*Test.php",
    "**/*_spec.rb",
    "**/*_test.exs",
];
const DOCS: &[&str] = &[
    "**/*.{md,mdx,rst,adoc,txt}",
    "docs/**",
    "doc/**",
    "**/docs/**",
    "**/{LICENSE,LICENCE,COPYING,NOTICE,AUTHORS,CHANGELOG,README}*",
];
const LOCKS: &[&str] = &[
    "**/{Cargo.lock,package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock,bun.lockb,uv.lock,poetry.lock,Pipfile.lock,pdm.lock,go.sum,Gemfile.lock,composer.lock}",
];
const GENERATED: &[&str] = &[
    "**/*.snap",
    "**/__snapshots__/**",
    "**/snapshots/**",
    "**/*.min.{js,css}",
    "**/*.{pb,pb.gw}.go",
    "**/*_pb2.py",
    "**/*_pb2_grpc.py",
    "**/*.generated.*",
    "**/*.gen.{go,ts,rs}",
    "**/generated/**",
    "**/__generated__/**",
    "**/*.map",
    "**/dist/**",
];
const VENDORED: &[&str] = &[
    "**/vendor/**",
    "**/third_party/**",
    "**/third-party/**",
    "**/node_modules/**",
];
const SOURCE: &[&str] = &[
    "**/*.{rs,py,pyi,js,jsx,mjs,cjs,ts,tsx,mts,cts,go,java,kt,kts,scala,c,h,cc,cpp,cxx,hpp,cs,fs,rb,php,swift,m,mm,ex,exs,erl,hs,ml,clj,lua,pl,r,jl,dart,zig,sh,bash,ps1,sql,vue,svelte,proto}",
];

/// Where the layout of Maven and Gradle keeps code that ships, whatever its packages are called.
const SHIPPED: &[&str] = &["**/src/main/**"];

/// Folders at the root of a package whose code is built for other ends than tests.
const OTHER_ENDS: &[&str] = &["benches", "benchmarks", "examples", "fuzz"];
/// Folders whose code shows how something is used, and runs nowhere else.
const SHOWS: &[&str] = &[
    "cookbook",
    "demo",
    "demos",
    "doc",
    "docs",
    "docs_src",
    "example",
    "examples",
    "tutorial",
    "tutorials",
];
/// Folders of what tests are run on.
const MATERIAL: &[&str] = &["__fixtures__", "fixtures", "test-data", "test_data", "testdata"];
/// Programs that build, install or run a project.
const BUILDERS: &[&str] = &["build.rs", "setup.py", "noxfile.py", "tasks.py", "fabfile.py"];

/// Whether a file lies in a folder that shows how something is used: what is wrong there is copied, and ships nowhere.
pub fn shows(path: &RepoPath) -> bool {
    let folder = path.folder();
    let mut parts = folder.split('/').take_while(|part| *part != "src");
    parts.any(|part| SHOWS.contains(&part))
}

/// Whether a file is material for tests, however much it looks like a test: what it asserts is asserted of by others.
pub fn is_material(path: &RepoPath) -> bool {
    let folder = path.folder();
    folder.split('/').any(|part| MATERIAL.contains(&part))
}

/// Whether the tests of a project can be expected to run a file of code: benchmarks, examples and build scripts are
/// run by others, and stubs of types by nobody.
pub fn is_run_by_tests(path: &RepoPath) -> bool {
    let mut folders = path.parts().take_while(|part| part != "src");
    let is_stub = path.extension() == "pyi";
    !is_stub && !folders.any(|part| OTHER_ENDS.contains(&&*part)) && !BUILDERS.contains(&&*path.name())
}

/// The built-in patterns and those of the policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Kinds {
    tests: [Globs; 2],
    docs: [Globs; 2],
    generated: [Globs; 2],
    vendored: [Globs; 2],
    locks: Globs,
    source: Globs,
    shipped: Globs,
}

impl Kinds {
    /// The built-in patterns beside a policy's.
    pub fn new(paths: &Paths) -> Self {
        Self {
            tests: [Globs::built_in(TESTS), paths.tests.clone()],
            docs: [Globs::built_in(DOCS), paths.docs.clone()],
            generated: [Globs::built_in(GENERATED), paths.generated.clone()],
            vendored: [Globs::built_in(VENDORED), paths.vendored.clone()],
            locks: Globs::built_in(LOCKS),
            source: Globs::built_in(SOURCE),
            shipped: Globs::built_in(SHIPPED),
        }
    }

    /// What a path is. The policy's own patterns win over the built-in ones.
    pub fn of(&self, path: &RepoPath) -> FileKind {
        let classes = [
            (&self.vendored, FileKind::Vendored),
            (&self.generated, FileKind::Generated),
            (&self.tests, FileKind::Test),
            (&self.docs, FileKind::Docs),
        ];
        for (globs, kind) in classes {
            if let [_, own] = globs
                && own.matches(path)
            {
                return kind;
            }
        }
        if self.locks.matches(path) {
            return FileKind::Lock;
        }
        for (globs, kind) in classes {
            let [built_in, _] = globs;
            let ships = kind == FileKind::Test && self.shipped.matches(path);
            if built_in.matches(path) && !ships {
                return kind;
            }
        }
        if self.source.matches(path) {
            FileKind::Source
        } else {
            FileKind::Other
        }
    }

    /// Whether its name says that it is code, production or test alike.
    pub fn is_source_by_name(&self, path: &RepoPath) -> bool {
        self.source.matches(path)
    }

    /// Whether people wrote it by hand: neither generated, vendored nor a lock file.
    pub fn is_hand_written(&self, path: &RepoPath) -> bool {
        match self.of(path) {
            FileKind::Source | FileKind::Test | FileKind::Docs | FileKind::Other => true,
            FileKind::Lock | FileKind::Generated | FileKind::Vendored => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn benchmarks_examples_and_build_scripts_are_run_by_others_than_tests() {
        for (path, expected) in [
            ("src/lib.rs", true),
            ("crates/a/src/examples/mod.rs", true),
            ("crates/a/examples/show.rs", false),
            ("benches/speed.rs", false),
            ("crates/a/build.rs", false),
            ("src/rebuild.rs", true),
            ("setup.py", false),
            ("pkg/core.py", true),
            ("pkg/core.pyi", false),
        ] {
            assert_eq!(is_run_by_tests(&RepoPath::new(path).unwrap()), expected, "{path}");
        }
    }

    #[test]
    fn names_tell_kinds() {
        let kinds = Kinds::new(&Paths::default());
        let table = [
            ("src/auth/token.rs", FileKind::Source),
            ("tests/token.rs", FileKind::Test),
            ("pkg/a_test.go", FileKind::Test),
            ("web/src/a.spec.tsx", FileKind::Test),
            ("README.md", FileKind::Docs),
            ("Cargo.lock", FileKind::Lock),
            ("tests/Cargo.lock", FileKind::Lock),
            ("web/__snapshots__/a.snap", FileKind::Generated),
            ("vendor/x/y.go", FileKind::Vendored),
            ("Cargo.toml", FileKind::Other),
            ("src/contest.py", FileKind::Source),
            ("src/main/java/org/shop/testing/Rule.java", FileKind::Source),
            ("src/test/java/org/shop/RuleTest.java", FileKind::Test),
        ];
        for (path, kind) in table {
            assert_eq!(kinds.of(&RepoPath::new(path).unwrap()), kind, "{path}");
        }
    }

    #[test]
    fn every_built_in_pattern_compiles() {
        let kinds = Kinds::new(&Paths::default());
        let both = [&kinds.tests, &kinds.docs, &kinds.generated, &kinds.vendored];
        let all = both
            .into_iter()
            .flatten()
            .chain([&kinds.locks, &kinds.source, &kinds.shipped]);
        assert!(all.into_iter().all(Globs::compile));
    }

    #[test]
    fn the_policy_wins() {
        let paths = Paths {
            generated: Globs::new(["tests/golden/**"]).unwrap(),
            ..Paths::default()
        };
        let kinds = Kinds::new(&paths);
        assert_eq!(
            kinds.of(&RepoPath::new("tests/golden/a.txt").unwrap()),
            FileKind::Generated
        );
    }
}
