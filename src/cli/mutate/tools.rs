//! How are mutants chosen and tests run, as a command line says it?

use std::{
    env,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use crate::{
    evidence::mutation::own::Configuration,
    limits,
    mutate::{Budget, Caps, Orders, process::Environment, python, rust},
    policy::Policy,
};

/// How mutants are chosen and tests are run; shared with `check --mutate`.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
#[group(skip)]
pub struct Tools {
    /// Only files that a pattern means; repeatable.
    #[arg(long, value_name = "GLOB", help_heading = "Mutants")]
    pub(super) file: Vec<String>,
    /// Mutants of one line at most, 0 for no limit; else as the policy says (3), or no limit with `--all`.
    #[arg(long, value_name = "N", help_heading = "Mutants")]
    per_line: Option<usize>,
    /// Mutants of the value of one function at most, 0 for no limit; else as the policy says (2), or no limit with `--all`.
    #[arg(long, value_name = "N", help_heading = "Mutants")]
    per_function: Option<usize>,
    /// Mutants of the whole run at most, 0 for no limit; else as the policy says (1000), or no limit with `--all`.
    #[arg(long, value_name = "N", help_heading = "Mutants")]
    most: Option<usize>,
    /// Faults that are known to be noise too: capacities, `Debug` output, messages of panics.
    #[arg(long, help_heading = "Mutants")]
    noise: bool,
    /// Processes that run tests at a time; as many as there are processors where absent.
    #[arg(long, short, value_name = "N", help_heading = "Tests")]
    jobs: Option<NonZeroUsize>,
    /// Seconds after which the tests of one mutant are given up at the earliest; slow tests get more.
    #[arg(long, value_name = "SECONDS", help_heading = "Tests")]
    timeout: Option<NonZeroUsize>,
    /// Seconds for all mutants together that need a build, or an import of everything, of their own, 0 for no limit; else as
    /// the policy says (five times the build and the tests, 60 at least), or no limit with `--all`.
    #[arg(long, value_name = "SECONDS", help_heading = "Tests")]
    budget: Option<u64>,
    /// A variable of the environment that the tests may see beside the harmless ones; repeatable.
    #[arg(long, value_name = "NAME", help_heading = "Tests")]
    env: Vec<String>,
    /// Rust: only this package of the workspace; repeatable.
    #[arg(long, short, value_name = "NAME", help_heading = "Tests")]
    package: Vec<String>,
    /// Rust: features to switch on, separated by commas; repeatable.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = "Tests")]
    features: Vec<String>,
    /// Rust: switch all features on.
    #[arg(long, help_heading = "Tests")]
    all_features: bool,
    /// Rust: switch the default features off.
    #[arg(long, help_heading = "Tests")]
    no_default_features: bool,
    /// Rust: what runs the tests; `cargo` where absent.
    #[arg(long, value_enum, value_name = "TOOL", help_heading = "Tests")]
    test_tool: Option<TestTool>,
    /// Python: the interpreter with the project's packages, instead of the one that is found.
    #[arg(long, value_name = "PATH", help_heading = "Tests")]
    python: Option<PathBuf>,
}

/// What runs the tests of Rust code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum TestTool {
    /// The test programs that `cargo test` builds, doctests included.
    #[default]
    Cargo,
    /// `cargo nextest`, which runs no doctests.
    Nextest,
}

impl Tools {
    /// What every engine is told about a working tree, of which `all` or only changed lines are measured.
    pub(super) fn orders(&self, root: &Path, all: bool, policy: &Policy) -> Orders {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let seconds = self.timeout.map(NonZeroUsize::get);
        Orders {
            root: root.to_owned(),
            jobs: self.jobs.map_or(cores, NonZeroUsize::get),
            environment: Environment::of(env::vars_os(), &self.env),
            least_timeout: seconds
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map_or(limits::LEAST_TEST_MILLISECONDS, |seconds| {
                    seconds.saturating_mul(1_000)
                }),
            budget: self.budget(all, policy),
        }
    }

    /// What the command line says, else the policy; `--all` has no limit unless it is asked for.
    fn budget(&self, all: bool, policy: &Policy) -> Budget {
        let from_policy = policy.mutation.budget.filter(|_| !all);
        match self.budget.or(from_policy) {
            Some(0) => Budget::Endless,
            Some(seconds) => Budget::Of(Duration::from_secs(seconds)),
            None if all => Budget::Endless,
            None => Budget::Measured,
        }
    }

    /// What is said about Rust.
    pub(super) fn rust(&self) -> rust::Options {
        rust::Options {
            packages: self.package.clone(),
            features: self.features.clone(),
            all_features: self.all_features,
            no_default_features: self.no_default_features,
            nextest: self.test_tool == Some(TestTool::Nextest),
            // whatever name it was installed under
            program: env::current_exe().ok(),
            ..rust::Options::default()
        }
    }

    /// What is said about Python.
    pub(super) fn python(&self) -> python::Options {
        // the tests run in another folder: a relative path would lead nowhere, and links of environments must stay
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        python::Options {
            interpreter: self.python.as_ref().map(absolute),
        }
    }

    /// The caps: what the command line says, else the policy. All lines are measured without, unless they are asked for.
    pub(super) fn caps(&self, all: bool, policy: &Policy) -> Caps {
        let policy = &policy.mutation;
        let cap = |said: Option<usize>, policy: usize| match said {
            None if all || policy == 0 => usize::MAX,
            None => policy,
            Some(0) => usize::MAX,
            Some(cap) => cap,
        };
        Caps {
            line: cap(self.per_line, policy.per_line),
            value: cap(self.per_function, policy.per_function),
            run: cap(self.most, policy.most),
            quiet: !self.noise,
        }
    }

    /// All of it as a report says it. Nothing of this machine is in it.
    pub(super) fn configuration(&self, all: bool, caps: Caps) -> Configuration {
        let limit = |cap: usize| (cap != usize::MAX).then_some(cap);
        let test_tool = match self.test_tool.unwrap_or_default() {
            TestTool::Cargo => "cargo",
            TestTool::Nextest => "nextest",
        };
        Configuration {
            all,
            files: self.file.clone(),
            per_line: limit(caps.line),
            per_function: limit(caps.value),
            most: limit(caps.run),
            noise: !caps.quiet,
            test_tool: test_tool.to_owned(),
            packages: self.package.clone(),
            features: self.features.clone(),
            all_features: self.all_features,
            no_default_features: self.no_default_features,
            environment: self.env.clone(),
        }
    }
}
