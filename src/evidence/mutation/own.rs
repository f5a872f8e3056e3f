//! What does a report of `countersign mutate` hold?
//!
//! It is a mutation-testing-elements report, so that every viewer of that format shows it. What only this program asks
//! for is in an envelope under `config`, which the schema leaves free. No clock, no host and no folder of a machine is
//! in it: the same tree gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Baseline, Status, json};
use crate::limits;

/// The version of the envelope.
pub const VERSION: u32 = 1;
/// The version of the schema around it
/// (<https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema>).
pub const SCHEMA: &str = "2.0";
/// The name of the format.
pub const FORMAT: &str = "countersign";

/// A whole report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Document {
    /// [`SCHEMA`].
    pub schema_version: String,
    /// From which score on viewers show green, and below which red.
    pub thresholds: Thresholds,
    /// Which program wrote it.
    pub framework: Framework,
    /// The envelope.
    pub config: Config,
    /// Every file with a mutant, by path.
    pub files: BTreeMap<String, File>,
    /// Every test that is named, by file.
    pub test_files: BTreeMap<String, TestFile>,
}

/// Bounds for the colours of a viewer, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Green from here on.
    pub high: u8,
    /// Red below.
    pub low: u8,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What the schema leaves free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The head commit; absent for files that are in no commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// What this program asks for.
    pub countersign: Envelope,
}

/// What a report says about the run: what was to be measured, on what, and what was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Envelope {
    /// [`VERSION`].
    pub version: u32,
    /// The commit compared with; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The tree that was measured.
    pub tree: String,
    /// Every mutant that all parts together must measure.
    pub universe: Counted,
    /// Which part of them this report is about.
    pub shard: Part,
    /// How the mutants were chosen and the tests run.
    pub configuration: Configuration,
    /// How the tests fared without any mutant.
    pub baseline: Baseline,
    /// Which kinds of tests ran, and what the reader must know besides.
    pub notes: BTreeSet<String>,
    /// Why mutants of this part were not measured, and how many.
    pub not_measured: BTreeMap<String, usize>,
    /// Files in which mutants were expected and could not be planned.
    pub unplanned: BTreeMap<String, String>,
    /// Changed production files in other languages.
    pub elsewhere: BTreeSet<String>,
    /// Words in the source that ask for no mutant and that the change itself adds: they were not heeded.
    pub silences: BTreeSet<Silence>,
    /// What viewers do not show of each mutant, by its id.
    pub mutants: BTreeMap<String, Detail>,
}

/// A set of mutants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Counted {
    /// SHA-256 over the ids, sorted, each with a line feed.
    pub hash: String,
    /// How many.
    pub mutants: usize,
    /// Why others are not among them, and how many.
    pub left_out: BTreeMap<String, usize>,
}

/// One part of several, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Which part.
    pub part: usize,
    /// Of how many.
    pub of: usize,
}

/// How the mutants were chosen and the tests run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Configuration {
    /// Every line was in scope, not only the changed ones.
    pub all: bool,
    /// Only files that one of these patterns means.
    pub files: Vec<String>,
    /// Mutants of one line at most.
    pub per_line: Option<usize>,
    /// Mutants of the value of one function at most.
    pub per_function: Option<usize>,
    /// Mutants of one run at most.
    pub most: Option<usize>,
    /// Faults that are known to be noise were measured too.
    pub noise: bool,
    /// What runs the tests of Rust code.
    pub test_tool: String,
    /// Only these packages.
    pub packages: Vec<String>,
    /// Features that were switched on.
    pub features: Vec<String>,
    /// All of them were.
    pub all_features: bool,
    /// The default ones were switched off.
    pub no_default_features: bool,
    /// Variables of the environment that were let through by name.
    pub environment: Vec<String>,
}

/// A place in the source that asks for no mutant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// The file.
    pub path: String,
    /// Its 1-based line.
    pub line: u32,
}

/// What viewers do not show of a mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// The items around it: `module::Type::function`; empty at the top of a file.
    pub item: String,
    /// First and last line of which one must have changed for it to be in scope.
    pub lines: (u32, u32),
}

/// A file with mutants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its language, as the highlighter of the viewers calls it.
    pub language: String,
    /// Its text at head.
    pub source: String,
    /// Its mutants, by place and then by id.
    pub mutants: Vec<Mutant>,
}

/// One mutant and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Mutant {
    /// Its name.
    pub id: String,
    /// Its operator.
    pub mutator_name: String,
    /// What stands there instead.
    pub replacement: String,
    /// In words: what stood there and what stands there.
    pub description: String,
    /// Where.
    pub location: json::Span,
    /// What became of it.
    pub status: Named,
    /// Why it was not measured, or what ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// The ids of the tests that reach it.
    pub covered_by: Vec<String>,
    /// The ids of the tests that noticed it.
    pub killed_by: Vec<String>,
    /// How many tests ran on it.
    pub tests_completed: usize,
}

/// A status by its name in the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Status")]
enum InSchema {
    Killed,
    Timeout,
    Survived,
    NoCoverage,
    CompileError,
    RuntimeError,
    Ignored,
    Pending,
}

/// A status as the schema writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Named(#[serde(with = "InSchema")] pub Status);

/// A file of tests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestFile {
    /// Its tests, sorted.
    pub tests: BTreeSet<Test>,
}

/// A test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Its id, by which mutants name it.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Document {
    /// Reads a report.
    ///
    /// # Errors
    /// It is not one of ours, of another version, or contradicts itself.
    pub fn read(text: &str) -> Result<Self, String> {
        let document: Self = json::read(text)?;
        let envelope = &document.config.countersign;
        envelope.check(document.ids())?;
        if document.mutants().count() > limits::MUTANTS {
            return Err(format!("it lists more than {} mutants", limits::MUTANTS));
        }
        Ok(document)
    }

    /// Every mutant with the path of its file, in the order of the report.
    pub fn mutants(&self) -> impl Iterator<Item = (&str, &Mutant)> {
        let files = self.files.iter();
        files.flat_map(|(path, file)| file.mutants.iter().map(move |mutant| (path.as_str(), mutant)))
    }

    /// The id of every mutant, in the order of the report.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.mutants().map(|(_, mutant)| mutant.id.as_str())
    }

    /// The report as it is written.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn text(&self) -> Result<String, String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        Ok(format!("{text}\n"))
    }
}

impl Envelope {
    /// Whether these are the mutants that the report is about.
    ///
    /// # Errors
    /// Another version; an id that stands twice, or one that is missing; a part that does not exist.
    pub fn check<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Result<(), String> {
        if self.version != VERSION {
            return Err(format!(
                "its envelope has version {}; this program reads version {VERSION}",
                self.version
            ));
        }
        let Part { part, of } = self.shard;
        if part == 0 || part > of {
            return Err(format!("there is no part {part} of {of}"));
        }
        let mut count = 0_usize;
        let mut listed = BTreeSet::new();
        for id in ids {
            count += 1;
            if !listed.insert(id) {
                return Err(format!("mutant `{}` stands twice", crate::escape::line(id)));
            }
        }
        let expected = share(self.universe.mutants, self.shard);
        if count != expected {
            return Err(format!("it lists {count} mutants and must list {expected}"));
        }
        if of == 1 && hash(listed.into_iter()) != self.universe.hash {
            return Err("its mutants are not those that it was to measure".to_owned());
        }
        Ok(())
    }
}

/// How many of so many mutants are in a part.
pub fn share(mutants: usize, Part { part, of }: Part) -> usize {
    mutants.saturating_sub(part.saturating_sub(1)).div_ceil(of.max(1))
}

/// SHA-256 over sorted ids, each with a line feed, in hexadecimal.
pub fn hash<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for id in ids {
        hash.update(id.as_bytes());
        hash.update(b"\n");
    }
    crate::evidence::file::hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_universe_make_up_all_of_it() {
        for mutants in 0..20 {
            for of in 1..7 {
                let parts = (1..=of).map(|part| share(mutants, Part { part, of }));
                assert_eq!(parts.sum::<usize>(), mutants, "{mutants} in {of} parts");
            }
        }
    }
}
