//! How is text that comes in pieces seen line by line, however long a line is?

use crate::limits;

/// Pieces of text, put together to lines. Of a long line only the beginning is kept.
#[derive(Debug, Default)]
pub(super) struct Lines {
    begun: String,
}

impl Lines {
    /// Takes a piece and shows every line that it ends.
    pub(super) fn feed(&mut self, text: &str, mut each: impl FnMut(&str)) {
        let mut rest = text;
        while let Some((line, after)) = rest.split_once('\n') {
            if self.begun.is_empty() {
                each(line);
            } else {
                self.keep(line);
                each(&self.begun);
                self.begun.clear();
            }
            rest = after;
        }
        self.keep(rest);
    }

    /// Shows the last line, which nothing ended.
    pub(super) fn finish(&mut self, mut each: impl FnMut(&str)) {
        if !self.begun.is_empty() {
            each(&self.begun);
            self.begun.clear();
        }
    }

    fn keep(&mut self, part: &str) {
        let room = limits::REGEX_LINE_BYTES.saturating_sub(self.begun.len());
        let end = part.floor_char_boundary(room.min(part.len()));
        self.begun.push_str(part.get(..end).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&str]) -> Vec<String> {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.feed(piece, |line| seen.push(line.to_owned()));
        }
        lines.finish(|line| seen.push(line.to_owned()));
        seen
    }

    #[test]
    fn a_line_may_come_in_pieces_and_need_not_end() {
        assert_eq!(
            lines(&["on", "e\ntw", "o\n\nthr", "ee"]),
            ["one", "two", "", "three"]
        );
        assert_eq!(lines(&[]), [""; 0]);
    }

    #[test]
    fn a_line_without_end_takes_no_more_than_its_share() {
        let piece = "ä".repeat(1000);
        let pieces: Vec<&str> = (0..1000).map(|_| piece.as_str()).collect();
        let seen = lines(&pieces);
        assert_eq!(seen.len(), 1);
        assert!(seen[0].len() <= limits::REGEX_LINE_BYTES);
    }
}
