//! Which places does each test reach, and how long does it take by itself?

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::PoisonError,
    time::Duration,
};

use super::{
    bench::{Bench, Kind, Told},
    examples::Examples,
    harness::EXAMPLE,
    suite::{Case, Failing, Suite},
    wrap::{Places, Started},
};
use crate::error::Error;

/// The tests of each program that `cargo nextest` would run.
pub(super) type Chosen = BTreeMap<PathBuf, BTreeSet<String>>;

impl Suite {
    /// Runs every test of the list by itself and notes what it reaches. A test that fails then may need the others
    /// before it: its program is run as a whole.
    ///
    /// # Errors
    /// A program cannot be started.
    pub(super) fn run_alone(&mut self) -> Result<(), Error> {
        let mut first = 0;
        loop {
            let broken = self.see_from(first)?;
            let known = self.cases.iter().filter(|case| !broken.contains(&case.bench));
            first = known.count();
            for bench in &broken {
                self.make_whole(*bench);
            }
            if broken.is_empty() {
                break;
            }
        }
        self.cases
            .sort_by(|a, b| (a.bench, &a.name).cmp(&(b.bench, &b.name)));
        Ok(())
    }

    /// Sees the tests from a place of the list on; the programs of those that fail.
    fn see_from(&mut self, first: usize) -> Result<BTreeSet<usize>, Error> {
        let places: Vec<usize> = (first..self.cases.len()).collect();
        let ended = self.each(places.len(), |at| {
            let case = places.get(at).copied().unwrap_or_default();
            self.see(case)
        })?;
        let mut broken = BTreeSet::new();
        for (place, (passed, seen)) in places.iter().zip(ended) {
            if !passed && !seen.name.is_empty() {
                broken.insert(seen.bench);
            }
            if let Some(case) = self.cases.get_mut(*place) {
                *case = seen;
            }
        }
        Ok(broken)
    }

    /// Runs each of the tests that nextest chooses in a process of its own, as nextest does, and notes what it reaches.
    ///
    /// # Errors
    /// A program cannot be started.
    pub(super) fn run_apart(&mut self, chosen: &Chosen) -> Result<Failing, Error> {
        for (index, bench) in self.benches.iter().enumerate() {
            let names = chosen.get(&bench.started.program).into_iter().flatten();
            let file = bench.file.clone();
            self.cases
                .extend(names.map(|name| Case::named(index, &file, name)));
        }
        let ended = self.each(self.cases.len(), |at| self.see(at))?;
        let mut failing = Vec::new();
        for (index, (passed, seen)) in ended.into_iter().enumerate() {
            let settled = if passed {
                Some(seen)
            } else {
                self.see_again(index)?
            };
            match (settled, self.cases.get_mut(index)) {
                (Some(seen), Some(case)) => *case = seen,
                (None, Some(case)) => failing.push(case.shown.clone()),
                (_, None) => {}
            }
        }
        for case in &self.cases {
            if let Some(bench) = self.benches.get_mut(case.bench) {
                bench.time += case.time;
            }
        }
        Ok(failing)
    }

    /// A test that failed beside others, once more without company, and then without a limit of its memory.
    fn see_again(&mut self, index: usize) -> Result<Option<Case>, Error> {
        let bench = self.cases.get(index).map_or(0, |case| case.bench);
        self.settle(bench, |bench| bench.exclusive = true);
        let (passed, seen) = self.see(index)?;
        if passed {
            return Ok(Some(seen));
        }
        self.settle(bench, |bench| bench.memory = None);
        let (passed, seen) = self.see(index)?;
        Ok(passed.then_some(seen))
    }

    /// Runs one test by itself; whether it passed, and what is known of it now.
    fn see(&self, index: usize) -> Result<(bool, Case), Error> {
        let Some(case) = self.cases.get(index) else {
            return Ok((true, Case::default()));
        };
        let file = self
            .surroundings
            .places
            .seen()
            .join(format!("case-{index}-{}", case.bench));
        // what a run before this one saw is not what this one sees
        fs::remove_file(&file).ok();
        let names = (!case.name.is_empty()).then_some([case.name.as_str()]);
        let names = names.as_ref().map(|names| &names[..]);
        let told = Told::See(file.clone());
        let limits = self.patient(case.bench);
        let ended = self.in_company(case.bench, || self.run(case.bench, names, &told, limits))?;
        let (seen, steps) = record(&file);
        Ok((
            ended.succeeded(),
            Case {
                time: ended.time,
                seen,
                steps,
                ..case.clone()
            },
        ))
    }

    /// Adds the examples in documentation that Cargo has run.
    pub(super) fn add_examples(&mut self, examples: &Examples) {
        let places = self.surroundings.places.clone();
        for started in notes(&places).into_iter().filter(|one| one.example) {
            let (seen, steps) = record(&places.seen().join(format!("example-{}", started.number())));
            let name = examples.names.get(started.number());
            let shown = name.map_or(EXAMPLE, String::as_str).to_owned();
            let time = Duration::from_millis(started.time);
            self.cases.push(Case {
                bench: self.benches.len(),
                name: String::new(),
                shown: shown.clone(),
                time,
                steps,
                seen,
            });
            self.benches.push(Bench {
                code: started.code,
                time,
                started,
                kind: Kind::Example,
                file: shown,
                choice: Vec::new(),
                exclusive: false,
                memory: None,
            });
        }
    }

    /// Does something beside other runs, or alone if the program bears no company.
    pub(super) fn in_company<T>(&self, bench: usize, go: impl FnOnce() -> T) -> T {
        if self.benches.get(bench).is_some_and(|bench| bench.exclusive) {
            let _alone = self.company.write().unwrap_or_else(PoisonError::into_inner);
            return go();
        }
        let _beside = self.company.read().unwrap_or_else(PoisonError::into_inner);
        go()
    }
}

/// What was noted of the programs that Cargo started.
pub(super) fn notes(places: &Places) -> Vec<Started> {
    let Ok(entries) = fs::read_dir(places.started()) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    let read = |path: &PathBuf| serde_json::from_slice::<Started>(&fs::read(path).ok()?).ok();
    let mut found: Vec<Started> = paths.iter().filter_map(read).collect();
    found.sort_by(|a, b| a.program.cmp(&b.program));
    found
}

/// The places that were reached, and how many steps were taken at most.
fn record(path: &Path) -> (BTreeSet<u32>, u64) {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let (mut seen, mut steps) = (BTreeSet::new(), 2_048_u64);
    for line in text.lines() {
        match line.split_once(' ') {
            Some(("s", number)) => seen.extend(number.parse::<u32>().ok()),
            // written at powers of two, by each process
            Some(("c", count)) => steps = steps.saturating_add(count.parse::<u64>().unwrap_or(0) * 2),
            Some(_) | None => {}
        }
    }
    (seen, steps)
}
