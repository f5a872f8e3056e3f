//! A change between two sets of files that are held in memory: for tests and for callers without a repository.

use std::{collections::BTreeMap, sync::Arc};

use super::{Change, Mode, ObjectId, Sides, Source, Store, Version, lines, renames};
use crate::{
    finding::{Kind, Side, Unproven},
    path::RepoPath,
};

/// Files by path, with their modes and contents.
pub type Files = BTreeMap<RepoPath, (Mode, Vec<u8>)>;

/// The change from one set of files to another.
pub fn change(before: Files, after: Files) -> Change {
    let entries = |files: &Files| -> BTreeMap<RepoPath, Version> {
        let version = |(path, (mode, bytes)): (&RepoPath, &(Mode, Vec<u8>))| {
            let id = ObjectId(crate::evidence::file::digest(bytes).into());
            (
                path.clone(),
                Version {
                    path: path.clone(),
                    mode: *mode,
                    id,
                },
            )
        };
        files.iter().map(version).collect()
    };
    let (old, new) = (entries(&before), entries(&after));
    let mut pairs = Vec::new();
    for (path, version) in &old {
        match new.get(path) {
            Some(after) if after == version => {}
            Some(after) => pairs.push(Sides::Both(version.clone(), after.clone())),
            None => pairs.push(Sides::Deleted(version.clone())),
        }
    }
    for (path, version) in &new {
        if !old.contains_key(path) {
            pairs.push(Sides::Added(version.clone()));
        }
    }
    let store = Arc::new(Memory { before, after });
    // memory can neither miss an object nor fail to read one
    let paired = renames::pair(pairs, store.as_ref()).unwrap_or_default();
    let files = lines::compare_all(paired.pairs, store.as_ref()).unwrap_or_default();
    let change = Change::new(Source::Memory, files, store);
    paired.note.into_iter().fold(change, Change::with_note)
}

#[derive(Debug)]
struct Memory {
    before: Files,
    after: Files,
}

impl Memory {
    fn side(&self, side: Side) -> &Files {
        match side {
            Side::Base => &self.before,
            Side::Head => &self.after,
        }
    }
}

impl Store for Memory {
    fn blob(&self, version: &Version) -> Result<Vec<u8>, Unproven> {
        let known = [Side::Base, Side::Head].into_iter().find_map(|side| {
            let (_, bytes) = self.side(side).get(&version.path)?;
            (crate::evidence::file::digest(bytes) == *version.id.0).then(|| bytes.clone())
        });
        known.ok_or_else(|| Unproven::Unreadable(format!("`{}` is not in memory", version.path)))
    }

    fn entry(&self, side: Side, path: &RepoPath) -> Result<Option<Version>, Unproven> {
        let entry = self.side(side).get(path).map(|(mode, bytes)| Version {
            path: path.clone(),
            mode: *mode,
            id: ObjectId(crate::evidence::file::digest(bytes).into()),
        });
        Ok(entry)
    }

    fn paths(&self, side: Side) -> Result<Vec<RepoPath>, Unproven> {
        Ok(self.side(side).keys().cloned().collect())
    }

    fn head_reaches(&self, _: &str) -> Result<Option<bool>, Unproven> {
        Err(Unproven::NotSupplied(Kind::History))
    }
}
