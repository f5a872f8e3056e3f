//! Would git have left a path out of a commit? Decided by the `.gitignore` files of the head tree.

use ignore::{Match, gitignore::GitignoreBuilder};

use super::change::Change;
use crate::{finding::Side, path::RepoPath};

/// The ignore rule of the head that keeps a path out, as `file: pattern`; the deepest file that has a word on it
/// decides. `None` where no rule does, or the tree of the head is not known.
pub fn by(change: &Change, path: &RepoPath) -> Option<String> {
    let whole = path.lossy();
    let mut folders: Vec<&str> = whole
        .match_indices('/')
        .filter_map(|(end, _)| whole.get(..end))
        .collect();
    folders.reverse();
    folders.push("");
    for folder in folders {
        let file = if folder.is_empty() {
            ".gitignore".to_owned()
        } else {
            format!("{folder}/.gitignore")
        };
        let inner = whole
            .get(folder.len()..)
            .unwrap_or_default()
            .trim_start_matches('/');
        match word_of(change, &file, inner) {
            Match::None => {}
            Match::Ignore(pattern) => return Some(format!("`{file}`: `{}`", crate::escape::line(&pattern))),
            Match::Whitelist(_) => return None,
        }
    }
    None
}

fn word_of(change: &Change, file: &str, inner: &str) -> Match<String> {
    let text = RepoPath::new(file)
        .ok()
        .and_then(|path| change.entry(Side::Head, &path).ok().flatten())
        .filter(|version| version.mode.is_file())
        .and_then(|version| change.text(&version).ok());
    let mut builder = GitignoreBuilder::new("");
    for line in text.iter().flat_map(|text| text.lines()) {
        // a line that is no pattern is skipped, as git does
        let _ = builder.add_line(None, line);
    }
    match builder.build() {
        Ok(rules) => rules
            .matched_path_or_any_parents(inner, false)
            .map(|glob| glob.original().to_owned()),
        Err(_) => Match::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    #[test]
    fn the_deepest_ignore_file_decides() {
        let file = |path: &str, text: &str| {
            (
                RepoPath::new(path).unwrap(),
                (Mode::File, text.as_bytes().to_vec()),
            )
        };
        let after = [
            file(".gitignore", "*.log\nbuild/\n"),
            file("a/.gitignore", "!keep.log\nx[\n"),
        ];
        let change = memory::change([].into(), after.into());
        let by = |path: &str| by(&change, &RepoPath::new(path).unwrap());
        assert_eq!(by("x.log").unwrap(), "`.gitignore`: `*.log`");
        assert_eq!(by("build/out/a.js").unwrap(), "`.gitignore`: `build/`");
        assert_eq!(by("a/keep.log"), None);
        assert_eq!(by("a/b.rs"), None);
    }
}
