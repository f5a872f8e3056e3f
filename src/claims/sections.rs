//! What is the section of a text about?
//!
//! Only work, files, testing and text without a heading can be held against an author (CHECKS 4.2). A heading that
//! merely contains "files" is no heading of a list of files.

use super::blocks::{Block, Kind};

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// No heading stands above.
    Bare,
    /// What was done.
    Work,
    /// A list of files that were touched.
    Files(Listed),
    /// How it was tested.
    Testing,
    /// What is left to do.
    Plan,
    /// What was wrong.
    Problem,
    /// How to use or to check it.
    HowTo,
    /// What a release brings.
    Release,
    /// Anything else.
    Other,
}

/// What happened to the files of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listed {
    /// They were touched.
    Touched,
    /// They are new.
    New,
    /// They are gone.
    Gone,
}

impl Section {
    /// Whether what is said here can be held against the author.
    pub const fn accuses(self) -> bool {
        match self {
            Self::Bare | Self::Work | Self::Files(_) | Self::Testing => true,
            Self::Plan | Self::Problem | Self::HowTo | Self::Release | Self::Other => false,
        }
    }

    /// Whether it tells what was done at all.
    pub const fn claims(self) -> bool {
        match self {
            Self::Bare | Self::Work | Self::Files(_) | Self::Testing | Self::Other => true,
            Self::Plan | Self::Problem | Self::HowTo | Self::Release => false,
        }
    }

    /// What a reader calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bare => "text without a heading",
            Self::Work => "work",
            Self::Files(_) => "files",
            Self::Testing => "testing",
            Self::Plan => "plans",
            Self::Problem => "the problem",
            Self::HowTo => "instructions",
            Self::Release => "release notes",
            Self::Other => "something else",
        }
    }
}

/// Headings of lists of files, whole.
const FILES: &[(&str, Listed)] = &[
    ("files changed", Listed::Touched),
    ("changed files", Listed::Touched),
    ("files modified", Listed::Touched),
    ("modified files", Listed::Touched),
    ("files updated", Listed::Touched),
    ("updated files", Listed::Touched),
    ("files edited", Listed::Touched),
    ("files touched", Listed::Touched),
    ("touched files", Listed::Touched),
    ("key files changed", Listed::Touched),
    ("modified", Listed::Touched),
    ("new files", Listed::New),
    ("files added", Listed::New),
    ("added files", Listed::New),
    ("files created", Listed::New),
    ("created files", Listed::New),
    ("new files created", Listed::New),
    ("new files added", Listed::New),
    ("deleted files", Listed::Gone),
    ("files deleted", Listed::Gone),
    ("removed files", Listed::Gone),
    ("files removed", Listed::Gone),
];

/// Words of a heading, most telling first: what a heading about plans also says does not matter.
#[rustfmt::skip]
const WORDS: &[(Section, &[&str])] = &[
    (Section::Plan, &[
        "plan", "todo", "to do", "next steps", "next step", "next", "follow up", "follow ups", "followup",
        "followups", "remaining", "future", "future work", "proposed", "proposal", "roadmap", "later",
        "open questions", "pending", "not done", "deferred", "upcoming", "ideas", "suggestions",
        "recommendations", "recommended",
    ]),
    (Section::Problem, &[
        "background", "problem", "root cause", "cause", "before", "previous behaviour", "previous behavior",
        "motivation", "why", "context", "reproduction", "alternatives", "out of scope", "limitations",
        "known issues", "known limitations", "issue", "issues", "current behavior", "current behaviour",
        "symptoms", "related", "references", "original prompt", "original issue", "steps to reproduce",
        "expected behavior", "expected behaviour", "actual behavior", "bug", "impact", "risk", "risks",
        "rationale", "caveats", "notes for reviewers",
    ]),
    (Section::HowTo, &[
        "usage", "steps", "to test", "to reproduce", "to run", "to use", "to verify", "prerequisites",
        "requirements", "commands", "deployment", "example", "examples", "how to test", "how to review",
        "testable", "how to use", "how to verify", "how to run", "test plan", "testing plan",
        "testing instructions", "test instructions", "instructions", "manual testing steps",
        "reviewer checklist", "review checklist", "human review checklist",
        "review & testing checklist for human", "migration guide", "how it works", "quick start",
        "installation", "setup", "test steps", "steps to test", "reviewer guide",
    ]),
    (Section::Release, &[
        "changelog", "release notes", "release note", "version bump", "release", "whats new", "commits",
    ]),
    (Section::Testing, &[
        "testing", "tests", "test", "test results", "testing done", "verification", "validation", "tested",
        "how has this been tested", "how was this tested", "test coverage", "checks", "test status",
        "quality checks",
    ]),
    (Section::Work, &[
        "changes", "change", "summary", "what", "key changes", "implementation", "what changed", "changes made",
        "description", "overview", "details", "implementation details", "fix", "fixes", "solution", "features",
        "improvements", "refactoring", "main changes", "what was changed", "what does this pr do",
        "what this pr does", "added", "removed", "changed", "fixed", "updates", "bug fixes", "done",
        "completed", "tldr", "tl dr", "technical details", "technical changes", "core changes",
        "additional changes", "other changes", "the fix", "summary of changes", "work done", "what was done",
        "documentation", "dependencies", "api changes", "checklist", "status", "result", "results",
        "breaking changes", "type of change", "compatibility", "backward compatibility", "new features",
    ]),
];

/// The section that a heading opens.
pub fn class(heading: &str) -> Section {
    let plain = plain(heading);
    if let Some((_, listed)) = FILES.iter().find(|(whole, _)| *whole == plain) {
        return Section::Files(*listed);
    }
    let whole = WORDS.iter().find(|(_, words)| words.contains(&plain.as_str()));
    if let Some((section, _)) = whole {
        return *section;
    }
    // a longer heading is about plans or problems if it begins or ends so
    let edge = |word: &&&str| {
        plain
            .strip_prefix(**word)
            .is_some_and(|rest| rest.starts_with(' '))
            || plain.strip_suffix(**word).is_some_and(|rest| rest.ends_with(' '))
    };
    let (harmless, rest): (Vec<_>, Vec<_>) = WORDS.iter().partition(|(section, _)| !section.claims());
    let found = harmless
        .iter()
        .find(|(_, words)| words.iter().any(|word| edge(&word)));
    if let Some((section, _)) = found {
        return *section;
    }
    let work = rest.iter().find(|(_, words)| {
        let ends = |word: &&&str| plain.strip_suffix(**word).is_some_and(|rest| rest.ends_with(' '));
        words.iter().any(|word| ends(&word))
    });
    work.map_or(Section::Other, |(section, _)| *section)
}

fn plain(heading: &str) -> String {
    let kept = heading.chars().map(|c| match c {
        '\'' | '’' => '\0',
        c if c.is_alphanumeric() || c == '&' => c,
        _ => ' ',
    });
    let kept: String = kept.filter(|c| *c != '\0').collect();
    let words: Vec<String> = kept.split_whitespace().map(str::to_lowercase).collect();
    let numbered = words
        .first()
        .is_some_and(|word| word.chars().all(|c| c.is_ascii_digit()));
    words
        .get(usize::from(numbered && words.len() > 1)..)
        .unwrap_or_default()
        .join(" ")
}

/// Keeps track of the section while blocks go by.
#[derive(Clone, Debug, Default)]
pub struct Sections {
    /// Open headings with their depth.
    stack: Vec<(u8, Section)>,
    /// A bold line that heads what follows, until the next heading.
    bold: Option<Section>,
    /// A line that ends in a colon, for the list below it.
    lead: Option<Section>,
}

impl Sections {
    /// The section of a block; a heading opens one and belongs to none.
    pub fn of(&mut self, block: &Block) -> Option<Section> {
        match block.kind {
            Kind::Heading(depth) => {
                self.stack.retain(|(other, _)| *other < depth);
                self.stack.push((depth, class(&block.plain())));
                (self.bold, self.lead) = (None, None);
                None
            }
            Kind::Paragraph => self.paragraph(block),
            Kind::Item | Kind::Row | Kind::Fence => Some(self.now()),
        }
    }

    fn paragraph(&mut self, block: &Block) -> Option<Section> {
        let text = block.plain();
        let text = text.trim();
        self.lead = None;
        let is_short = text.split_whitespace().count() <= LEAD_WORDS;
        if block.is_bold && is_short {
            self.bold = Some(class(text));
            return None;
        }
        let section = self.now();
        if let Some(lead) = text.strip_suffix(':')
            && is_short
        {
            let class = class(lead);
            self.lead = (class != Section::Other).then_some(class);
        }
        Some(section)
    }

    fn now(&self) -> Section {
        let mut around = self.lead.iter().chain(&self.bold).copied();
        if let Some(near) = around.find(|section| *section != Section::Other) {
            return near;
        }
        let mut stack = self.stack.iter().rev().map(|(_, section)| *section);
        let nearest = stack.next();
        let known = nearest.filter(|section| *section != Section::Other);
        let mut outer = || stack.find(|section| *section != Section::Other);
        match (known, nearest.or(self.bold)) {
            (Some(known), _) => known,
            // below an unknown heading, what the heading around it says
            (None, Some(_)) => outer().unwrap_or(Section::Other),
            (None, None) => Section::Bare,
        }
    }
}

/// Words of a line that heads a list.
const LEAD_WORDS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::blocks::blocks;

    #[test]
    fn headings_are_known_by_their_words() {
        let table = [
            ("Files changed", Section::Files(Listed::Touched)),
            ("📁 New Files:", Section::Files(Listed::New)),
            ("Files updated by the script", Section::Other),
            ("Files missed earlier", Section::Other),
            ("What's changed", Section::Work),
            ("Key Changes", Section::Work),
            ("2. Summary", Section::Work),
            ("🧪 Testing", Section::Testing),
            ("Test Plan", Section::HowTo),
            ("Next steps", Section::Plan),
            ("Follow-ups", Section::Plan),
            ("Why?", Section::Problem),
            ("Problem", Section::Problem),
            ("Retry handling", Section::Other),
            ("Frontend changes", Section::Work),
            ("Proposed changes", Section::Plan),
        ];
        for (heading, section) in table {
            assert_eq!(class(heading), section, "{heading}");
        }
    }

    fn sections(text: &str) -> Vec<Section> {
        let mut sections = Sections::default();
        blocks(text)
            .iter()
            .filter_map(|block| sections.of(block))
            .collect()
    }

    #[test]
    fn the_nearest_heading_that_says_something_decides() {
        assert_eq!(sections("a"), [Section::Bare]);
        assert_eq!(sections("# Plan\n## Retry\na"), [Section::Plan]);
        assert_eq!(
            sections("# Retry\na\n# Changes\nb"),
            [Section::Other, Section::Work]
        );
        assert_eq!(sections("**Next steps**\n\n- a"), [Section::Plan]);
        assert_eq!(
            sections("Next steps:\n\n- a\n\nb"),
            [Section::Bare, Section::Plan, Section::Bare]
        );
    }
}
