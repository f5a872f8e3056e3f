//! What does a rule look like once it is compiled for one grammar?

use std::cell::OnceCell;

use regex::Regex;
use tree_sitter::QueryErrorKind;

use super::{
    guards::{self, Guard},
    matcher::{Fault, Matcher},
    query::Query,
};
use crate::{
    code::{
        languages::{self, LanguageId},
        tree::Grammar,
    },
    limits,
};

/// What a rule seeks.
pub(super) enum Seek {
    Query(Late),
    Pattern(Regex),
}

/// A query that is read when a hit is held against it: most rules find nothing.
pub(super) struct Late {
    key: &'static str,
    text: String,
    /// The capture that it must have.
    wanted: &'static str,
    language: Option<LanguageId>,
    query: OnceCell<Result<Query, Wrong>>,
}

impl Late {
    fn new(key: &'static str, text: &str, wanted: &'static str, language: Option<LanguageId>) -> Self {
        Self {
            key,
            text: text.to_owned(),
            wanted,
            language,
            query: OnceCell::new(),
        }
    }

    /// The query, read.
    pub(super) fn query(&self) -> Result<&Query, String> {
        let read = self.query.get_or_init(|| self.read());
        read.as_ref().map_err(Wrong::says)
    }

    fn wrong(&self, row: usize, problem: impl Into<String>) -> Wrong {
        Wrong::new(self.key, &self.text, row, problem)
    }

    /// What it is for, where it is short enough to be looked at.
    fn grammar(&self) -> Result<(LanguageId, &'static Grammar), Wrong> {
        let (length, limit) = (self.text.len(), limits::QUERY_BYTES);
        if length > limit {
            let problem = format!("a query of {length} bytes passes the limit of {limit}");
            return Err(self.wrong(0, problem));
        }
        let language = self.language.ok_or_else(|| self.wrong(0, "needs a language"))?;
        let grammar = languages::grammar(language);
        let grammar = grammar.ok_or_else(|| self.wrong(0, "is for a language that is not read"))?;
        Ok((language, grammar))
    }

    fn read(&self) -> Result<Query, Wrong> {
        let (language, grammar) = self.grammar()?;
        let query = Query::read(&self.text, language, grammar);
        let query = query.map_err(|unread| self.wrong(unread.row, unread.problem))?;
        if !query.captures(self.wanted) {
            return Err(self.wrong(0, format!("has no capture `@{}`", self.wanted)));
        }
        Ok(query)
    }

    /// What is wrong with it: the library knows too what the grammar can never have.
    fn fault(&self) -> Option<Wrong> {
        let by_library = || {
            let (language, grammar) = self.grammar()?;
            tree_sitter::Query::new(&(grammar.language)(), &self.text)
                .map(drop)
                .map_err(|error| self.wrong(error.row, said(&error, language)))
        };
        by_library().and_then(|()| self.read().map(drop)).err()
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
        let sought = match &self.seek {
            Seek::Query(late) => Some(late),
            Seek::Pattern(_) => None,
        };
        let late = sought.into_iter().chain(lists.into_iter().flatten());
        let mut late = late.chain(self.at_least.iter().map(|(late, _)| late));
        late.find_map(Late::fault)
    }

    /// Compiles a rule for a language; for none, only a pattern can be sought.
    pub(super) fn of(matcher: &Matcher, language: Option<LanguageId>) -> Result<Self, Wrong> {
        let list = |key: &'static str, texts: &[String]| -> Vec<Late> {
            let each = texts.iter();
            each.map(|text| Late::new(key, text, "scope", language)).collect()
        };
        let seek = match (&matcher.query, &matcher.pattern) {
            (Some(text), _) => Seek::Query(Late::new("query", text, "hit", language)),
            (None, Some(text)) => Seek::Pattern(regular("pattern", text)?),
            (None, None) => return Err(Wrong::new("query", "", 0, "there is neither query nor pattern")),
        };
        let at_least = matcher.at_least.as_ref().map(|wanted| {
            let least = usize::try_from(wanted.n).unwrap_or(usize::MAX);
            (Late::new("at-least", &wanted.query, "scope", language), least)
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
