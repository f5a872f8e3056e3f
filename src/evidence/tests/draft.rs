//! What has been read of one report so far?
//!
//! Every dialect adds to a draft; what holds for all of them is settled here once: limits, which properties name a
//! commit, which text is kept, and how a name is shared between neighbours.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Status, TestCase, TestId,
    frames::{Frame, Frames},
    moment,
    signs::{Sign, Watch},
};
use crate::{
    evidence::{
        versions::{Tool, Version},
        xml::{self, At, Fault},
    },
    limits,
};

/// Properties that name the commit a run is about, in lower case with `.`, `-` and `_` alike.
const COMMIT_PROPERTIES: &[&str] = &[
    "commit",
    "commit_id",
    "commit_sha",
    "git_commit",
    "git_commit_id",
    "git_commit_sha",
    "git_sha",
    "sha",
    "github_sha",
    "ci_commit_sha",
    "vcs_revision",
    "vcs_commit",
    "build_vcs_number",
    "scm_revision",
];

/// What a case without a name is called.
pub(super) const UNNAMED: &str = "(unnamed)";

/// What one report said so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Its place in the run.
    report: usize,
    /// Cases of the reports before it.
    earlier: usize,
    /// Its cases.
    pub(super) cases: Vec<TestCase>,
    /// What it says against itself.
    pub(super) contradiction: Option<String>,
    /// Totals that disagree and hide nothing, and other things worth knowing.
    pub(super) notes: Vec<String>,
    /// The latest moment it names.
    pub(super) timestamp: Option<i64>,
    /// The commit it names.
    pub(super) commit: Option<String>,
    /// Versions of tools that it names.
    pub(super) versions: BTreeSet<(Tool, Version)>,
    /// Trouble in the output of cases that passed.
    pub(super) signs: Vec<Sign>,
    /// It keeps what some test printed.
    pub(super) has_output: bool,
    frames: usize,
    last: [Arc<str>; 3],
}

/// A case as a dialect found it.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub(super) suite: &'a str,
    pub(super) class: &'a str,
    pub(super) name: &'a str,
    pub(super) file: &'a str,
    pub(super) status: Option<Status>,
    pub(super) flaky: bool,
    pub(super) seconds: Option<f64>,
    pub(super) message: Option<&'a str>,
    /// Places in code; read from the message where the dialect found none.
    pub(super) frames: Vec<Frame>,
    /// What it printed.
    pub(super) output: Option<Watch>,
}

impl Draft {
    /// The draft of one report of a run that has some cases already.
    pub(super) fn new(report: usize, earlier: usize) -> Self {
        Self {
            report,
            earlier,
            ..Self::default()
        }
    }

    /// Adds a case. One without a result ended in an error: nothing says that it passed.
    ///
    /// # Errors
    /// The run has more than [`limits::TEST_CASES`] cases.
    pub(super) fn add(&mut self, found: Found<'_>, at: At) -> Result<(), Fault> {
        if self.earlier + self.cases.len() >= limits::TEST_CASES {
            return Err(at.fault(format!(
                "limit-test-cases: more than {} cases in all reports",
                limits::TEST_CASES
            )));
        }
        let [suite, class, file] = &mut self.last;
        let id = TestId {
            suite: shared(suite, found.suite),
            class: shared(class, found.class),
            name: if found.name.is_empty() {
                UNNAMED.into()
            } else {
                found.name.into()
            },
            file: shared(file, found.file),
        };
        let status = found.status.unwrap_or(Status::Error);
        let message = found
            .message
            .map(|text| xml::cut(text.trim()))
            .filter(|text| !text.is_empty());
        let frames = match (&message, found.frames.is_empty()) {
            _ if !status.is_red() => Vec::new(),
            (Some(message), true) => Frames::of(message),
            _ => found.frames,
        };
        if let Some(output) = found.output
            && status == Status::Passed
        {
            self.printed(output, &id);
        }
        let frames = self.kept(frames);
        self.cases.push(TestCase {
            id,
            frames,
            status,
            flaky: found.flaky,
            seconds: found.seconds,
            message: message.filter(|_| status.is_red() || found.flaky).map(Into::into),
            report: self.report,
        });
        Ok(())
    }

    /// As many frames as may still be kept.
    fn kept(&mut self, mut frames: Vec<Frame>) -> Box<[Frame]> {
        frames.truncate(limits::FRAMES_OF_REPORT.saturating_sub(self.frames));
        self.frames += frames.len();
        frames.into()
    }

    /// What a case that passed printed, or a suite in which nothing is red.
    pub(super) fn printed(&mut self, output: Watch, id: &TestId) {
        self.has_output = true;
        let room = limits::SIGNS_OF_REPORT.saturating_sub(self.signs.len());
        self.signs
            .extend(output.finish(id, self.report).into_iter().take(room));
    }

    /// How many of its results from one place on are red.
    pub(super) fn red_since(&self, place: usize) -> usize {
        let since = self.cases.get(place..).unwrap_or_default();
        since.iter().filter(|case| case.status.is_red()).count()
    }

    /// A moment that the report names.
    pub(super) fn timestamp(&mut self, text: &str) {
        self.timestamp = self.timestamp.max(moment::unix_seconds(text));
    }

    /// A property of the run.
    pub(super) fn property(&mut self, name: &str, value: &str) {
        let name = name.trim().to_ascii_lowercase().replace(['.', '-'], "_");
        let value = value.trim();
        if let Some(named) = Tool::of_property(&name).and_then(|tool| Some((tool, Version::read(value)?)))
            && self.versions.len() < limits::VERSIONS
        {
            self.versions.insert(named);
        }
        let is_id = (7..=64).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id || !COMMIT_PROPERTIES.contains(&name.as_str()) {
            return;
        }
        let value = value.to_ascii_lowercase();
        match &self.commit {
            None => self.commit = Some(value),
            Some(known) if *known == value => {}
            Some(known) => {
                let why = format!("its properties name two commits, {known} and {value}");
                self.contradicts(why);
            }
        }
    }

    /// It says two things of which one must be wrong. The first is kept.
    pub(super) fn contradicts(&mut self, why: impl Into<String>) {
        self.contradiction.get_or_insert_with(|| why.into());
    }

    /// Compares totals that a part of the report declares with what it lists. Only a declared failure that is not
    /// listed could hide something; any other difference is a note, one a report.
    pub(super) fn reconcile(&mut self, part: &str, totals: Totals, listed: Listed) {
        if totals.red.is_some_and(|red| red > listed.red) {
            let red = totals.red.unwrap_or_default();
            self.contradicts(format!(
                "{part} counts {red} failures and errors and lists {}",
                listed.red
            ));
            return;
        }
        let differs = |declared: Option<usize>, any: &[usize]| declared.is_some_and(|n| !any.contains(&n));
        let note = if differs(totals.cases, &[listed.cases, listed.own_cases]) {
            let declared = totals.cases.unwrap_or_default();
            format!(
                "{part} counts {declared} tests and lists {}; the listed ones were judged",
                listed.cases
            )
        } else if differs(totals.red, &[listed.red, listed.red_cases]) {
            let declared = totals.red.unwrap_or_default();
            format!(
                "{part} counts {declared} failures and errors and lists {}; the listed ones were judged",
                listed.red
            )
        } else {
            return;
        };
        if self.notes.is_empty() {
            self.notes.push(note);
        }
    }
}

/// What a part of a report declares.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    /// Cases.
    pub(super) cases: Option<usize>,
    /// Failures and errors.
    pub(super) red: Option<usize>,
}

/// What a part of a report lists.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Listed {
    /// Cases, those of inner parts too.
    pub(super) cases: usize,
    /// Cases of the part itself.
    pub(super) own_cases: usize,
    /// Red results: a case may have several.
    pub(super) red: usize,
    /// Red cases.
    pub(super) red_cases: usize,
}

/// A count as reports write it: `3`, `3.0`, `1,234`; `None` for anything else, negative numbers included.
pub(super) fn count(text: &str) -> Option<usize> {
    let digits = text.trim().replace(',', "");
    let whole = digits.strip_suffix(".0").unwrap_or(&digits);
    whole.parse().ok()
}

/// Appends to a message as much as is kept of one.
pub(super) fn keep(kept: &mut String, text: &str) {
    if kept.len() < limits::KEPT_TEXT_BYTES {
        kept.push_str(xml::cut(text));
    }
}

/// The text, shared with the case before where it is the same.
fn shared(last: &mut Arc<str>, text: &str) -> Arc<str> {
    if **last != *text {
        *last = text.into();
    }
    Arc::clone(last)
}

/// A class and a name from a dotted name such as `A.B.Method(1.5)`: the last dot before any bracket parts them.
pub(super) fn class_and_name(dotted: &str) -> (&str, &str) {
    let end = dotted.find(['(', '<', '"', '[']).unwrap_or(dotted.len());
    let dot = dotted.get(..end).and_then(|head| head.rfind('.'));
    match dot.and_then(|dot| Some((dotted.get(..dot)?, dotted.get(dot + 1..)?))) {
        Some((class, name)) if !class.is_empty() && !name.is_empty() => (class, name),
        _ => ("", dotted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_leniently() {
        let table = [
            ("3", Some(3)),
            ("3.0", Some(3)),
            ("1,234", Some(1234)),
            ("-1", None),
            ("", None),
            ("many", None),
        ];
        for (text, number) in table {
            assert_eq!(count(text), number, "{text}");
        }
    }

    #[test]
    fn one_case_more_than_the_limit_is_refused() {
        let mut draft = Draft::new(0, limits::TEST_CASES - 2);
        assert!(draft.add(Found::default(), At::START).is_ok());
        assert!(draft.add(Found::default(), At::START).is_ok());
        let over = draft.add(Found::default(), At::START).unwrap_err();
        assert!(over.problem.contains("limit-test-cases"), "{over}");
    }

    #[test]
    fn neighbours_share_what_they_have_in_common() {
        let mut draft = Draft::default();
        for name in ["a", "b"] {
            let found = Found {
                class: "c",
                name,
                ..Found::default()
            };
            draft.add(found, At::START).unwrap();
        }
        assert!(Arc::ptr_eq(&draft.cases[0].id.class, &draft.cases[1].id.class));
    }

    #[test]
    fn a_dotted_name_is_parted_before_its_parameters() {
        assert_eq!(
            class_and_name("A.B.Method(1.5,\"x.y\")"),
            ("A.B", "Method(1.5,\"x.y\")")
        );
        assert_eq!(class_and_name("plain"), ("", "plain"));
        assert_eq!(class_and_name("trailing."), ("", "trailing."));
    }

    #[test]
    fn only_a_hexadecimal_value_of_a_known_property_is_a_commit() {
        let mut draft = Draft::default();
        draft.property("java.version", "1234567");
        draft.property("git.commit", "main");
        assert_eq!(draft.commit, None);
        draft.property("git.commit", "0123456789ABCDEF0123456789abcdef01234567");
        assert_eq!(
            draft.commit.as_deref(),
            Some("0123456789abcdef0123456789abcdef01234567")
        );
        draft.property("GITHUB_SHA", "fedcba9876543210");
        assert!(draft.contradiction.is_some());
    }

    #[test]
    fn a_declared_failure_that_is_not_listed_contradicts_and_a_missing_case_is_a_note() {
        let judge = |cases, red| {
            let mut draft = Draft::default();
            let totals = Totals {
                cases: Some(cases),
                red: Some(red),
            };
            let listed = Listed {
                cases: 3,
                own_cases: 2,
                red: 2,
                red_cases: 1,
            };
            draft.reconcile("suite `x`", totals, listed);
            (draft.contradiction.is_some(), draft.notes.len())
        };
        assert_eq!(judge(3, 2), (false, 0));
        assert_eq!(judge(2, 1), (false, 0));
        assert_eq!(judge(3, 3), (true, 0));
        assert_eq!(judge(9, 2), (false, 1));
        assert_eq!(judge(3, 0), (false, 1));
    }
}
