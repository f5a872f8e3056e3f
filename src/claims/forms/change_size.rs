//! How many files, lines or commits is the change said to have?
//!
//! "4 files changed, 120 insertions(+), 30 deletions(-)" is what git prints and is about the whole; "updated 4 files" may
//! be about a part. Approximations are no numbers.

use super::{Draft, Found, find, from, holds};
use crate::{
    claims::{
        anchors,
        modality::{Reading, Why},
        tokens::{Kind, Token},
        verbs::{self, Deed},
    },
    evidence::claims::{Counts, Form},
};

/// The scope of a number that may be about a part of the change.
pub const PART: &str = "part";

/// Words in front of a number that leave it open.
#[rustfmt::skip]
const ABOUT: &[&str] = &[
    "about", "around", "roughly", "approximately", "over", "nearly", "almost", "than", "to", "least", "most", "some",
    "of", "first", "last", "other", "all",
];

/// Words by which a number leaves something out.
const APART: &[&str] = &[
    "plus",
    "besides",
    "except",
    "apart from",
    "excluding",
    "not counting",
    "without",
];

const TOUCHED: &[&str] = &["changed", "modified", "touched", "edited", "updated", "affected"];

/// The sizes that are told.
///
/// # Errors
/// One is told, and not claimed.
pub fn read(reading: &Reading<'_>) -> Found {
    let drafts = sizes(reading);
    if drafts.is_empty() {
        return Ok(drafts);
    }
    match reading.cue_but(&[Why::Known]) {
        Some(why) => Err(why),
        None => Ok(drafts),
    }
}

fn sizes(reading: &Reading<'_>) -> Vec<Draft> {
    let tokens = reading.tokens;
    let approximate = |token: &Token| token.is_mark("~") || token.is_mark("≈");
    if reading.clause.tokens.iter().any(approximate) || holds(tokens, APART) {
        return Vec::new();
    }
    let mut whole = Counts::default();
    for at in 0..tokens.len() {
        let Some(number) = number_at(tokens, at) else {
            continue;
        };
        let rest = from(tokens, at + 1);
        if is_files(rest) && is_touched(rest) {
            whole.files = Some(number);
        } else if is_lines(rest, &["insertion", "insertions", "additions", "addition"]) {
            whole.lines_added = Some(number);
        } else if is_lines(rest, &["deletion", "deletions"]) {
            whole.lines_deleted = Some(number);
        }
    }
    // "12 insertions" alone may be of a table
    let stat = whole.files.is_some() || whole.lines_added.is_some() && whole.lines_deleted.is_some();
    let mut drafts = Vec::new();
    if stat {
        drafts.push(draft(whole, None));
    }
    drafts.extend(signed(reading));
    if drafts.is_empty() {
        drafts.extend(
            done(reading)
                .or_else(|| across(tokens))
                .or_else(|| commits(tokens)),
        );
    }
    drafts
}

fn draft(count: Counts, scope: Option<&str>) -> Draft {
    let mut draft = Draft::new(Form::ChangeSize).within(scope.map(str::to_owned));
    draft.count = count;
    draft
}

/// The number at a place, where nothing in front leaves it open.
fn number_at(tokens: &[Token], at: usize) -> Option<u64> {
    let number = tokens.get(at)?.number()?;
    let open = at
        .checked_sub(1)
        .and_then(|before| tokens.get(before))
        .is_some_and(|before| before.is_one_of(ABOUT));
    (!open).then_some(number)
}

fn is_files(rest: &[Token]) -> bool {
    rest.first()
        .is_some_and(|token| token.is_one_of(&["file", "files"]))
}

/// "files changed", "files were modified", and nothing behind that says where.
fn is_touched(rest: &[Token]) -> bool {
    let be = usize::from(
        rest.get(1)
            .is_some_and(|token| token.is_one_of(&["were", "are", "was"])),
    );
    let told = rest.get(1 + be).is_some_and(|token| token.is_one_of(TOUCHED));
    told && rest
        .get(2 + be)
        .is_none_or(|token| token.kind == Kind::Mark || token.is_one_of(&["in", "with", "and"]))
}

/// "insertions(+)": the sign in its brackets is a part of the word.
fn is_lines(rest: &[Token], nouns: &[&str]) -> bool {
    let noun = |token: &Token| {
        token
            .lower
            .split('(')
            .next()
            .is_some_and(|noun| nouns.contains(&noun))
    };
    rest.first()
        .is_some_and(|token| token.kind == Kind::Word && noun(token))
}

/// `+120/-30`, `+120 -30`: of the one file that the clause names, or of everything.
fn signed(reading: &Reading<'_>) -> Option<Draft> {
    let clause = reading.clause;
    let asides = clause.asides.iter().map(Vec::as_slice);
    let (added, deleted) = asides.chain([clause.tokens.as_slice()]).find_map(pair)?;
    let named: Vec<String> = clause
        .tokens
        .iter()
        .filter_map(anchors::path)
        .flat_map(|path| path.paths)
        .collect();
    let count = Counts {
        lines_added: Some(added),
        lines_deleted: Some(deleted),
        ..Counts::default()
    };
    match named.as_slice() {
        [] => Some(draft(count, Some(PART))),
        [one] => Some(draft(count, None).about(one.clone())),
        _ => None,
    }
}

/// A number with a plus and one with a minus, and nothing else but a file and words for lines: "+40/-30 degrees" is of
/// something else.
fn pair(tokens: &[Token]) -> Option<(u64, u64)> {
    let said = tokens.iter().filter(|token| {
        let is_joint = token.kind == Kind::Mark || matches!(token.text.as_str(), "/" | "," | "|");
        !is_joint
            && anchors::path(token).is_none()
            && !token.is_one_of(&["lines", "loc", "net", "total", "diff"])
    });
    let said: Vec<&str> = said.map(|token| token.text.as_str()).collect();
    let (plus, minus) = match said.as_slice() {
        [both] => both.split_once(['/', ','])?,
        [plus, minus] => (*plus, *minus),
        _ => return None,
    };
    let minus = minus.strip_prefix(['-', '−', '–'])?;
    Some((plus.strip_prefix('+')?.parse().ok()?, minus.parse().ok()?))
}

/// "Deleted 3 files", "added 200 lines".
fn done(reading: &Reading<'_>) -> Option<Draft> {
    let tokens = reading.tokens;
    let (deed, _) = verbs::read(tokens.first()?)?;
    let number = number_at(tokens, 1)?;
    let noun = tokens
        .iter()
        .skip(2)
        .take(2)
        .position(|token| token.is_one_of(&["file", "files", "line", "lines"]))?;
    let plain = tokens
        .get(2..2 + noun)?
        .iter()
        .all(|token| token.is_one_of(&["new", "old", "existing", "unused", "obsolete"]));
    let behind = tokens.get(3 + noun);
    let ends = behind.is_none_or(|token| {
        token.kind == Kind::Mark || token.is_one_of(&["in", "under", "from", "across", "and", "of"])
    });
    let of_lines = tokens.get(2 + noun)?.is_one_of(&["line", "lines"]);
    let mut count = Counts::default();
    let said = match (deed, of_lines) {
        (Deed::Make, false) => &mut count.files_added,
        (Deed::Remove, false) => &mut count.files_deleted,
        (Deed::Edit, false) => &mut count.files,
        (Deed::Make, true) => &mut count.lines_added,
        (Deed::Remove, true) => &mut count.lines_deleted,
        (Deed::Edit, true) | (Deed::Rename | Deed::Mend | Deed::Replace | Deed::Set | Deed::Turn, _) => {
            return None;
        }
    };
    *said = Some(number);
    (plain && ends).then(|| draft(count, Some(PART)))
}

/// "… across 5 files".
fn across(tokens: &[Token]) -> Option<Draft> {
    let at = find(tokens, "across")?;
    let number = number_at(tokens, at + 1).filter(|_| is_files(from(tokens, at + 2)))?;
    let count = Counts {
        files: Some(number),
        ..Counts::default()
    };
    verbs::read(tokens.first()?)?;
    tokens
        .get(at + 3)
        .is_none_or(|token| token.kind == Kind::Mark)
        .then(|| draft(count, Some(PART)))
}

/// "This PR has 3 commits": they may be joined when it is merged, so it is not held against anybody.
fn commits(tokens: &[Token]) -> Option<Draft> {
    let at = (0..tokens.len()).find(|at| number_at(tokens, *at).is_some())?;
    let noun = tokens.get(at + 1)?.is_one_of(&["commit", "commits"]);
    let told = holds(
        tokens.get(..at)?,
        &[
            "in",
            "contains",
            "has",
            "split into",
            "consists of",
            "with",
            "split",
            "into",
        ],
    );
    let ends = tokens.get(at + 2).is_none_or(|token| token.kind == Kind::Mark);
    let count = Counts {
        commits: number_at(tokens, at),
        ..Counts::default()
    };
    (noun && told && ends).then(|| draft(count, None).mild(Some("commits may have been joined since")))
}

#[cfg(test)]
mod tests {
    use crate::{
        claims::{plain, prose},
        evidence::claims::document::Document,
    };

    fn told(text: &str) -> Vec<String> {
        let document = Document::text("m", text);
        let told = prose::read(&document, &prose::Templates::default());
        let claims = prose::claims(&document, 0, &told);
        let sizes = claims
            .iter()
            .filter(|claim| claim.form == Some(super::Form::ChangeSize));
        sizes.map(plain::said).collect()
    }

    #[test]
    fn sizes_are_read_from_what_git_prints_and_from_sentences() {
        for (text, said) in [
            (
                "4 files changed, 120 insertions(+), 30 deletions(-)",
                "change-size 4 files 120 new lines 30 deleted lines",
            ),
            ("12 files changed", "change-size 12 files"),
            ("In total, 3 files changed.", "change-size 3 files"),
            ("Updated 4 files", "change-size 4 files in part"),
            ("Deleted 3 files", "change-size 3 deleted files in part"),
            (
                "Removed two obsolete files",
                "change-size 2 deleted files in part",
            ),
            (
                "Created 3 new files under `src/`",
                "change-size 3 new files in part",
            ),
            (
                "Removed 1,200 lines of dead code",
                "change-size 1200 deleted lines in part",
            ),
            (
                "Refactored the callers across 5 files",
                "change-size 5 files in part",
            ),
            (
                "The diff is small (+120/-30)",
                "change-size 120 new lines 30 deleted lines in part",
            ),
            (
                "- `src/a.rs` (+12/-3)",
                "change-size src/a.rs 12 new lines 3 deleted lines",
            ),
            ("This PR has 3 commits", "change-size 3 commits"),
        ] {
            assert_eq!(told(text), [said], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_sizes() {
        for text in [
            "Updated about 4 files",
            "Updated over 100 files",
            "~5 files changed",
            "Up to 4 files changed at once",
            "Processes 5 files at a time",
            "5 files changed hands between threads",
            "Added 3 files to the bundle list",
            "Added 3 file formats",
            "Deleted 3 file handles",
            "Will delete 3 files",
            "If 3 files changed, it rebuilds",
            "Reverts the last 3 commits",
            "10 insertions into the table",
            "Offset is +12/-3 pixels in `a.rs` and `b.rs`",
            "No files changed",
            "Previously 5 files were modified",
        ] {
            assert!(told(text).is_empty(), "{text}: {:?}", told(text));
        }
    }
}
