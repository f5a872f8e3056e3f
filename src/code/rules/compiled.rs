//! What does a rule look like once it is compiled for one grammar?

use regex::Regex;
use tree_sitter::{Query, QueryErrorKind};

use super::{
    guards::{self, Guard},
    matcher::{Fault, Matcher},
    predicates,
};
use crate::{
    code::languages::{self, LanguageId},
    limits,
};

/// What a rule seeks.
pub(super) enum Seek {
    Query(Query),
    Pattern(Regex),
}

/// A rule that is ready for one language.
pub(super) struct Compiled {
    pub(super) seek: Seek,
    pub(super) inside: Vec<Query>,
    pub(super) outside: Vec<Query>,
    pub(super) contains: Vec<Query>,
    pub(super) lacks: Vec<Query>,
    pub(super) at_least: Option<(Query, usize)>,
    pub(super) guards: Vec<&'static Guard>,
}

/// The text of a rule that does not compile, and why.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    key: &'static str,
    text: String,
    row: u32,
    problem: String,
}

impl Wrong {
    fn new(key: &'static str, text: &str, row: usize, problem: impl Into<String>) -> Self {
        Self {
            key,
            text: text.to_owned(),
            row: u32::try_from(row).unwrap_or(0),
            problem: problem.into(),
        }
    }

    /// As it travels.
    pub(super) fn of_rule(&self, rule: u32) -> Fault {
        Fault {
            rule,
            key: self.key.to_owned(),
            text: self.text.clone(),
            row: self.row,
            problem: self.problem.clone(),
        }
    }

    /// In one sentence.
    pub(super) fn says(&self) -> String {
        format!("`{}`: {}", self.key, self.problem)
    }
}

impl Compiled {
    /// Whether something beside the text decides.
    pub(super) fn asks_for_nodes(&self) -> bool {
        let lists = [&self.inside, &self.outside, &self.contains, &self.lacks];
        lists.iter().any(|list| !list.is_empty()) || self.at_least.is_some() || !self.guards.is_empty()
    }

    /// Compiles a rule for a language; for none, only a pattern can be sought.
    pub(super) fn of(matcher: &Matcher, language: Option<LanguageId>) -> Result<Self, Wrong> {
        let query = |key: &'static str, text: &str, wanted: &str| {
            let language = language.ok_or_else(|| Wrong::new(key, text, 0, "needs a language"))?;
            compile(key, text, wanted, language)
        };
        let list = |key: &'static str, texts: &[String]| -> Result<Vec<Query>, Wrong> {
            texts.iter().map(|text| query(key, text, "scope")).collect()
        };
        let seek = match (&matcher.query, &matcher.pattern) {
            (Some(text), _) => Seek::Query(query("query", text, "hit")?),
            (None, Some(text)) => Seek::Pattern(pattern(text)?),
            (None, None) => return Err(Wrong::new("query", "", 0, "there is neither query nor pattern")),
        };
        let at_least = matcher.at_least.as_ref().map(|wanted| {
            let query = query("at-least", &wanted.query, "scope")?;
            Ok((query, usize::try_from(wanted.n).unwrap_or(usize::MAX)))
        });
        let unknown = |name: &String| Wrong::new("guards", name, 0, format!("there is no guard `{name}`"));
        let guards = matcher.guards.iter();
        Ok(Self {
            seek,
            inside: list("inside", &matcher.inside)?,
            outside: list("outside", &matcher.outside)?,
            contains: list("contains", &matcher.contains)?,
            lacks: list("lacks", &matcher.lacks)?,
            at_least: at_least.transpose()?,
            guards: guards
                .map(|name| guards::find(name).ok_or_else(|| unknown(name)))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn pattern(text: &str) -> Result<Regex, Wrong> {
    let built = regex::RegexBuilder::new(text)
        .size_limit(limits::REGEX_COMPILED_BYTES)
        .build();
    built.map_err(|error| {
        let error = error.to_string();
        let last = error.lines().last().unwrap_or(&error).trim();
        let problem = format!("bad regular expression: {}", last.trim_start_matches("error: "));
        Wrong::new("pattern", text, 0, problem)
    })
}

fn compile(key: &'static str, text: &str, wanted: &str, language: LanguageId) -> Result<Query, Wrong> {
    let wrong = |row: usize, problem: String| Wrong::new(key, text, row, problem);
    if text.len() > limits::QUERY_BYTES {
        return Err(wrong(
            0,
            format!(
                "a query of {} bytes passes the limit of {}",
                text.len(),
                limits::QUERY_BYTES
            ),
        ));
    }
    let Some(grammar) = languages::grammar(language) else {
        return Err(wrong(0, "is for a language that is not read".to_owned()));
    };
    let query =
        Query::new(&(grammar.language)(), text).map_err(|error| wrong(error.row, said(&error, language)))?;
    if query.capture_index_for_name(wanted).is_none() {
        return Err(wrong(0, format!("has no capture `@{wanted}`")));
    }
    for pattern in 0..query.pattern_count() {
        for predicate in query.general_predicates(pattern) {
            if predicates::find(&predicate.operator).is_none() {
                let row = row_of(text, &predicate.operator);
                return Err(wrong(
                    row,
                    format!("there is no predicate `#{}`", predicate.operator),
                ));
            }
        }
    }
    Ok(query)
}

fn row_of(text: &str, word: &str) -> usize {
    text.lines().position(|line| line.contains(word)).unwrap_or(0)
}

fn said(error: &tree_sitter::QueryError, language: LanguageId) -> String {
    let name = language.name();
    let message = error.message.lines().next().unwrap_or_default();
    let message = message.trim().trim_matches('"');
    match error.kind {
        QueryErrorKind::NodeType => format!("{name} has no node `{message}`"),
        QueryErrorKind::Field => format!("{name} has no field `{message}`"),
        QueryErrorKind::Capture => format!("there is no capture `@{message}`"),
        QueryErrorKind::Structure => format!("no {name} code can have this shape: {message}"),
        QueryErrorKind::Syntax => format!("does not parse as a query: {message}"),
        QueryErrorKind::Predicate | QueryErrorKind::Language => message.to_owned(),
    }
}
