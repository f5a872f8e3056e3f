//! What can a check say: about one place, and when it cannot tell?

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::path::RepoPath;

/// How much a broken item weighs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not judged at all.
    Off,
    /// Shown; never changes the verdict.
    Info,
    /// Shown; changes the verdict only under `--strict`.
    Warn,
    /// Fails the gate.
    Deny,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Deny => "deny",
        })
    }
}

/// The parts of the evidence that can be missing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What changed.
    Change,
    /// What was assigned.
    Task,
    /// What the author says.
    Claims,
    /// Test reports of the head.
    Tests,
    /// Test reports of the base.
    BaseTests,
    /// Test reports of the new tests, run on the code of the base.
    NewOnBase,
    /// A mutation report.
    Mutation,
    /// A line coverage report.
    Coverage,
    /// The state of the working tree: unfinished operations, conflicts, stashes.
    State,
    /// The commits between base and head.
    History,
    /// An earlier verdict on the same work.
    Earlier,
    /// Whole files on both sides of the change, which a patch does not show.
    Files,
    /// An export of the review.
    Reviews,
    /// Results of linters on the head.
    Sarif,
    /// The agent's own log of its session.
    Transcripts,
}

impl Kind {
    /// Every kind, in the order in which reports list them.
    pub const ALL: [Self; 15] = [
        Self::Change,
        Self::Task,
        Self::Claims,
        Self::Tests,
        Self::BaseTests,
        Self::NewOnBase,
        Self::Mutation,
        Self::Coverage,
        Self::State,
        Self::History,
        Self::Earlier,
        Self::Files,
        Self::Reviews,
        Self::Sarif,
        Self::Transcripts,
    ];

    /// Its name in a policy's `require:` list and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Task => "task",
            Self::Claims => "claims",
            Self::Tests => "tests",
            Self::BaseTests => "base-tests",
            Self::NewOnBase => "new-on-base",
            Self::Mutation => "mutation",
            Self::Coverage => "coverage",
            Self::State => "state",
            Self::History => "history",
            Self::Earlier => "earlier",
            Self::Files => "files",
            Self::Reviews => "reviews",
            Self::Sarif => "sarif",
            Self::Transcripts => "transcripts",
        }
    }

    /// The arguments that give it.
    pub const fn arguments(self) -> &'static str {
        match self {
            Self::Change => "--base REV",
            Self::Task => "--task FILE",
            Self::Claims => "--claims FILE",
            Self::Tests => "--tests GLOB",
            Self::BaseTests => "--base-tests GLOB",
            Self::NewOnBase => "--new-on-base GLOB",
            Self::Mutation => "--mutation FILE",
            Self::Coverage => "--coverage FILE",
            Self::State => "--worktree",
            Self::History | Self::Files => "--base REV --head REV",
            Self::Earlier => "--earlier FILE",
            Self::Reviews => "--reviews FILE",
            Self::Sarif => "--sarif FILE",
            Self::Transcripts => "--claims SESSION",
        }
    }

    /// What was not given, and how to give it.
    pub const fn how_to_supply(self) -> &'static str {
        match self {
            Self::Change => {
                "no change was given: pass `--base` and `--head`, `--staged`, `--worktree` or `--diff FILE`"
            }
            Self::Task => "no task was given: pass `--task FILE`",
            Self::Claims => "no claims were given: pass `--claims FILE`",
            Self::Tests => "no test report was given: pass `--tests GLOB`",
            Self::BaseTests => "no test report of the base was given: pass `--base-tests GLOB`",
            Self::NewOnBase => {
                "no report of the new tests on the code of the base was given: pass `--new-on-base GLOB`"
            }
            Self::Mutation => "no mutation report was given: pass `--mutation FILE`",
            Self::Coverage => "no coverage report was given: pass `--coverage FILE`",
            Self::State => "the state of the working tree is seen only with `--worktree` or `--staged`",
            Self::History => "the commits of the change are seen only with `--base` and `--head`",
            Self::Earlier => "no earlier verdict was given: pass `--earlier FILE`",
            Self::Sarif => "no results of a linter were given: pass `--sarif FILE`",
            Self::Files => {
                "a patch does not show whole files: pass `--base` and `--head` instead of `--diff`"
            }
            Self::Reviews => "no export of the review was given: pass `--reviews FILE`",
            Self::Transcripts => {
                "no log of commands was given: pass the agent's transcript with `--claims FILE`, or a receipt of `countersign record -- COMMAND` with `--receipt FILE`"
            }
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why something cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unproven {
    /// Nobody gave this evidence. It changes the verdict only where the policy or the caller requires it.
    NotSupplied(Kind),
    /// It was given and cannot be read: the file, the place and the cause.
    Unreadable(String),
    /// It is about another state of the code than the one judged.
    Stale(String),
    /// It contradicts itself.
    Contradictory(String),
    /// It is readable and says too little to decide.
    Insufficient(String),
    /// A source file is not in its language from end to end. Whether that is the change's doing is for one check to
    /// say; the others cannot tell what the file holds.
    Unparsed(RepoPath, u32),
    /// Something that nobody named was found, and does not count: why. It weighs as if nobody had given any.
    PassedOver(Kind, String),
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSupplied(kind) => f.write_str(kind.how_to_supply()),
            Self::PassedOver(_, why) => f.write_str(why),
            Self::Unparsed(path, line) => write!(f, "`{path}` does not parse at line {line}"),
            Self::Unreadable(why) | Self::Stale(why) | Self::Contradictory(why) | Self::Insufficient(why) => {
                f.write_str(why)
            }
        }
    }
}

/// Why a check says neither "holds" nor "broken".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Abstain {
    /// The change gives it nothing to judge.
    NotApplicable(Cow<'static, str>),
    /// Its evidence does not allow a judgement.
    Unproven(Unproven),
}

impl From<Unproven> for Abstain {
    fn from(unproven: Unproven) -> Self {
        Self::Unproven(unproven)
    }
}

impl Abstain {
    /// Nothing to judge, and why.
    pub fn not_applicable(why: impl Into<Cow<'static, str>>) -> Self {
        Self::NotApplicable(why.into())
    }
}

/// What a check returns. An empty `Ok` is the only "holds"; `?` on missing evidence means "I cannot tell".
pub type Judged = Result<Vec<Finding>, Abstain>;

/// Judges by evidence of which a part may be unknown: what was found accuses all the same, but only the whole acquits.
///
/// # Errors
/// Nothing was found, and a part is unknown.
pub fn unless_unknown(findings: Vec<Finding>, unknown: Option<Unproven>) -> Judged {
    match unknown {
        Some(why) if findings.is_empty() => Err(why.into()),
        Some(_) | None => Ok(findings),
    }
}

/// Which side of the change a line is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Before the change.
    Base,
    /// After it.
    Head,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Lines of a file of the repository; `first` and `last` are 1-based and inclusive.
    Lines {
        /// The file.
        path: RepoPath,
        /// On which side it has these lines.
        side: Side,
        /// First line.
        first: u32,
        /// Last line.
        last: u32,
    },
    /// A file of the repository as a whole.
    File(RepoPath),
    /// A test case, by the name the report gives it.
    Test(String),
    /// A place in an evidence file: a claim, a task entry, a report.
    Evidence {
        /// The file as the caller named it.
        file: String,
        /// 1-based line, where known.
        line: Option<u32>,
    },
    /// A commit of the range, by its full id.
    Commit(String),
    /// The change as a whole.
    Change,
}

impl Place {
    /// One line of a file at head.
    pub fn line(path: &RepoPath, line: u32) -> Self {
        Self::Lines {
            path: path.clone(),
            side: Side::Head,
            first: line,
            last: line,
        }
    }

    /// Lines of a file at head.
    pub fn lines(path: &RepoPath, first: u32, last: u32) -> Self {
        Self::Lines {
            path: path.clone(),
            side: Side::Head,
            first,
            last: last.max(first),
        }
    }

    /// The same lines and those that follow, to a last one; other places as they are.
    #[must_use]
    pub fn until(&self, end: u32) -> Self {
        let mut place = self.clone();
        if let Self::Lines { last, .. } = &mut place {
            *last = end.max(*last);
        }
        place
    }

    /// The file of the repository that it lies in, where it lies in one.
    pub fn path(&self) -> Option<&RepoPath> {
        match self {
            Self::Lines { path, .. } | Self::File(path) => Some(path),
            Self::Test(_) | Self::Evidence { .. } | Self::Commit(_) | Self::Change => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines { path, first, .. } => write!(f, "{path}:{first}"),
            Self::File(path) => write!(f, "{path}"),
            Self::Test(name) => f.write_str(&crate::escape::line(name)),
            Self::Evidence {
                file,
                line: Some(line),
            } => write!(f, "{}:{line}", crate::escape::line(file)),
            Self::Evidence { file, line: None } => f.write_str(&crate::escape::line(file)),
            Self::Commit(id) => f.write_str(id.get(..12).unwrap_or(id)),
            Self::Change => f.write_str("change"),
        }
    }
}

/// Which rule over added code a finding comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FromRule {
    /// The id of the rule.
    pub id: String,
    /// It is part of this program, which has a page of it; else the project's own.
    pub built_in: bool,
    /// The check that may accuse the same place: its finding stays, and this one goes.
    pub twin: Option<String>,
    /// The last line of what it is about.
    pub last: u32,
    /// The reason of a comment at the place that silences the rule, where the comment counts.
    pub silenced: Option<String>,
}

/// What a check says about one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// One sentence with the facts and their numbers, in lower case, without a full stop.
    pub says: String,
    /// What it rests on: quoted claims, counted figures, the lines that contradict. One line each.
    pub evidence: Vec<String>,
    /// The smallest honest fix for this very finding; the check's own words where absent.
    pub fix: Option<String>,
    /// Lower than the item's level where the author declared the risk or the policy softens it.
    pub at_most: Option<Level>,
    /// A waiver may not silence it: the change touches the judge.
    pub unwaivable: bool,
    /// The rule that found it, where one did.
    pub rule: Option<FromRule>,
}

impl Finding {
    /// A finding at a place.
    pub fn new(place: Place, says: impl Into<String>) -> Self {
        Self {
            place,
            says: says.into(),
            evidence: Vec::new(),
            fix: None,
            at_most: None,
            unwaivable: false,
            rule: None,
        }
    }

    /// With one more line of evidence.
    #[must_use]
    pub fn because(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// With its own fix.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Weighing no more than this level.
    #[must_use]
    pub fn at_most(mut self, level: Level) -> Self {
        self.at_most = Some(self.at_most.map_or(level, |known| known.min(level)));
        self
    }

    /// Found by a rule.
    #[must_use]
    pub fn by_rule(mut self, rule: FromRule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Out of the reach of waivers.
    #[must_use]
    pub fn unwaivable(mut self) -> Self {
        self.unwaivable = true;
        self
    }
}
/// How a finding counts: "1 case", "2 cases".
pub fn number(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
