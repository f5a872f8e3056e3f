//! `countersign mutate`: measures whether the tests would notice a fault on the changed lines.

mod advice;
mod tools;

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

pub use self::tools::Tools;
use super::{output, progress, range};
use crate::{
    checks::{self, Settings},
    code::{LanguageId, parser::Parser},
    error::Error,
    evidence::{
        change::Change,
        file,
        mutation::{Baseline, elements, own::Document},
        origin::Origin,
    },
    gate::{self, Inputs, Range},
    glob::Globs,
    limits,
    mutate::{
        Caps, Copy, Engine, Plan, Scope, Shard, list, merge,
        python::Python,
        report::{self, Sum},
        run,
        rust::Rust,
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
        let caps = wanted.tools.caps(wanted.all, &settings.policy);
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
        let root = tree.unwrap_or(self.wanted.repository);
        let orders = self
            .wanted
            .tools
            .orders(root, self.wanted.all, &self.settings.policy);
        let rust = Rust {
            orders: orders.clone(),
            options: self.wanted.tools.rust(),
        };
        let python = Python {
            orders,
            options: self.wanted.tools.python(),
        };
        let engines: [(LanguageId, &dyn Engine); 2] =
            [(LanguageId::Rust, &rust), (LanguageId::Python, &python)];
        let shown = progress::Shown::new();
        let copy = || Copy::of(&self.change, tree);
        let run = run::measure(&self.plan, part, &engines, &copy, &shown)?;
        shown.end();
        if let Some(advice) = advice::text(run.times) {
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
            self.wanted.tools.configuration(self.wanted.all, self.caps),
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
}

fn no_tree(why: crate::finding::Unproven) -> Error {
    Error::repository(
        format!("the tree of the head is not known: {why}"),
        "name commits with `--base` and `--head`, or make every file readable",
    )
}

/// Where the report lies in the tree, whether or not it is there already.
fn own_place(origin: &Origin, place: &Path) -> Option<RepoPath> {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
    origin.inside(&folder.join(place.file_name()?))
}
