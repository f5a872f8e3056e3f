//! Which mutants are there, which of them are measured, and why not the others?
//!
//! The same change and the same settings give the same universe on every machine: nothing is run, timed or drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::{Mutant, Scope, ScopedFile};
use crate::{evidence::mutation::own, path::RepoPath};

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
        own::hash(self.mutants.iter().map(|mutant| &*mutant.id.0))
    }
}

/// Whether a line of the head stands at base: the change does not add it, or it only moved within its file.
fn is_on_base(file: &ScopedFile, line: u32) -> bool {
    if !file.added.contains(&line) {
        return true;
    }
    let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    let wanted = file.text.lines().nth(index).map(str::trim).unwrap_or_default();
    let count = |text: &str| text.lines().filter(|line| line.trim() == wanted).count();
    count(file.before.as_deref().unwrap_or_default()) >= count(&file.text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        code::{LanguageId, facts::Span},
        mutate::{Fault, Lines, mutant},
    };

    fn fault(line: u32, replacement: &str) -> Fault {
        Fault {
            span: Span {
                start: 0,
                end: 1,
                first: line,
                last: line,
            },
            column: 1,
            end_column: 2,
            item: "price".to_owned(),
            operator: "BinaryOperator",
            original: "+".to_owned(),
            replacement: replacement.to_owned(),
            anchor: (line, line),
            value: false,
            noise: None,
            silenced: None,
        }
    }

    fn scoped(text: &str, before: Option<&str>, lines: Lines, added: &[u32]) -> ScopedFile {
        ScopedFile {
            path: RepoPath::new("src/price.rs").unwrap(),
            language: LanguageId::Rust,
            text: text.to_owned(),
            lines,
            added: added.iter().copied().collect(),
            before: before.map(str::to_owned),
        }
    }

    fn universe(file: ScopedFile, faults: Vec<Fault>, caps: Caps) -> Universe {
        let named = mutant::name(&file.path, file.language, faults);
        let scope = Scope {
            files: vec![file],
            ..Scope::default()
        };
        Universe::new(&scope, vec![named], caps)
    }

    #[test]
    fn only_faults_whose_anchor_meets_a_changed_line_are_made() {
        let changed = Lines::Some(BTreeSet::from([4]));
        let mut whole = fault(1, "Default::default()");
        whole.anchor = (1, 9);
        let made = universe(
            scoped("", None, changed, &[4]),
            vec![fault(3, "-"), fault(4, "-"), whole],
            Caps::GATE,
        );
        let lines: BTreeSet<u32> = made
            .mutants
            .iter()
            .map(|mutant| mutant.fault.span.first)
            .collect();
        assert_eq!(lines, BTreeSet::from([1, 4]));
    }

    #[test]
    fn caps_leave_the_rest_out_and_count_it() {
        let file = || scoped("", None, Lines::All, &[]);
        let many = || {
            ["-", "*", "/", "%", "&"]
                .map(|replacement| fault(1, replacement))
                .to_vec()
        };
        let made = universe(file(), many(), Caps::GATE);
        assert_eq!(made.mutants.len(), 3);
        assert_eq!(made.left_out["more on one line"], 2);
        assert_eq!(universe(file(), many(), Caps::NONE).mutants.len(), 5);
        let few = universe(file(), many(), Caps { run: 2, ..Caps::NONE });
        assert_eq!(few.mutants.len(), 2);
        assert_eq!(few.left_out["more than one run measures"], 3);
    }

    #[test]
    fn a_silence_counts_on_base_and_is_reported_where_the_change_adds_it() {
        let silenced = || {
            let mut fault = fault(2, "-");
            fault.silenced = Some(1);
            vec![fault]
        };
        let text = "#[mutants::skip]\nfn f() {}\n";
        let old = universe(scoped(text, Some(text), Lines::All, &[]), silenced(), Caps::GATE);
        assert!(old.mutants.is_empty() && old.added_silences.is_empty());
        let moved = universe(scoped(text, Some(text), Lines::All, &[1]), silenced(), Caps::GATE);
        assert!(moved.mutants.is_empty(), "it only moved");
        let added = universe(
            scoped(&format!("{text}{text}"), Some(text), Lines::All, &[1]),
            silenced(),
            Caps::GATE,
        );
        assert_eq!((added.mutants.len(), added.added_silences.len()), (1, 1));
    }
}
