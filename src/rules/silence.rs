//! Which comments of a file silence a rule, and do they count?
//!
//! `countersign: allow RULE -- reason`, in a comment on the line of the finding or on the line above it. The author may not
//! edit the judge: a comment counts where base has it in the same file already, or where the policy allows such comments.

use crate::{
    code::{FileFacts, facts::Span},
    comments,
    evidence::change::FileChange,
};

/// What such a comment begins with, behind its sign.
const MARK: &str = "countersign: allow";
/// What stands before the reason.
const BEFORE_REASON: &str = "--";

/// A comment that means to silence a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// The rule that it names.
    pub rule: String,
    /// Why; a comment without a reason silences nothing.
    pub reason: Option<String>,
    /// 1-based line of the comment.
    pub line: u32,
    /// Whether it counts: it was there before, or the policy allows it.
    pub counts: bool,
    /// Whether the change adds it.
    pub is_added: bool,
}

impl Silence {
    /// Whether it is about a finding of a rule on a line.
    pub fn is_about(&self, rule: &str, line: u32) -> bool {
        self.rule == rule && (self.line == line || self.line.saturating_add(1) == line)
    }
}

/// Whether a text may hold such a comment: a cheap question before the others.
pub fn may_hold(text: &str) -> bool {
    text.contains(MARK)
}

/// The comments of a file at head that mean to silence a rule. `base` is its text before the change.
pub fn of(
    file: &FileChange,
    text: &str,
    facts: Option<&FileFacts>,
    base: Option<&str>,
    is_allowed: bool,
) -> Vec<Silence> {
    let extension = file.path().extension();
    let lines = text.lines().zip(1_u32..);
    let marked = lines.filter_map(|(line, number)| Some((number, marked(line)?, line)));
    let marked = marked.filter(|(number, _, line)| match facts {
        Some(facts) => is_in_comment(text, &facts.comments, *number),
        None => comments::is_comment_or_blank(&extension, line),
    });
    let marked: Vec<(u32, &str)> = marked.map(|(number, said, _)| (number, said)).collect();
    let silences = marked.iter().map(|(line, said)| {
        let is_added = file.adds_line(*line);
        let times = |text: &str| {
            text.lines()
                .filter(|line| self::marked(line) == Some(said))
                .count()
        };
        let was_there = base.is_some_and(|base| times(base) >= times(text));
        let (rule, reason) = parts(said);
        Silence {
            rule,
            reason,
            line: *line,
            counts: is_allowed || !is_added || was_there,
            is_added,
        }
    });
    silences.collect()
}

/// What stands behind the mark.
fn marked(line: &str) -> Option<&str> {
    line.split_once(MARK).map(|(_, said)| said.trim())
}

/// Whether the mark on a line stands in a comment.
fn is_in_comment(text: &str, comments: &[Span], line: u32) -> bool {
    let mut near = comments.iter().filter(|comment| comment.has_line(line));
    near.any(|comment| {
        let comment = text.get(comment.start as usize..comment.end as usize);
        comment.is_some_and(|comment| comment.contains(MARK))
    })
}

/// The rule and the reason, without the end of a block comment.
fn parts(said: &str) -> (String, Option<String>) {
    let said = said.trim_end_matches("*/").trim_end_matches("-->").trim();
    let (rule, reason) = match said.split_once(BEFORE_REASON) {
        Some((rule, reason)) => (rule, reason.trim()),
        None => (said, ""),
    };
    // a rule has a dash in its name, but never two in a row
    let rule = rule.split_whitespace().next().unwrap_or_default();
    let says_something = reason.chars().any(char::is_alphabetic);
    (rule.to_owned(), says_something.then(|| reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        path::RepoPath,
    };

    fn silences(base: Option<&str>, head: &str, is_allowed: bool) -> Vec<Silence> {
        let files = |text: &str| {
            let path = RepoPath::new("a.sh").unwrap();
            memory::Files::from([(path, (Mode::File, text.as_bytes().to_vec()))])
        };
        let change = memory::change(base.map(files).unwrap_or_default(), files(head));
        of(&change.files()[0], head, None, base, is_allowed)
    }

    #[test]
    fn a_comment_of_the_change_counts_only_where_the_policy_allows_it() {
        let text = "# countersign: allow any-x -- the file is a fixture\nx\n";
        let added = silences(None, text, false);
        assert_eq!(added.len(), 1);
        assert!(!added[0].counts && added[0].is_added);
        assert_eq!(added[0].reason.as_deref(), Some("the file is a fixture"));
        assert!(silences(None, text, true)[0].counts);
        assert!(silences(Some(text), &format!("{text}y\n"), false)[0].counts);
    }

    #[test]
    fn a_comment_that_only_moved_counts_and_a_copied_one_does_not() {
        let one = "# countersign: allow any-x -- a fixture\nx\n";
        assert!(silences(Some(one), &format!("a\nb\nc\n{one}"), false)[0].counts);
        let twice = silences(Some(one), &format!("{one}{one}"), false);
        assert!(twice.iter().any(|silence| !silence.counts));
    }

    #[test]
    fn a_reason_is_mandatory() {
        for text in [
            "# countersign: allow any-x",
            "# countersign: allow any-x --",
            "# countersign: allow any-x -- ...",
        ] {
            assert_eq!(
                silences(None, &format!("{text}\n"), true)[0].reason,
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn a_silence_reaches_its_own_line_and_the_next() {
        let silence = &silences(None, "# countersign: allow any-x -- why\n", true)[0];
        let reached: Vec<u32> = (0..5).filter(|line| silence.is_about("any-x", *line)).collect();
        assert_eq!(reached, [1, 2]);
        assert!(!silence.is_about("any-y", 1));
    }
}
