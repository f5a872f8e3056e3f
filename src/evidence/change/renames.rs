//! Which added files are deleted ones under a new name?

use super::{Sides, Status, Store, Version};

/// A changed path before its lines are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What happened.
    pub status: Status,
    /// Before, after, or both.
    pub sides: Sides,
}

/// Pairs deleted files with added ones: identical content first. The second value is a note for the reader where
/// the search was cut short.
pub fn pair(sides: Vec<Sides>, _store: &dyn Store) -> (Vec<Pair>, Option<String>) {
    let mut deleted: Vec<Version> = Vec::new();
    let mut added: Vec<Version> = Vec::new();
    let mut pairs = Vec::new();
    for side in sides {
        match side {
            Sides::Deleted(old) => deleted.push(old),
            Sides::Added(new) => added.push(new),
            Sides::Both(old, new) => {
                let status =
                    if old.mode.is_file() == new.mode.is_file() && old.mode.is_link() == new.mode.is_link() {
                        Status::Modified
                    } else {
                        Status::TypeChanged
                    };
                pairs.push(Pair {
                    status,
                    sides: Sides::Both(old, new),
                });
            }
        }
    }
    for new in added {
        match deleted
            .iter()
            .position(|old| old.id == new.id && old.mode == new.mode)
        {
            Some(place) => {
                let old = deleted.remove(place);
                pairs.push(Pair {
                    status: Status::Renamed,
                    sides: Sides::Both(old, new),
                });
            }
            None => pairs.push(Pair {
                status: Status::Added,
                sides: Sides::Added(new),
            }),
        }
    }
    pairs.extend(deleted.into_iter().map(|old| Pair {
        status: Status::Deleted,
        sides: Sides::Deleted(old),
    }));
    (pairs, None)
}
