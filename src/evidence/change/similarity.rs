//! How much of one file is in another?
//!
//! The measure is git's (`diffcore-delta`): a file is cut after each line and after 64 bytes, and what counts is how
//! many bytes of the old file's pieces are in the new one, relative to the larger of both.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hasher as _},
};

use super::lines;

/// The score of equal files.
pub const WHOLE: u64 = 60_000;
/// The least score of a rename: half, as git's default.
pub const RENAME: u64 = WHOLE / 2;
/// The least score where the one pair of files of a name is tried first: three quarters, as in git.
pub const SAME_NAME: u64 = WHOLE / 4 * 3;

const PIECE: usize = 64;

/// A file as its pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    size: u64,
    /// Hash of a piece and the bytes of all pieces with this hash, sorted.
    pieces: Box<[(u32, u32)]>,
}

impl Fingerprint {
    /// The pieces of a file. The carriage return before a line feed is left out of text.
    pub fn of(bytes: &[u8]) -> Self {
        let text = if lines::is_binary(bytes) {
            Cow::Borrowed(bytes)
        } else {
            lines::without_carriage_returns(bytes)
        };
        let mut pieces: Vec<(u32, u32)> = cut(&text)
            .map(|piece| (hash(piece), piece.len() as u32))
            .collect();
        pieces.sort_unstable();
        pieces.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            is_same
        });
        Self {
            size: bytes.len() as u64,
            pieces: pieces.into(),
        }
    }

    /// How many different pieces it has.
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// How much of `old` is in `new`, from 0 to [`WHOLE`]. Below `least` it may be any
    /// smaller number: the count stops once `least` is out of reach.
    pub fn score(old: &Self, new: &Self, least: u64) -> u64 {
        let (larger, smaller) = (old.size.max(new.size), old.size.min(new.size));
        if smaller == 0 || larger * (WHOLE - least) < (larger - smaller) * WHOLE {
            return 0;
        }
        common(&old.pieces, &new.pieces, larger * least / WHOLE) * WHOLE / larger
    }
}

fn cut(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let window = rest.get(..PIECE.min(rest.len()))?;
        let length = window
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(window.len(), |end| end + 1);
        let (piece, after) = rest.split_at_checked(length)?;
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// The standard hasher has fixed keys: one text, one hash, in every run.
fn hash(piece: &[u8]) -> u32 {
    let mut hasher = DefaultHasher::new();
    hasher.write(piece);
    hasher.finish() as u32
}

/// The bytes that both lists, which are sorted, have in common; 0 as soon as `least` is out of reach. Each step goes on
/// in one list or in both without a branch to guess wrong: this is the innermost loop of a large change.
fn common(old: &[(u32, u32)], new: &[(u32, u32)], least: u64) -> u64 {
    let (mut at, mut by) = (0, 0);
    let mut bytes = 0;
    let mut left: u64 = old.iter().map(|piece| u64::from(piece.1)).sum();
    while let (Some(a), Some(b)) = (old.get(at), new.get(by)) {
        let is_behind = a.0 <= b.0;
        bytes += u64::from(a.1.min(b.1)) * u64::from(a.0 == b.0);
        left -= u64::from(a.1) * u64::from(is_behind);
        if bytes + left < least {
            return 0;
        }
        at += usize::from(is_behind);
        by += usize::from(a.0 >= b.0);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(old: &str, new: &str) -> u64 {
        Fingerprint::score(
            &Fingerprint::of(old.as_bytes()),
            &Fingerprint::of(new.as_bytes()),
            RENAME,
        )
    }

    #[test]
    fn equal_files_score_whole_and_strangers_nothing() {
        assert_eq!(score("a\nb\nc\n", "a\nb\nc\n"), WHOLE);
        assert_eq!(score("a\nb\nc\n", "x\ny\nz\n"), 0);
        assert_eq!(score("", "a\n"), 0);
    }

    #[test]
    fn the_share_is_of_the_larger_file_and_order_does_not_count() {
        assert_eq!(score("one\ntwo\n", "two\none\n"), WHOLE);
        assert_eq!(score("one\ntwo\n", "two\nsix\n"), WHOLE / 2);
        assert_eq!(score("aa\n", "aa\nbb\ncc\n"), 0, "sizes alone exclude it");
    }

    #[test]
    fn line_endings_do_not_count_in_text() {
        assert_eq!(score("one\r\ntwo\r\n", "one\ntwo\n"), WHOLE * 8 / 10);
    }

    #[test]
    fn a_line_without_end_is_cut_into_pieces() {
        let long = "x".repeat(1000);
        assert_eq!(score(&long, &format!("{long}y")), 960 * WHOLE / 1001);
    }
}
