//! A real repository in a temporary folder, made and read with the `git` command.

#![allow(dead_code, reason = "each test program uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a repository that cannot be made is a failed test"
)]

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use countersign::evidence::change::{Change, Content, Mode, Status};

/// A repository that is removed with its folder.
pub(crate) struct Repository {
    folder: tempfile::TempDir,
    root: PathBuf,
}

impl Repository {
    /// An empty repository on branch `main`.
    pub(crate) fn new() -> Self {
        Self::with(&["init", "-q", "-b", "main", "."])
    }

    /// A repository made by a git command that is run in its empty folder.
    pub(crate) fn with(command: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("repo");
        fs::create_dir(&root).unwrap();
        let made = Self { folder, root };
        made.git(command);
        made
    }

    /// Its folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A folder beside it.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs git in it and gives what it printed.
    pub(crate) fn git(&self, words: &[&str]) -> Vec<u8> {
        git(&self.root, words)
    }

    /// As [`Repository::git`], as text without the final line break.
    pub(crate) fn ask(&self, words: &[&str]) -> String {
        String::from_utf8(self.git(words)).unwrap().trim_end().to_owned()
    }

    /// Writes a file and the folders it lies in.
    pub(crate) fn write(&self, path: impl AsRef<OsStr>, content: impl AsRef<[u8]>) -> &Self {
        let place = self.root.join(path.as_ref());
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, content).unwrap();
        self
    }

    /// Removes a file.
    pub(crate) fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.root.join(path)).unwrap();
        self
    }

    /// Takes the object of a file away, as a clone has it that fetches files only when somebody asks for them.
    pub(crate) fn lose(&self, path: &str) -> &Self {
        let id = self.ask(&["rev-parse", &format!("HEAD:{path}")]);
        let (folder, name) = id.split_at(2);
        fs::remove_file(self.root.join(".git/objects").join(folder).join(name)).unwrap();
        self
    }

    /// Sets or clears the executable bit.
    pub(crate) fn executable(&self, path: &str, is: bool) -> &Self {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if is { 0o755 } else { 0o644 };
        fs::set_permissions(self.root.join(path), fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    /// Makes a symbolic link.
    pub(crate) fn link(&self, path: &str, target: &str) -> &Self {
        std::os::unix::fs::symlink(target, self.root.join(path)).unwrap();
        self
    }

    /// Commits everything and gives the commit.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.ask(&["rev-parse", "HEAD"])
    }
}

/// Runs git in a folder, without the settings of this machine.
pub(crate) fn git(folder: &Path, words: &[&str]) -> Vec<u8> {
    let done = Command::new("git")
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org")
        .env("GIT_ALLOW_PROTOCOL", "file")
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "git {words:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    done.stdout
}

/// What happened to one path, as both `git diff` and our own reading can say it. Lines are absent for binary files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) status: char,
    pub(crate) old_mode: String,
    pub(crate) new_mode: String,
    pub(crate) old: Vec<u8>,
    pub(crate) lines: Option<(usize, usize)>,
}

/// The rows of `git diff -M`, by the path at head.
pub(crate) fn by_git(folder: &Path, range: &[&str]) -> BTreeMap<Vec<u8>, Row> {
    let words = |format: &'static str| {
        [
            &["diff", format, "-z", "-M", "--no-abbrev", "--no-ext-diff"],
            range,
        ]
        .concat()
    };
    let raw = git(folder, &words("--raw"));
    let numstat = git(folder, &words("--numstat"));
    let counts = counts(&numstat);
    let mut parts = raw.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    let mut rows = BTreeMap::new();
    while let Some(head) = parts.next() {
        let head = String::from_utf8(head[1..].to_vec()).unwrap();
        let words: Vec<&str> = head.split(' ').collect();
        let status = words[4].chars().next().unwrap();
        let old = parts.next().unwrap().to_vec();
        let new = if status == 'R' {
            parts.next().unwrap().to_vec()
        } else {
            old.clone()
        };
        let row = Row {
            status,
            old_mode: words[0].to_owned(),
            new_mode: words[1].to_owned(),
            old,
            lines: counts[&new],
        };
        rows.insert(new, row);
    }
    rows
}

fn counts(numstat: &[u8]) -> BTreeMap<Vec<u8>, Option<(usize, usize)>> {
    let mut parts = numstat.split(|byte| *byte == 0);
    let mut counts = BTreeMap::new();
    while let Some(part) = parts.next().filter(|part| !part.is_empty()) {
        let mut words = part.splitn(3, |byte| *byte == b'\t');
        let mut number = || {
            String::from_utf8(words.next().unwrap().to_vec())
                .unwrap()
                .parse()
                .ok()
        };
        let lines = number().zip(number());
        let name = words.next().unwrap();
        let path = if name.is_empty() {
            parts.next().unwrap();
            parts.next().unwrap().to_vec()
        } else {
            name.to_vec()
        };
        counts.insert(path, lines);
    }
    counts
}

/// The rows of a change of ours. A copy is an added file, as for `git diff -M`.
pub(crate) fn by_us(change: &Change) -> BTreeMap<Vec<u8>, Row> {
    let mode = |mode: Option<Mode>| match mode {
        None => "000000",
        Some(Mode::File) => "100644",
        Some(Mode::Executable) => "100755",
        Some(Mode::Symlink) => "120000",
        Some(Mode::Submodule) => "160000",
    };
    let row = |file: &countersign::evidence::change::FileChange| {
        let is_new = matches!(file.status, Status::Added | Status::Copied);
        let before = file.before().filter(|_| !is_new);
        let count = |lines: usize| lines;
        let row = Row {
            status: match file.status {
                Status::Added | Status::Copied => 'A',
                Status::Deleted => 'D',
                Status::Modified => 'M',
                Status::Renamed => 'R',
                Status::TypeChanged => 'T',
            },
            old_mode: mode(before.map(|side| side.mode)).to_owned(),
            new_mode: mode(file.after().map(|side| side.mode)).to_owned(),
            old: before.map_or(file.path(), |side| &side.path).as_bytes().to_vec(),
            lines: match &file.content {
                Content::Text(_) => Some((count(file.added().count()), count(file.removed().count()))),
                Content::Binary | Content::Opaque(_) => None,
            },
        };
        (file.path().as_bytes().to_vec(), row)
    };
    change.files().iter().map(row).collect()
}

/// Every file under a folder with its content, mode and time of change.
pub(crate) fn snapshot(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, String)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let data = fs::symlink_metadata(&path).unwrap();
            let about = format!("{:?} {:?}", data.permissions(), data.modified().unwrap());
            let content = if data.is_file() {
                fs::read(&path).unwrap_or_default()
            } else {
                Vec::new()
            };
            if data.is_dir() {
                folders.push(path.clone());
            }
            found.insert(path, (content, about));
        }
    }
    found
}
