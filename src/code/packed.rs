//! How are the tokens of a file kept in little room? Each different one once, and then three bytes a token.
//!
//! A change of 2,000 files has ten million tokens, and a file repeats each of its own five times or more.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    ops::{Range, RangeInclusive},
};

use super::{
    facts::hash,
    wire::{self, Wire},
};
use crate::limits;

/// The tokens of a file, without formatting and comments, in order. Two files with equal tokens mean the same to a
/// compiler. Where indentation or line ends carry meaning, they are tokens too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// The hash of each different token's text, in the order in which they first stand.
    words: Vec<u64>,
    /// Which of them each token is.
    numbers: Vec<Number>,
    /// Lines on which tokens begin, and how many tokens begin before each.
    lines: Vec<(u32, u32)>,
}

/// A place in a list of words: the low three bytes, lowest first.
type Number = [u8; 3];

const _: () = assert!(
    limits::SYNTAX_BYTES < 1 << 24,
    "every different token of a file has a number of three bytes"
);

fn number(place: usize) -> Number {
    let [first, second, third, ..] = place.to_le_bytes();
    [first, second, third]
}

fn place([first, second, third]: Number) -> usize {
    usize::from(first) | usize::from(second) << 8 | usize::from(third) << 16
}

/// Takes a hash for what it is: hashing it again would cost as much as the rest of the packing.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl FromIterator<(u64, u32)> for Tokens {
    /// From the hash of each token and the 1-based line where it begins, in order.
    fn from_iter<T: IntoIterator<Item = (u64, u32)>>(tokens: T) -> Self {
        let mut known: HashMap<u64, Number, BuildHasherDefault<Hashed>> = HashMap::default();
        let mut packed = Self::default();
        for (hash, line) in tokens {
            let next = number(packed.words.len());
            let number = *known.entry(hash).or_insert_with(|| {
                packed.words.push(hash);
                next
            });
            if packed.lines.last().is_none_or(|(last, _)| *last < line) {
                let before = u32::try_from(packed.numbers.len()).unwrap_or(u32::MAX);
                packed.lines.push((line, before));
            }
            packed.numbers.push(number);
        }
        packed
    }
}

impl Tokens {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Whether another file has the same tokens, on whatever lines.
    pub fn are_those_of(&self, other: &Self) -> bool {
        self.words == other.words && self.numbers == other.numbers
    }

    /// The hash of each token's text.
    pub fn hashes(&self) -> impl Iterator<Item = u64> + Clone {
        self.hashes_in(0..self.len())
    }

    /// Those of some tokens by their places; none where the range passes the end.
    pub fn hashes_in(&self, range: Range<usize>) -> impl Iterator<Item = u64> + Clone {
        let numbers = self.numbers.get(range).unwrap_or_default().iter();
        numbers.map(|number| self.words.get(place(*number)).copied().unwrap_or_default())
    }

    /// Those of the tokens that begin on some lines.
    pub fn hashes_on(&self, lines: RangeInclusive<u32>) -> impl Iterator<Item = u64> + Clone {
        let first = |past: &dyn Fn(u32) -> bool| {
            let at = self.lines.partition_point(|(line, _)| !past(*line));
            self.lines
                .get(at)
                .map_or(self.len(), |(_, before)| *before as usize)
        };
        let from = first(&|line| line >= *lines.start());
        let to = first(&|line| line > *lines.end());
        self.hashes_in(from..to.max(from))
    }

    /// The 1-based line where a token begins, by its place.
    pub fn line(&self, index: usize) -> Option<u32> {
        if index >= self.len() {
            return None;
        }
        let after = self
            .lines
            .partition_point(|(_, before)| *before as usize <= index);
        Some(self.lines.get(after.checked_sub(1)?)?.0)
    }

    /// The 1-based line where each token begins.
    pub fn lines(&self) -> impl Iterator<Item = u32> + Clone {
        let ends = self.lines.iter().skip(1).map(|(_, before)| *before as usize);
        let both = self.lines.iter().zip(ends.chain([self.len()]));
        both.flat_map(|((line, before), end)| {
            std::iter::repeat_n(*line, end.saturating_sub(*before as usize))
        })
    }

    /// The lines on which a word stands as a token of its own.
    pub fn lines_of(&self, word: &str) -> impl Iterator<Item = u32> {
        let wanted = hash(word);
        let wanted = self.words.iter().position(|word| *word == wanted).map(number);
        let places = self.numbers.iter().enumerate();
        let places = places.filter(move |(_, number)| Some(**number) == wanted);
        places.filter_map(|(index, _)| self.line(index))
    }

    /// Whether every number is that of a word, and lines begin one after the other from the first token on.
    fn is_whole(&self) -> bool {
        let numbered = self
            .numbers
            .iter()
            .all(|number| place(*number) < self.words.len());
        let starts = self.lines.first().map(|(_, before)| *before);
        let rising = self
            .lines
            .is_sorted_by(|one, next| one.0 < next.0 && one.1 < next.1);
        let last = self
            .lines
            .last()
            .is_none_or(|(_, before)| (*before as usize) < self.len());
        let begins = if self.is_empty() {
            starts.is_none()
        } else {
            starts == Some(0)
        };
        numbered && begins && rising && last
    }
}

/// Numbers and lines travel as small numbers: a line as how far it is from the one before, and how many tokens that had.
impl Wire for Tokens {
    fn write(&self, out: &mut Vec<u8>) {
        let Self {
            words,
            numbers,
            lines,
        } = self;
        words.write(out);
        wire::write_length(numbers.len(), out);
        for number in numbers {
            let [first, second, third] = *number;
            u32::from_le_bytes([first, second, third, 0]).write(out);
        }
        wire::write_length(lines.len(), out);
        let mut above = (0, 0);
        for (line, before) in lines {
            line.wrapping_sub(above.0).write(out);
            before.wrapping_sub(above.1).write(out);
            above = (*line, *before);
        }
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let words = Vec::read(from)?;
        let length = wire::read_length(from)?;
        let mut numbers = Vec::with_capacity(length.min(limits::SYNTAX_BYTES));
        for _ in 0..length {
            let [first, second, third, over] = u32::read(from)?.to_le_bytes();
            if over != 0 {
                return None;
            }
            numbers.push([first, second, third]);
        }
        let length = wire::read_length(from)?;
        let mut lines = Vec::with_capacity(length.min(limits::SYNTAX_BYTES));
        let mut above = (0_u32, 0_u32);
        for _ in 0..length {
            let line = above.0.wrapping_add(u32::read(from)?);
            let before = above.1.wrapping_add(u32::read(from)?);
            above = (line, before);
            lines.push(above);
        }
        let tokens = Self {
            words,
            numbers,
            lines,
        };
        tokens.is_whole().then_some(tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a b / a / (blank) / c a`, as hashes and lines.
    fn tokens() -> Tokens {
        let words = [("a", 1), ("b", 1), ("a", 2), ("c", 4), ("a", 4)];
        words.iter().map(|(word, line)| (hash(word), *line)).collect()
    }

    #[test]
    fn what_was_packed_comes_out_again() {
        let tokens = tokens();
        let wanted = ["a", "b", "a", "c", "a"].map(hash);
        assert_eq!(tokens.hashes().collect::<Vec<_>>(), wanted);
        assert_eq!(tokens.lines().collect::<Vec<_>>(), [1, 1, 2, 4, 4]);
        let lines: Vec<u32> = (0..5).filter_map(|index| tokens.line(index)).collect();
        assert_eq!(lines, [1, 1, 2, 4, 4]);
        assert_eq!((tokens.len(), tokens.line(5)), (5, None));
        assert_eq!(tokens.words.len(), 3);
    }

    #[test]
    fn tokens_are_found_by_place_by_line_and_by_word() {
        let tokens = tokens();
        let hashes = |words: &[&str]| words.iter().map(|word| hash(word)).collect::<Vec<_>>();
        assert_eq!(tokens.hashes_in(1..3).collect::<Vec<_>>(), hashes(&["b", "a"]));
        assert_eq!(tokens.hashes_in(3..9).count(), 0);
        for (lines, wanted) in [
            (1..=1, &["a", "b"][..]),
            (2..=3, &["a"]),
            (3..=9, &["c", "a"]),
            (5..=9, &[]),
        ] {
            assert_eq!(tokens.hashes_on(lines).collect::<Vec<_>>(), hashes(wanted));
        }
        assert_eq!(tokens.lines_of("a").collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(tokens.lines_of("d").count(), 0);
    }

    #[test]
    fn the_same_tokens_on_other_lines_are_the_same() {
        let moved: Tokens = tokens().hashes().zip([1, 2, 3, 4, 5]).collect();
        assert!(moved.are_those_of(&tokens()) && moved != tokens());
        let other: Tokens = tokens().hashes().take(4).zip([1; 4]).collect();
        assert!(!other.are_those_of(&tokens()));
        assert!(Tokens::default().are_those_of(&Tokens::default()));
    }

    #[test]
    fn many_different_tokens_keep_their_numbers() {
        let many: Tokens = (0..70_000_u64).map(|hash| (hash, 1)).collect();
        assert!(many.hashes().eq(0..70_000));
    }

    #[test]
    fn a_message_whose_parts_do_not_fit_is_refused() {
        let wrong = [
            Tokens {
                words: Vec::new(),
                ..tokens()
            },
            Tokens {
                lines: Vec::new(),
                ..tokens()
            },
            Tokens {
                lines: vec![(1, 1)],
                ..tokens()
            },
            Tokens {
                lines: vec![(1, 0), (1, 2)],
                ..tokens()
            },
            Tokens {
                lines: vec![(1, 0), (2, 5)],
                ..tokens()
            },
            Tokens {
                numbers: Vec::new(),
                ..tokens()
            },
        ];
        for tokens in wrong {
            let mut bytes = Vec::new();
            tokens.write(&mut bytes);
            assert_eq!(Tokens::read(&mut bytes.as_slice()), None, "{tokens:?}");
        }
        let mut bytes = Vec::new();
        tokens().write(&mut bytes);
        assert_eq!(Tokens::read(&mut bytes.as_slice()), Some(tokens()));
    }
}
