//! Which contents are worth keeping while a change is read? Those that were read to find renames are soon compared.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::{ObjectId, Store, Version};
use crate::{
    finding::{Side, Unproven},
    path::RepoPath,
};

/// Bytes kept at most.
const ROOM: usize = 32 * 1024 * 1024;

/// A store that hands a content out a second time without reading it again, and then forgets it. Contents have their
/// ids for names, so keeping them changes nothing but the time.
#[derive(Debug)]
pub struct Kept<'a> {
    store: &'a dyn Store,
    contents: Mutex<Contents>,
}

#[derive(Debug, Default)]
struct Contents {
    is_closed: bool,
    bytes: usize,
    by_id: HashMap<ObjectId, Vec<u8>>,
}

impl<'a> Kept<'a> {
    /// Keeps contents of this store.
    pub fn of(store: &'a dyn Store) -> Self {
        Self {
            store,
            contents: Mutex::default(),
        }
    }

    /// From now on contents are handed out and no more are kept.
    pub fn close(&self) {
        self.contents().is_closed = true;
    }

    fn contents(&self) -> std::sync::MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Kept<'_> {
    fn blob(&self, version: &Version) -> Result<Vec<u8>, Unproven> {
        let mut contents = self.contents();
        if let Some(content) = contents.by_id.remove(&version.id) {
            contents.bytes -= content.len();
            return Ok(content);
        }
        drop(contents);
        let content = self.store.blob(version)?;
        let mut contents = self.contents();
        if !contents.is_closed && contents.bytes + content.len() <= ROOM {
            contents.bytes += content.len();
            if let Some(twin) = contents.by_id.insert(version.id.clone(), content.clone()) {
                contents.bytes -= twin.len();
            }
        }
        Ok(content)
    }

    fn entry(&self, side: Side, path: &RepoPath) -> Result<Option<Version>, Unproven> {
        self.store.entry(side, path)
    }

    fn paths(&self, side: Side) -> Result<Vec<RepoPath>, Unproven> {
        self.store.paths(side)
    }

    fn head_reaches(&self, commit: &str) -> Result<Option<bool>, Unproven> {
        self.store.head_reaches(commit)
    }
}
