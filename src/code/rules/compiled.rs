//! What does a rule look like once it is compiled for one grammar?

use std::cell::OnceCell;

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

/// A query that is compiled when a hit is held against it: most rules find nothing, and compiling takes a millisecond.
pub(super) struct Late {
    key: &'static str,
    text: String,
    language: Option<LanguageId>,
    query: OnceCell<Result<Query, Wrong>>,
}

impl Late {
    fn new(key: &'static str, text: &str, language: Option<LanguageId>) -> Self {
        Self {
            key,
            text: text.to_owned(),
            language,
            query: OnceCell::new(),
        }
    }

    /// The query, compiled.
    pub(super) fn query(&self) -> Result<&Query, String> {
        self.compiled().as_ref().map_err(Wrong::says)
    }

    fn compiled(&self) -> &Result<Query, Wrong> {
        self.query.get_or_init(|| {
            let missing = || Wrong::new(self.key, &self.text, 0, "needs a language");
            compile(self.key, &self.text, "scope", self.language.ok_or_else(missing)?)
        })
    }
}

/// A rule that is ready for one language.
pub(super) struct Compiled {
    pub(super) seek: Seek,
    pub(super) inside: Vec<Late>,
    pub(super) outside: Vec<Late>,
    pub(super) contains: Vec<Late>,
    pub(super) lacks: Vec<Late>,
    pub(super) at_least: Option<(Late, usize)>,
    pub(super) guards: Vec<&'static Guard>,
    /// Without all of these a hit has the quote beside them.
    pub(super) firm: Vec<&'static Guard>,
    pub(super) softer: String,
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
        lists.iter().any(|list| !list.is_empty())
            || self.at_least.is_some()
            || !self.guards.is_empty()
            || !self.firm.is_empty()
    }

    /// What is wrong with any part of it.
    pub(super) fn fault(&self) -> Option<Wrong> {
        let lists = [&self.inside, &self.outside, &self.contains, &self.lacks];
        let late = lists.into_iter().flatten();
        let mut late = late.chain(self.at_least.iter().map(|(late, _)| late));
        late.find_map(|late| late.compiled().as_ref().err().cloned())
    }

    /// Compiles a rule for a language; for none, only a pattern can be sought.
    pub(super) fn of(matcher: &Matcher, language: Option<LanguageId>) -> Result<Self, Wrong> {
        let query = |key: &'static str, text: &str| {
            let language = language.ok_or_else(|| Wrong::new(key, text, 0, "needs a language"))?;
            compile(key, text, "hit", language)
        };
        let list = |key: &'static str, texts: &[String]| -> Vec<Late> {
            texts.iter().map(|text| Late::new(key, text, language)).collect()
        };
        let seek = match (&matcher.query, &matcher.pattern) {
            (Some(text), _) => Seek::Query(query("query", text)?),
            (None, Some(text)) => Seek::Pattern(regular("pattern", text)?),
            (None, None) => return Err(Wrong::new("query", "", 0, "there is neither query nor pattern")),
        };
        let at_least = matcher.at_least.as_ref().map(|wanted| {
            let least = usize::try_from(wanted.n).unwrap_or(usize::MAX);
            (Late::new("at-least", &wanted.query, language), least)
        });
        let unknown = |name: &String| Wrong::new("guards", name, 0, format!("there is no guard `{name}`"));
        let all = |names: &[String]| -> Result<Vec<&'static Guard>, Wrong> {
            let guards = names.iter();
            guards
                .map(|name| guards::find(name).ok_or_else(|| unknown(name)))
                .collect()
        };
        Ok(Self {
            seek,
            inside: list("inside", &matcher.inside),
            outside: list("outside", &matcher.outside),
            contains: list("contains", &matcher.contains),
            lacks: list("lacks", &matcher.lacks),
            at_least,
            guards: all(&matcher.guards)?,
            firm: all(&matcher.firm)?,
            softer: matcher.softer.clone(),
        })
    }
}

pub(super) fn regular(key: &'static str, text: &str) -> Result<Regex, Wrong> {
    let built = regex::RegexBuilder::new(text)
        .size_limit(limits::REGEX_COMPILED_BYTES)
        .build();
    built.map_err(|error| {
        let error = error.to_string();
        let last = error.lines().last().unwrap_or(&error).trim();
        let problem = format!("bad regular expression: {}", last.trim_start_matches("error: "));
        Wrong::new(key, text, 0, problem)
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
