//! How is a file that the caller named read, and how is it named in the report?
//!
//! Only regular files are read, with a size limit, once; links, devices and pipes are refused.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::{error::Error, limits};

/// An input as the report lists it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// What it is evidence for: `task`, `claims`, `tests`, …
    pub role: &'static str,
    /// Its path as the caller named it, or as the glob found it, `/`-separated.
    pub file: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Input {
    /// An input whose bytes are at hand.
    pub fn of(role: &'static str, file: impl Into<String>, bytes: &[u8]) -> Self {
        Self {
            role,
            file: file.into(),
            sha256: digest(bytes),
            bytes: bytes.len() as u64,
        }
    }
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Opens a regular file without waiting on a pipe.
///
/// # Errors
/// It does not exist, is no regular file, or is larger than `most` bytes.
pub fn open(path: &Path, most: u64) -> Result<(File, u64), Error> {
    let fail = |cause: String| Error::Read {
        path: path.to_owned(),
        cause,
    };
    let known = std::fs::metadata(path).map_err(|error| fail(error.to_string()))?;
    if known.is_dir() {
        return Err(fail("it is a folder; name a file".to_owned()));
    }
    if !known.is_file() {
        return Err(fail("it is not a regular file".to_owned()));
    }
    if known.len() > most {
        let problem = format!("has {} bytes; the limit is {most}", known.len());
        return Err(Error::Limit {
            what: "file-bytes",
            file: shown(path),
            problem,
        });
    }
    let file = File::open(path).map_err(|error| fail(error.to_string()))?;
    Ok((file, known.len()))
}

/// Reads a whole regular file of at most `most` bytes.
///
/// # Errors
/// As [`open`].
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let (file, size) = open(path, most)?;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    let mut rest = file.take(most.saturating_add(1));
    rest.read_to_end(&mut bytes).map_err(|error| Error::Read {
        path: path.to_owned(),
        cause: error.to_string(),
    })?;
    if bytes.len() as u64 > most {
        let problem = format!("grew past the limit of {most} bytes while it was read");
        return Err(Error::Limit {
            what: "file-bytes",
            file: shown(path),
            problem,
        });
    }
    Ok(bytes)
}

/// What is wrong, without the path: on disk it may be absolute, and reports carry no such path.
pub fn unreadable(error: Error) -> String {
    match error {
        Error::Read { cause, .. } => format!("cannot be read: {cause}"),
        Error::Limit { problem, .. } => problem,
        Error::Invalid { problem, .. }
        | Error::Repository { problem, .. }
        | Error::Usage { problem, .. }
        | Error::Rules { problem, .. } => problem,
        Error::Write { cause, .. } => cause,
    }
}

/// The report as text.
///
/// # Errors
/// It is not UTF-8; says on which line.
pub fn text(bytes: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("it is not UTF-8 text at line {line}")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// A path as reports name it: `/`-separated, as the caller wrote it.
pub fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// The files that a pattern means, sorted: the file itself where the pattern is one, else every match of the
/// glob below its folder. Links are not followed.
///
/// # Errors
/// The pattern is not a glob, or it means too many files.
pub fn expand(root: &Path, pattern: &str) -> Result<Vec<PathBuf>, Error> {
    let whole = root.join(pattern);
    if whole.is_file() || !pattern.contains(['*', '?', '[', '{']) {
        return Ok(if whole.exists() {
            vec![PathBuf::from(pattern)]
        } else {
            Vec::new()
        });
    }
    let bad = |problem: String| Error::usage(problem, "quote the pattern and check its brackets");
    let normal = pattern.strip_prefix("./").unwrap_or(pattern);
    let literal = normal
        .split('/')
        .take_while(|part| !part.contains(['*', '?', '[', '{']))
        .collect::<Vec<_>>()
        .join("/");
    let folder = if normal.starts_with('/') {
        PathBuf::from("/").join(literal.trim_start_matches('/'))
    } else {
        root.join(&literal)
    };
    let glob = globset::GlobBuilder::new(normal)
        .literal_separator(true)
        .build()
        .map_err(|error| bad(format!("bad pattern `{pattern}`: {}", error.kind())))?;
    let set = globset::GlobSet::builder()
        .add(glob)
        .build()
        .map_err(|error| bad(error.to_string()))?;
    let mut found = Vec::new();
    let walk = ignore::WalkBuilder::new(&folder)
        .standard_filters(false)
        .follow_links(false)
        .build();
    for entry in walk.filter_map(Result::ok) {
        let path = entry.path();
        let named = if normal.starts_with('/') {
            path
        } else {
            path.strip_prefix(root).unwrap_or(path)
        };
        if entry.file_type().is_some_and(|kind| kind.is_file()) && set.is_match(named) {
            found.push(named.to_owned());
        }
        if found.len() > limits::REPORT_FILES {
            let problem = format!("matches more than {} files", limits::REPORT_FILES);
            return Err(Error::Limit {
                what: "report-files",
                file: pattern.to_owned(),
                problem,
            });
        }
    }
    found.sort();
    Ok(found)
}

/// A file that is digested while it is read.
pub struct Hashing {
    file: File,
    hash: Sha256,
    size: u64,
    most: u64,
}

impl Hashing {
    /// A file of which at most so many bytes are read.
    pub fn new(file: File, most: u64) -> Self {
        Self {
            file,
            hash: Sha256::new(),
            size: 0,
            most,
        }
    }

    /// The digest of what was read, and its size in bytes.
    pub fn finish(self) -> (String, u64) {
        (hex(&self.hash.finalize()), self.size)
    }
}

impl std::io::Read for Hashing {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(into)?;
        self.hash.update(into.get(..read).unwrap_or_default());
        self.size += read as u64;
        if self.size > self.most {
            let problem = format!("grew past the limit of {} bytes while it was read", self.most);
            return Err(std::io::Error::other(problem));
        }
        Ok(read)
    }
}
