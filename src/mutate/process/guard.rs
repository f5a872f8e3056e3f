//! Who clears up when this program is killed so that it cannot do so itself?
//!
//! A process of its own, started before anything else: the same program with [`ARGUMENT`]. It is told of every group and
//! folder through a pipe, and clears up what is left when the pipe ends, which it does however this program ends. It is
//! in no group of ours, so that a Ctrl-C at the terminal does not reach it.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    io::{BufRead, BufReader, Write},
    os::unix::{
        ffi::{OsStrExt as _, OsStringExt as _},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

use super::{remains, unix};
use crate::code::parser;

/// The argument that makes the program a guard.
pub const ARGUMENT: &str = "__guard";

/// The pipe to the guard; `None` where there is none: then only signals that can be caught are.
static GUARD: OnceLock<Option<Mutex<ChildStdin>>> = OnceLock::new();

/// What a guard is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Word<'a> {
    /// A group has begun.
    Begun(i32),
    /// A group has ended.
    Ended(i32),
    /// A folder was made.
    Made(&'a Path),
    /// A folder is gone.
    Gone(&'a Path),
}

impl Word<'_> {
    /// One line: a sign, and a number or a path in hexadecimal.
    fn line(self) -> String {
        let hex = |path: &Path| crate::evidence::file::hex(path.as_os_str().as_bytes());
        match self {
            Self::Begun(group) => format!("+{group}\n"),
            Self::Ended(group) => format!("-{group}\n"),
            Self::Made(folder) => format!("m{}\n", hex(folder)),
            Self::Gone(folder) => format!("g{}\n", hex(folder)),
        }
    }
}

/// Tells the guard, and starts it when it is told for the first time.
pub(super) fn tell(word: Word<'_>) {
    let guard = GUARD.get_or_init(|| start().map(Mutex::new));
    if let Some(guard) = guard {
        let mut pipe = guard.lock().unwrap_or_else(PoisonError::into_inner);
        // a guard that was killed guards no more; what it would have done is done by the end of each command
        pipe.write_all(word.line().as_bytes()).ok();
    }
}

fn start() -> Option<ChildStdin> {
    let mut command = Command::new(parser::found()?);
    let started = command
        .args([ARGUMENT, unix::mark()])
        .env_clear()
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    started.ok()?.stdin
}

/// Runs the guard: listens until the pipe ends, then clears up.
pub fn serve() {
    let mut left = Left::default();
    for line in BufReader::new(std::io::stdin().lock()).lines() {
        let Ok(line) = line else { break };
        left.take(&line);
    }
    for group in &left.groups {
        unix::kill_group(*group);
    }
    if let Some(mark) = std::env::args().nth(2) {
        unix::kill_marked(&mark, &BTreeSet::new());
    }
    for folder in &left.folders {
        remains::remove(folder);
    }
}

/// What would stay behind.
#[derive(Debug, Default, PartialEq, Eq)]
struct Left {
    groups: BTreeSet<i32>,
    folders: BTreeSet<PathBuf>,
}

impl Left {
    fn take(&mut self, line: &str) {
        let mut signs = line.chars();
        let sign = signs.next().unwrap_or_default();
        let rest = signs.as_str();
        let group = rest.parse::<i32>().ok();
        match (sign, group, path(rest)) {
            ('+', Some(group), _) => drop(self.groups.insert(group)),
            ('-', Some(group), _) => drop(self.groups.remove(&group)),
            ('m', _, Some(folder)) => drop(self.folders.insert(folder)),
            ('g', _, Some(folder)) => drop(self.folders.remove(&folder)),
            (_, _, _) => {}
        }
    }
}

/// The absolute path of some hexadecimal digits.
fn path(hex: &str) -> Option<PathBuf> {
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let bytes: Option<Vec<u8>> = digits?
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect();
    let path = PathBuf::from(OsString::from_vec(bytes?));
    path.is_absolute().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_is_not_left() {
        let mut left = Left::default();
        let folder = Path::new("/tmp/a b\n");
        for word in [
            Word::Begun(7),
            Word::Made(folder),
            Word::Begun(8),
            Word::Ended(7),
            Word::Made(Path::new("/tmp/c")),
            Word::Gone(Path::new("/tmp/c")),
        ] {
            let line = word.line();
            left.take(line.strip_suffix('\n').unwrap());
        }
        assert_eq!(left.groups, BTreeSet::from([8]));
        assert_eq!(left.folders, BTreeSet::from([folder.to_owned()]));
    }

    #[test]
    fn half_a_line_clears_nothing() {
        let mut left = Left::default();
        for line in ["", "+", "+x", "m", "m2", "mzz", "m6162"] {
            left.take(line);
        }
        assert_eq!(left, Left::default());
    }
}
