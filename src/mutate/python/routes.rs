//! Which way does each fault take into the program?
//!
//! Into functions that exist, where nothing runs it at import. Else into its file, which runs again where it stands, if that
//! is as good as an import. Else by a fresh import of everything. And last, for what nobody noticed, onto the disk, for tests
//! that start programs.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::{Duration, Instant},
};

use super::{
    COLLECTION, Project,
    choice::{Choice, Reach},
    fresh,
    messages::{Mode, Ready},
    project::Interpreter,
    started,
    suite::Suite,
    trial::{Case, Job, Left, Trial},
    zygote::Zygote,
};
use crate::mutate::Outcome;

/// Faults of a file for which it is worth finding out whether it may run again where it stands.
const WORTH_EXAMINING: usize = 3;

/// What is known before the first fault.
pub(super) struct Known<'a> {
    pub(super) suite: &'a Suite,
    pub(super) files: &'a [PathBuf],
    pub(super) interpreter: &'a Interpreter,
    pub(super) ready: &'a Ready,
    /// How long the collection took.
    pub(super) collection: Duration,
    /// Time for all faults that need a fresh import, or a file on the disk; `None` for no end.
    pub(super) budget: Option<Duration>,
}

impl Project<'_> {
    /// What becomes of every case, and what the reader must know.
    pub(super) fn try_all(
        &self,
        known: &Known<'_>,
        mut zygote: Zygote,
        cases: &[Case<'_>],
    ) -> (Vec<Outcome>, Vec<String>) {
        self.progress.step("faults", Some(cases.len()));
        let jobs = if known.suite.shares {
            1
        } else {
            self.engine.orders.jobs
        };
        let least = Duration::from_millis(self.engine.orders.least_timeout);
        let mut trial = Trial::new(Choice::new(known.suite, least, known.collection), jobs);
        let has_threads = known.ready.threads > 0;
        let left = if has_threads {
            let whole = |case| Left { case, raises: false };
            (0..cases.len()).map(whole).collect()
        } else {
            self.in_place(&mut trial, &mut zygote, known.suite, cases)
        };
        let until = known.budget.and_then(|budget| Instant::now().checked_add(budget));
        let mut notes = Vec::new();
        let (modes, jobs): (&[Mode], Vec<Job>) = if has_threads {
            notes.push(
                "each fault has an interpreter of its own: threads run when the tests are collected"
                    .to_owned(),
            );
            (&[Mode::Bare], trial.unscreened(cases, &left))
        } else {
            let jobs = trial.screen(&mut zygote, cases, &left, until);
            (&[Mode::Fresh, Mode::Bare], jobs)
        };
        self.import(&mut trial, cases, (jobs, modes), known, until);
        if has_threads {
            started::leave_open(&mut trial, known.suite, cases);
        } else {
            started::run(&mut trial, &mut zygote, known.suite, cases, (known.files, until));
        }
        let mut outcomes = std::mem::take(&mut trial.outcomes);
        let told = cases.iter().enumerate().map(|(index, case)| {
            let outcome = outcomes.remove(&index);
            outcome.unwrap_or_else(|| Outcome::not_measured(case.mutant.id.clone(), fresh::NOT_AFRESH))
        });
        (told.collect(), notes)
    }

    /// Measures what needs no import. Gives the rest.
    fn in_place(
        &self,
        trial: &mut Trial<'_>,
        zygote: &mut Zygote,
        suite: &Suite,
        cases: &[Case<'_>],
    ) -> Vec<Left> {
        // what runs at import may show in what the import made of it, wherever else it runs
        let is_imported = |index: &usize| {
            cases
                .get(*index)
                .is_some_and(|case| suite.is_imported(case.file, &case.site))
        };
        let (imported, swapped): (Vec<usize>, Vec<usize>) = (0..cases.len()).partition(is_imported);
        let mut by_file: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in imported {
            if let Some(case) = cases.get(index) {
                by_file.entry(case.file).or_default().push(index);
            }
        }
        let mut left = trial.put(zygote, cases, (&swapped, Reach::Chosen), self.progress);
        for (file, which) in by_file {
            if which.len() >= WORTH_EXAMINING && trial.examine(zygote, file) {
                left.extend(trial.put(zygote, cases, (&which, Reach::Again), self.progress));
            } else {
                let quiet = |case| Left { case, raises: false };
                left.extend(which.into_iter().map(quiet));
            }
        }
        left
    }

    /// Measures what needs a fresh import, in children that are made before the file is imported: right before it, or
    /// else before anything is.
    fn import(
        &self,
        trial: &mut Trial<'_>,
        cases: &[Case<'_>],
        (mut jobs, modes): (Vec<Job>, &[Mode]),
        known: &Known<'_>,
        until: Option<Instant>,
    ) {
        let file = |job: &Job| cases.get(job.case).map(|case| case.file);
        for mode in modes.iter().copied() {
            let wanted: BTreeSet<usize> = jobs.iter().filter_map(file).collect();
            if wanted.is_empty() {
                return;
            }
            let Ok((mut zygote, mut ready)) = self.start(mode, wanted, known.files, known.interpreter) else {
                continue;
            };
            loop {
                let stage = ready.stage;
                let is_now = |job: &Job| match stage {
                    Some(stage) => file(job) == Some(stage),
                    None => file(job).is_some_and(|file| !ready.loaded.contains(&file)),
                };
                let (now, later) = jobs.into_iter().partition(is_now);
                jobs = later;
                trial.import(&mut zygote, cases, now, until, self.progress);
                if stage.is_none() {
                    break;
                }
                zygote.go_on();
                match zygote.ready(COLLECTION) {
                    Ok(next) => ready = next,
                    Err(_) => break,
                }
            }
        }
    }
}
