//! How is a run written down?

use std::collections::{BTreeMap, BTreeSet};

use super::{Mutant, Outcome, Plan, Shard, run::Run};
use crate::{
    code::LanguageId,
    evidence::{
        change::Change,
        mutation::{
            Status,
            json::{Position, Span},
            own::{
                self, Config, Configuration, Counted, Detail, Document, Envelope, File, Framework, Named,
                Part, Silence, Test, Thresholds,
            },
        },
    },
    finding::Unproven,
    path::RepoPath,
};

/// From which score on viewers show green, and below which red.
const THRESHOLDS: Thresholds = Thresholds { high: 100, low: 80 };
/// The file under which tests are listed whose names say none.
const NO_FILE: &str = "tests";

/// Writes down what became of the mutants of a part. `left_out` are files on disk that are no part of the tree, such as
/// the report itself.
///
/// # Errors
/// The tree of the head is not known.
pub fn document(
    change: &Change,
    plan: &Plan,
    shard: Shard,
    configuration: Configuration,
    left_out: &[RepoPath],
    run: &Run,
) -> Result<Document, Unproven> {
    let tree = change.head_tree(left_out)?.to_string();
    let part = shard.of(&plan.universe.mutants);
    let mut document = Document {
        schema_version: own::SCHEMA.to_owned(),
        thresholds: THRESHOLDS,
        framework: Framework {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        config: Config {
            commit: change.source().head_commit().map(ToString::to_string),
            countersign: envelope(change, plan, shard, configuration, tree, run),
        },
        files: BTreeMap::new(),
        test_files: BTreeMap::new(),
    };
    for mutant in part {
        if let Some(outcome) = run.outcomes.get(&mutant.id) {
            document.add(plan, mutant, outcome);
        }
    }
    document.sort();
    Ok(document)
}

fn envelope(
    change: &Change,
    plan: &Plan,
    shard: Shard,
    configuration: Configuration,
    tree: String,
    run: &Run,
) -> Envelope {
    let scope = &plan.scope;
    let universe = &plan.universe;
    let text = |text: &dyn ToString| crate::escape::line(&text.to_string()).into_owned();
    let silences = universe.added_silences.iter().map(|(path, line)| Silence {
        path: path.to_string(),
        line: *line,
    });
    Envelope {
        version: own::VERSION,
        base: change.source().base_commit().map(ToString::to_string),
        tree,
        universe: Counted {
            hash: universe.hash(),
            mutants: universe.mutants.len(),
            left_out: universe.left_out.clone(),
        },
        shard: Part {
            part: shard.part,
            of: shard.of,
        },
        configuration,
        baseline: run.baseline,
        notes: run.notes.clone(),
        not_measured: run.not_measured(),
        unplanned: scope
            .unplanned
            .iter()
            .map(|(path, why)| (path.to_string(), text(why)))
            .collect(),
        elsewhere: scope.elsewhere.iter().map(ToString::to_string).collect(),
        silences: silences.collect(),
        mutants: BTreeMap::new(),
    }
}

impl Document {
    fn add(&mut self, plan: &Plan, mutant: &Mutant, outcome: &Outcome) {
        let fault = &mutant.fault;
        let detail = Detail {
            item: fault.item.clone(),
            lines: fault.anchor,
        };
        let id = mutant.id.to_string();
        self.config.countersign.mutants.insert(id.clone(), detail);
        self.list(&outcome.covered_by);
        self.list(&outcome.killed_by);
        let file = self.files.entry(mutant.path.to_string()).or_insert_with(|| File {
            language: highlighter(mutant.language).to_owned(),
            source: plan
                .file(&mutant.path)
                .map(|file| file.text.clone())
                .unwrap_or_default(),
            mutants: Vec::new(),
        });
        file.mutants.push(own::Mutant {
            id,
            mutator_name: fault.operator.to_owned(),
            replacement: fault.replacement.clone(),
            description: described(&fault.original, &fault.replacement),
            location: location(mutant),
            status: Named(outcome.status),
            status_reason: outcome.reason.clone(),
            covered_by: outcome.covered_by.clone(),
            killed_by: outcome.killed_by.clone(),
            tests_completed: outcome.tests_run,
        });
    }

    /// Puts tests under their files.
    fn list(&mut self, tests: &[String]) {
        for test in tests {
            let file = file_of(test).unwrap_or(NO_FILE);
            let tests = &mut self.test_files.entry(file.to_owned()).or_default().tests;
            tests.insert(Test {
                id: test.clone(),
                name: test.clone(),
            });
        }
    }

    /// Puts the mutants of every file in the order of their places.
    pub(super) fn sort(&mut self) {
        for file in self.files.values_mut() {
            file.mutants.sort_by(|a, b| order(a).cmp(&order(b)));
        }
    }
}

fn order(mutant: &own::Mutant) -> (u32, u32, &str) {
    let start = mutant.location.start;
    (start.line, start.column, &mutant.id)
}

/// What the highlighter of the viewers calls a language (<https://prismjs.com/#supported-languages>).
fn highlighter(language: LanguageId) -> &'static str {
    match language {
        LanguageId::Rust => "rust",
        LanguageId::Python => "python",
        LanguageId::JavaScript => "javascript",
        LanguageId::TypeScript => "typescript",
        LanguageId::Tsx => "tsx",
        LanguageId::Go => "go",
        LanguageId::Java => "java",
    }
}

/// The file in the name of a test: `tests/test_a.py::test_b`.
fn file_of(test: &str) -> Option<&str> {
    let (file, _) = test.split_once("::")?;
    file.contains(['/', '.']).then_some(file)
}

fn described(original: &str, replacement: &str) -> String {
    let shown = |text: &str| {
        let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        crate::escape::cut(&one_line, 200).into_owned()
    };
    match (shown(original), shown(replacement)) {
        (old, new) if new.is_empty() => format!("`{old}` deleted"),
        (old, new) => format!("`{new}` instead of `{old}`"),
    }
}

fn location(mutant: &Mutant) -> Span {
    let fault = &mutant.fault;
    Span {
        start: Position {
            line: fault.span.first,
            column: fault.column,
        },
        end: Position {
            line: fault.span.last,
            column: fault.end_column,
        },
    }
}

/// How many mutants of a report there are of each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// A test failed.
    pub killed: usize,
    /// The tests ran too long.
    pub timed_out: usize,
    /// Every test that reached it passed.
    pub survived: usize,
    /// No test reached it.
    pub not_covered: usize,
    /// It does not compile, or says nothing for another reason.
    pub unviable: usize,
    /// It was not measured.
    pub pending: usize,
    /// It survived and the policy accepts that.
    pub accepted: usize,
}

impl Sum {
    /// Counts the mutants of a report; `accepted` are the ids of those that may survive.
    pub fn of(document: &Document, accepted: &BTreeSet<String>) -> Self {
        let mut sum = Self::default();
        for (_, mutant) in document.mutants() {
            let status = mutant.status.0;
            let place = match status {
                _ if status.counts() && !status.detected() && accepted.contains(&mutant.id) => {
                    &mut sum.accepted
                }
                Status::Killed => &mut sum.killed,
                Status::Timeout => &mut sum.timed_out,
                Status::Survived => &mut sum.survived,
                Status::NoCoverage => &mut sum.not_covered,
                Status::CompileError | Status::RuntimeError | Status::Ignored => &mut sum.unviable,
                Status::Pending => &mut sum.pending,
            };
            *place += 1;
        }
        sum
    }

    /// Mutants that the tests noticed.
    pub const fn noticed(self) -> usize {
        self.killed + self.timed_out
    }

    /// Mutants that they did not.
    pub const fn unnoticed(self) -> usize {
        self.survived + self.not_covered
    }

    /// All of them.
    pub const fn all(self) -> usize {
        self.noticed() + self.unnoticed() + self.unviable + self.pending + self.accepted
    }

    /// The share of noticed ones among those that say something, in per cent, rounded down to a tenth; `None` where none
    /// does.
    pub fn score(self) -> Option<String> {
        let counted = self.noticed() + self.unnoticed();
        let tenths = (self.noticed() * 1_000).checked_div(counted)?;
        Some(format!("{}.{} %", tenths / 10, tenths % 10))
    }
}
