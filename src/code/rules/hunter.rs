//! What do the rules find on the new lines of one file?

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    rc::Rc,
};

use regex::Regex;

use super::{
    compiled::{Compiled, Late, Seek, Wrong, regular},
    file::File,
    guards::Seen,
    lists::functions_around,
    matcher::{Anchor, Fault, Hit, Hunt, Hunted, Matcher, Within},
    query::{Found, Query, matches},
};
use crate::{
    code::{facts::Span, languages::LanguageId, tree::Node},
    escape, limits,
};

/// Files with more separate additions are asked once for everything between the first and the last.
const RANGES: usize = 24;

/// Rules, and what of them was compiled so far.
#[derive(Default)]
pub(crate) struct Hunter {
    matchers: Vec<Matcher>,
    compiled: BTreeMap<(u32, Option<LanguageId>), Result<Rc<Compiled>, Wrong>>,
    shapes: BTreeMap<u32, Result<Option<Rc<Regex>>, Wrong>>,
}

impl Hunter {
    /// Takes a list of rules in place of the one it had.
    pub(crate) fn learn(&mut self, matchers: Vec<Matcher>) {
        self.matchers = matchers;
        self.compiled.clear();
        self.shapes.clear();
    }

    /// How many rules it has.
    pub(crate) fn count(&self) -> usize {
        self.matchers.len()
    }

    /// Compiles every rule for every language that it is for, and says what is wrong.
    pub(crate) fn faults(&mut self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for rule in 0..u32::try_from(self.matchers.len()).unwrap_or(0) {
            let languages = self.matcher(rule).map(|matcher| matcher.languages.clone());
            let mut languages: Vec<_> = languages.unwrap_or_default().into_iter().map(Some).collect();
            if languages.is_empty() {
                languages.push(None);
            }
            let wrong = languages
                .into_iter()
                .find_map(|language| match self.compiled(rule, language) {
                    Ok(compiled) => compiled.fault(),
                    Err(wrong) => Some(wrong),
                });
            let wrong = wrong.or_else(|| self.shape(rule).err());
            faults.extend(wrong.map(|wrong| wrong.of_rule(rule)));
        }
        faults
    }

    /// What the rules find in a file.
    ///
    /// # Errors
    /// The file is too large for a tree, takes too long, or a rule does not compile.
    pub(crate) fn hunt(
        &mut self,
        hunt: &Hunt,
        text: &str,
        out_of_time: &dyn Fn() -> bool,
    ) -> Result<Hunted, String> {
        let file = File::new(text, hunt, out_of_time);
        let mut hunted = Hunted::default();
        for rule in &hunt.rules {
            let Some(matcher) = self.matcher(*rule) else {
                return Err("was asked for a rule that is not known".to_owned());
            };
            let words = &matcher.words;
            if !words.is_empty() && !words.iter().any(|word| file.adds_word(word)) {
                continue;
            }
            let anchor = matcher.anchor;
            let within = matcher.within;
            let shape = self.shape(*rule).map_err(|wrong| wrong.says())?;
            if shape.is_some_and(|shape| !file.adds_shape(&shape)) {
                continue;
            }
            let compiled = self.compiled(*rule, hunt.language);
            let compiled = compiled.map_err(|wrong| wrong.says())?;
            let mut one = One {
                file: &file,
                rule: *rule,
                compiled: &compiled,
                anchor,
                hits: Vec::new(),
                overrun: false,
            };
            one.seek(within)?;
            one.hits.sort();
            one.hits.dedup_by_key(|hit| (hit.start, hit.end));
            if one.overrun {
                hunted.overrun.push(*rule);
            }
            hunted.hits.append(&mut one.hits);
        }
        Ok(hunted)
    }

    fn matcher(&self, rule: u32) -> Option<&Matcher> {
        self.matchers.get(rule as usize)
    }

    fn shape(&mut self, rule: u32) -> Result<Option<Rc<Regex>>, Wrong> {
        let wanted = self
            .matchers
            .get(rule as usize)
            .and_then(|matcher| matcher.shape.as_deref());
        let known = self
            .shapes
            .entry(rule)
            .or_insert_with(|| wanted.map(|text| regular("shape", text).map(Rc::new)).transpose());
        known.clone()
    }

    fn compiled(&mut self, rule: u32, language: Option<LanguageId>) -> Result<Rc<Compiled>, Wrong> {
        let matcher = self.matchers.get(rule as usize);
        let known = self
            .compiled
            .entry((rule, language))
            .or_insert_with(|| match matcher {
                Some(matcher) => Compiled::of(matcher, language).map(Rc::new),
                None => Compiled::of(&Matcher::default(), language).map(Rc::new),
            });
        known.clone()
    }
}

/// One rule over one file.
struct One<'a> {
    file: &'a File<'a>,
    rule: u32,
    compiled: &'a Compiled,
    anchor: Anchor,
    hits: Vec<Hit>,
    overrun: bool,
}

impl One<'_> {
    fn seek(&mut self, within: Within) -> Result<(), String> {
        match &self.compiled.seek {
            Seek::Query(late) => self.by_query(late.query()?),
            Seek::Pattern(pattern) => {
                for range in regions(self.file, within) {
                    self.by_pattern(pattern, range);
                }
                Ok(())
            }
        }
    }

    fn by_query(&mut self, query: &Query) -> Result<(), String> {
        let Some(root) = self.file.root()? else {
            return Ok(());
        };
        for range in self.sought() {
            let found = matches(query, root, self.file, Some(&range), limits::RULE_CANDIDATES)?;
            self.overrun |= found.overrun;
            for captures in found.matches {
                let Some((_, node)) = captures.iter().find(|(name, _)| *name == "hit") else {
                    continue;
                };
                let (range, node) = (node.byte_range(), Some(*node));
                self.weigh(Seen {
                    file: self.file,
                    range,
                    node,
                    captures,
                })?;
            }
        }
        Ok(())
    }

    /// The bytes in which a hit may begin: each run of new lines, or everything from the first to the last.
    fn sought(&self) -> Vec<Range<usize>> {
        let added = &self.file.hunt.added;
        let around = |range: Range<usize>| match self.anchor {
            Anchor::Hit => range,
            Anchor::Function => {
                let node = self.file.node_around(&range);
                let outer = node.and_then(|node| functions_around(node).last());
                outer.map_or(range, |outer| outer.byte_range())
            }
        };
        if added.len() <= RANGES {
            return added.iter().map(|run| around(self.file.bytes_of(*run))).collect();
        }
        let all = added
            .first()
            .zip(added.last())
            .map(|(first, last)| self.file.bytes_of(*first).start..self.file.bytes_of(*last).end);
        all.map(around).into_iter().collect()
    }

    fn by_pattern(&mut self, pattern: &Regex, range: Range<usize>) {
        let text = self.file.slice(range.clone());
        let needs_tree = self.compiled.asks_for_nodes() || self.anchor == Anchor::Function;
        for found in pattern.captures_iter(text).take(limits::RULE_HITS) {
            let Some(whole) = found.get(0) else { continue };
            let hit = range.start + whole.start()..range.start + whole.end();
            let names = pattern.capture_names().flatten();
            let quotes =
                names.filter_map(|name| Some((name.to_owned(), shortened(found.name(name)?.as_str()))));
            let quotes = quotes.collect();
            let seen = Seen {
                file: self.file,
                node: needs_tree.then(|| self.file.node_around(&hit)).flatten(),
                range: hit,
                captures: Vec::new(),
            };
            // a pattern has no queries that could take too long
            self.weigh_with(seen, quotes).ok();
        }
    }

    fn weigh(&mut self, seen: Seen<'_>) -> Result<(), String> {
        let quote =
            |(name, node): &(&str, Node<'_>)| ((*name).to_owned(), shortened(self.file.text_of(*node)));
        let named = seen
            .captures
            .iter()
            .filter(|(name, _)| *name != "hit" && !name.starts_with('_'));
        let quotes = named.map(quote).collect();
        self.weigh_with(seen, quotes)
    }

    fn weigh_with(&mut self, seen: Seen<'_>, mut quotes: Vec<(String, String)>) -> Result<(), String> {
        let function = seen.node.and_then(|node| functions_around(node).next());
        let Some(line) = self.line(&seen, function) else {
            return Ok(());
        };
        if self.hits.len() >= limits::RULE_HITS || !self.is_kept(&seen)? {
            return Ok(());
        }
        if !self.compiled.firm.iter().all(|guard| (guard.keeps)(&seen)) {
            quotes.push((self.compiled.softer.clone(), String::new()));
        }
        quotes.push(("hit".to_owned(), shortened(self.file.slice(seen.range.clone()))));
        let name = function.and_then(|function| function.child_by_field_name("name"));
        if let Some(name) = name
            && !quotes.iter().any(|(known, _)| known == "function")
        {
            quotes.push(("function".to_owned(), shortened(self.file.text_of(name))));
        }
        self.hits.push(Hit {
            rule: self.rule,
            line,
            last: self.file.line_of(seen.range.end.saturating_sub(1)).max(line),
            start: narrow(seen.range.start),
            end: narrow(seen.range.end),
            quotes,
        });
        Ok(())
    }

    /// The line that is reported, where it is new.
    fn line(&self, seen: &Seen<'_>, function: Option<Node<'_>>) -> Option<u32> {
        let line = match self.anchor {
            Anchor::Hit => self.file.line_of(seen.range.start),
            Anchor::Function => {
                let function = function?;
                let head = function.child_by_field_name("name").unwrap_or(function);
                self.file.line_of(head.start_byte())
            }
        };
        self.file.adds(line).then_some(line)
    }

    fn is_kept(&mut self, seen: &Seen<'_>) -> Result<bool, String> {
        let compiled = self.compiled;
        if !compiled.inside.is_empty() && !self.lies_in(&compiled.inside, seen)? {
            return Ok(false);
        }
        if self.lies_in(&compiled.outside, seen)? {
            return Ok(false);
        }
        if !compiled.contains.is_empty() && !self.holds(&compiled.contains, 1, seen)? {
            return Ok(false);
        }
        if self.holds(&compiled.lacks, 1, seen)? {
            return Ok(false);
        }
        if let Some((query, least)) = &compiled.at_least
            && !self.holds(std::slice::from_ref(query), *least, seen)?
        {
            return Ok(false);
        }
        Ok(compiled.guards.iter().all(|guard| (guard.keeps)(seen)))
    }

    /// Whether the hit lies in a scope of one of the queries.
    fn lies_in(&mut self, queries: &[Late], seen: &Seen<'_>) -> Result<bool, String> {
        for query in queries {
            let Some(root) = self.file.root()? else {
                return Ok(false);
            };
            let near = Some(&seen.range);
            let found = matches(query.query()?, root, self.file, near, limits::RULE_CANDIDATES)?;
            self.overrun |= found.overrun;
            let holds = |scope: Node<'_>| {
                scope.start_byte() <= seen.range.start && seen.range.end <= scope.end_byte()
            };
            if scopes(&found).any(holds) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether so many scopes of the queries lie in the body of the hit.
    fn holds(&mut self, queries: &[Late], least: usize, seen: &Seen<'_>) -> Result<bool, String> {
        let Some(body) = seen.body() else {
            return Ok(false);
        };
        let inside = body.byte_range();
        let lies = |scope: &Node<'_>| inside.start <= scope.start_byte() && scope.end_byte() <= inside.end;
        let mut ranges = BTreeSet::new();
        for query in queries {
            // one node may match in several ways
            let most = if least == 1 { 1 } else { limits::RULE_CANDIDATES };
            let found = matches(query.query()?, body, self.file, None, most)?;
            self.overrun |= found.overrun;
            ranges.extend(
                scopes(&found)
                    .filter(lies)
                    .map(|scope| (scope.start_byte(), scope.end_byte())),
            );
            if ranges.len() >= least {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn scopes<'f, 'a>(found: &'f Found<'a>) -> impl Iterator<Item = Node<'a>> + 'f {
    let captures = found.matches.iter().flatten();
    captures
        .filter(|(name, _)| *name == "scope")
        .map(|(_, node)| *node)
}

/// What a pattern reads, as far as it touches new lines.
fn regions(file: &File<'_>, within: Within) -> Vec<Range<usize>> {
    let hunt = file.hunt;
    let lines = || hunt.added.iter();
    let spans = |spans: &[Span]| -> Vec<Range<usize>> {
        let new = |span: &&Span| (span.first..=span.last).any(|line| file.adds(line));
        let bytes = |span: &Span| span.start as usize..span.end as usize;
        spans.iter().filter(new).map(bytes).collect()
    };
    match within {
        Within::Line => lines()
            .flat_map(|run| run.first..=run.last.min(file.last_line()))
            .map(|line| {
                let range = file.bytes_of(super::matcher::Lines {
                    first: line,
                    last: line,
                });
                let text = file.slice(range.clone());
                range.start..range.start + text.trim_end_matches('\r').len()
            })
            .collect(),
        Within::Text => lines().map(|run| file.bytes_of(*run)).collect(),
        Within::Comment => spans(&without(&hunt.comments, &hunt.docstrings)),
        Within::String => spans(&without(&hunt.strings, &hunt.docstrings)),
        Within::Docstring => spans(&hunt.docstrings),
        Within::Prose => {
            let mut all = [hunt.comments.as_slice(), hunt.docstrings.as_slice()].concat();
            all.sort_unstable();
            all.dedup();
            spans(&all)
        }
    }
}

/// The spans that are none of the others.
fn without(spans: &[Span], others: &[Span]) -> Vec<Span> {
    let spans = spans.iter().filter(|span| {
        let after = others.partition_point(|other| other.start <= span.start);
        let other = after.checked_sub(1).and_then(|at| others.get(at));
        !other.is_some_and(|other| other.contains(span))
    });
    spans.copied().collect()
}

/// A quotation on one line of bounded length.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    escape::cut(&line, limits::RULE_QUOTE_BYTES).into_owned()
}

fn narrow(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}
