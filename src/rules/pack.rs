//! What may a file of rules say? One format for the built-in packs and for a project's own; read whole or refused whole.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{
    code::{
        LanguageId,
        rules::matcher::{Anchor, AtLeast, Hit, Matcher, Within},
    },
    error::Error,
    finding::Level,
    glob::{self, Globs},
    limits, tables, yaml,
};

/// The check that a rule belongs to where it names none: of the built-in packs.
pub const RULES: &str = "conventions-rules";
/// The same for the packs of a project.
pub const BANNED: &str = "conventions-banned";

/// The check of rules about comments and settings that switch a tool off.
pub const SUPPRESSION: &str = "conventions-suppression";

/// The check of rules whose group `secret` holds a credential: it is never shown whole.
pub const SECRET: &str = "security-secret";

/// The checks that rules may belong to.
pub const CHECKS: &[&str] = &[
    RULES,
    BANNED,
    SUPPRESSION,
    "security-dynamic-sql",
    "security-dynamic-shell",
    "security-tls-off",
    SECRET,
    "security-hidden-unicode",
    "security-injection-text",
];

/// A language as rules name it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Every file.
    Any,
    /// Python.
    Python,
    /// Rust.
    Rust,
    /// JavaScript and TypeScript, with and without JSX.
    JavaScript,
    /// TypeScript only, with and without JSX.
    TypeScript,
    /// Go.
    Go,
    /// Java.
    Java,
}

impl Language {
    /// The grammars it means; none for every file.
    pub const fn grammars(self) -> &'static [LanguageId] {
        match self {
            Self::Any => &[],
            Self::Python => &[LanguageId::Python],
            Self::Rust => &[LanguageId::Rust],
            Self::JavaScript => &[LanguageId::JavaScript, LanguageId::TypeScript, LanguageId::Tsx],
            Self::TypeScript => &[LanguageId::TypeScript, LanguageId::Tsx],
            Self::Go => &[LanguageId::Go],
            Self::Java => &[LanguageId::Java],
        }
    }

    /// As written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Python => "python",
            Self::Rust => "rust",
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Go => "go",
            Self::Java => "java",
        }
    }
}

/// What the code at a place is for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Code that ships.
    Production,
    /// Test code, by its path or by the test module around it.
    Test,
}

/// Which paths a rule is for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// Only these; without it, every path.
    #[serde(deserialize_with = "glob::built_in")]
    pub include: Globs,
    /// Not these.
    #[serde(deserialize_with = "glob::built_in")]
    pub exclude: Globs,
}

impl Scope {
    /// Whether a path is meant.
    pub fn holds(&self, path: &crate::path::RepoPath) -> bool {
        (self.include.is_empty() || self.include.matches(path)) && !self.exclude.matches(path)
    }
}

/// When a hit of a rule weighs less than the rule.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Softer {
    /// What it weighs then: `warn` or `info`.
    pub level: Level,
    /// Questions of which one says no, all of them about one file.
    pub unless: Vec<String>,
}

/// How often a rule was wrong.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Hits per 10,000 added lines of reviewed history.
    pub mature: String,
    /// Hits per 10,000 added lines of agents' commits.
    pub agents: String,
    /// Where it was measured.
    pub source: String,
}

/// Code that a rule must catch, or leave alone.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The content of the file at head.
    pub code: String,
    /// Where the file is; a usual place of the first language of the rule where absent.
    #[serde(default)]
    pub path: Option<String>,
    /// The content of the file at base; absent for a new file.
    #[serde(default)]
    pub base: Option<String>,
    /// Other files that are there on both sides, by their paths.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// What the hit must weigh; as it may where absent.
    #[serde(default)]
    pub level: Option<Level>,
}

/// Text alone, or a map that says more.
#[derive(Clone, Debug, PartialEq, schemars::JsonSchema)]
#[schemars(untagged)]
pub enum Short<T> {
    /// Only text.
    Text(String),
    /// More.
    Long(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Short<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = Short<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or named fields")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Short<T>, E> {
                Ok(Short::Text(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Short<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
                    .map(Short::Long)
                    .map_err(A::Error::custom)
            }
        }
        deserializer.deserialize_any(Either(std::marker::PhantomData))
    }
}

/// One rule, as written.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// What it is called: lower-case words with dashes.
    pub id: String,
    /// For which languages; `any` stands alone.
    pub languages: Vec<Language>,
    /// What a hit weighs.
    pub level: Level,
    /// What a hit weighs in test code; as `level` where absent.
    #[serde(default)]
    pub tests: Option<Level>,
    /// Only in production code, or only in test code.
    #[serde(default)]
    pub only: Option<Role>,
    /// Other people's code in the tree is read too, as text.
    #[serde(default)]
    pub vendored: bool,
    /// Which paths.
    #[serde(default)]
    pub paths: Scope,
    /// One of these must stand on an added line, or the rule is not asked.
    #[serde(default)]
    pub words: Vec<String>,
    /// A regular expression that some run of added lines must hold, or the rule is not asked: for a query whose words
    /// are common. It must let everything through that the query finds.
    #[serde(default)]
    pub shape: Option<String>,
    /// A tree-sitter query with a capture `@hit`.
    #[serde(default)]
    pub query: Option<String>,
    /// A regular expression, instead of a query.
    #[serde(default)]
    pub pattern: Option<String>,
    /// What the expression reads.
    #[serde(default, rename = "in")]
    pub within: Option<Within>,
    /// What must be added.
    #[serde(default)]
    pub anchor: Anchor,
    /// The hit lies in some `@scope` of these queries.
    #[serde(default)]
    pub inside: Vec<String>,
    /// The hit lies in no `@scope` of these queries.
    #[serde(default)]
    pub outside: Vec<String>,
    /// Some `@scope` of these queries lies in `@body`, or in the hit.
    #[serde(default)]
    pub contains: Vec<String>,
    /// No `@scope` of these queries lies in `@body`, or in the hit.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// So many `@scope` of this query lie in `@body`, or in the hit.
    #[serde(default)]
    pub at_least: Option<AtLeast>,
    /// Questions that are written in the program.
    #[serde(default)]
    pub guards: Vec<String>,
    /// When a hit weighs less.
    #[serde(default)]
    pub softer: Option<Softer>,
    /// Quiet where the file at base has so many hits already.
    #[serde(default)]
    pub unless_base: Option<u32>,
    /// A check that accuses the same place: its finding stays and this one goes.
    #[serde(default)]
    pub twin: Option<String>,
    /// The check that it belongs to.
    #[serde(default)]
    pub check: Option<String>,
    /// The finding: one lower-case sentence; `{name}` quotes a capture.
    pub says: String,
    /// What goes wrong when it stays.
    pub why: String,
    /// The smallest honest fix.
    pub fix: String,
    /// How often it was wrong.
    pub noise: Short<Measured>,
    /// Code that it must catch.
    pub bad: Vec<Short<Example>>,
    /// Code that it must leave alone.
    pub good: Vec<Short<Example>>,
}

/// Captures of a query, or groups of a pattern, by whose presence a match weighs at most so much.
const SOFTER: &[(&str, Level)] = &[("warn", Level::Warn), ("info", Level::Info)];

/// The most that a match may weigh: one alternative of a rule may be softer than the others.
pub fn most(hit: &Hit) -> Level {
    let meant = SOFTER.iter().filter(|(name, _)| hit.quote(name).is_some());
    meant.map(|(_, level)| *level).min().unwrap_or(Level::Deny)
}

impl Rule {
    /// What a hit weighs in code of a role, before any policy.
    pub fn level_in(&self, role: Role) -> Level {
        if self.only.is_some_and(|only| only != role) {
            return Level::Off;
        }
        match role {
            Role::Production => self.level,
            Role::Test => self.tests.unwrap_or(self.level),
        }
    }

    /// The grammars that it is for; none for every file.
    pub fn grammars(&self) -> Vec<LanguageId> {
        let mut all: Vec<LanguageId> = self
            .languages
            .iter()
            .flat_map(|language| language.grammars())
            .copied()
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a file in this language is read.
    pub fn reads(&self, language: Option<LanguageId>) -> bool {
        if self.languages.contains(&Language::Any) {
            return language.is_some() || self.within().needs_no_language();
        }
        let mut all = self.languages.iter().flat_map(|one| one.grammars());
        language.is_some_and(|language| all.any(|one| *one == language))
    }

    /// Whether it can be asked of a file that is not in its language from end to end.
    pub fn needs_no_parse(&self) -> bool {
        let asks = self
            .guards
            .iter()
            .any(|guard| super::guards::reads_one_file(guard))
            || self.softer.is_some();
        self.pattern.is_some() && self.within().needs_no_language() && !asks
    }

    /// Whether it is asked of text alone, so that a file that does not parse is read as well as any other.
    pub fn reads_text(&self) -> bool {
        // what is a string cannot be told of a file that does not parse
        let asks_for_code = self.guards.iter().any(|guard| guard == "outside-strings");
        self.languages.contains(&Language::Any) && self.needs_no_parse() && !asks_for_code
    }

    /// What the expression reads.
    pub fn within(&self) -> Within {
        self.within.unwrap_or_default()
    }

    /// What travels to the parser process; guards that read more than the file stay here.
    pub fn matcher(&self, is_for_process: impl Fn(&str) -> bool) -> Matcher {
        let guards = self.guards.iter().filter(|guard| is_for_process(guard));
        Matcher {
            id: self.id.clone(),
            languages: self.grammars(),
            words: self.words.clone(),
            shape: self.shape.clone(),
            query: self.query.clone(),
            pattern: self.pattern.clone(),
            within: self.within(),
            anchor: self.anchor,
            inside: self.inside.clone(),
            outside: self.outside.clone(),
            contains: self.contains.clone(),
            lacks: self.lacks.clone(),
            at_least: self.at_least.clone(),
            guards: guards.cloned().collect(),
            firm: self
                .softer
                .as_ref()
                .map(|softer| softer.unless.clone())
                .unwrap_or_default(),
            softer: self
                .softer
                .as_ref()
                .map(|softer| softer.level.to_string())
                .unwrap_or_default(),
        }
    }
}

/// A file of rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// The file, as messages call it.
    pub name: String,
    /// Whether it is part of this program.
    pub built_in: bool,
    /// Its rules, in their order.
    pub rules: Vec<Rule>,
}

impl Pack {
    /// Reads a pack that is part of this program; its tests ask the rest.
    ///
    /// # Errors
    /// It does not parse: a fault of this program.
    pub fn embedded(name: &'static str, text: &str) -> Result<Self, Error> {
        Ok(Self {
            name: name.to_owned(),
            built_in: true,
            rules: tables::read(name, text)?,
        })
    }

    /// Reads a pack. Whether its queries compile is asked of a parser process ([`super::packs::compile`]).
    ///
    /// # Errors
    /// Names the file, the line, and what would be right.
    pub fn read(name: &str, bytes: &[u8], known: &dyn Fn(&str) -> Known) -> Result<Self, Error> {
        let rules: Vec<Rule> = yaml::read("rules", name, bytes, limits::PACK_BYTES)?;
        let pack = Self {
            name: name.to_owned(),
            built_in: false,
            rules,
        };
        pack.validate(bytes, known)?;
        Ok(pack)
    }

    /// What a reader that knows the format alone cannot see.
    ///
    /// # Errors
    /// As [`Pack::read`].
    pub fn validate(&self, bytes: &[u8], known: &dyn Fn(&str) -> Known) -> Result<(), Error> {
        if self.rules.len() > limits::PACK_RULES {
            let problem = format!(
                "has {} rules; the limit is {}",
                self.rules.len(),
                limits::PACK_RULES
            );
            return Err(Error::invalid("rules", &self.name, problem));
        }
        for (at, rule) in self.rules.iter().enumerate() {
            let twice = self.rules.iter().take(at).any(|other| other.id == rule.id);
            let problem = if twice {
                Some(("id", "stands twice; keep one".to_owned()))
            } else {
                problem(rule, known)
            };
            if let Some((key, problem)) = problem {
                return Err(self.refusal(bytes, at, key, 0, &problem));
            }
        }
        Ok(())
    }

    /// The refusal of the pack for a rule, at the line of a key of it and so many lines below.
    pub fn refusal(&self, bytes: &[u8], rule: usize, key: &str, below: usize, problem: &str) -> Error {
        let id = self.rules.get(rule).map_or("", |rule| rule.id.as_str());
        Error::Invalid {
            kind: "rules",
            file: self.name.clone(),
            line: line_of(bytes, rule, key).map(|line| line + below),
            column: None,
            problem: format!("rule `{id}`: {key}: {problem}"),
        }
    }
}

/// Whether a name is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// A guard that reads one file.
    Guard,
    /// A guard that reads more than one file.
    WideGuard,
    /// A check.
    Check,
    /// Neither.
    Nothing,
}

/// The 1-based line of a key of a rule, counted from 0.
fn line_of(bytes: &[u8], rule: usize, key: &str) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok()?;
    let lines = || text.lines().enumerate();
    let is_start = |line: &str| line.starts_with("- ");
    let starts: Vec<usize> = lines()
        .filter(|(_, line)| is_start(line))
        .map(|(at, _)| at)
        .collect();
    let first = *starts.get(rule)?;
    let after = starts.get(rule + 1).copied().unwrap_or(usize::MAX);
    let named = |line: &str| {
        let line = line.strip_prefix("- ").or_else(|| line.strip_prefix("  "));
        line.and_then(|line| line.strip_prefix(key))
            .is_some_and(|rest| rest.starts_with(':'))
    };
    let found = lines().find(|(at, line)| (first..after).contains(at) && named(line));
    Some(found.map_or(first, |(at, _)| at) + 1)
}

/// What is wrong with a rule: the key and the problem.
fn problem(rule: &Rule, known: &dyn Fn(&str) -> Known) -> Option<(&'static str, String)> {
    let some = |key: &'static str, problem: &str| Some((key, problem.to_owned()));
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if rule.id.is_empty() || !rule.id.chars().all(is_word) || !rule.id.contains('-') {
        return some(
            "id",
            "must be lower-case words joined with dashes, as `house-raw-sql`",
        );
    }
    if rule.languages.is_empty() {
        return some("languages", "must name a language, or `any`");
    }
    let any = rule.languages.contains(&Language::Any);
    if any && rule.languages.len() > 1 {
        return some("languages", "`any` stands alone");
    }
    match (&rule.query, &rule.pattern) {
        (Some(_), Some(_)) => return some("pattern", "a rule has a query or a pattern, not both"),
        (None, None) => return some("id", "has neither `query` nor `pattern`"),
        (Some(_), None) if any => return some("query", "needs a language; a rule for `any` has a pattern"),
        (Some(_), None) if rule.within.is_some() => return some("in", "belongs to a pattern"),
        (Some(_), None) | (None, Some(_)) => {}
    }
    let structural = [&rule.inside, &rule.outside, &rule.contains, &rule.lacks];
    if any && (structural.iter().any(|list| !list.is_empty()) || rule.at_least.is_some()) {
        return some("languages", "queries need a language; a rule for `any` has none");
    }
    if rule.bad.is_empty() {
        return some("bad", "at least one example that is caught is needed");
    }
    if rule.good.is_empty() {
        return some("good", "at least one example that is left alone is needed");
    }
    for (key, text) in [("says", &rule.says), ("why", &rule.why), ("fix", &rule.fix)] {
        if text.trim().is_empty() {
            return some(key, "must not be empty");
        }
    }
    for (key, globs) in [("paths", &rule.paths.include), ("paths", &rule.paths.exclude)] {
        if !globs.compile() {
            return some(key, "holds a pattern that does not compile");
        }
    }
    for guard in &rule.guards {
        if !matches!(known(guard), Known::Guard | Known::WideGuard) {
            return Some(("guards", format!("there is no guard `{guard}`")));
        }
    }
    if let Some(softer) = &rule.softer {
        if !SOFTER.iter().any(|(_, level)| *level == softer.level) {
            return some("softer", "its level must be `warn` or `info`");
        }
        if let Some(guard) = softer.unless.iter().find(|guard| known(guard) != Known::Guard) {
            return Some(("softer", format!("there is no guard `{guard}` about one file")));
        }
    }
    for (key, check) in [("check", &rule.check), ("twin", &rule.twin)] {
        if let Some(check) = check
            && known(check) != Known::Check
        {
            return Some((key, format!("there is no check `{check}`")));
        }
    }
    let checks = rule.check.as_deref().filter(|check| !CHECKS.contains(check));
    checks.map(|check| ("check", format!("`{check}` takes no rules")))
}
