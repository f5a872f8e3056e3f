//! What is a path inside the repository?
//!
//! Git paths are bytes: they may hold spaces, quotes, line breaks and invalid UTF-8, and each stays distinct.

use std::{borrow::Cow, fmt, fmt::Write as _, path::Path};

/// A path inside the repository: relative, `/`-separated, never empty, without `.` or `..` parts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Box<[u8]>);

impl RepoPath {
    /// A path from its bytes.
    ///
    /// # Errors
    /// Says what keeps it from being a path inside the repository.
    pub fn new(raw: impl AsRef<[u8]>) -> Result<Self, String> {
        let raw = raw.as_ref();
        let odd = |part: &[u8]| part.is_empty() || part == b"." || part == b"..";
        if raw.split(|byte| *byte == b'/').any(odd) || raw.contains(&0) {
            let shown = Self(raw.into());
            return Err(format!("`{shown}` is not a path inside the repository"));
        }
        Ok(Self(raw.into()))
    }

    /// The bytes as git has them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text; bytes that are not UTF-8 become replacement characters. For matching words, not for
    /// identity.
    pub fn lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// The path for the file system and for globs.
    pub fn as_path(&self) -> Cow<'_, Path> {
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt as _;
            Cow::Borrowed(Path::new(std::ffi::OsStr::from_bytes(&self.0)))
        }
        #[cfg(not(unix))]
        {
            Cow::Owned(std::path::PathBuf::from(self.lossy().into_owned()))
        }
    }

    /// The last part.
    pub fn name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.0.rsplit(|byte| *byte == b'/').next().unwrap_or_default())
    }

    /// What follows the last dot of the name, in lower case; empty when there is none.
    pub fn extension(&self) -> String {
        let name = self.name();
        name.rsplit_once('.')
            .filter(|(stem, _)| !stem.is_empty())
            .map(|(_, e)| e.to_lowercase())
            .unwrap_or_default()
    }

    /// The parts before the name, without a trailing slash; empty at the root.
    pub fn folder(&self) -> Cow<'_, str> {
        let end = self.0.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        String::from_utf8_lossy(self.0.get(..end).unwrap_or_default())
    }

    /// Its parts.
    pub fn parts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split(|byte| *byte == b'/').map(String::from_utf8_lossy)
    }
}

/// The folder that a path lies in; empty at the root.
pub fn above(path: &str) -> String {
    path.rsplit_once('/')
        .map_or(String::new(), |(folder, _)| folder.to_owned())
}

impl fmt::Display for RepoPath {
    /// Printable and unambiguous: bytes that are not UTF-8 are written as `\xNN`, control and invisible characters
    /// as `\u{…}`, a backslash as `\\`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(&crate::escape::line(&chunk.valid().replace('\\', "\\\\")))?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        fmt::Display::fmt(self, f)?;
        f.write_char('`')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_inside_the_repository() {
        for raw in ["", "/etc/passwd", "a/../b", "./a", "a//b", "a/"] {
            assert!(RepoPath::new(raw).is_err(), "{raw}");
        }
        for raw in ["a", "a b/\"c\"\n", "...", "a\\b"] {
            assert!(RepoPath::new(raw).is_ok(), "{raw}");
        }
    }

    #[test]
    fn two_paths_never_look_alike() {
        let odd = RepoPath::new(b"a\xff\n").unwrap();
        assert_eq!(odd.to_string(), "a\\xff\\n");
        assert_eq!(RepoPath::new("a\\xff\\n").unwrap().to_string(), "a\\\\xff\\\\n");
    }

    #[test]
    fn parts_of_a_path() {
        let path = RepoPath::new("src/a/Lib.RS").unwrap();
        assert_eq!(
            (
                path.name().as_ref(),
                path.extension().as_str(),
                path.folder().as_ref()
            ),
            ("Lib.RS", "rs", "src/a")
        );
        assert_eq!(RepoPath::new(".env").unwrap().extension(), "");
    }
}
