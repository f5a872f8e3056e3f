//! Which text of the author is this, where does it stand, and against which change is it judged?

use std::sync::Arc;

use super::{Rank, squash};
use crate::{
    evidence::{
        Supplied,
        change::{Change, Commit, ObjectId},
    },
    finding::Place,
    limits,
};

/// Where a text of the author was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, or a text that the CI system handed over.
    File {
        /// The file as the caller named it, or what the text is.
        name: String,
        /// The 1-based line on which the body begins. Of a transcript, whose lines are objects, the line of the whole
        /// message.
        line: u32,
        /// Whether the lines of the body are lines of the file.
        is_verbatim: bool,
    },
    /// The message of a commit of the range.
    Commit(ObjectId),
}

/// One text of the author: prose, not yet read for claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Where it stands.
    pub source: Source,
    /// What kind of text it is.
    pub rank: Rank,
    /// The title of a pull request, the subject of a commit: one clause.
    pub title: Option<String>,
    /// Everything else, line breaks as `\n`.
    pub body: String,
    /// It speaks of states that later work may have undone: the joined messages of several commits, or a message that an
    /// agent wrote before it went on. It never accuses.
    pub squash: bool,
    /// Its end is missing: what it does not say may have been said.
    pub truncated: bool,
    /// The commit whose own diff it is judged against; `None` for the change from base to head.
    pub commit: Option<ObjectId>,
}

impl Document {
    /// A text that the caller named, judged against the whole change.
    pub fn text(name: impl Into<String>, body: &str) -> Self {
        Self::message(name, 1, body).verbatim()
    }

    /// A message that stands on one line of a file in an encoding of its own.
    pub fn message(name: impl Into<String>, line: u32, body: &str) -> Self {
        let source = Source::File {
            name: name.into(),
            line,
            is_verbatim: false,
        };
        let (body, truncated) = bounded(body);
        Self {
            source,
            rank: Rank::Text,
            title: None,
            body,
            squash: false,
            truncated,
            commit: None,
        }
    }

    /// The message of a commit, judged against the commit's own diff.
    pub fn commit(commit: &Commit) -> Self {
        let (subject, rest) = commit.message.split_once('\n').unwrap_or((&commit.message, ""));
        let (body, truncated) = bounded(rest);
        Self {
            source: Source::Commit(commit.id.clone()),
            rank: Rank::Commit,
            title: Some(subject.trim_end().to_owned()),
            squash: squash::is_joined(&commit.message),
            body,
            truncated,
            commit: Some(commit.id.clone()),
        }
    }

    fn verbatim(mut self) -> Self {
        if let Source::File { is_verbatim, .. } = &mut self.source {
            *is_verbatim = true;
        }
        self
    }

    /// With a title.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        self.title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
        self
    }

    /// With its end missing, or whole as far as is known.
    #[must_use]
    pub fn cut_off(mut self, truncated: bool) -> Self {
        self.truncated |= truncated;
        self
    }

    /// Title and body, as one text.
    pub fn whole(&self) -> String {
        match &self.title {
            Some(title) => format!("{title}\n\n{}", self.body),
            None => self.body.clone(),
        }
    }

    /// Whether its body is the whole of a file, line by line.
    pub fn is_whole_file(&self) -> bool {
        matches!(
            self.source,
            Source::File {
                line: 1,
                is_verbatim: true,
                ..
            }
        )
    }

    /// Whether it says nothing at all.
    pub fn is_blank(&self) -> bool {
        self.body.trim().is_empty() && self.title.as_ref().is_none_or(|title| title.trim().is_empty())
    }

    /// What a reader calls it: the file, or the commit by its full id.
    pub fn name(&self) -> &str {
        match &self.source {
            Source::File { name, .. } => name,
            Source::Commit(id) => &id.0,
        }
    }

    /// The line of the file on which the given 1-based line of the body stands; of a commit, the line of its message.
    pub fn line(&self, of_body: u32) -> u32 {
        match &self.source {
            Source::File {
                line,
                is_verbatim: true,
                ..
            } => line.saturating_add(of_body.saturating_sub(1)),
            Source::File { line, .. } => *line,
            Source::Commit(_) => of_body.saturating_add(1),
        }
    }

    /// The place of a 1-based line of the body.
    pub fn place(&self, of_body: u32) -> Place {
        match &self.source {
            Source::File { name, .. } => Place::Evidence {
                file: name.clone(),
                line: Some(self.line(of_body)),
            },
            Source::Commit(id) => Place::Commit(id.0.to_string()),
        }
    }

    /// The place of the title.
    pub fn title_place(&self) -> Place {
        match &self.source {
            Source::File { name, .. } => Place::Evidence {
                file: name.clone(),
                line: None,
            },
            Source::Commit(id) => Place::Commit(id.0.to_string()),
        }
    }

    /// The change it is judged against where that is not the whole one. Read from git when it is first asked for.
    ///
    /// # Errors
    /// The commit has no diff of its own, being a merge, or its objects are missing.
    pub fn own_change(&self, whole: &Change) -> Supplied<Option<Arc<Change>>> {
        self.commit.as_ref().map(|id| whole.of_commit(id)).transpose()
    }
}

/// The messages of the commits of a range, oldest first; merges, which say what git wrote, are left out.
///
/// # Errors
/// The change is not a range of commits, or the history is cut off.
pub fn of_commits(change: &Change) -> Supplied<Vec<Document>> {
    let own = |commit: &&Commit| commit.parents.len() < 2;
    Ok(change
        .commits()?
        .iter()
        .filter(own)
        .map(Document::commit)
        .collect())
}

/// A text as far as it is read, with `\n` for line breaks, and whether that is less than the whole.
fn bounded(text: &str) -> (String, bool) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let end = text.floor_char_boundary(limits::PROSE_BYTES);
    let (read, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (read.replace("\r\n", "\n").replace('\r', "\n"), !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(message: &str) -> Commit {
        Commit {
            id: ObjectId("a".repeat(40).into()),
            parents: Vec::new(),
            message: message.to_owned(),
            author: String::new(),
            time: 0,
            paths: Vec::new(),
        }
    }

    #[test]
    fn a_commit_message_is_a_title_and_a_body() {
        let document = Document::commit(&commit("add a retry\r\n\r\nfirst\r\nsecond\n"));
        assert_eq!(document.title.as_deref(), Some("add a retry"));
        assert_eq!(document.body, "\nfirst\nsecond\n");
        assert_eq!(document.line(2), 3, "the line of the message");
        assert_eq!(document.place(2), Place::Commit("a".repeat(40)));
    }

    #[test]
    fn lines_of_a_text_are_lines_of_its_file_and_those_of_a_message_are_not() {
        let text = Document::text("pr.md", "a\nb\n");
        assert_eq!((text.line(1), text.line(2)), (1, 2));
        let message = Document::message("session.jsonl", 7, "a\nb\n");
        assert_eq!((message.line(1), message.line(2)), (7, 7));
    }

    #[test]
    fn text_beyond_the_limit_is_cut_between_characters_and_said_to_be() {
        let at = "é".repeat(limits::PROSE_BYTES / 2);
        assert!(!Document::text("a", &at).truncated);
        let over = Document::text("a", &format!("x{at}"));
        assert!(over.truncated && over.body.len() == limits::PROSE_BYTES - 1);
    }

    #[test]
    fn a_blank_title_is_none() {
        assert!(Document::text("a", " \n").titled("  ").is_blank());
        assert!(!Document::text("a", "").titled("x").is_blank());
    }
}
