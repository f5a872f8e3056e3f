//! What became of the mutants of one part?
//!
//! An engine is believed only about mutants that it was asked for; one that it forgets was not measured.

use std::collections::{BTreeMap, BTreeSet};

use super::{Copy, Engine, Id, Measured, Mutant, Outcome, Plan, Progress, Shard, Times};
use crate::{
    code::LanguageId, error::Error, escape, evidence::mutation::Baseline, evidence::mutation::Status, limits,
};

/// What the engines found out about one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// What became of each mutant of the part.
    pub outcomes: BTreeMap<Id, Outcome>,
    /// How the tests fared without any mutant; the worst of all engines.
    pub baseline: Baseline,
    /// What the reader must know.
    pub notes: BTreeSet<String>,
    /// Where the time went.
    pub times: Times,
}

/// Measures the mutants of a part, one language after the other, each in a copy of its own.
///
/// # Errors
/// The head cannot be copied, or an engine can measure nothing at all.
pub fn measure(
    plan: &Plan,
    shard: Shard,
    engines: &[(LanguageId, &dyn Engine)],
    copy: &dyn Fn() -> Result<Copy, Error>,
    progress: &dyn Progress,
) -> Result<Run, Error> {
    let mut run = Run::default();
    let part = shard.of(&plan.universe.mutants);
    let languages: BTreeSet<LanguageId> = part.iter().map(|mutant| mutant.language).collect();
    for (index, language) in languages.into_iter().enumerate() {
        let asked: Vec<&Mutant> = part
            .iter()
            .copied()
            .filter(|mutant| mutant.language == language)
            .collect();
        let engine = engines.iter().find(|(own, _)| *own == language);
        let Some((_, engine)) = engine else {
            run.forgotten(&asked, "there is no engine for its language");
            continue;
        };
        let copy = copy()?;
        let measured = engine.measure(&asked, &plan.scope, &copy, progress)?;
        let measured = told_apart_from_the_machine(measured, &copy);
        run.baseline = if index == 0 {
            measured.baseline
        } else {
            run.baseline.max(measured.baseline)
        };
        run.notes.extend(copy.notes.iter().cloned());
        run.take(&asked, measured);
    }
    Ok(run)
}

impl Run {
    fn take(&mut self, asked: &[&Mutant], measured: Measured) {
        let is_red = measured.baseline == Baseline::Failed;
        self.notes.extend(measured.notes);
        self.times.build += measured.times.build;
        self.times.tests += measured.times.tests;
        self.times.mutants += measured.times.mutants;
        let wanted: BTreeSet<&Id> = asked.iter().map(|mutant| &mutant.id).collect();
        let told = measured
            .outcomes
            .into_iter()
            .filter(|told| wanted.contains(&told.id));
        for mut outcome in told {
            if is_red && outcome.status.counts() {
                outcome = Outcome::not_measured(outcome.id, "the tests fail without any mutant");
            }
            self.outcomes.insert(outcome.id.clone(), outcome);
        }
        self.forgotten(asked, "its engine says nothing about it");
    }

    /// What was asked and not answered was not measured.
    fn forgotten(&mut self, asked: &[&Mutant], why: &str) {
        for mutant in asked {
            let id = mutant.id.clone();
            self.outcomes
                .entry(id)
                .or_insert_with(|| Outcome::not_measured(mutant.id.clone(), why));
        }
    }

    /// Why mutants were not measured, and how many.
    pub fn not_measured(&self) -> BTreeMap<String, usize> {
        let open = self
            .outcomes
            .values()
            .filter(|outcome| outcome.status == Status::Pending);
        let mut count = BTreeMap::new();
        for outcome in open {
            let why = outcome
                .reason
                .clone()
                .unwrap_or_else(|| "no reason is given".to_owned());
            *count.entry(why).or_default() += 1;
        }
        count
    }
}

/// Two machines must write the same report: the folders of this one are taken out of every text.
fn told_apart_from_the_machine(mut measured: Measured, copy: &Copy) -> Measured {
    let clean = |text: &str| {
        let root = copy.root().display().to_string();
        let beside = copy.root().parent().map(|folder| folder.display().to_string());
        let mut text = text.replace(&format!("{root}/"), "").replace(&root, ".");
        if let Some(beside) = beside {
            text = text.replace(&beside, "…");
        }
        escape::cut(&escape::block(&text), limits::MESSAGE_BYTES).into_owned()
    };
    for outcome in &mut measured.outcomes {
        outcome.reason = outcome.reason.as_deref().map(clean);
        outcome.covered_by = outcome.covered_by.iter().map(|test| clean(test)).collect();
        outcome.killed_by = outcome.killed_by.iter().map(|test| clean(test)).collect();
    }
    measured.notes = measured.notes.iter().map(|note| clean(note)).collect();
    measured
}
