//! Which test before the change is which test after it?
//!
//! A test keeps its identity through a new name, another file and a new place in its file. What is found neither by
//! name nor by body is found by what it calls and asserts.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    code::{
        LanguageId,
        facts::{FileFacts, TestDefinition},
    },
    evidence::{
        Evidence,
        change::{FileChange, Status},
        code::Both,
    },
    finding::Unproven,
    kinds::{self, Kinds},
    path::RepoPath,
};

/// Bodies of fewer tokens are equal by chance.
const TELLING_BODY: u32 = 12;
/// More comparisons of unlike tests than this are not made; the rest count as gone and new.
const COMPARISONS: usize = 40_000;

/// A test on one side of the change.
#[derive(Clone, Copy, Debug)]
pub struct Known<'e> {
    /// The change of its file.
    pub file: &'e FileChange,
    /// The path of its file on its side.
    pub path: &'e RepoPath,
    /// Its language.
    pub language: LanguageId,
    /// All that is known about its file.
    pub facts: &'e FileFacts,
    /// The test.
    pub test: &'e TestDefinition,
    /// Its place among all tests of its side.
    place: usize,
}

impl Known<'_> {
    /// Whether one of these lines, of its side before the change, was removed.
    pub fn lost_line(&self, first: u32, last: u32) -> bool {
        self.file
            .removed()
            .any(|line| first <= line.number && line.number <= last)
    }

    /// Its name with its groups.
    pub fn full(&self) -> String {
        let groups = self.test.groups.iter().map(String::as_str);
        groups
            .chain([self.test.name.as_str()])
            .collect::<Vec<_>>()
            .join(" > ")
    }
}

/// A test that is there before and after.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'e> {
    /// Before.
    pub before: Known<'e>,
    /// After.
    pub after: Known<'e>,
}

/// Every test of the changed files.
#[derive(Debug, Default)]
pub struct Pairs<'e> {
    /// Found on both sides.
    pub pairs: Vec<Pair<'e>>,
    /// Only before.
    pub gone: Vec<Known<'e>>,
    /// Only after.
    pub new: Vec<Known<'e>>,
    /// Why some file could not be understood.
    unread: Option<Unproven>,
}

impl<'e> Pairs<'e> {
    /// The tests of every changed file that people wrote; paired once a run.
    pub fn of(evidence: &'e Evidence, kinds: &Kinds) -> Self {
        let search = Search::of(evidence, kinds);
        let places = evidence.once(kinds, || Places::of(&search.clone().run()));
        places.among(&search)
    }

    /// Whether every file was understood, so that finding nothing means that there is nothing.
    ///
    /// # Errors
    /// Some file was not.
    pub fn whole(&self) -> Result<(), Unproven> {
        self.unread.clone().map_or(Ok(()), Err)
    }

    /// Whether no changed file holds a test.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.gone.is_empty() && self.new.is_empty()
    }

    /// The tests after the change, each with what it was before.
    pub fn after(&self) -> impl Iterator<Item = (Option<Known<'e>>, Known<'e>)> {
        let kept = self.pairs.iter().map(|pair| (Some(pair.before), pair.after));
        kept.chain(self.new.iter().map(|new| (None, *new)))
    }
}

/// [`Pairs`] by the places of their tests.
struct Places {
    pairs: Vec<(usize, usize)>,
    gone: Vec<usize>,
    new: Vec<usize>,
}

impl Places {
    fn of(pairs: &Pairs<'_>) -> Self {
        let place = |known: &Known<'_>| known.place;
        let both = |pair: &Pair<'_>| (pair.before.place, pair.after.place);
        Self {
            pairs: pairs.pairs.iter().map(both).collect(),
            gone: pairs.gone.iter().map(place).collect(),
            new: pairs.new.iter().map(place).collect(),
        }
    }

    fn among<'e>(&self, search: &Search<'e>) -> Pairs<'e> {
        let before = |place: &usize| search.before.get(*place).copied();
        let after = |place: &usize| search.after.get(*place).copied();
        let both = |(old, new): &(usize, usize)| {
            Some(Pair {
                before: before(old)?,
                after: after(new)?,
            })
        };
        Pairs {
            pairs: self.pairs.iter().filter_map(both).collect(),
            gone: self.gone.iter().filter_map(before).collect(),
            new: self.new.iter().filter_map(after).collect(),
            unread: search.unread.clone(),
        }
    }
}

#[derive(Clone, Default)]
struct Search<'e> {
    before: Vec<Known<'e>>,
    after: Vec<Known<'e>>,
    pairs: Vec<Pair<'e>>,
    /// Files whose later side was understood in part: a test that is not found there may still stand there.
    in_part: BTreeSet<&'e RepoPath>,
    unread: Option<Unproven>,
}

impl<'e> Search<'e> {
    fn of(evidence: &'e Evidence, kinds: &Kinds) -> Self {
        let mut search = Self::default();
        for both in evidence
            .changed_code()
            .filter(|both| kinds.is_hand_written(both.file.path()) && !kinds::is_material(both.file.path()))
        {
            search.collect(&both);
        }
        let number = |side: &mut Vec<Known<'e>>| {
            for (place, known) in side.iter_mut().enumerate() {
                known.place = place;
            }
        };
        number(&mut search.before);
        number(&mut search.after);
        search
    }

    fn collect(&mut self, both: &Both<'e>) {
        let (old, new) = (both.before(), both.after());
        // a copy leaves its original alone
        if both.file.status != Status::Copied {
            let old = self.understood(both, old);
            self.before.extend(old);
        }
        if new
            .as_ref()
            .is_ok_and(|facts| facts.is_some_and(|facts| !facts.parses()))
        {
            self.in_part.insert(both.file.path());
        }
        let new = self.understood(both, new);
        self.after.extend(new);
    }

    fn understood(
        &mut self,
        both: &Both<'e>,
        side: Result<Option<&'e FileFacts>, Unproven>,
    ) -> Vec<Known<'e>> {
        let facts = match side {
            Ok(Some(facts)) => facts,
            Ok(None) => return Vec::new(),
            Err(why) => {
                self.unread.get_or_insert(why);
                return Vec::new();
            }
        };
        if let Some(error) = facts.errors.first() {
            let why = Unproven::Unparsed(both.file.path().clone(), error.line);
            self.unread.get_or_insert(why);
        }
        let path = both.file.path();
        let known = |test| Known {
            file: both.file,
            path,
            language: both.language,
            facts,
            test,
            place: 0,
        };
        facts.tests.iter().map(known).collect()
    }

    fn run(mut self) -> Pairs<'e> {
        self.by(|known| Some((known.path, &known.test.groups, &known.test.name, known.test.body)));
        self.by(|known| Some((known.path, &known.test.groups, &known.test.name)));
        self.by(|known| Some((known.path, &known.test.name)));
        self.by(|known| Some((known.path, known.test.body)));
        self.by(|known| Some((&known.test.name, known.test.body)));
        self.by(|known| Some((&known.test.groups, &known.test.name)));
        self.by(telling);
        self.by(|known| Some(&known.test.name));
        self.by_likeness();
        let in_part = &self.in_part;
        self.before.retain(|known| {
            let header = known.test.header;
            !in_part.contains(known.path) || known.lost_line(header, header)
        });
        Pairs {
            pairs: self.pairs,
            gone: self.before,
            new: self.after,
            unread: self.unread,
        }
    }

    /// Pairs what has equal keys, in the order of the files.
    fn by<K: Ord>(&mut self, key: impl Fn(&Known<'e>) -> Option<K>) {
        let mut wanted: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
        for (index, known) in self.after.iter().enumerate() {
            if let Some(key) = key(known) {
                wanted.entry(key).or_default().push_back(index);
            }
        }
        let mut taken = BTreeSet::new();
        let mut left = Vec::new();
        for before in std::mem::take(&mut self.before) {
            let index = key(&before).and_then(|key| wanted.get_mut(&key)?.pop_front());
            match index.and_then(|index| Some((index, *self.after.get(index)?))) {
                Some((index, after)) => {
                    taken.insert(index);
                    self.pairs.push(Pair { before, after });
                }
                None => left.push(before),
            }
        }
        self.before = left;
        let mut index = 0;
        self.after.retain(|_| {
            index += 1;
            !taken.contains(&(index - 1))
        });
    }

    /// Pairs tests that call and assert mostly the same, the most alike first.
    fn by_likeness(&mut self) {
        if self.before.len().saturating_mul(self.after.len()) > COMPARISONS {
            return;
        }
        let traits = |known: &Known<'e>| Traits::of(known.test);
        let old: Vec<_> = self.before.iter().map(traits).collect();
        let new: Vec<_> = self.after.iter().map(traits).collect();
        let mut alike: Vec<(usize, usize, usize)> = Vec::new();
        for (i, one) in old.iter().enumerate() {
            alike.extend(
                new.iter()
                    .enumerate()
                    .filter_map(|(j, other)| Some((one.like(other)?, i, j))),
            );
        }
        alike.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let (mut gone, mut found) = (BTreeSet::new(), BTreeSet::new());
        for (_, i, j) in alike {
            if gone.contains(&i) || found.contains(&j) {
                continue;
            }
            if let (Some(before), Some(after)) = (self.before.get(i), self.after.get(j)) {
                self.pairs.push(Pair {
                    before: *before,
                    after: *after,
                });
                gone.insert(i);
                found.insert(j);
            }
        }
        self.before = without(&self.before, &gone);
        self.after = without(&self.after, &found);
    }
}

fn without<'e>(known: &[Known<'e>], taken: &BTreeSet<usize>) -> Vec<Known<'e>> {
    let left = known
        .iter()
        .enumerate()
        .filter(|(index, _)| !taken.contains(index));
    left.map(|(_, known)| *known).collect()
}

fn telling(known: &Known<'_>) -> Option<u64> {
    (known.test.size >= TELLING_BODY).then_some(known.test.body)
}

/// What a test calls and asserts.
struct Traits<'e> {
    all: BTreeSet<&'e str>,
}

impl<'e> Traits<'e> {
    fn of(test: &'e TestDefinition) -> Self {
        let asserted = test.assertions.iter().map(|assertion| assertion.text.as_str());
        let called = test.calls.iter().map(String::as_str);
        let words = test
            .name
            .split(['_', ' '])
            .filter(|word| word.len() > 3 && *word != "test");
        Self {
            all: asserted.chain(called).chain(words).collect(),
        }
    }

    /// How alike two tests are, in hundredths; nothing where they are not.
    fn like(&self, other: &Self) -> Option<usize> {
        let shared = self.all.intersection(&other.all).count();
        let all = self.all.union(&other.all).count();
        let share = (shared * 100).checked_div(all)?;
        (share >= 50 && shared >= 3).then_some(share)
    }
}
