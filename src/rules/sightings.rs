//! Which rules find what on the new lines of a change?
//!
//! Every changed file that people wrote is held against the rules for its language once, in parser processes; what comes
//! back is weighed here by what the place is for, what only moved, what base does already, and what other files say.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    guards::{self, Context},
    pack::{Pack, Role, Rule},
    packs,
};
use crate::{
    code::{
        FileFacts, LanguageId,
        facts::Span,
        parser::Quarry,
        rules::matcher::{Hit, Hunt, Hunted, Lines, RuleSet},
    },
    evidence::{
        Evidence,
        change::{FileChange, Version},
        code::Facts,
    },
    finding::{Level, Side, Unproven},
    kinds::{FileKind, Kinds},
    moved::Moves,
    path::RepoPath,
    production,
};

/// A place that a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// Which pack, counted from 0.
    pub pack: usize,
    /// Which rule of it, counted from 0.
    pub rule: usize,
    /// The file at head.
    pub path: RepoPath,
    /// 1-based line: an added one.
    pub line: u32,
    /// What the code there is for.
    pub role: Role,
    /// What was found.
    pub hit: Hit,
}

/// Everything that was found, and the files of which nothing is known.
#[derive(Clone, Debug, Default)]
pub struct Sightings {
    /// In the order of the change, then of the lines.
    pub found: Vec<Sighting>,
    /// Files that could not be looked at, and why.
    pub unknown: Vec<Unproven>,
    /// How many files that people wrote were looked at.
    pub looked: usize,
    /// How many files of other people's code were read as text.
    pub vendored: usize,
}

/// The rules that are asked.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The packs, built-in ones first.
    pub packs: &'a [Arc<Pack>],
    /// What kind of file a path is.
    pub kinds: &'a Kinds,
    /// Whether a rule may find anything in a file, in code of a role; what a policy switches off is not asked.
    pub wanted: &'a (dyn Fn(&Rule, &RepoPath, Role) -> bool + Sync),
}

/// One file that is looked at.
struct Subject<'e> {
    file: &'e FileChange,
    version: &'e Version,
    language: Option<LanguageId>,
    /// The first line that does not parse.
    error: Option<u32>,
    /// Places of tests; the whole file where its path says so.
    tests: Vec<Span>,
    is_test: bool,
    added: Vec<Lines>,
    rules: Vec<u32>,
}

/// A rule under the number that travels.
struct Numbered<'a> {
    pack: usize,
    rule: usize,
    is: &'a Rule,
}

/// Looks at a change.
pub fn of(evidence: &Evidence, asked: Asked<'_>) -> Sightings {
    let mut sightings = Sightings::default();
    let rules = numbered(asked.packs);
    let subjects = subjects(evidence, asked, &rules, &mut sightings);
    if subjects.is_empty() {
        return sightings;
    }
    let set = RuleSet::new(rules.iter().map(|rule| packs::matcher(rule.is)).collect());
    let load = |index: usize| {
        let subject = subjects.get(index).ok_or_else(nothing)?;
        Ok(Quarry {
            name: subject.version.path.to_string(),
            hunt: subject.hunt(evidence)?,
            bytes: evidence.change.bytes(subject.version)?,
        })
    };
    let answers = evidence.parser().hunt(&set, subjects.len(), &load);
    let hunt = Weighing {
        evidence,
        asked,
        rules: &rules,
        set: &set,
    };
    for (subject, answer) in subjects.iter().zip(answers) {
        hunt.weigh(subject, answer, &mut sightings);
    }
    sightings
}

fn nothing() -> Unproven {
    Unproven::Insufficient("there is no such file".to_owned())
}

fn numbered(packs: &[Arc<Pack>]) -> Vec<Numbered<'_>> {
    let each = packs.iter().enumerate().flat_map(|(pack, of)| {
        let rules = of.rules.iter().enumerate();
        rules.map(move |(rule, is)| Numbered { pack, rule, is })
    });
    each.collect()
}

/// The changed files that people wrote, with what is asked of each.
fn subjects<'e>(
    evidence: &'e Evidence,
    asked: Asked<'_>,
    rules: &[Numbered<'_>],
    sightings: &mut Sightings,
) -> Vec<Subject<'e>> {
    let mut moves = Moves::of(&evidence.change);
    let mut subjects = Vec::new();
    for file in evidence.change.files() {
        // the account of what moved is kept over all files, looked at or not
        let added: Vec<u32> = file
            .added()
            .filter(|line| !moves.take_added(line))
            .map(|line| line.number)
            .collect();
        let Some(version) = file.after().filter(|version| version.mode.is_file()) else {
            continue;
        };
        if added.is_empty() {
            continue;
        }
        if asked.kinds.of(&version.path) == FileKind::Vendored {
            sightings.vendored += 1;
            subjects.extend(vendored(asked, rules, (file, version, added)));
            continue;
        }
        if !asked.kinds.is_hand_written(&version.path) {
            continue;
        }
        let subject = subject(evidence, asked, rules, (file, version, added));
        match subject {
            Ok(subject) => {
                sightings.unknown.extend(subject.unparsed());
                sightings.looked += 1;
                if !subject.rules.is_empty() {
                    subjects.push(subject);
                }
            }
            Err(why) => sightings.unknown.push(why),
        }
    }
    subjects
}

fn subject<'e>(
    evidence: &'e Evidence,
    asked: Asked<'_>,
    rules: &[Numbered<'_>],
    (file, version, added): (&'e FileChange, &'e Version, Vec<u32>),
) -> Result<Subject<'e>, Unproven> {
    let path = &version.path;
    let language = LanguageId::of(path);
    let facts = match language {
        Some(_) => Some(evidence.code(path, Side::Head)?),
        None => None,
    };
    let mut subject = Subject {
        file,
        version,
        language,
        error: facts.as_ref().and_then(|facts| Some(facts.errors.first()?.line)),
        tests: facts.as_deref().map(production::test_regions).unwrap_or_default(),
        is_test: asked.kinds.of(path) == FileKind::Test,
        added: Lines::joined(added),
        rules: Vec::new(),
    };
    let is_asked = |(_, rule): &(u32, &Numbered<'_>)| subject.is_asked(rule.is, asked);
    let numbers = (0_u32..).zip(rules).filter(is_asked);
    subject.rules = numbers.map(|(number, _)| number).collect();
    Ok(subject)
}

/// Other people's code: only rules that ask for it, which read it as text.
fn vendored<'e>(
    asked: Asked<'_>,
    rules: &[Numbered<'_>],
    (file, version, added): (&'e FileChange, &'e Version, Vec<u32>),
) -> Option<Subject<'e>> {
    let mut subject = Subject {
        file,
        version,
        language: None,
        error: None,
        tests: Vec::new(),
        is_test: false,
        added: Lines::joined(added),
        rules: Vec::new(),
    };
    let is_asked = |(_, rule): &(u32, &Numbered<'_>)| rule.is.vendored && subject.is_asked(rule.is, asked);
    let numbers = (0_u32..).zip(rules).filter(is_asked);
    subject.rules = numbers.map(|(number, _)| number).collect();
    (!subject.rules.is_empty()).then_some(subject)
}

impl Subject<'_> {
    fn is_asked(&self, rule: &Rule, asked: Asked<'_>) -> bool {
        let path = &self.version.path;
        let mut roles = [Role::Production, Role::Test]
            .into_iter()
            .filter(|role| match role {
                Role::Production => !self.is_test,
                Role::Test => self.is_test || !self.tests.is_empty(),
            });
        rule.reads(self.language)
            && (rule.needs_no_parse() || self.parses())
            && rule.paths.holds(path)
            && roles.any(|role| (asked.wanted)(rule, path, role))
    }

    fn parses(&self) -> bool {
        self.error.is_none()
    }

    fn unparsed(&self) -> Option<Unproven> {
        let line = self.error?;
        Some(Unproven::Unparsed(self.version.path.clone(), line))
    }

    fn role(&self, line: u32) -> Role {
        if self.is_test || self.tests.iter().any(|span| span.has_line(line)) {
            Role::Test
        } else {
            Role::Production
        }
    }

    fn facts(&self, evidence: &Evidence) -> Result<Option<Facts>, Unproven> {
        let path = &self.version.path;
        let facts = self.language.map(|_| evidence.code(path, Side::Head));
        facts.transpose()
    }

    fn hunt(&self, evidence: &Evidence) -> Result<Hunt, Unproven> {
        let facts = self.facts(evidence)?;
        Ok(hunt(
            self.language,
            facts.as_deref(),
            self.added.clone(),
            self.rules.clone(),
        ))
    }
}

fn hunt(language: Option<LanguageId>, facts: Option<&FileFacts>, added: Vec<Lines>, rules: Vec<u32>) -> Hunt {
    let spans = |spans: fn(&FileFacts) -> &Vec<Span>| facts.map(spans).cloned().unwrap_or_default();
    Hunt {
        language,
        added,
        comments: spans(|facts| &facts.comments),
        strings: spans(|facts| &facts.strings),
        docstrings: spans(|facts| &facts.docstrings),
        rules,
    }
}

/// Everything that weighs a hit.
struct Weighing<'a> {
    evidence: &'a Evidence,
    asked: Asked<'a>,
    rules: &'a [Numbered<'a>],
    set: &'a RuleSet,
}

impl Weighing<'_> {
    fn weigh(&self, subject: &Subject<'_>, answer: Result<Hunted, Unproven>, sightings: &mut Sightings) {
        let hunted = match answer {
            Ok(hunted) => hunted,
            // what nobody gave is not known, in whatever language
            Err(why @ Unproven::NotSupplied(_)) => {
                sightings.unknown.push(why);
                return;
            }
            // what is too large or no text, and in no language that is read, is data
            Err(_) if subject.language.is_none() => return,
            Err(why) => {
                sightings.unknown.push(why);
                return;
            }
        };
        let path = &subject.version.path;
        for rule in hunted.overrun.iter().filter_map(|rule| self.rule(*rule)) {
            let why = format!(
                "`{path}` has more half-finished matches of rule `{}` than are kept",
                rule.is.id
            );
            sightings.unknown.push(Unproven::Insufficient(why));
        }
        let at_base = self.at_base(subject, &hunted.hits);
        let hits = hunted.hits.into_iter();
        let mut found: Vec<Sighting> = hits
            .filter_map(|hit| self.sighting(subject, hit, &at_base, &mut sightings.unknown))
            .collect();
        found.sort_by(|one, other| (one.line, &one.hit).cmp(&(other.line, &other.hit)));
        sightings.found.append(&mut found);
    }

    fn rule(&self, number: u32) -> Option<&Numbered<'_>> {
        self.rules.get(usize::try_from(number).ok()?)
    }

    fn sighting(
        &self,
        subject: &Subject<'_>,
        hit: Hit,
        at_base: &BTreeMap<u32, u32>,
        unknown: &mut Vec<Unproven>,
    ) -> Option<Sighting> {
        let rule = self.rule(hit.rule)?;
        let path = &subject.version.path;
        let role = subject.role(hit.line);
        if !(self.asked.wanted)(rule.is, path, role) {
            return None;
        }
        if let Some(enough) = rule.is.unless_base
            && at_base.get(&hit.rule).is_some_and(|count| *count >= enough)
        {
            return None;
        }
        let facts = match subject.facts(self.evidence) {
            Ok(facts) => facts,
            Err(why) => {
                unknown.push(why);
                return None;
            }
        };
        let context = Context {
            evidence: self.evidence,
            path,
            facts: facts.as_deref(),
            hit: &hit,
        };
        guards::keep(&rule.is.guards, &context).then(|| Sighting {
            pack: rule.pack,
            rule: rule.rule,
            path: path.clone(),
            line: hit.line,
            role,
            hit,
        })
    }

    /// How many hits the file at base has of each rule that asks for it and has one at head. What cannot be read at base
    /// has none.
    fn at_base(&self, subject: &Subject<'_>, hits: &[Hit]) -> BTreeMap<u32, u32> {
        let asks = |rule: &u32| self.rule(*rule).is_some_and(|rule| rule.is.unless_base.is_some());
        let rules: BTreeSet<u32> = hits.iter().map(|hit| hit.rule).filter(asks).collect();
        let mut counts = BTreeMap::new();
        let (Some(before), false) = (subject.file.before(), rules.is_empty()) else {
            return counts;
        };
        let load = |_: usize| {
            let facts = match subject.language {
                Some(_) => Some(self.evidence.code(&before.path, Side::Base)?),
                None => None,
            };
            let whole = Lines {
                first: 1,
                last: u32::MAX - 1,
            };
            Ok(Quarry {
                name: before.path.to_string(),
                hunt: hunt(
                    subject.language,
                    facts.as_deref(),
                    vec![whole],
                    rules.iter().copied().collect(),
                ),
                bytes: self.evidence.change.bytes(before)?,
            })
        };
        let answers = self.evidence.parser().hunt(self.set, 1, &load);
        for hit in answers.into_iter().flatten().flat_map(|hunted| hunted.hits) {
            *counts.entry(hit.rule).or_default() += 1;
        }
        counts
    }
}

/// Whether a rule weighs anything in code of a role, before any policy.
pub fn weighs(rule: &Rule, role: Role) -> bool {
    rule.level_in(role) > Level::Off
}
