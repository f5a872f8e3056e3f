//! `countersign mutate`: measures whether the tests would notice a fault on the changed lines.

use std::{
    collections::BTreeSet,
    env, fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{output, progress, range};
use crate::{
    checks::{self, Settings},
    code::{LanguageId, parser::Parser},
    error::Error,
    evidence::{
        change::Change,
        file,
        mutation::{
            Baseline, elements,
            own::{Configuration, Document},
        },
        origin::Origin,
    },
    gate::{self, Inputs, Range},
    glob::Globs,
    limits,
    mutate::{
        Caps, Copy, Engine, Orders, Plan, Scope, Shard, Times, list, merge,
        process::Environment,
        python::{self, Python},
        report::{self, Sum},
        run,
        rust::{self, Rust},
        shard, text,
    },
    path::RepoPath,
    verdict::Exit,
};

/// Which mutants to make, how to run the tests on them, and what to write.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    measure: Measure,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Join the reports of all parts of a run that `--shard` split.
    Merge(Merge),
}

/// Which parts, and where to.
#[derive(Debug, clap::Args)]
struct Merge {
    /// The reports of all parts.
    #[arg(value_name = "PART", required = true)]
    parts: Vec<PathBuf>,
    /// Where the joined report goes.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What to measure.
#[derive(Debug, clap::Args)]
struct Measure {
    #[command(flatten)]
    range: range::Arguments,
    /// Every line of the head, not only the changed ones. Without `--base`, nothing need have changed.
    #[arg(long, conflicts_with = "diff")]
    all: bool,
    /// Show the mutants and measure none.
    #[arg(long)]
    list: bool,
    /// With `--list`: as JSON.
    #[arg(long, requires = "list")]
    json: bool,
    /// Measure one part of several, `2/8`, or `auto`: as the CI system numbers its jobs.
    #[arg(long, value_name = "K/N")]
    shard: Option<String>,
    /// Where the report goes (mutation-testing-elements JSON).
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The policy, instead of `countersign.yaml` of the base.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    tools: Tools,
}

/// How mutants are chosen and tests are run; shared with `check --mutate`.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
#[group(skip)]
pub struct Tools {
    /// Only files that a pattern means; repeatable.
    #[arg(long, value_name = "GLOB", help_heading = "Mutants")]
    file: Vec<String>,
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
pub enum TestTool {
    /// The test programs that `cargo test` builds, doctests included.
    #[default]
    Cargo,
    /// `cargo nextest`, which runs no doctests.
    Nextest,
}

/// Measures, lists or joins.
///
/// # Errors
/// There is no such change, nothing can be run, or a report cannot be read or written.
pub fn run(arguments: &Arguments) -> Result<Exit, Error> {
    match &arguments.command {
        Some(Command::Merge(arguments)) => join(arguments),
        None => measure(&arguments.measure),
    }
}

fn measure(arguments: &Measure) -> Result<Exit, Error> {
    let part = arguments
        .shard
        .as_deref()
        .map(|text| Shard::read(text, &variable));
    let part = part.transpose()?;
    let planned = Planned::new(Wanted {
        range: whole_range(arguments),
        repository: &arguments.range.repo,
        policy: arguments.policy.as_deref(),
        all: arguments.all,
        tools: &arguments.tools,
    })?;
    if arguments.list {
        let of = part.unwrap_or(shard::WHOLE);
        let listed = if arguments.json {
            list::json(&planned.plan, of)
        } else {
            list::text(&planned.plan, of)
        };
        return super::print(&listed);
    }
    if let Some(path) = &arguments.output {
        output::refuse_unwritable(path)?;
    }
    let document = planned.measure(part.unwrap_or(shard::WHOLE), arguments.output.as_deref())?;
    let accepted = planned.accepted(&document)?;
    finish(&document, &accepted, arguments.output.as_deref())?;
    Ok(match part {
        // one part says nothing about the whole: `merge` judges
        Some(_) => Exit::Pass,
        None => exit(&document, &accepted),
    })
}

/// The change that is meant. All lines of a head are measured whether or not it changes anything.
fn whole_range(arguments: &Measure) -> Range {
    let mut range = arguments.range.range();
    if let Range::Commits { base, head } = &mut range
        && arguments.all
    {
        let of_head = || head.clone().unwrap_or_else(|| "HEAD".to_owned());
        base.get_or_insert_with(of_head);
    }
    range
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// Writes the report where it was asked for, and prints it for a person.
fn finish(document: &Document, accepted: &BTreeSet<String>, place: Option<&Path>) -> Result<(), Error> {
    if let Some(path) = place {
        output::replace_file(path, written(document)?.as_bytes())?;
    }
    output::print(text::report(document, accepted).as_bytes())
}

pub(super) fn written(document: &Document) -> Result<String, Error> {
    document.text().map_err(|cause| Error::Write {
        target: "the mutation report".to_owned(),
        cause,
    })
}

/// What the exit code says of a whole run.
fn exit(document: &Document, accepted: &BTreeSet<String>) -> Exit {
    let sum = Sum::of(document, accepted);
    let envelope = &document.config.countersign;
    let is_silent = sum.all() > 0 && sum.noticed() + sum.unnoticed() + sum.accepted == 0;
    let is_open = sum.pending > 0 || !envelope.unplanned.is_empty() || envelope.baseline == Baseline::Failed;
    if sum.unnoticed() > 0 {
        Exit::Fail
    } else if is_open || is_silent {
        Exit::Unproven
    } else {
        Exit::Pass
    }
}

fn join(arguments: &Merge) -> Result<Exit, Error> {
    let mut parts = Vec::new();
    for path in &arguments.parts {
        let name = file::shown(path);
        let bytes = file::read(path, limits::MUTATION_BYTES)?;
        let read = file::text(&bytes).and_then(Document::read);
        let document = read.map_err(|why| Error::invalid("mutation report", &name, why))?;
        parts.push((name, document));
    }
    let whole = merge::merge(parts).map_err(|why| {
        Error::usage(
            format!("the parts cannot be joined: {why}"),
            "hand over the reports of all parts of one run, each once",
        )
    })?;
    // which survivors the policy accepts is for `check` to say: no repository is needed here
    let accepted = BTreeSet::new();
    finish(&whole, &accepted, arguments.output.as_deref())?;
    Ok(exit(&whole, &accepted))
}

/// What is to be measured, as a command line says it.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    /// The change.
    pub(super) range: Range,
    /// The repository, or a folder in it.
    pub(super) repository: &'a Path,
    /// The policy, instead of the base's.
    pub(super) policy: Option<&'a Path>,
    /// Every line of the head.
    pub(super) all: bool,
    /// How.
    pub(super) tools: &'a Tools,
}

/// The mutants of a change.
pub(super) struct Planned<'a> {
    wanted: Wanted<'a>,
    change: Change,
    settings: Settings,
    caps: Caps,
    plan: Plan,
}

impl<'a> Planned<'a> {
    /// Reads the change and finds its mutants.
    ///
    /// # Errors
    /// There is no such change, or it is a patch, whose files cannot be run.
    pub(super) fn new(wanted: Wanted<'a>) -> Result<Self, Error> {
        if matches!(wanted.range, Range::Patch(_)) {
            return Err(Error::usage(
                "a patch has no files on which tests could run",
                "name commits with `--base` and `--head`, or the files on disk with `--worktree`",
            ));
        }
        let files = Globs::new(&wanted.tools.file)
            .map_err(|why| Error::usage(format!("--file: {why}"), "quote the pattern: `--file 'src/**'`"))?;
        let mut inputs = Inputs::of(wanted.range.clone(), wanted.repository);
        inputs.policy = wanted.policy.map(Path::to_owned);
        let (change, settings) = gate::change_and_settings(&inputs)?;
        let scope = if wanted.all {
            Scope::whole(&change, &settings).map_err(no_tree)?
        } else {
            Scope::changed(&change, &settings)
        };
        let caps = caps(&wanted, &settings);
        let parser = Parser::new(env::current_exe().ok());
        let plan = Plan::new(scope, &files, caps, &parser);
        Ok(Self {
            wanted,
            change,
            settings,
            caps,
            plan,
        })
    }

    /// Measures a part. `place` is where the report will go: it is no part of the tree.
    ///
    /// # Errors
    /// Nothing can be measured.
    pub(super) fn measure(&self, part: Shard, place: Option<&Path>) -> Result<Document, Error> {
        let origin = Origin::of(self.wanted.repository);
        let tree = origin.root();
        let orders = self.orders(tree);
        let rust = Rust {
            orders: orders.clone(),
            options: self.rust(),
        };
        let python = Python {
            orders,
            options: self.python(),
        };
        let engines: [(LanguageId, &dyn Engine); 2] =
            [(LanguageId::Rust, &rust), (LanguageId::Python, &python)];
        let shown = progress::Shown::new();
        let copy = || Copy::of(&self.change, tree);
        let run = run::measure(&self.plan, part, &engines, &copy, &shown)?;
        shown.end();
        if let Some(advice) = advice(run.times) {
            output::note(&advice);
        }
        let left_out: Vec<RepoPath> = place
            .and_then(|place| own_place(&origin, place))
            .into_iter()
            .collect();
        report::document(
            &self.change,
            &self.plan,
            part,
            self.configuration(),
            &left_out,
            &run,
        )
        .map_err(no_tree)
    }

    /// The ids of mutants that may survive.
    fn accepted(&self, document: &Document) -> Result<BTreeSet<String>, Error> {
        if self.settings.policy.mutation.accepted.is_empty() {
            return Ok(BTreeSet::new());
        }
        let read = elements::read(&written(document)?);
        let read = read.map_err(|why| Error::invalid("mutation report", "of this run", why))?;
        let accepted = read.mutants.iter().filter(|mutant| {
            let path = RepoPath::new(&mutant.file);
            path.is_ok_and(|path| checks::mutation::is_accepted(&self.change, &self.settings, &path, mutant))
        });
        Ok(accepted.filter_map(|mutant| mutant.id.clone()).collect())
    }

    fn orders(&self, tree: Option<&Path>) -> Orders {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let tools = self.wanted.tools;
        let seconds = tools.timeout.map(NonZeroUsize::get);
        Orders {
            root: tree.map_or_else(|| self.wanted.repository.to_owned(), Path::to_owned),
            jobs: tools.jobs.map_or(cores, NonZeroUsize::get),
            environment: Environment::of(env::vars_os(), &tools.env),
            least_timeout: seconds
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map_or(limits::LEAST_TEST_MILLISECONDS, |seconds| {
                    seconds.saturating_mul(1_000)
                }),
        }
    }

    fn rust(&self) -> rust::Options {
        let tools = self.wanted.tools;
        rust::Options {
            packages: tools.package.clone(),
            features: tools.features.clone(),
            all_features: tools.all_features,
            no_default_features: tools.no_default_features,
            nextest: tools.test_tool == Some(TestTool::Nextest),
            ..rust::Options::default()
        }
    }

    fn python(&self) -> python::Options {
        // the tests run in another folder: a relative path would lead nowhere, and links of environments must stay
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        python::Options {
            interpreter: self.wanted.tools.python.as_ref().map(absolute),
        }
    }

    fn configuration(&self) -> Configuration {
        let tools = self.wanted.tools;
        let limit = |cap: usize| (cap != usize::MAX).then_some(cap);
        Configuration {
            all: self.wanted.all,
            files: tools.file.clone(),
            per_line: limit(self.caps.line),
            per_function: limit(self.caps.value),
            most: limit(self.caps.run),
            noise: !self.caps.quiet,
            test_tool: match tools.test_tool.unwrap_or_default() {
                TestTool::Cargo => "cargo",
                TestTool::Nextest => "nextest",
            }
            .to_owned(),
            packages: tools.package.clone(),
            features: tools.features.clone(),
            all_features: tools.all_features,
            no_default_features: tools.no_default_features,
            environment: tools.env.clone(),
        }
    }
}

fn no_tree(why: crate::finding::Unproven) -> Error {
    Error::repository(
        format!("the tree of the head is not known: {why}"),
        "name commits with `--base` and `--head`, or make every file readable",
    )
}

/// The caps: what the command line says, else the policy. All lines are measured without, unless they are asked for.
fn caps(wanted: &Wanted<'_>, settings: &Settings) -> Caps {
    let policy = &settings.policy.mutation;
    let cap = |said: Option<usize>, policy: usize| match said {
        None if wanted.all => usize::MAX,
        None if policy == 0 => usize::MAX,
        None => policy,
        Some(0) => usize::MAX,
        Some(cap) => cap,
    };
    let tools = wanted.tools;
    Caps {
        line: cap(tools.per_line, policy.per_line),
        value: cap(tools.per_function, policy.per_function),
        run: cap(tools.most, policy.most),
        quiet: !tools.noise,
    }
}

/// Where the report lies in the tree, whether or not it is there already.
fn own_place(origin: &Origin, place: &Path) -> Option<RepoPath> {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
    origin.inside(&folder.join(place.file_name()?))
}

/// Where the time went and whether more machines would help: with `n` of them it takes `build + tests + mutants / n`.
fn advice(times: Times) -> Option<String> {
    let fixed = times.build + times.tests;
    let all = fixed + times.mutants;
    if all.is_zero() {
        return None;
    }
    let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
    let spent = format!(
        "took {}: {} to build, {} to run the tests without a mutant, {} for the mutants",
        seconds(all),
        seconds(times.build),
        seconds(times.tests),
        seconds(times.mutants)
    );
    if times.mutants <= fixed || times.mutants < WORTH_SHARDING {
        return Some(spent);
    }
    let machines = [16, 8, 4, 2]
        .into_iter()
        .find(|machines| times.mutants / *machines >= fixed)
        .unwrap_or(2);
    let then = fixed + times.mutants / machines;
    Some(format!(
        "{spent}; on {machines} machines (`--shard K/{machines}`) it would take about {}",
        seconds(then)
    ))
}

/// A job of a CI system takes about this long to begin: what is done sooner is not worth another one.
const WORTH_SHARDING: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    fn times(build: u64, tests: u64, mutants: u64) -> Times {
        Times {
            build: Duration::from_secs(build),
            tests: Duration::from_secs(tests),
            mutants: Duration::from_secs(mutants),
        }
    }

    #[test]
    fn shards_are_advised_only_where_they_pay() {
        assert_eq!(advice(times(0, 0, 0)), None);
        let small = advice(times(3, 1, 20)).unwrap();
        assert_eq!(
            small,
            "took 24.0 s: 3.0 s to build, 1.0 s to run the tests without a mutant, 20.0 s for the mutants"
        );
        let slow_build = advice(times(300, 10, 100)).unwrap();
        assert!(!slow_build.contains("machines"), "{slow_build}");
        let large = advice(times(20, 10, 400)).unwrap();
        assert!(
            large.ends_with("on 8 machines (`--shard K/8`) it would take about 80.0 s"),
            "{large}"
        );
    }
}
