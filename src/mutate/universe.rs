//! Which mutants are there, which of them are measured, and why not the others?
//!
//! The same change and the same settings give the same universe on every machine: nothing is run, timed or drawn.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::{Mutant, Scope, ScopedFile};
use crate::path::RepoPath;

/// How many mutants are made at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Mutants that begin on one line.
    pub line: usize,
    /// Mutants of the value of one function.
    pub value: usize,
    /// Mutants of one run.
    pub run: usize,
    /// Faults that are known to be noise are left out.
    pub quiet: bool,
}

impl Caps {
    /// What a gate measures by default.
    pub const GATE: Self = Self {
        line: 3,
        value: 2,
        run: 1_000,
        quiet: true,
    };
    /// Everything.
    pub const NONE: Self = Self {
        line: usize::MAX,
        value: usize::MAX,
        run: usize::MAX,
        quiet: false,
    };
}

/// Every mutant of a change that is to be measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Universe {
    /// Sorted by id.
    pub mutants: Vec<Mutant>,
    /// Why others are not among them, with how many.
    pub left_out: BTreeMap<String, usize>,
    /// Silences that the change itself adds; their mutants are measured all the same.
    pub added_silences: BTreeSet<(RepoPath, u32)>,
}

impl Universe {
    /// The mutants that stand in the scope, at most as many as the caps allow. `faults` are those of each file of the
    /// scope, in its order.
    pub fn new(scope: &Scope, faults: Vec<Vec<Mutant>>, caps: Caps) -> Self {
        let mut universe = Self::default();
        for (file, mutants) in scope.files.iter().zip(faults) {
            universe.take(file, mutants, caps);
        }
        universe.mutants.sort_by(|a, b| a.id.cmp(&b.id));
        universe.mutants.dedup_by(|a, b| a.id == b.id);
        let over = universe.mutants.len().saturating_sub(caps.run);
        universe.mutants.truncate(caps.run);
        universe.leave_out("more than one run measures", over);
        universe
    }

    fn take(&mut self, file: &ScopedFile, mut mutants: Vec<Mutant>, caps: Caps) {
        mutants.retain(|mutant| file.lines.meet(mutant.fault.anchor));
        // by id, not by place: which of too many are kept is as good as drawn, and the same everywhere
        mutants.sort_by(|a, b| a.id.cmp(&b.id));
        let mut lines: BTreeMap<u32, usize> = BTreeMap::new();
        let mut values: BTreeMap<(String, u32), usize> = BTreeMap::new();
        for mutant in mutants {
            if let Some(line) = mutant.fault.silenced {
                if is_on_base(file, line) {
                    self.leave_out("the source says not to mutate it", 1);
                    continue;
                }
                self.added_silences.insert((file.path.clone(), line));
            }
            if let Some(noise) = mutant.fault.noise.filter(|_| caps.quiet) {
                self.leave_out(noise, 1);
                continue;
            }
            let (count, most, why) = if mutant.fault.value {
                let key = (mutant.fault.item.clone(), mutant.fault.anchor.0);
                (
                    values.entry(key).or_default(),
                    caps.value,
                    "more values of one function",
                )
            } else {
                (
                    lines.entry(mutant.fault.span.first).or_default(),
                    caps.line,
                    "more on one line",
                )
            };
            if *count >= most {
                self.leave_out(why, 1);
                continue;
            }
            *count += 1;
            self.mutants.push(mutant);
        }
    }

    fn leave_out(&mut self, why: &str, count: usize) {
        if count > 0 {
            *self.left_out.entry(why.to_owned()).or_default() += count;
        }
    }

    /// SHA-256 over the ids, in hexadecimal: two machines that measure the same mutants have the same.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for mutant in &self.mutants {
            hash.update(mutant.id.0.as_bytes());
            hash.update([b'\n']);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Whether the text of a line of the head stands in the file at base too.
fn is_on_base(file: &ScopedFile, line: u32) -> bool {
    let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    let text = file.text.lines().nth(index).map(str::trim);
    let before = file.before.as_deref().unwrap_or_default();
    text.is_some_and(|text| before.lines().any(|old| old.trim() == text))
}
