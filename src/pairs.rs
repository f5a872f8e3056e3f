//! Which test before the change is which test after it?
//!
//! A test keeps its identity through a new name, another file and a new place in its file. What is found neither by
//! name nor by body is found by what it calls and asserts.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, VecDeque},
    ops::Deref,
    sync::Arc,
};

use crate::{
    code::{
        LanguageId,
        facts::{Assertion, Span, TestDefinition, TestKind, hash},
    },
    evidence::{
        Evidence,
        change::{FileChange, Status},
        code::{Both, Facts},
    },
    finding::{Side, Unproven},
    kinds::{self, Kinds},
    path::RepoPath,
    same_proof,
};

/// Bodies of fewer tokens are equal by chance.
pub const TELLING_BODY: u32 = 12;
/// More comparisons of unlike tests than this are not made; the rest count as gone and new.
const COMPARISONS: usize = 40_000;

/// A test on one side of the change.
#[derive(Clone, Debug)]
pub struct Known<'e> {
    /// The change of its file.
    pub file: &'e FileChange,
    /// The path of its file on its side.
    pub path: &'e RepoPath,
    /// Its language.
    pub language: LanguageId,
    /// All that is known about its file.
    pub facts: Facts,
    /// The test.
    pub test: Test,
}

/// One test of a file, with the facts that it is part of.
#[derive(Clone, Debug)]
pub struct Test {
    facts: Facts,
    place: usize,
}

/// What a place beyond the tests of a file would stand for; none is asked for.
static NOTHING: TestDefinition = TestDefinition {
    name: String::new(),
    title: None,
    groups: Vec::new(),
    package: None,
    kind: TestKind::Case,
    parametrised: false,
    dynamic: false,
    span: Span {
        start: 0,
        end: 0,
        first: 0,
        last: 0,
    },
    header: 0,
    body: 0,
    size: 0,
    markers: Vec::new(),
    assertions: Vec::new(),
    expects_exception: false,
    helpers: Vec::new(),
    calls: Vec::new(),
};

impl Deref for Test {
    type Target = TestDefinition;

    fn deref(&self) -> &TestDefinition {
        self.facts.tests.get(self.place).unwrap_or(&NOTHING)
    }
}

impl Known<'_> {
    /// Whether one of these lines, of its side before the change, was removed.
    pub fn lost_line(&self, first: u32, last: u32) -> bool {
        lost_line(self.file, first, last)
    }

    /// The other tests of its file in the same class, module or group.
    pub fn neighbours(&self) -> impl Iterator<Item = Self> {
        let groups = &self.test.groups;
        let others = self.facts.tests.iter().enumerate();
        let others = others.filter(|(place, one)| *place != self.test.place && one.groups == *groups);
        others.map(|(place, _)| Self {
            test: Test {
                facts: Arc::clone(&self.facts),
                place,
            },
            ..self.clone()
        })
    }

    /// Its assertions that another test does not have.
    pub fn lacking(&self, other: &Known<'_>) -> Vec<&Assertion> {
        let mut there: Vec<u64> = other.test.assertions.iter().map(|one| one.hash).collect();
        let own = self.test.assertions.iter();
        own.filter(|assertion| {
            let same = there.iter().position(|hash| *hash == assertion.hash);
            same.map(|index| there.swap_remove(index)).is_none()
        })
        .collect()
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

fn lost_line(file: &FileChange, first: u32, last: u32) -> bool {
    file.removed()
        .any(|line| first <= line.number && line.number <= last)
}

/// A test that is there before and after.
#[derive(Clone, Debug)]
pub struct Pair<'e> {
    /// Before.
    pub before: Known<'e>,
    /// After.
    pub after: Known<'e>,
}

/// Every test of the changed files, by their places: what is known of a test is lent when it is its turn.
#[derive(Debug)]
pub struct Pairs<'e> {
    files: Vec<Both<'e>>,
    index: Arc<Index>,
    /// Why facts that were read once could not be read again.
    lost: RefCell<Option<Unproven>>,
}

impl<'e> Pairs<'e> {
    /// The tests of every changed file that people wrote; paired once a run.
    pub fn of(evidence: &'e Evidence, kinds: &Kinds) -> Self {
        let files: Vec<Both<'e>> = evidence
            .changed_code()
            .filter(|both| kinds.is_hand_written(both.file.path()) && !kinds::is_material(both.file.path()))
            .collect();
        Self {
            index: evidence.once(kinds, || Search::of(&files).run()),
            files,
            lost: RefCell::default(),
        }
    }

    /// Whether every file was understood, so that finding nothing means that there is nothing. Asked after the tests were
    /// looked at.
    ///
    /// # Errors
    /// Some file was not.
    pub fn whole(&self) -> Result<(), Unproven> {
        let why = self.index.unread.clone().or_else(|| self.lost.borrow().clone());
        why.map_or(Ok(()), Err)
    }

    /// Whether no changed file holds a test.
    pub fn is_empty(&self) -> bool {
        let Index { pairs, gone, new, .. } = &*self.index;
        pairs.is_empty() && gone.is_empty() && new.is_empty()
    }

    /// Whether some test is found on both sides.
    pub fn has_pairs(&self) -> bool {
        !self.index.pairs.is_empty()
    }

    /// Whether some test is found only after the change.
    pub fn has_new(&self) -> bool {
        !self.index.new.is_empty()
    }

    /// Tests that are found on both sides.
    pub fn pairs(&self) -> impl Iterator<Item = Pair<'e>> {
        self.index.pairs.iter().filter_map(|(before, after)| {
            Some(Pair {
                before: self.known(*before, Side::Base)?,
                after: self.known(*after, Side::Head)?,
            })
        })
    }

    /// Tests that are found only before.
    pub fn gone(&self) -> impl Iterator<Item = Known<'e>> {
        let gone = self.index.gone.iter();
        gone.filter_map(|place| self.known(*place, Side::Base))
    }

    /// Tests that are found only after.
    pub fn added(&self) -> impl Iterator<Item = Known<'e>> {
        let new = self.index.new.iter();
        new.filter_map(|place| self.known(*place, Side::Head))
    }

    /// How often tests say now what they did not say, whatever the numbers of their variables: an old test that was split
    /// gave it away.
    pub fn gained(&self) -> BTreeMap<u64, usize> {
        let mut gained = BTreeMap::new();
        let mut gain = |assertion: &Assertion| *gained.entry(same_proof::key(assertion)).or_default() += 1;
        for new in self.added() {
            new.test.assertions.iter().for_each(&mut gain);
        }
        for pair in self.pairs() {
            pair.after.lacking(&pair.before).into_iter().for_each(&mut gain);
        }
        gained
    }

    /// Those of one file.
    pub fn added_in<'p>(&'p self, path: &'p RepoPath) -> impl Iterator<Item = Known<'e>> + 'p {
        let is_there = move |place: &&Place| {
            let file = self.files.get(place.file);
            file.is_some_and(|both| both.file.path() == path)
        };
        let new = self.index.new.iter().filter(is_there);
        new.filter_map(|place| self.known(*place, Side::Head))
    }

    /// The tests after the change, each with what it was before.
    pub fn after(&self) -> impl Iterator<Item = (Option<Known<'e>>, Known<'e>)> {
        let kept = self.pairs().map(|pair| (Some(pair.before), pair.after));
        kept.chain(self.added().map(|new| (None, new)))
    }

    fn known(&self, place: Place, side: Side) -> Option<Known<'e>> {
        let both = self.files.get(place.file)?;
        let facts = match side {
            Side::Base => both.before(),
            Side::Head => both.after(),
        };
        match facts {
            Ok(facts) => Known::of(both, facts?, place.test),
            Err(why) => {
                self.lost.borrow_mut().get_or_insert(why);
                None
            }
        }
    }
}

impl<'e> Known<'e> {
    fn of(both: &Both<'e>, facts: Facts, place: usize) -> Option<Self> {
        facts.tests.get(place)?;
        Some(Self {
            file: both.file,
            path: both.file.path(),
            language: both.language,
            test: Test {
                facts: Arc::clone(&facts),
                place,
            },
            facts,
        })
    }
}

/// The place of a test: the file among those that people wrote, and the test among those of its side.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: usize,
    test: usize,
}

/// What became of every test.
#[derive(Debug)]
struct Index {
    pairs: Vec<(Place, Place)>,
    gone: Vec<Place>,
    new: Vec<Place>,
    /// Why some file could not be understood.
    unread: Option<Unproven>,
}

/// What a test is recognised by.
#[derive(Clone)]
struct Seen<'e> {
    place: Place,
    path: &'e RepoPath,
    groups: Arc<[String]>,
    name: Arc<str>,
    body: u64,
    size: u32,
    header: u32,
}

struct Search<'e> {
    files: &'e [Both<'e>],
    before: Vec<Seen<'e>>,
    after: Vec<Seen<'e>>,
    pairs: Vec<(Place, Place)>,
    /// Files whose later side was understood in part: a test that is not found there may still stand there.
    in_part: BTreeSet<&'e RepoPath>,
    unread: Option<Unproven>,
}

impl<'e> Search<'e> {
    fn of(files: &'e [Both<'e>]) -> Self {
        let mut search = Self {
            files,
            before: Vec::new(),
            after: Vec::new(),
            pairs: Vec::new(),
            in_part: BTreeSet::new(),
            unread: None,
        };
        for (file, both) in files.iter().enumerate() {
            search.collect(file, both);
        }
        search
    }

    fn collect(&mut self, file: usize, both: &'e Both<'e>) {
        // a copy leaves its original alone
        if both.file.status != Status::Copied {
            let old = self.understood(file, both, both.before());
            self.before.extend(old);
        }
        let new = both.after();
        if new
            .as_ref()
            .is_ok_and(|facts| facts.as_ref().is_some_and(|facts| !facts.parses()))
        {
            self.in_part.insert(both.file.path());
        }
        let new = self.understood(file, both, new);
        self.after.extend(new);
    }

    fn understood(
        &mut self,
        file: usize,
        both: &'e Both<'e>,
        side: Result<Option<Facts>, Unproven>,
    ) -> Vec<Seen<'e>> {
        let facts = match side {
            Ok(Some(facts)) => facts,
            Ok(None) => return Vec::new(),
            Err(why) => {
                self.unread.get_or_insert(why);
                return Vec::new();
            }
        };
        let path = both.file.path();
        if let Some(error) = facts.errors.first() {
            self.unread
                .get_or_insert(Unproven::Unparsed(path.clone(), error.line));
        }
        let seen = |(test, one): (usize, &TestDefinition)| Seen {
            place: Place { file, test },
            path,
            groups: one.groups.as_slice().into(),
            name: one.name.as_str().into(),
            body: one.body,
            size: one.size,
            header: one.header,
        };
        facts.tests.iter().enumerate().map(seen).collect()
    }

    fn run(mut self) -> Index {
        self.by(|one| Some((one.path, one.groups.clone(), one.name.clone(), one.body)));
        self.by(|one| Some((one.path, one.groups.clone(), one.name.clone())));
        self.by(|one| Some((one.path, one.name.clone())));
        self.by(|one| Some((one.path, one.body)));
        self.by(|one| Some((one.name.clone(), one.body)));
        self.by(|one| Some((one.groups.clone(), one.name.clone())));
        self.by(|one| (one.size >= TELLING_BODY).then_some(one.body));
        self.by(|one| Some(one.name.clone()));
        self.by_likeness();
        let (in_part, files) = (&self.in_part, self.files);
        self.before.retain(|one| {
            let file = files.get(one.place.file);
            !in_part.contains(one.path)
                || file.is_some_and(|both| lost_line(both.file, one.header, one.header))
        });
        let places = |left: &[Seen<'_>]| left.iter().map(|one| one.place).collect();
        Index {
            gone: places(&self.before),
            new: places(&self.after),
            pairs: self.pairs,
            unread: self.unread,
        }
    }

    /// Pairs what has equal keys, in the order of the files.
    fn by<K: Ord>(&mut self, key: impl Fn(&Seen<'e>) -> Option<K>) {
        if self.before.is_empty() {
            return;
        }
        let mut wanted: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
        for (index, one) in self.after.iter().enumerate() {
            if let Some(key) = key(one) {
                wanted.entry(key).or_default().push_back(index);
            }
        }
        let mut taken = BTreeSet::new();
        let mut left = Vec::new();
        for before in std::mem::take(&mut self.before) {
            let index = key(&before).and_then(|key| wanted.get_mut(&key)?.pop_front());
            match index.and_then(|index| Some((index, self.after.get(index)?))) {
                Some((index, after)) => {
                    taken.insert(index);
                    self.pairs.push((before.place, after.place));
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
        let comparisons = self.before.len().saturating_mul(self.after.len());
        if comparisons == 0 || comparisons > COMPARISONS {
            return;
        }
        let files = self.files;
        let traits = |side: Side| {
            move |one: &Seen<'_>| {
                let both = files.get(one.place.file)?;
                let facts = match side {
                    Side::Base => both.before(),
                    Side::Head => both.after(),
                };
                let facts = facts.ok().flatten()?;
                facts.tests.get(one.place.test).map(Traits::of)
            }
        };
        let old: Vec<_> = self.before.iter().map(traits(Side::Base)).collect();
        let new: Vec<_> = self.after.iter().map(traits(Side::Head)).collect();
        let mut alike: Vec<(usize, usize, usize)> = Vec::new();
        for (i, one) in old.iter().enumerate() {
            let like =
                |(j, other): (usize, &Option<Traits>)| Some((one.as_ref()?.like(other.as_ref()?)?, i, j));
            alike.extend(new.iter().enumerate().filter_map(like));
        }
        alike.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let (mut gone, mut found) = (BTreeSet::new(), BTreeSet::new());
        for (_, i, j) in alike {
            if gone.contains(&i) || found.contains(&j) {
                continue;
            }
            if let (Some(before), Some(after)) = (self.before.get(i), self.after.get(j)) {
                self.pairs.push((before.place, after.place));
                gone.insert(i);
                found.insert(j);
            }
        }
        self.before = without(&self.before, &gone);
        self.after = without(&self.after, &found);
    }
}

fn without<'e>(seen: &[Seen<'e>], taken: &BTreeSet<usize>) -> Vec<Seen<'e>> {
    let left = seen
        .iter()
        .enumerate()
        .filter(|(index, _)| !taken.contains(index));
    left.map(|(_, one)| one.clone()).collect()
}

/// The hashes of what a test calls and asserts.
struct Traits {
    all: BTreeSet<u64>,
}

impl Traits {
    fn of(test: &TestDefinition) -> Self {
        let asserted = test.assertions.iter().map(|assertion| assertion.text.as_str());
        let called = test.calls.iter().map(String::as_str);
        let words = test
            .name
            .split(['_', ' '])
            .filter(|word| word.len() > 3 && *word != "test");
        Self {
            all: asserted.chain(called).chain(words).map(hash).collect(),
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
