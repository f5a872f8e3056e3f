//! What are the mutants of one Cargo workspace, and which packages do their tests belong to?

use std::{collections::BTreeSet, time::Instant};

use super::{
    Rust,
    compile::Workshop,
    project::Project,
    schema::{Fate, File, Schema},
    sites::Sites,
    work::{Run, Step},
};
use crate::{
    error::Error,
    evidence::mutation::Baseline,
    mutate::{Copy, Mutant, Outcome, Progress, Scope, Times},
};

/// What became of the mutants of one or more workspaces.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) outcomes: Vec<Outcome>,
    pub(super) baseline: Baseline,
    pub(super) notes: Vec<String>,
    pub(super) times: Times,
}

impl Found {
    /// Adds what became of another workspace.
    pub(super) fn join(&mut self, other: Self) {
        self.outcomes.extend(other.outcomes);
        let first = self.baseline == Baseline::Unknown;
        self.baseline = if first {
            other.baseline
        } else {
            self.baseline.max(other.baseline)
        };
        let new = other.notes.into_iter().filter(|note| !self.notes.contains(note));
        let new: Vec<String> = new.collect();
        self.notes.extend(new);
        self.times.build += other.times.build;
        self.times.tests += other.times.tests;
        self.times.mutants += other.times.mutants;
    }
}

/// The mutants of one workspace.
pub(super) struct Task<'m> {
    pub(super) project: Project,
    pub(super) mutants: Vec<&'m Mutant>,
}

impl<'m> Task<'m> {
    pub(super) const fn new(project: Project) -> Self {
        Self {
            project,
            mutants: Vec::new(),
        }
    }

    /// Measures them.
    ///
    /// # Errors
    /// The tests do not build without a mutant, or a tool is missing.
    pub(super) fn measure(
        &self,
        engine: &Rust,
        scope: &Scope,
        copy: &Copy,
        name: &str,
        progress: &dyn Progress,
    ) -> Result<Found, Error> {
        let began = Instant::now();
        progress.step("building the tests with all mutants", None);
        let (mut schema, lost) = self.schema(scope, copy);
        schema.set_aside();
        let packages = self.packages(engine, copy);
        let workshop = Workshop::open(engine, copy, name, &self.project, &packages)?;
        let mut run = Run {
            task: self,
            engine,
            workshop,
            schema,
            progress,
            lost,
            notes: Vec::new(),
            unobserved: false,
        };
        let mut built = run.build()?;
        let mut times = Times {
            build: began.elapsed(),
            ..Times::default()
        };
        loop {
            match run.measure(&built, &mut times)? {
                Step::Done(found) => return Ok(found),
                Step::Again => {
                    let began = Instant::now();
                    built = run.build()?;
                    times.build += began.elapsed();
                }
            }
        }
    }

    /// Finds the place of each mutant; the outcomes of those that have none.
    fn schema(&self, scope: &Scope, copy: &Copy) -> (Schema, Vec<Outcome>) {
        let (mut files, mut fates, mut lost) = (Vec::new(), Vec::new(), Vec::new());
        for (mutant, number) in self.mutants.iter().zip(1_u32..) {
            let fate = self.place(mutant, number, scope, copy, &mut files);
            fates.push(fate.unwrap_or_else(|why| {
                lost.push(Outcome::not_measured(mutant.id.clone(), why));
                Fate::Not(why.to_owned())
            }));
        }
        let mut schema = Schema { files, fates };
        number(&mut schema);
        (schema, lost)
    }

    /// Gives a mutant its place in its file.
    fn place(
        &self,
        mutant: &Mutant,
        number: u32,
        scope: &Scope,
        copy: &Copy,
        files: &mut Vec<File>,
    ) -> Result<Fate, &'static str> {
        let place = copy.place(&mutant.path);
        let package = self.project.package_of(&place);
        let package = package.ok_or("it belongs to no member of the workspace")?;
        if !files.iter().any(|file| file.path == mutant.path) {
            let scoped = scope.files.iter().find(|file| file.path == mutant.path);
            let text = scoped.ok_or("its file is not in scope")?.text.clone();
            let sites = Sites::read(&text).unwrap_or_default();
            let switch = if package.edition == "2015" {
                super::wrap::SWITCH
            } else {
                "::__countersign"
            };
            files.push(File::new(mutant.path.clone(), place.clone(), text, sites, switch));
        }
        let file = files.iter_mut().find(|file| file.path == mutant.path);
        if !file.is_some_and(|file| ask(file, mutant, number)) {
            return Err("its place is not found in the file");
        }
        let why = package.compiles_only(&place);
        Ok(why.map_or(Fate::Live, |why| Fate::Not(why.to_owned())))
    }

    fn packages(&self, engine: &Rust, copy: &Copy) -> BTreeSet<String> {
        if !engine.options.packages.is_empty() {
            return engine.options.packages.iter().cloned().collect();
        }
        let own = self
            .mutants
            .iter()
            .filter_map(|mutant| self.project.package_of(&copy.place(&mutant.path)));
        let own: BTreeSet<String> = own.map(|package| package.name.clone()).collect();
        self.project.ids(&self.project.with_dependents(&own))
    }
}

/// Finds the fault of a mutant in its file.
fn ask(file: &mut File, mutant: &Mutant, number: u32) -> bool {
    let own = &mutant.fault;
    let found = file.sites.faults.iter().position(|fault| {
        fault.span == own.span && fault.operator == own.operator && fault.replacement == own.replacement
    });
    let Some(slot) = found.and_then(|fault| file.asked.get_mut(fault)) else {
        return false;
    };
    *slot = Some(number);
    true
}

/// Faults of one place get numbers that follow one another.
fn number(schema: &mut Schema) {
    let mut next = 0_u32;
    let mut fates = vec![Fate::Live; schema.fates.len()];
    for file in &mut schema.files {
        let faults = file.sites.sites.iter().flat_map(|site| &site.faults);
        for fault in faults {
            let Some(Some(number)) = file.asked.get_mut(*fault) else {
                continue;
            };
            let old = schema.fates.get((*number as usize).saturating_sub(1)).cloned();
            if let (Some(place), Some(fate)) = (fates.get_mut(next as usize), old) {
                *place = fate;
            }
            next += 1;
            *number = next;
        }
    }
    schema.fates = fates;
    schema.fates.truncate(next as usize);
}
