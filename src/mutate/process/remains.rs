//! What of a run would stay behind if it ended now?
//!
//! Folders with the copies of the code, and the groups of commands that run. Each is noted here before it can do
//! anything; whoever ends the run clears the list.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::error::Error;

static FOLDERS: Mutex<BTreeMap<PathBuf, ()>> = Mutex::new(BTreeMap::new());

fn folders() -> MutexGuard<'static, BTreeMap<PathBuf, ()>> {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder of our own outside the user's tree. It is removed with everything in it however the run ends.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// A new folder among the temporary ones.
    ///
    /// # Errors
    /// It cannot be made, or this program cannot listen to the signals that would end it.
    pub fn new() -> Result<Self, Error> {
        let cannot = |why: String| {
            Error::usage(
                format!("cannot make a temporary folder: {why}"),
                "name a folder with room in `TMPDIR`",
            )
        };
        #[cfg(unix)]
        super::unix::listen().map_err(|error| cannot(error.to_string()))?;
        let mut noted = folders();
        let made = tempfile::Builder::new().prefix("countersign-").tempdir();
        let path = made.map_err(|error| cannot(error.to_string()))?.keep();
        // tests compare paths that they get from the system, which has links resolved
        let path = path.canonicalize().unwrap_or(path);
        noted.insert(path.clone(), ());
        #[cfg(unix)]
        super::guard::tell(super::guard::Word::Made(&path));
        Ok(Self { path })
    }

    /// Where it is, links resolved.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut noted = folders();
        noted.remove(&self.path);
        // with the last folder the run is over; a process that left its group would go on writing there
        #[cfg(unix)]
        if noted.is_empty() {
            super::unix::kill_strays();
        }
        drop(noted);
        remove(&self.path);
        #[cfg(unix)]
        super::guard::tell(super::guard::Word::Gone(&self.path));
    }
}

/// Removes every folder that is left. Nobody can make another one afterwards: the lock is never given back.
#[cfg(unix)]
pub(super) fn remove_all() {
    let noted = folders();
    for path in noted.keys() {
        remove(path);
    }
    std::mem::forget(noted);
}

/// Removes a folder. Tests leave folders that cannot be written to; those are opened first.
pub(super) fn remove(path: &Path) {
    if fs::remove_dir_all(path).is_ok() {
        return;
    }
    open(path);
    // nothing more can be done: the temporary folder is the system's to clear
    fs::remove_dir_all(path).ok();
}

/// Gives back the right to empty the folders below a path.
fn open(path: &Path) {
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).ok();
        }
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let inner = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        folders.extend(inner.map(|entry| entry.path()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scratch_folder_is_gone_with_everything_in_it() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().to_owned();
        fs::create_dir_all(path.join("a/b")).unwrap();
        fs::write(path.join("a/b/c"), "x").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(path.join("a/b"), fs::Permissions::from_mode(0o500)).unwrap();
        }
        drop(scratch);
        assert!(!path.exists());
    }
}
