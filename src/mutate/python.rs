//! How are faults of Python code made and measured?
//!
//! ```text
//! sites ─► zygote ─► suite ─► routes ─► trial ─► fresh ─────────► started
//! (room)   (collect) (reach)  (how)    (fork)   (code of imports) (tests that start other programs)
//! ```
//!
//! One interpreter collects the tests and never runs one. Each fault is put into a fork of it. Code that runs while its
//! file is imported runs again there, if nobody can tell that from an import; or else goes into a fork of another one,
//! which has not imported the file yet.

mod choice;
mod fresh;
mod literals;
mod messages;
mod operators;
mod project;
mod routes;
mod sites;
mod started;
mod suite;
mod told;
mod trial;
mod zygote;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use self::{
    messages::{DefaultValue, Edit, Mode, Ready, Setting, Stopped, Top},
    project::{Interpreter, Search},
    routes::Known,
    sites::{Place, Site},
    suite::{Fared, Suite},
    trial::Case,
    zygote::Zygote,
};
use super::{Copy, Engine, Fault, Measured, Mutant, Orders, Outcome, Progress, Scope, Times};
use crate::{error::Error, evidence::mutation::Baseline};

/// Time to import and collect all tests.
const COLLECTION: Duration = Duration::from_secs(600);

/// Every fault that the operators of this language find room for, in the order of the file.
///
/// # Errors
/// The text cannot be parsed.
pub fn faults(text: &str) -> Result<Vec<Fault>, String> {
    let sites = sites::read(text)?;
    Ok(sites.into_iter().map(|site| site.fault).collect())
}

/// What the user may say about how Python tests run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The interpreter to use, instead of the one that is found.
    pub interpreter: Option<PathBuf>,
}

/// Measures Python mutants.
#[derive(Clone, Debug)]
pub struct Python {
    /// What every engine is told.
    pub orders: Orders,
    /// What the user says.
    pub options: Options,
}

impl Engine for Python {
    fn measure(
        &self,
        mutants: &[&Mutant],
        scope: &Scope,
        copy: &Copy,
        progress: &dyn Progress,
    ) -> Result<Measured, Error> {
        let mut projects: BTreeMap<PathBuf, Vec<&Mutant>> = BTreeMap::new();
        for mutant in mutants {
            let folder = project::folder(&copy.place(&mutant.path), copy.root());
            projects.entry(folder).or_default().push(mutant);
        }
        let mut all: Option<Measured> = None;
        for (number, (folder, mutants)) in projects.into_iter().enumerate() {
            let project = Project {
                engine: self,
                copy,
                scope,
                progress,
                home: copy.beside(&format!("p{number}"))?,
                folder,
            };
            let measured = project.measure(&mutants)?;
            all = Some(match all {
                Some(before) => join(before, measured),
                None => measured,
            });
        }
        let mut all = all.unwrap_or_else(|| measured(Baseline::Unknown));
        all.outcomes.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(all)
    }
}

fn measured(baseline: Baseline) -> Measured {
    Measured {
        outcomes: Vec::new(),
        baseline,
        notes: Vec::new(),
        times: Times::default(),
    }
}

fn join(mut one: Measured, other: Measured) -> Measured {
    one.outcomes.extend(other.outcomes);
    one.baseline = one.baseline.max(other.baseline);
    one.notes.extend(other.notes);
    one.times.build += other.times.build;
    one.times.tests += other.times.tests;
    one.times.mutants += other.times.mutants;
    one
}

/// A folder with tests of its own.
struct Project<'a> {
    engine: &'a Python,
    copy: &'a Copy,
    scope: &'a Scope,
    progress: &'a dyn Progress,
    /// Where what we make for it goes.
    home: PathBuf,
    folder: PathBuf,
}

impl Project<'_> {
    fn measure(&self, mutants: &[&Mutant]) -> Result<Measured, Error> {
        let files: Vec<PathBuf> = mutants
            .iter()
            .map(|mutant| self.copy.place(&mutant.path))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let interpreter = self.interpreter();
        self.progress.step("collecting the tests", None);
        let began = Instant::now();
        let (mut zygote, ready) = self.start(Mode::Collected, BTreeSet::new(), &files, &interpreter)?;
        let collection = began.elapsed();
        let mut all = measured(Baseline::Passed);
        all.times.build = collection;
        if !ready.broken.is_empty() {
            return Ok(red(all, mutants, &ready.broken));
        }
        if !ready.forks {
            return Err(Error::usage(
                format!("`{}` cannot fork", interpreter.name()),
                "measure on Linux or macOS",
            ));
        }
        if ready.tests.is_empty() {
            return Err(Error::usage(
                format!("pytest finds no tests in `{}`", self.shown()),
                "check `testpaths` and the names of test files, or leave these files out with `--file`",
            ));
        }
        let began = Instant::now();
        if ready.threads > 0 {
            // what forks beside threads may hang, or miss them
            zygote = self.start(Mode::Bare, BTreeSet::new(), &files, &interpreter)?.0;
        }
        let suite = match Suite::run(&mut zygote, &ready, self.progress) {
            Fared::Passed(suite) => suite,
            Fared::Failed(red_tests) => return Ok(red(all, mutants, &red_tests)),
        };
        all.times.tests = began.elapsed();
        if suite.usable().next().is_none() {
            return Err(Error::usage(
                format!("every test in `{}` is skipped", self.shown()),
                "run where what the tests need is there, or leave these files out with `--file`",
            ));
        }
        let began = Instant::now();
        let (cases, mut open) = self.cases(mutants, &files, &ready, &suite);
        let known = Known {
            suite: &suite,
            files: &files,
            interpreter: &interpreter,
            ready: &ready,
            collection,
            budget: self.budget(all.times.build + all.times.tests),
        };
        let trial = self.try_all(&known, zygote, &cases);
        all.times.mutants = began.elapsed();
        open.extend(trial.0);
        all.outcomes = open;
        all.notes.extend(self.notes(&ready, &suite));
        all.notes.extend(trial.1);
        Ok(all)
    }

    /// Time for faults that need more than a run of tests, where there is an end of it.
    fn budget(&self, baseline: Duration) -> Option<Duration> {
        let time = self.engine.orders.budget.time(baseline);
        (time != Duration::MAX).then_some(time)
    }

    fn notes(&self, ready: &Ready, suite: &Suite) -> Vec<String> {
        let mut notes = vec![format!(
            "{} tests by pytest on Python {}",
            suite.names.len(),
            ready.python
        )];
        if suite.shares {
            notes.push("one test process at a time: tests write into the tree or open ports".to_owned());
        }
        notes
    }

    /// The project's folder as the user knows it.
    fn shown(&self) -> String {
        let inside = self.folder.strip_prefix(self.copy.root()).unwrap_or(&self.folder);
        let shown = inside.display().to_string();
        if shown.is_empty() { ".".to_owned() } else { shown }
    }

    fn interpreter(&self) -> Interpreter {
        let root = &self.engine.orders.root;
        let inside = self
            .folder
            .strip_prefix(self.copy.root())
            .unwrap_or(Path::new(""));
        let search = Search {
            given: self.engine.options.interpreter.as_deref(),
            environment: &self.engine.orders.environment,
            user: &root.join(inside),
            root,
            copy: &self.folder,
            scratch: &self.home,
        };
        search.interpreter()
    }

    fn start(
        &self,
        mode: Mode,
        fresh: BTreeSet<usize>,
        files: &[PathBuf],
        interpreter: &Interpreter,
    ) -> Result<(Zygote, Ready), Error> {
        let name = match mode {
            Mode::Collected => "c",
            Mode::Fresh => "f",
            Mode::Bare => "b",
        };
        let home = self.home.join(name);
        let user = &self.engine.orders.root;
        let setting = Setting {
            mode,
            folder: self.folder.clone(),
            root: self.copy.root().to_owned(),
            user_root: user.canonicalize().unwrap_or_else(|_| user.clone()),
            files: files.to_vec(),
            fresh,
            compiled: self.home.join("compiled"),
            temp: home.join("t"),
        };
        let environment = &self.engine.orders.environment;
        let zygote = Zygote::start(interpreter, environment, &setting, &home)?;
        match zygote.ready(COLLECTION) {
            Ok(ready) => Ok((zygote, ready)),
            Err(stopped) => Err(no_start(zygote, stopped, interpreter)),
        }
    }

    /// What can be measured, and what became of the rest.
    fn cases<'m>(
        &self,
        mutants: &[&'m Mutant],
        files: &[PathBuf],
        ready: &Ready,
        suite: &Suite,
    ) -> (Vec<Case<'m>>, Vec<Outcome>) {
        let mut sites: BTreeMap<usize, Result<Vec<Site>, String>> = BTreeMap::new();
        let (mut cases, mut open) = (Vec::new(), Vec::new());
        for mutant in mutants {
            let place = self.copy.place(&mutant.path);
            let Ok(file) = files.binary_search(&place) else {
                continue;
            };
            let text = self.scope.files.iter().find(|file| file.path == mutant.path);
            let text = text.map(|file| file.text.as_str()).unwrap_or_default();
            let away = ready.elsewhere.iter().find(|(number, ..)| *number == file);
            if let Some((_, name, path)) = away {
                let why = format!("the tests import `{name}` from `{path}` instead of the judged tree");
                open.push(Outcome::not_measured(mutant.id.clone(), why));
                continue;
            }
            let sites = sites.entry(file).or_insert_with(|| sites::read(text));
            let same = |site: &&Site| site.fault == mutant.fault;
            match sites.as_ref().map(|sites| sites.iter().find(same).cloned()) {
                Ok(Some(site)) => cases.push(Case {
                    mutant,
                    file,
                    edit: edit(file, &site, text),
                    reaching: suite.reaching(file, &site),
                    site,
                }),
                Ok(None) => open.push(Outcome::not_measured(
                    mutant.id.clone(),
                    "its place is not found again",
                )),
                Err(why) => open.push(Outcome::not_measured(mutant.id.clone(), why.clone())),
            }
        }
        (cases, open)
    }
}

fn edit(file: usize, site: &Site, text: &str) -> Edit {
    let span = site.fault.span;
    let (top, line) = &site.top;
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let (functions, default) = match &site.place {
        Place::Body(functions) => (functions.clone(), None),
        Place::Default {
            function,
            name,
            value,
        } => {
            let before = text.get(value.start..span.start as usize).unwrap_or_default();
            let after = text.get(span.end as usize..value.end).unwrap_or_default();
            let default = DefaultValue {
                name: name.clone(),
                text: format!("({before}{}{after})", site.fault.replacement),
            };
            (vec![function.clone()], Some(default))
        }
        Place::Import => (Vec::new(), None),
    };
    Edit {
        file,
        start: span.start,
        end: span.end,
        text: site.fault.replacement.clone(),
        top: Top {
            start: narrow(top.start),
            end: narrow(top.end),
            line: *line,
        },
        functions,
        default,
    }
}

/// Nothing measured after tests that fail anyway means anything.
fn red(mut all: Measured, mutants: &[&Mutant], tests: &[(String, String)]) -> Measured {
    const SHOWN: usize = 5;
    all.baseline = Baseline::Failed;
    for (name, why) in tests.iter().take(SHOWN) {
        let last = why.lines().rev().find(|line| !line.trim().is_empty());
        all.notes.push(format!(
            "`{name}` fails without any fault: {}",
            last.unwrap_or_default().trim()
        ));
    }
    if tests.len() > SHOWN {
        all.notes.push(format!(
            "{} tests more fail without any fault",
            tests.len() - SHOWN
        ));
    }
    let open = mutants
        .iter()
        .map(|mutant| Outcome::not_measured(mutant.id.clone(), "the tests fail without any fault"));
    all.outcomes = open.collect();
    all
}

fn no_start(zygote: Zygote, stopped: Option<Stopped>, interpreter: &Interpreter) -> Error {
    let name = interpreter.name();
    match stopped {
        Some(Stopped { why, .. }) if why == "no pytest" => Error::usage(
            format!("`{name}` has no pytest"),
            "name the interpreter that has the project and its tests installed with `--python`",
        ),
        Some(Stopped { code, .. }) => Error::usage(
            format!(
                "pytest ends with code {code} before it collects:\n{}",
                zygote.complaint()
            ),
            "run `python -m pytest --collect-only` with the same interpreter, or name another one with `--python`",
        ),
        None => Error::usage(
            format!("`{name}` does not collect the tests:\n{}", zygote.complaint()),
            "run `python -m pytest --collect-only` with the same interpreter, or name another one with `--python`",
        ),
    }
}
