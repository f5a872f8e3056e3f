//! Which added files are deleted ones under a new name, and which are copies?
//!
//! In git's order: identical content first, then the one pair of files that share a name, then every file with every
//! other within a budget.

use std::collections::{HashMap, VecDeque};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{
    ObjectId, Sides, Status, Store, Version,
    similarity::{Fingerprint, RENAME, SAME_NAME},
};
use crate::{finding::Unproven, limits};

/// A changed path before its lines are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What happened.
    pub status: Status,
    /// Before, after, or both.
    pub sides: Sides,
}

/// Every changed path, paired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paired {
    /// The paths.
    pub pairs: Vec<Pair>,
    /// What the reader must know where the search was cut short.
    pub note: Option<String>,
}

/// Pairs deleted files with added ones, and finds copies of files that changed or moved.
///
/// # Errors
/// An object of the change is missing.
pub fn pair(sides: Vec<Sides>, store: &dyn Store) -> Result<Paired, Unproven> {
    let mut paired = Paired::default();
    let mut search = Search::default();
    for sides in sides {
        match sides {
            Sides::Deleted(old) => search.gone.push(old),
            Sides::Added(new) => search.new.push(new),
            Sides::Both(old, new) => paired.pairs.push(changed(old, new)),
        }
    }
    search.prepare();
    search.identical();
    paired.note = search.similar(store)?;
    search.into_pairs(&mut paired.pairs, store);
    Ok(paired)
}

fn changed(old: Version, new: Version) -> Pair {
    let is_same_kind = old.mode == new.mode || (old.mode.is_file() && new.mode.is_file());
    Pair {
        status: if is_same_kind {
            Status::Modified
        } else {
            Status::TypeChanged
        },
        sides: Sides::Both(old, new),
    }
}

#[derive(Default)]
struct Search {
    gone: Vec<Version>,
    new: Vec<Version>,
    /// For each deleted file whether it was paired.
    moved: Vec<bool>,
    /// For each added file the deleted one it was.
    from: Vec<Option<usize>>,
    gone_prints: Vec<Print>,
    new_prints: Vec<Print>,
}

/// How many files of one content are looked at for the same name, as in git.
const ALIKE: usize = 100;
/// How many partners of one added file are kept, as in git.
const CANDIDATES: usize = 4;

impl Search {
    fn prepare(&mut self) {
        self.gone.sort_by(|a, b| a.path.cmp(&b.path));
        self.new.sort_by(|a, b| a.path.cmp(&b.path));
        self.moved = vec![false; self.gone.len()];
        self.from = vec![None; self.new.len()];
        self.gone_prints = vec![Print::Unread; self.gone.len()];
        self.new_prints = vec![Print::Unread; self.new.len()];
    }

    fn record(&mut self, new: usize, gone: usize) {
        if let (Some(from), Some(moved)) = (self.from.get_mut(new), self.moved.get_mut(gone)) {
            *from = Some(gone);
            *moved = true;
        }
    }

    /// Identical content; a deleted file of the same name is preferred.
    fn identical(&mut self) {
        let mut by_id: HashMap<&ObjectId, VecDeque<usize>> = HashMap::new();
        for (place, old) in self.gone.iter().enumerate() {
            by_id.entry(&old.id).or_default().push_back(place);
        }
        let mut found = Vec::new();
        for (place, new) in self.new.iter().enumerate() {
            let Some(left) = by_id.get_mut(&new.id) else {
                continue;
            };
            let fits = |gone: &usize| self.gone.get(*gone).is_some_and(|old| is_same_kind(old, new));
            let named = |gone: &usize| {
                self.gone
                    .get(*gone)
                    .is_some_and(|old| old.path.name() == new.path.name())
            };
            let first = left.iter().take(ALIKE).position(|gone| fits(gone) && named(gone));
            let first = first.or_else(|| left.iter().position(fits));
            found.extend(
                first
                    .and_then(|first| left.remove(first))
                    .map(|gone| (place, gone)),
            );
        }
        for (new, gone) in found {
            self.record(new, gone);
        }
    }

    /// Similar content among the files that are left; a note where there are too many of them.
    fn similar(&mut self, store: &dyn Store) -> Result<Option<String>, Unproven> {
        let (gone, new) = (self.left_gone(), self.left_new());
        let named = self.same_names(&gone, &new);
        let mut budget = limits::RENAME_PIECES;
        let (named_new, named_gone): (Vec<usize>, Vec<usize>) = named.iter().copied().unzip();
        read(&self.gone, &mut self.gone_prints, &named_gone, store, &mut budget)?;
        read(&self.new, &mut self.new_prints, &named_new, store, &mut budget)?;
        for (new, gone) in named {
            if self.score(gone, new, SAME_NAME) >= SAME_NAME {
                self.record(new, gone);
            }
        }
        let (gone, new) = (self.left_gone(), self.left_new());
        if gone.is_empty() || new.is_empty() {
            return Ok(None);
        }
        if gone.len().saturating_mul(new.len()) > limits::RENAME_PAIRS {
            return Ok(Some(format!(
                "{} deleted and {} added files are too many to compare each with each: a file that was renamed and edited may be shown as deleted and added",
                gone.len(),
                new.len()
            )));
        }
        read(&self.gone, &mut self.gone_prints, &gone, store, &mut budget)?;
        read(&self.new, &mut self.new_prints, &new, store, &mut budget)?;
        for (new, gone) in self.best(&gone, &new) {
            self.record(new, gone);
        }
        Ok(self.skipped())
    }

    fn skipped(&self) -> Option<String> {
        let prints = self.gone_prints.iter().chain(&self.new_prints);
        let skipped = prints.filter(|print| matches!(print, Print::TooLarge)).count();
        let files = if skipped == 1 { "file is" } else { "files are" };
        (skipped > 0).then(|| format!("{skipped} deleted or added {files} too large to be compared: if renamed and edited, shown as deleted and added"))
    }

    fn left_gone(&self) -> Vec<usize> {
        let places = self.gone.iter().zip(&self.moved).enumerate();
        places
            .filter(|(_, (old, moved))| !**moved && old.mode.is_file())
            .map(|(place, _)| place)
            .collect()
    }

    fn left_new(&self) -> Vec<usize> {
        let places = self.new.iter().zip(&self.from).enumerate();
        places
            .filter(|(_, (new, from))| from.is_none() && new.mode.is_file())
            .map(|(place, _)| place)
            .collect()
    }

    /// Pairs of an added and a deleted file whose name no other added or deleted file has.
    fn same_names(&self, gone: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
        let olds = only_ones(&self.gone, gone);
        let news = only_ones(&self.new, new);
        new.iter()
            .filter_map(|place| {
                let name = self.new.get(*place)?.path.name().into_owned();
                let is_only = news.get(&name)?.is_some();
                let gone = (*olds.get(&name)?)?;
                is_only.then_some((*place, gone))
            })
            .collect()
    }

    fn score(&self, gone: usize, new: usize, least: u64) -> u64 {
        match (self.gone_prints.get(gone), self.new_prints.get(new)) {
            (Some(Print::Of(old)), Some(Print::Of(new))) => Fingerprint::score(old, new, least),
            (None | Some(Print::Unread | Print::TooLarge), _)
            | (_, None | Some(Print::Unread | Print::TooLarge)) => 0,
        }
    }

    /// The best pairs of all: by score, then by equal names, then by order of paths.
    fn best(&self, gone: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
        let partners = |place: &usize| {
            let mut partners: Vec<Candidate> = gone
                .iter()
                .filter_map(|gone| self.candidate(*gone, *place))
                .collect();
            partners.sort_by(Candidate::order);
            partners.truncate(CANDIDATES);
            partners
        };
        let mut candidates: Vec<Candidate> = new.par_iter().flat_map_iter(partners).collect();
        candidates.sort_by(Candidate::order);
        let mut moved = self.moved.clone();
        let mut from = self.from.clone();
        let mut found = Vec::new();
        for candidate in candidates {
            if let (Some(moved), Some(from)) = (moved.get_mut(candidate.gone), from.get_mut(candidate.new))
                && !*moved
                && from.is_none()
            {
                *moved = true;
                *from = Some(candidate.gone);
                found.push((candidate.new, candidate.gone));
            }
        }
        found
    }

    fn candidate(&self, gone: usize, new: usize) -> Option<Candidate> {
        let score = self.score(gone, new, RENAME);
        let is_same_name = || Some(self.gone.get(gone)?.path.name() == self.new.get(new)?.path.name());
        (score >= RENAME).then(|| Candidate {
            score,
            is_same_name: is_same_name().unwrap_or(false),
            gone,
            new,
        })
    }

    fn into_pairs(self, pairs: &mut Vec<Pair>, store: &dyn Store) {
        let originals = self.originals(pairs);
        for (new, from) in self.new.into_iter().zip(self.from) {
            let old = from.and_then(|gone| self.gone.get(gone)).cloned();
            let copied = || originals.get(&new.id).filter(|_| is_copy(&new, store)).cloned();
            let (status, sides) = match (old, copied()) {
                (Some(old), _) => (Status::Renamed, Sides::Both(old, new)),
                (None, Some(old)) => (Status::Copied, Sides::Both(old, new)),
                (None, None) => (Status::Added, Sides::Added(new)),
            };
            pairs.push(Pair { status, sides });
        }
        let left = self.gone.into_iter().zip(self.moved).filter(|(_, moved)| !moved);
        pairs.extend(left.map(|(old, _)| Pair {
            status: Status::Deleted,
            sides: Sides::Deleted(old),
        }));
    }

    /// What an added file can be a copy of: the old content of a changed file that is still there, or of one that
    /// moved elsewhere.
    fn originals(&self, pairs: &[Pair]) -> HashMap<ObjectId, Version> {
        let kept = pairs.iter().filter_map(|pair| match &pair.sides {
            Sides::Both(old, _) => Some(old),
            Sides::Added(_) | Sides::Deleted(_) => None,
        });
        let moved = self
            .gone
            .iter()
            .zip(&self.moved)
            .filter(|(_, moved)| **moved)
            .map(|(old, _)| old);
        let mut originals: HashMap<ObjectId, Version> = HashMap::new();
        for old in kept.chain(moved).filter(|old| old.mode.is_file()) {
            let known = originals.entry(old.id.clone()).or_insert_with(|| old.clone());
            if old.path < known.path {
                *known = old.clone();
            }
        }
        originals
    }
}

/// An empty file is nobody's copy.
fn is_copy(new: &Version, store: &dyn Store) -> bool {
    new.mode.is_file() && !store.blob(new).is_ok_and(|bytes| bytes.is_empty())
}

fn is_same_kind(old: &Version, new: &Version) -> bool {
    old.mode == new.mode || (old.mode.is_file() && new.mode.is_file())
}

/// Each name with its place, or `None` where several files have it.
fn only_ones(versions: &[Version], places: &[usize]) -> HashMap<String, Option<usize>> {
    let mut names: HashMap<String, Option<usize>> = HashMap::new();
    for (place, version) in places
        .iter()
        .filter_map(|place| Some((*place, versions.get(*place)?)))
    {
        names
            .entry(version.path.name().into_owned())
            .and_modify(|only| *only = None)
            .or_insert(Some(place));
    }
    names
}

struct Candidate {
    score: u64,
    is_same_name: bool,
    gone: usize,
    new: usize,
}

impl Candidate {
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let key = |candidate: &Self| (candidate.score, candidate.is_same_name);
        let places = |candidate: &Self| (candidate.new, candidate.gone);
        key(other)
            .cmp(&key(self))
            .then_with(|| places(self).cmp(&places(other)))
    }
}

/// What is known of a file's pieces.
#[derive(Clone, Default)]
enum Print {
    #[default]
    Unread,
    TooLarge,
    Of(Fingerprint),
}

/// How many files are read at once: it bounds what is in memory before the budget is counted.
const BATCH: usize = 64;

/// Reads the fingerprints that are not read yet, in order, until the budget is used up.
fn read(
    versions: &[Version],
    prints: &mut [Print],
    places: &[usize],
    store: &dyn Store,
    budget: &mut usize,
) -> Result<(), Unproven> {
    for batch in places.chunks(BATCH) {
        let unread = |place: &usize| matches!(prints.get(*place), Some(Print::Unread));
        let batch: Vec<usize> = batch.iter().copied().filter(unread).collect();
        let found: Vec<Print> = batch
            .par_iter()
            .map(|place| {
                versions
                    .get(*place)
                    .map_or(Ok(Print::Unread), |version| print(version, store))
            })
            .collect::<Result<_, _>>()?;
        for (place, found) in batch.into_iter().zip(found) {
            let pieces = if let Print::Of(print) = &found {
                print.pieces()
            } else {
                0
            };
            let is_affordable = pieces <= *budget;
            *budget = budget.saturating_sub(pieces);
            if let Some(print) = prints.get_mut(place) {
                *print = if is_affordable { found } else { Print::TooLarge };
            }
        }
    }
    Ok(())
}

fn print(version: &Version, store: &dyn Store) -> Result<Print, Unproven> {
    match store.blob(version) {
        Ok(bytes) => Ok(Print::Of(Fingerprint::of(&bytes))),
        Err(Unproven::Insufficient(_)) => Ok(Print::TooLarge),
        Err(why) => Err(why),
    }
}
