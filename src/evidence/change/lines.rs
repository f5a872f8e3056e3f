//! Which lines of a file are new, and which are gone? The blobs decide; attributes are never consulted.

use std::borrow::Cow;

use git2::{DiffOptions, Patch};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::{Content, FileChange, Hunk, Line, Mode, Sides, Status, Store, Version, renames::Pair};
use crate::{finding::Unproven, limits};

/// From how many files on threads are worth their start.
const MANY: usize = 16;

/// Why nothing is said about the content of a submodule.
pub const SUBMODULE: &str = "a submodule: its files are not part of this repository";

/// Compares the two sides of each pair, in the given order.
///
/// # Errors
/// An object of the change is missing.
pub fn compare_all(pairs: Vec<Pair>, store: &dyn Store) -> Result<Vec<FileChange>, Unproven> {
    if pairs.len() < MANY {
        return pairs.into_iter().map(|pair| compare(pair, store)).collect();
    }
    pairs.into_par_iter().map(|pair| compare(pair, store)).collect()
}

fn compare(pair: Pair, store: &dyn Store) -> Result<FileChange, Unproven> {
    let content = match &pair.sides {
        Sides::Added(new) => content(None, Some(new), store),
        Sides::Deleted(old) => content(Some(old), None, store),
        Sides::Both(_, new) if pair.status == Status::Copied => content(None, Some(new), store),
        Sides::Both(old, new) => content(Some(old), Some(new), store),
    }?;
    Ok(FileChange {
        status: pair.status,
        sides: pair.sides,
        content,
    })
}

/// How one content differs from another.
///
/// # Errors
/// An object is missing.
pub fn content(old: Option<&Version>, new: Option<&Version>, store: &dyn Store) -> Result<Content, Unproven> {
    if old.map(|old| &old.id) == new.map(|new| &new.id) {
        return Ok(Content::Text(Vec::new()));
    }
    if [old, new]
        .into_iter()
        .flatten()
        .any(|side| side.mode == Mode::Submodule)
    {
        return Ok(Content::Opaque(SUBMODULE.to_owned()));
    }
    let read = |side: Option<&Version>| side.map_or(Ok(Vec::new()), |side| store.blob(side));
    match (read(old), read(new)) {
        (Ok(old), Ok(new)) if is_binary(&old) || is_binary(&new) => Ok(Content::Binary),
        (Ok(old), Ok(new)) => Ok(between(&old, &new)),
        (Err(Unproven::Insufficient(why)), _) | (_, Err(Unproven::Insufficient(why))) => {
            Ok(Content::Opaque(why))
        }
        (Err(why), _) | (_, Err(why)) => Err(why),
    }
}

/// As git decides: a NUL byte in the first 8,000 bytes.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes.get(..8000).unwrap_or(bytes).contains(&0)
}

/// The text with every `\r\n` as `\n`; a lone carriage return stays.
pub fn without_carriage_returns(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    let mut text = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().peekable();
    while let Some(byte) = rest.next() {
        if *byte != b'\r' || rest.peek() != Some(&&b'\n') {
            text.push(*byte);
        }
    }
    Cow::Owned(text)
}

/// The hunks between two texts, without context. A missing line break at the end makes the last line differ from
/// the same line with one, as for git, and adds no line.
///
/// Above [`limits::DIFF_LINES`] two contents are not compared; every line of an added or deleted file is known all the
/// same.
pub fn between(old: &[u8], new: &[u8]) -> Content {
    let most = limits::DIFF_LINES;
    let is_compared = !old.is_empty() && !new.is_empty();
    // a short text is not counted: it cannot have more lines than bytes
    let can_be_long = is_compared && old.len().max(new.len()) > most;
    let longest = if can_be_long {
        count(old).max(count(new))
    } else {
        0
    };
    if longest > most {
        return Content::Opaque(format!(
            "not compared: it has {longest} lines, the limit is {most}"
        ));
    }
    match hunks(old, new) {
        Ok(hunks) => Content::Text(hunks),
        Err(error) => Content::Opaque(format!("cannot be compared: {}", error.message())),
    }
}

fn count(text: &[u8]) -> usize {
    text.split_inclusive(|byte| *byte == b'\n').count()
}

fn hunks(old: &[u8], new: &[u8]) -> Result<Vec<Hunk>, git2::Error> {
    if old.is_empty() || new.is_empty() {
        let hunk = Hunk {
            removed: every_line(old),
            added: every_line(new),
        };
        return Ok(if hunk == Hunk::default() {
            Vec::new()
        } else {
            vec![hunk]
        });
    }
    let mut options = DiffOptions::new();
    options.context_lines(0).force_text(true).indent_heuristic(true);
    let patch = Patch::from_buffers(old, None, new, None, Some(&mut options))?;
    (0..patch.num_hunks()).map(|place| hunk(&patch, place)).collect()
}

fn hunk(patch: &Patch<'_>, place: usize) -> Result<Hunk, git2::Error> {
    let mut hunk = Hunk::default();
    for place_of_line in 0..patch.num_lines_in_hunk(place)? {
        let line = patch.line_in_hunk(place, place_of_line)?;
        match line.origin() {
            '+' => hunk.added.push(line_of(line.new_lineno(), line.content())),
            '-' => hunk.removed.push(line_of(line.old_lineno(), line.content())),
            // context is not asked for; the other marks are about the line break at the end of the file
            _ => {}
        }
    }
    Ok(hunk)
}

/// Every line of a text, numbered from 1.
pub fn every_line(text: &[u8]) -> Vec<Line> {
    text.split_inclusive(|byte| *byte == b'\n')
        .zip(1..)
        .map(|(line, number)| line_of(Some(number), line))
        .collect()
}

fn line_of(number: Option<u32>, content: &[u8]) -> Line {
    let text = String::from_utf8_lossy(content.strip_suffix(b"\n").unwrap_or(content));
    Line {
        number: number.unwrap_or(0),
        text: text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(old: &str, new: &str) -> Vec<(Vec<u32>, Vec<u32>)> {
        let Content::Text(hunks) = between(old.as_bytes(), new.as_bytes()) else {
            panic!("not text")
        };
        let of = |lines: &[Line]| lines.iter().map(|line| line.number).collect();
        hunks
            .iter()
            .map(|hunk| (of(&hunk.removed), of(&hunk.added)))
            .collect()
    }

    #[test]
    fn neighbouring_lines_are_one_hunk_and_numbers_count_on_their_own_side() {
        assert_eq!(
            numbers("a\nb\nc\n", "a\nx\ny\nc\nd\n"),
            [(vec![2], vec![2, 3]), (vec![], vec![5])]
        );
    }

    #[test]
    fn a_missing_last_line_break_adds_no_line() {
        assert_eq!(numbers("", "a"), [(vec![], vec![1])]);
        assert_eq!(numbers("a\nb\n", "a\nb"), [(vec![2], vec![2])]);
        assert_eq!(numbers("a\nb", "a\nb\nc"), [(vec![2], vec![2, 3])]);
    }

    #[test]
    fn carriage_returns_are_part_of_the_line() {
        let Content::Text(hunks) = between(b"a\r\nb\n", b"a\nb\n") else {
            panic!("not text")
        };
        assert_eq!(&*hunks[0].removed[0].text, "a\r");
    }

    #[test]
    fn too_many_lines_are_not_compared_but_an_added_file_is_known() {
        let most = limits::DIFF_LINES;
        let (at, above) = ("x\n".repeat(most), "x\n".repeat(most + 1));
        assert_eq!(
            numbers(&at, &("y\n".to_owned() + at.get(2..).unwrap())),
            [(vec![1], vec![1])]
        );
        let Content::Opaque(why) = between(at.as_bytes(), above.as_bytes()) else {
            panic!("compared")
        };
        assert!(why.contains(&(most + 1).to_string()), "{why}");
        assert_eq!(numbers("", &above).len(), 1);
    }

    #[test]
    fn a_lone_carriage_return_stays() {
        assert_eq!(&*without_carriage_returns(b"a\r\nb\rc\r\r\n\r"), b"a\nb\rc\r\n\r");
    }
}
