//! How does a mutation-testing-elements report become mutants?
//!
//! Schema versions 1 and 2, as StrykerJS, Stryker.NET, Stryker4s, Infection, cargo-mutants and others write it. What
//! the schema requires is required here. Two old status names are read: `BuildError` and `Skipped`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, Visitor},
};

use super::{
    Embedded, Mutant, Parsed, Status,
    json::{self, Pairs, Position, Span},
    own::{self, Envelope},
};
use crate::limits;

/// The name of the format.
pub const FORMAT: &str = "mutation-testing-elements";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(rename = "schemaVersion")]
    _schema_version: Version,
    #[serde(rename = "thresholds")]
    _thresholds: Thresholds,
    files: Pairs<File>,
    #[serde(default)]
    test_files: Option<Pairs<TestFile>>,
    #[serde(default, rename = "framework")]
    _framework: Option<Framework>,
    #[serde(default, rename = "performance")]
    _performance: Option<Performance>,
    #[serde(default, rename = "system")]
    _system: Option<System>,
    #[serde(default)]
    config: Option<serde_json::Value>,
}

/// `1`, `1.x`, `2`, `2.x` as text, or the number 1 or 2, which old writers put there.
struct Version;

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl Visitor<'_> for One {
            type Value = Version;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a schema version, 1 or 2")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Version, E> {
                match text.split('.').next() {
                    Some("1" | "2") => Ok(Version),
                    Some(_) | None => Err(E::custom(format!("schema version `{text}` is neither 1 nor 2"))),
                }
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Version, E> {
                self.visit_str(&number.to_string())
            }
        }
        deserializer.deserialize_any(One)
    }
}

#[derive(Deserialize)]
struct Thresholds {
    #[serde(deserialize_with = "percent")]
    #[serde(rename = "high")]
    _high: i64,
    #[serde(deserialize_with = "percent")]
    #[serde(rename = "low")]
    _low: i64,
}

fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = i64::deserialize(deserializer)?;
    if (0..=100).contains(&number) {
        Ok(number)
    } else {
        Err(D::Error::custom(format!(
            "a threshold of {number} is not between 0 and 100"
        )))
    }
}

#[derive(Deserialize)]
struct File {
    #[serde(rename = "language")]
    _language: String,
    source: String,
    mutants: Vec<RawMutant>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMutant {
    id: Id,
    mutator_name: String,
    #[serde(default)]
    replacement: Option<String>,
    location: Span,
    status: RawStatus,
    #[serde(default)]
    killed_by: Option<Vec<String>>,
    #[serde(default)]
    covered_by: Option<Vec<String>>,
}

/// Text; some writers put a number there.
struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl Visitor<'_> for One {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the id of a mutant")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Id, E> {
                Ok(Id(text.to_owned()))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Id, E> {
                Ok(Id(number.to_string()))
            }
        }
        deserializer.deserialize_any(One)
    }
}

#[derive(Clone, Copy, Deserialize)]
enum RawStatus {
    Killed,
    Survived,
    NoCoverage,
    CompileError,
    BuildError,
    RuntimeError,
    Timeout,
    Ignored,
    Skipped,
    Pending,
}

impl From<RawStatus> for Status {
    fn from(raw: RawStatus) -> Self {
        match raw {
            RawStatus::Killed => Self::Killed,
            RawStatus::Survived => Self::Survived,
            RawStatus::NoCoverage => Self::NoCoverage,
            RawStatus::CompileError | RawStatus::BuildError => Self::CompileError,
            RawStatus::RuntimeError => Self::RuntimeError,
            RawStatus::Timeout => Self::Timeout,
            RawStatus::Ignored | RawStatus::Skipped => Self::Ignored,
            RawStatus::Pending => Self::Pending,
        }
    }
}

#[derive(Deserialize)]
struct TestFile {
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    id: String,
    name: String,
    #[serde(default, rename = "location")]
    _location: Option<OpenSpan>,
}

#[derive(Deserialize)]
struct OpenSpan {
    #[serde(rename = "start")]
    _start: Position,
}

#[derive(Deserialize)]
struct Framework {
    #[serde(rename = "name")]
    _name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Performance {
    #[serde(rename = "setup")]
    _setup: f64,
    #[serde(rename = "initialRun")]
    _initial_run: f64,
    #[serde(rename = "mutation")]
    _mutation: f64,
}

#[derive(Deserialize)]
struct System {
    #[serde(rename = "ci")]
    _ci: bool,
    #[serde(default, rename = "os")]
    _os: Option<Os>,
    #[serde(default, rename = "cpu")]
    _cpu: Option<Cpu>,
    #[serde(default, rename = "ram")]
    _ram: Option<Ram>,
}

#[derive(Deserialize)]
struct Os {
    #[serde(rename = "platform")]
    _platform: String,
}

#[derive(Deserialize)]
struct Cpu {
    #[serde(rename = "logicalCores")]
    _logical_cores: IgnoredAny,
}

#[derive(Deserialize)]
struct Ram {
    #[serde(rename = "total")]
    _total: IgnoredAny,
}

/// Reads a report.
///
/// # Errors
/// It breaks the schema, or a mutant lies outside its source; says where.
pub fn read(text: &str) -> Result<Parsed, String> {
    let raw: Raw = json::read(text)?;
    let mut names = BTreeMap::new();
    for (_, file) in raw.test_files.unwrap_or_default().0 {
        names.extend(file.tests.into_iter().map(|test| (test.id, test.name)));
    }
    let mut parsed = Parsed::of(FORMAT);
    parsed.commit = raw.config.as_ref().and_then(commit);
    let envelope = raw.config.as_ref().and_then(envelope).transpose()?;
    for (name, file) in raw.files.0 {
        let name = name.replace('\\', "/");
        parsed.sources.push(Embedded::of(&name, &file.source));
        let lines = file.source.lines().count().max(1);
        for mutant in file.mutants {
            inside(&name, lines, &mutant)?;
            let (id, place) = (mutant.id.0.clone(), mutant.location);
            let mut mutant = mutant.into_mutant(&name, &names);
            if let Some(envelope) = &envelope {
                envelope.detail(&id, &mut mutant, replaced(place, &file.source))?;
            }
            parsed.mutants.push(mutant);
        }
        if parsed.mutants.len() > limits::MUTANTS {
            return Err(format!("it lists more than {} mutants", limits::MUTANTS));
        }
    }
    if let Some(envelope) = envelope {
        envelope.seal(&mut parsed)?;
    }
    Ok(parsed)
}

/// What `countersign mutate` puts around its own reports.
fn envelope(config: &serde_json::Value) -> Option<Result<Envelope, String>> {
    let own = config.get("countersign")?;
    let read = Envelope::deserialize(own);
    Some(read.map_err(|error| {
        format!(
            "config, `countersign`: {}",
            crate::escape::line(&error.to_string())
        )
    }))
}

impl Envelope {
    /// Adds what only our own reports say of a mutant.
    fn detail(&self, id: &str, mutant: &mut Mutant, original: Option<String>) -> Result<(), String> {
        let detail = self.mutants.get(id).ok_or_else(|| {
            let id = crate::escape::line(id).into_owned();
            format!("config, `countersign`: mutant `{id}` is not among `mutants`")
        })?;
        mutant.id = Some(id.to_owned());
        mutant.function = Some(detail.item.clone()).filter(|item| !item.is_empty());
        mutant.anchor = Some(detail.lines);
        mutant.original = original;
        Ok(())
    }

    /// Says what the whole report is about, and what keeps it from being relied on.
    fn seal(self, parsed: &mut Parsed) -> Result<(), String> {
        self.check(parsed.mutants.iter().filter_map(|mutant| mutant.id.as_deref()))?;
        parsed.format = own::FORMAT;
        parsed.baseline = self.baseline;
        if self.shard.of > 1 {
            parsed.problems.push(format!(
                "it is part {} of {}: join all parts with `countersign mutate merge`",
                self.shard.part, self.shard.of
            ));
        }
        let unplanned = self.unplanned.iter();
        parsed.problems.extend(unplanned.map(|(file, why)| {
            let (file, why) = (crate::escape::line(file), crate::escape::line(why));
            format!("no mutant could be planned in `{file}`: {why}")
        }));
        let silences = self.silences.into_iter();
        parsed.silences = silences.map(|silence| (silence.path, silence.line)).collect();
        parsed.tree = Some(self.tree);
        Ok(())
    }
}

/// The text at a place, where it is on one line.
fn replaced(place: Span, source: &str) -> Option<String> {
    let index = |number: u32| usize::try_from(number).ok()?.checked_sub(1);
    let line = source.lines().nth(index(place.start.line)?)?;
    let (start, end) = (index(place.start.column)?, index(place.end.column)?);
    let is_short = place.start.line == place.end.line && end > start;
    is_short.then(|| line.chars().skip(start).take(end - start).collect())
}

/// The commit that the run's configuration names (`config.commit`), as `countersign` itself writes it; no other
/// known writer names one.
fn commit(config: &serde_json::Value) -> Option<String> {
    let id = config.get("commit")?.as_str()?;
    let hex = id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (hex && matches!(id.len(), 40 | 64)).then(|| id.to_ascii_lowercase())
}

fn inside(file: &str, lines: usize, mutant: &RawMutant) -> Result<(), String> {
    let line = mutant.location.start.line;
    if usize::try_from(line).is_ok_and(|line| line <= lines) {
        return Ok(());
    }
    Err(format!(
        "files, `{}`: mutant `{}` begins on line {line} of a source of {lines} lines",
        crate::escape::line(file),
        crate::escape::line(&mutant.id.0)
    ))
}

impl RawMutant {
    fn into_mutant(self, file: &str, names: &BTreeMap<String, String>) -> Mutant {
        let ids = self.killed_by.unwrap_or_default().into_iter();
        let mut seen = BTreeSet::new();
        let mut tests = Vec::new();
        for id in ids.chain(self.covered_by.unwrap_or_default()) {
            if seen.insert(id.clone()) {
                tests.push(names.get(&id).cloned().unwrap_or(id));
            }
        }
        Mutant {
            file: file.to_owned(),
            line: Some(self.location.start.line),
            last_line: Some(self.location.end.line),
            column: Some(self.location.start.column),
            id: None,
            anchor: None,
            below_function: None,
            original: None,
            function: None,
            operator: self.mutator_name,
            replacement: self.replacement,
            status: self.status.into(),
            tests,
        }
    }
}
