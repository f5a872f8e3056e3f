//! How is a patch without a repository read?
//!
//! What the patch does not show is unknown: whole contents are there only for files that it adds or deletes.

pub mod hunks;
pub mod names;
pub mod parse;

use std::{
    collections::{BTreeMap, HashMap},
    io::Read as _,
    path::Path,
    sync::Arc,
};

use self::parse::{Parsed, Problem};
use super::{
    Change, Content, FileChange, Mode, ObjectId, Sides, Source, Status, Store, Version, disk, lines, objects,
    walk,
};
use crate::{
    error::Error,
    evidence::file::{self, Input},
    finding::{Kind, Side, Unproven},
    limits,
    path::RepoPath,
};

/// Reads a patch; `-` is standard input.
///
/// # Errors
/// The file cannot be read, or is no patch.
pub fn read(path: &Path) -> Result<(Change, Input), Error> {
    let bytes = if path == Path::new("-") {
        standard_input()?
    } else {
        file::read(path, limits::PATCH_BYTES)?
    };
    let name = file::shown(path);
    let change = change(&name, &bytes)?;
    Ok((change, Input::of("patch", name, &bytes)))
}

fn standard_input() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = std::io::stdin()
        .lock()
        .take(limits::PATCH_BYTES + 1)
        .read_to_end(&mut bytes);
    read.map_err(|error| Error::Read {
        path: "-".into(),
        cause: error.to_string(),
    })?;
    if bytes.len() as u64 > limits::PATCH_BYTES {
        return Err(Error::Limit {
            what: "file-bytes",
            file: "standard input".to_owned(),
            problem: format!("has more than {} bytes", limits::PATCH_BYTES),
        });
    }
    Ok(bytes)
}

/// The change that a patch describes.
///
/// # Errors
/// It is malformed, holds no diff, or touches a file twice.
pub fn change(name: &str, bytes: &[u8]) -> Result<Change, Error> {
    let refused = |problem: Problem| Error::Invalid {
        kind: "patch",
        file: name.to_owned(),
        line: Some(problem.line),
        column: None,
        problem: problem.what,
    };
    let parsed = parse::parse(bytes).map_err(refused)?;
    if parsed.is_empty() {
        return Err(Error::invalid(
            "patch",
            name,
            "holds no diff; make one with `git diff BASE...HEAD`",
        ));
    }
    if parsed.len() > limits::CHANGED_PATHS {
        return Err(walk::too_many());
    }
    let mut store = Shown::default();
    let mut files: BTreeMap<RepoPath, FileChange> = BTreeMap::new();
    for parsed in parsed {
        let line = parsed.line;
        let file = store.file(parsed).map_err(refused)?;
        let file = match files.remove(file.path()) {
            None => file,
            Some(other) => store.replaced(other, file, line).map_err(refused)?,
        };
        files.insert(file.path().clone(), file);
    }
    let files: Vec<FileChange> = files.into_values().collect();
    store.sides = files
        .iter()
        .map(|file| (file.before().cloned(), file.after().cloned()))
        .collect();
    let source = Source::Patch {
        file: name.to_owned(),
    };
    Ok(Change::new(source, files, Arc::new(store)))
}

/// The contents that a patch shows whole, and the paths it touches.
#[derive(Debug, Default)]
struct Shown {
    whole: HashMap<(RepoPath, ObjectId), Vec<u8>>,
    sides: Vec<(Option<Version>, Option<Version>)>,
}

impl Shown {
    fn file(&mut self, mut parsed: Parsed) -> Result<FileChange, Problem> {
        let line = parsed.line;
        let path = |raw: &[u8]| RepoPath::new(raw).map_err(|what| Problem { line, what });
        let old = parsed.old.as_deref().map(path).transpose()?;
        let new = parsed.new.as_deref().map(path).transpose()?;
        let content = content(&mut parsed);
        let version = |path: RepoPath, mode: Option<Mode>, id: &Option<String>| Version {
            path,
            mode: mode.unwrap_or(Mode::File),
            id: ObjectId(id.as_deref().unwrap_or(UNKNOWN).into()),
        };
        let whole = std::mem::take(&mut parsed.whole);
        let (status, sides) = match (old, new) {
            (None, None) => {
                let what = "both sides are `/dev/null`".to_owned();
                return Err(Problem { line, what });
            }
            (None, Some(new)) => {
                let version = version(new, parsed.new_mode, &parsed.new_id);
                (Status::Added, Sides::Added(self.keep(version, &content, whole)))
            }
            (Some(old), None) => {
                let version = version(old, parsed.old_mode, &parsed.old_id);
                (
                    Status::Deleted,
                    Sides::Deleted(self.keep(version, &content, whole)),
                )
            }
            (Some(old), Some(new)) => {
                let old = version(old, parsed.old_mode.or(parsed.new_mode), &parsed.old_id);
                let new = version(new, parsed.new_mode.or(parsed.old_mode), &parsed.new_id);
                (status(&parsed, &old, &new), Sides::Both(old, new))
            }
        };
        Ok(FileChange {
            status,
            sides,
            content,
        })
    }

    /// Keeps the whole content of a file that is added or deleted, under the id that git gives it.
    fn keep(&mut self, version: Version, content: &Content, whole: Vec<u8>) -> Version {
        let (Content::Text(_), Ok(id)) = (content, disk::blob_id(&whole)) else {
            return version;
        };
        let id = walk::id(id);
        self.whole.insert((version.path.clone(), id.clone()), whole);
        Version { id, ..version }
    }

    /// A file that became something of another kind is written as deleted and added.
    fn replaced(&self, first: FileChange, second: FileChange, line: usize) -> Result<FileChange, Problem> {
        let twice = || Problem {
            line,
            what: format!(
                "`{}` is changed twice; give one patch of the whole range: `git diff BASE...HEAD`",
                second.path()
            ),
        };
        let (Sides::Deleted(old), Sides::Added(new)) = (&first.sides, &second.sides) else {
            return Err(twice());
        };
        let content = match (&first.content, &second.content) {
            (Content::Text(_), Content::Text(_)) => {
                let whole = |version: &Version| self.blob(version).map_err(|_| twice());
                lines::between(&whole(old)?, &whole(new)?)
            }
            (Content::Text(_), other) | (other, _) => other.clone(),
        };
        let is_same_kind = old.mode == new.mode || (old.mode.is_file() && new.mode.is_file());
        Ok(FileChange {
            status: if is_same_kind {
                Status::Modified
            } else {
                Status::TypeChanged
            },
            sides: Sides::Both(old.clone(), new.clone()),
            content,
        })
    }

    fn of(&self, side: Side) -> impl Iterator<Item = (Option<&Version>, Option<&Version>)> {
        self.sides.iter().map(move |(old, new)| match side {
            Side::Base => (old.as_ref(), new.as_ref()),
            Side::Head => (new.as_ref(), old.as_ref()),
        })
    }
}

/// The id where a patch gives none.
const UNKNOWN: &str = "0000000000000000000000000000000000000000";

fn status(parsed: &Parsed, old: &Version, new: &Version) -> Status {
    if parsed.is_copy {
        return Status::Copied;
    }
    if old.path != new.path {
        return Status::Renamed;
    }
    let is_same_kind = old.mode == new.mode || (old.mode.is_file() && new.mode.is_file());
    if is_same_kind {
        Status::Modified
    } else {
        Status::TypeChanged
    }
}

fn content(parsed: &mut Parsed) -> Content {
    let is_submodule = [parsed.old_mode, parsed.new_mode].contains(&Some(Mode::Submodule));
    if is_submodule {
        return Content::Opaque(lines::SUBMODULE.to_owned());
    }
    if parsed.is_binary || lines::is_binary(&parsed.whole) {
        return Content::Binary;
    }
    if parsed.is_copy {
        return Content::Opaque("a copy: the patch shows only how it differs from its original".to_owned());
    }
    if parsed.hunks.is_empty() && !parsed.is_explained() {
        return Content::Opaque("the patch shows no line of it".to_owned());
    }
    Content::Text(std::mem::take(&mut parsed.hunks))
}

impl Store for Shown {
    fn blob(&self, version: &Version) -> Result<Vec<u8>, Unproven> {
        let key = (version.path.clone(), version.id.clone());
        self.whole
            .get(&key)
            .cloned()
            .ok_or(Unproven::NotSupplied(Kind::Files))
    }

    fn entry(&self, side: Side, path: &RepoPath) -> Result<Option<Version>, Unproven> {
        let at = |version: Option<&Version>| version.is_some_and(|version| version.path == *path);
        if let Some((here, _)) = self.of(side).find(|(here, _)| at(*here)) {
            return Ok(here.cloned());
        }
        if self.of(side).any(|(_, there)| at(there)) {
            return Ok(None);
        }
        Err(Unproven::NotSupplied(Kind::Files))
    }

    fn paths(&self, _: Side) -> Result<Vec<RepoPath>, Unproven> {
        Err(Unproven::NotSupplied(Kind::Files))
    }

    fn head_reaches(&self, _: &str) -> Result<Option<bool>, Unproven> {
        Err(objects::no_history())
    }
}
