//! What did the team decide? `countersign.yaml`, read from the base of the change or named by the caller.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    date::Date,
    error::Error,
    evidence::{grade::Grade, mutation::operators, task::Task},
    finding::{Kind, Level},
    glob::Globs,
    limits,
    waiver::Waiver,
    yaml::{self, Named},
};

/// The name of the policy file at the root of the base tree.
pub const FILE: &str = "countersign.yaml";

/// A team's decisions. Every field has a default: the gate works without a policy.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Policy {
    /// Evidence (`tests`, `task`, …) or checks that must be proven: where they cannot be, the run is unproven.
    pub require: Vec<String>,
    /// How far the test reports must be trusted for a check to hold: `recorded` asks for a receipt of `countersign record`.
    pub grades: Named<Grade>,
    /// Levels of checks that differ from the built-in ones.
    pub levels: Named<Level>,
    /// Warnings fail the gate too.
    pub strict: bool,
    /// Which paths are tests, documentation, generated… beside the built-in patterns.
    pub paths: Paths,
    /// Classes of risky change that need no further word (`countersign explain claims-omission` lists them).
    pub approve: Vec<String>,
    /// Where the change may go.
    pub scope: Scope,
    /// What must change together, and what may be left over.
    pub edits: Edits,
    /// Where test reports are, and what they must hold.
    pub tests: Tests,
    /// How many mutants may survive.
    pub mutation: Mutation,
    /// How much of the added code must be run by tests.
    pub coverage: Coverage,
    /// Which new packages are fine.
    pub dependencies: Dependencies,
    /// Packs of the project's own rules over added code, as paths of the base tree.
    pub rules: Vec<String>,
    /// Levels of single rules that differ from their own; the last entry that means a rule and a path decides.
    pub rule_levels: Vec<RuleLevel>,
    /// Which comments in the code may silence a rule.
    pub inline_silences: InlineSilences,
    /// Which conventions coding agents are told of, and where.
    pub instructions: Instructions,
    /// Reasoned, dated exceptions.
    pub waivers: Vec<Waiver>,
    /// The task, where none is named on the command line.
    pub task: Option<Task>,
}

/// Patterns that say what kind of file a path is, beside the built-in ones.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Paths {
    /// Test code and test data.
    pub tests: Globs,
    /// Documentation.
    pub docs: Globs,
    /// Written by a program.
    pub generated: Globs,
    /// Other people's code.
    pub vendored: Globs,
}

/// Where the change may go.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Scope {
    /// Paths that only a task may unlock, by naming them literally; beside the built-in ones.
    pub protected: Globs,
    /// Files that may follow an assigned one without being assigned: lock files, snapshots.
    pub companions: Vec<Companion>,
    /// What each role may touch.
    pub roles: Named<Role>,
    /// Top-level packages one change may touch before it is called spread out.
    pub max_modules: usize,
    /// Files one change may touch before it is called spread out.
    pub max_files: usize,
    /// How many times the expected size fails the gate; two thirds of it warn.
    pub size_factor: usize,
    /// Size of an added file, in bytes, from which it is worth a word.
    pub max_file_bytes: u64,
    /// Binary files, links, executables and large files that are fine.
    pub assets: Globs,
    /// Files that look like leftovers and are not.
    pub leftovers: Globs,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            protected: Globs::none(),
            companions: Vec::new(),
            roles: Named::default(),
            max_modules: 4,
            max_files: 50,
            size_factor: 3,
            max_file_bytes: 1024 * 1024,
            assets: Globs::none(),
            leftovers: Globs::none(),
        }
    }
}

/// Files that may follow an assigned one.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Companion {
    /// Where one of these is touched and assigned …
    pub of: Globs,
    /// … these may be touched too.
    pub may_touch: Globs,
}

/// What a role may touch.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Role {
    /// Paths it may touch; without it, every path.
    pub may_touch: Option<Globs>,
    /// Paths it must not touch.
    pub must_not_touch: Globs,
    /// It only reads: any edit is one too many.
    pub read_only: bool,
}

/// What must change together, and what may be left over.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Edits {
    /// "If this changes, that must change too."
    pub pairs: Vec<Pair>,
    /// Messages of stash entries that may stay, as regular expressions.
    pub stashes: Vec<Pattern>,
}

/// "If this changes, that must change too."
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pair {
    /// What to call it in reports.
    pub name: String,
    /// When one of these paths changes …
    #[serde(rename = "if")]
    pub when: Globs,
    /// … and, where given, an added or removed line matches this …
    #[serde(default)]
    pub when_line: Option<Pattern>,
    /// … then one of these must change …
    #[serde(rename = "then")]
    pub then: Globs,
    /// … and, where given, one of its added lines must match this.
    #[serde(default)]
    pub then_line: Option<Pattern>,
}

/// Where test reports are, and what they must hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Tests {
    /// Patterns of report files of the head, from the folder the gate runs in.
    pub reports: Vec<String>,
    /// Patterns of report files of the base.
    pub base_reports: Vec<String>,
    /// Which cases exercise a module, by its folder: for tests that live elsewhere. A regular expression over `suite >
    /// class::name` and the case's file.
    pub modules: Named<Pattern>,
    /// Suites by name.
    pub suites: Named<Suite>,
    /// Tests known to be flaky.
    pub flaky: Vec<KnownTest>,
    /// Tests known to fail on base, for want of a base report.
    pub failing: Vec<KnownTest>,
}

/// Which cases form a suite.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Suite {
    /// A regular expression over `suite > class::name` and the case's file.
    #[serde(rename = "match")]
    pub matches: Pattern,
    /// At least one of its cases must have run.
    #[serde(default)]
    pub required: bool,
    /// It cannot honestly finish sooner, in seconds.
    #[serde(default)]
    pub min_seconds: Option<f64>,
    /// At least one of its cases must have run where a change crosses modules or alters an exported signature.
    #[serde(default)]
    pub integration: bool,
    /// What its passing cases may print although it looks like trouble, as regular expressions over a line.
    #[serde(default)]
    pub allow_output: Vec<Pattern>,
}

/// A test that the team knows about.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KnownTest {
    /// Its name as reports show it, or the end of it.
    pub test: String,
    /// Why it is on the list.
    pub reason: String,
    /// Until when, `YYYY-MM-DD`.
    #[serde(default)]
    pub until: Option<Date>,
}

/// What a hit of one rule weighs, everywhere or in some paths.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleLevel {
    /// The rule (`countersign rules list`).
    pub rule: String,
    /// What a hit weighs; `off` switches the rule off.
    pub level: Level,
    /// Only in these paths; everywhere where absent.
    #[serde(default)]
    pub paths: Option<Globs>,
}

impl RuleLevel {
    /// Whether it means a rule at a path.
    pub fn means(&self, rule: &str, path: &crate::path::RepoPath) -> bool {
        self.rule == rule && self.paths.as_ref().is_none_or(|paths| paths.matches(path))
    }
}

/// Which comments in the code may silence a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InlineSilences {
    /// Those that base has in the same file.
    #[default]
    Base,
    /// Those that the change adds too.
    Allow,
}

/// How many mutants may survive.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Mutation {
    /// Least share of noticed mutants on added lines, in per cent.
    pub score: f64,
    /// Fewer mutants than this say too little to fail a change by their score.
    pub min_mutants: usize,
    /// Operator classes a report must have used: `negate-condition`, `equality`, `arithmetic`, …
    pub operators: Vec<String>,
    /// A report is required where one of these changes.
    pub required_for: Globs,
    /// Mutants that may survive.
    pub accepted: Vec<AcceptedMutant>,
    /// Fewer added lines of code than this may have no mutant at all.
    pub min_lines: usize,
    /// Mutants that `countersign mutate` makes on one line at most; 0 for no limit.
    pub per_line: usize,
    /// Mutants that it makes of the value of one function at most; 0 for no limit.
    pub per_function: usize,
    /// Mutants that it measures in one run at most; 0 for no limit.
    pub most: usize,
    /// Seconds for all mutants together that need a build, or an import of everything, of their own; 0 for no limit. Where
    /// it is absent, five times what the build and the tests take without a mutant, and no less than 60. Those beyond are
    /// not measured.
    pub budget: Option<u64>,
}

impl Default for Mutation {
    fn default() -> Self {
        Self {
            score: 100.0,
            min_mutants: 1,
            operators: Vec::new(),
            required_for: Globs::none(),
            accepted: Vec::new(),
            min_lines: 5,
            // more of one line or function only repeat what the first ones say (reference measurement)
            per_line: 3,
            per_function: 2,
            most: 1_000,
            budget: None,
        }
    }
}

/// A mutant that may survive: it changes nothing anybody could notice.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AcceptedMutant {
    /// Its id, as `countersign mutate` reports it. It survives moves of the code; it changes with the file's path, the
    /// function's name and the text that is replaced.
    #[serde(default)]
    pub id: Option<String>,
    /// The file it is in; every file where absent.
    #[serde(default)]
    pub path: Option<Globs>,
    /// The function it is in.
    #[serde(default)]
    pub function: Option<String>,
    /// Its operator or its replacement, as the report names it.
    #[serde(default)]
    pub operator: Option<String>,
    /// What stands there instead, as the report names it.
    #[serde(default)]
    pub replacement: Option<String>,
    /// Why nobody could notice.
    pub reason: String,
    /// Until when, `YYYY-MM-DD`.
    #[serde(default)]
    pub until: Option<Date>,
}

/// How much of the added code must be run by tests.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Coverage {
    /// Least share of covered lines among the added executable ones, in per cent. Without it, uncovered lines warn.
    pub minimum: Option<f64>,
}

/// Which new packages are fine.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Dependencies {
    /// Names of packages that may be added; a trailing `*` means every name that begins so.
    pub approved: Vec<String>,
    /// Manifests that need no lock file beside them (libraries).
    pub no_lock: Globs,
    /// Modules of the project by name, with their files; of several that hold a file, the first by name counts.
    pub modules: Named<Globs>,
    /// Which module may use which: `domain -> web: deny`. `*` means every module. A rule that names both modules wins over
    /// one that names one, that one over `* -> *`, and `deny` over `allow`; without a rule an edge is allowed.
    pub edges: Named<Edge>,
    /// New circles of modules fail too.
    pub no_cycles: bool,
}

/// Whether a module may use another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Edge {
    /// It may.
    Allow,
    /// It must not.
    Deny,
}

impl Dependencies {
    /// The module that a file belongs to.
    pub fn module_of(&self, path: &crate::path::RepoPath) -> Option<&str> {
        let holds = self.modules.0.iter().find(|(_, globs)| globs.matches(path));
        holds.map(|(name, _)| name.as_str())
    }

    /// The rule by which a module must not use another one.
    pub fn forbids(&self, from: &str, to: &str) -> Option<&str> {
        let fits = |word: &str, name: &str| word == "*" || word == name;
        let rules = self.edges.0.iter().filter_map(|(written, edge)| {
            let (start, end) = ends(written)?;
            let named = usize::from(start != "*") + usize::from(end != "*");
            (fits(start, from) && fits(end, to)).then_some((named, *edge == Edge::Deny, written.as_str()))
        });
        rules
            .max()
            .filter(|(_, denied, _)| *denied)
            .map(|(_, _, written)| written)
    }

    fn validate(&self) -> Result<(), String> {
        for written in self.edges.0.keys() {
            let Some((from, to)) = ends(written) else {
                return Err(format!("dependencies: edges: `{written}` must read `from -> to`"));
            };
            let strange = [from, to]
                .into_iter()
                .find(|name| *name != "*" && !self.modules.0.contains_key(*name));
            if let Some(name) = strange {
                let known = self.modules.0.keys().map(String::as_str);
                return Err(format!("dependencies: edges: {}", unknown("module", name, known)));
            }
        }
        Ok(())
    }
}

/// Both ends of `from -> to`.
fn ends(written: &str) -> Option<(&str, &str)> {
    let (from, to) = written.split_once("->")?;
    let (from, to) = (from.trim(), to.trim());
    (!from.is_empty() && !to.is_empty() && !to.contains("->")).then_some((from, to))
}

/// Which conventions coding agents are told of, and where.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Instructions {
    /// Lines from which a file of instructions is called long.
    pub max_lines: usize,
    /// Which files must be covered by instructions.
    pub required: Vec<Required>,
}

impl Default for Instructions {
    fn default() -> Self {
        Self {
            max_lines: 400,
            required: Vec::new(),
        }
    }
}

/// Files that must be covered by instructions.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Required {
    /// What the convention is called.
    pub name: String,
    /// Where one of these changes …
    #[serde(rename = "for")]
    pub covers: Globs,
    /// … one of these must be in the tree …
    #[serde(rename = "in")]
    pub within: Globs,
    /// … and, where given, one of its lines must match this.
    #[serde(default)]
    pub line: Option<Pattern>,
}

/// A regular expression of a policy, compiled with bounds.
#[derive(Clone, Debug)]
pub struct Pattern(regex::Regex);

impl Pattern {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Says what is wrong with it, or that it passes a limit.
    pub fn new(text: &str) -> Result<Self, String> {
        if text.len() > limits::REGEX_BYTES {
            return Err(format!(
                "an expression of {} bytes passes the limit of {}",
                text.len(),
                limits::REGEX_BYTES
            ));
        }
        let built = regex::RegexBuilder::new(text)
            .size_limit(limits::REGEX_COMPILED_BYTES)
            .build();
        built.map(Self).map_err(|error| {
            format!(
                "bad regular expression `{text}`: {}",
                in_short(&error.to_string())
            )
        })
    }

    /// Whether it matches somewhere in a line; very long lines are searched in part
    /// ([`limits::REGEX_LINE_BYTES`]).
    pub fn matches(&self, line: &str) -> bool {
        let end = line.floor_char_boundary(limits::REGEX_LINE_BYTES.min(line.len()));
        self.0.is_match(line.get(..end).unwrap_or(line))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl serde::de::Visitor<'_> for One {
            type Value = Pattern;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a regular expression")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Pattern, E> {
                Pattern::new(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(One)
    }
}

impl schemars::JsonSchema for Pattern {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "regex" })
    }
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// It is no policy, names a check or evidence that does not exist, or passes a limit.
    pub fn parse(file: &str, bytes: &[u8], known_checks: &BTreeSet<&str>) -> Result<Self, Error> {
        let policy: Self = yaml::read("policy", file, bytes, limits::CONFIG_BYTES)?;
        policy.validate(known_checks).map_err(|problem| {
            // every problem quotes the wrong word first
            let word = problem.split('`').nth(1);
            let place = word.and_then(|word| yaml::find(bytes, word));
            Error::Invalid {
                kind: "policy",
                file: file.to_owned(),
                line: place.map(|(line, _)| line),
                column: place.map(|(_, column)| column),
                problem,
            }
        })?;
        Ok(policy)
    }

    fn validate(&self, known_checks: &BTreeSet<&str>) -> Result<(), String> {
        let known = |name: &str| known_checks.contains(name);
        for name in self.levels.0.keys() {
            if !known(name) {
                return Err(format!(
                    "levels: {}",
                    unknown("check", name, known_checks.iter().copied())
                ));
            }
        }
        for name in self.grades.0.keys() {
            if !known(name) {
                return Err(format!(
                    "grades: {}",
                    unknown("check", name, known_checks.iter().copied())
                ));
            }
        }
        let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        for name in &self.require {
            if !known(name) && !kinds.contains(&name.as_str()) {
                let all = known_checks.iter().copied().chain(kinds.iter().copied());
                return Err(format!("require: {}", unknown("evidence or check", name, all)));
            }
        }
        for waiver in &self.waivers {
            if !known(&waiver.check) {
                return Err(format!(
                    "waivers: {}",
                    unknown("check", &waiver.check, known_checks.iter().copied())
                ));
            }
        }
        self.dependencies.validate()?;
        let names_none = |known: &AcceptedMutant| known.id.is_none() && known.path.is_none();
        if self.mutation.accepted.iter().any(names_none) {
            return Err(
                "mutation: accepted: name a mutant by its `id`, or mutants by the `path` of their file"
                    .to_owned(),
            );
        }
        if !(0.0..=100.0).contains(&self.mutation.score) {
            return Err("mutation: score: must be between 0 and 100".to_owned());
        }
        let classes = || operators::CLASSES.iter().map(|(class, _)| *class);
        if let Some(class) = self
            .mutation
            .operators
            .iter()
            .find(|class| !operators::exists(class))
        {
            return Err(format!(
                "mutation: operators: {}",
                unknown("class of operators", class, classes())
            ));
        }
        if self
            .coverage
            .minimum
            .is_some_and(|minimum| !(0.0..=100.0).contains(&minimum))
        {
            return Err("coverage: minimum: must be between 0 and 100".to_owned());
        }
        Ok(())
    }
}

/// "There is no such thing", with the nearest thing there is.
pub fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known
        .map(|word| (strsim::damerau_levenshtein(word, name), word))
        .min();
    match near {
        Some((distance, word)) if distance <= name.len() / 3 + 1 => {
            format!("there is no {what} `{name}`; did you mean `{word}`?")
        }
        _ => format!("there is no {what} `{name}`"),
    }
}

/// The library draws a picture over several lines; its last one says what is wrong.
fn in_short(error: &str) -> &str {
    let last = error.lines().last().unwrap_or(error);
    last.trim().trim_start_matches("error: ")
}

/// The known names that are most like a name, nearest first.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let mut near: Vec<(usize, &str)> = known
        .map(|word| (strsim::damerau_levenshtein(word, name), word))
        .collect();
    near.sort_unstable();
    near.into_iter().take(most).map(|(_, word)| word).collect()
}
