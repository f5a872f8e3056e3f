//! Does the end of a change break more rules than its beginning?
//!
//! The order is that of the commits. Lines of different languages, and of code that ships and test code, are never compared:
//! each kind has its own rate.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    checks::{Settings, conventions},
    code::LanguageId,
    evidence::{Evidence, change::Commit},
    finding::{Abstain, Finding, Judged, Level, Place, unless_unknown},
    kinds::FileKind,
    path::RepoPath,
};

/// Fewer commits have no first and last third.
const COMMITS: usize = 3;
/// Fewer findings at the end are chance.
const FINDINGS: usize = 5;
/// So many times the rate of the beginning is a slope.
const TIMES: usize = 3;
/// Fewer added lines of a third have no rate.
const LINES: usize = 50;

/// A language, and whether the code is test code.
type Kind = (LanguageId, bool);

/// Added lines of one commit that are there at head, and the places among them that break a rule.
#[derive(Clone, Copy, Default)]
struct Tally {
    lines: usize,
    found: usize,
}

/// Judges the item.
///
/// # Errors
/// The change is no range of commits, has too few, or a file could not be looked at.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let commits = evidence.change.commits()?;
    if commits.len() < COMMITS {
        return Err(Abstain::not_applicable(format!(
            "the change has fewer than {COMMITS} commits"
        )));
    }
    let (broken, unknown) = conventions::broken_lines(evidence, settings, Level::Warn);
    if broken.len() < FINDINGS {
        return unless_unknown(Vec::new(), unknown);
    }
    let mut origins = Origins::of(evidence, commits)?;
    let tallies = tallies(evidence, settings, &broken, &mut origins);
    let findings = tallies
        .iter()
        .filter_map(|(kind, by_commit)| slope(*kind, by_commit));
    unless_unknown(findings.collect(), unknown)
}

/// Which commits added a line of a file, by its text, oldest first.
struct Origins(BTreeMap<(RepoPath, String), VecDeque<usize>>);

impl Origins {
    fn of(evidence: &Evidence, commits: &[Commit]) -> Result<Self, Abstain> {
        let mut origins: BTreeMap<(RepoPath, String), VecDeque<usize>> = BTreeMap::new();
        for (at, commit) in commits.iter().enumerate() {
            let own = evidence.change.of_commit(&commit.id)?;
            for file in own
                .files()
                .iter()
                .filter(|file| LanguageId::of(file.path()).is_some())
            {
                for line in file.added() {
                    let key = (file.path().clone(), line.text.to_string());
                    origins.entry(key).or_default().push_back(at);
                }
            }
        }
        Ok(Self(origins))
    }

    fn take(&mut self, path: &RepoPath, text: &str) -> Option<usize> {
        self.0.get_mut(&(path.clone(), text.to_owned()))?.pop_front()
    }
}

fn tallies(
    evidence: &Evidence,
    settings: &Settings,
    broken: &BTreeSet<(RepoPath, u32)>,
    origins: &mut Origins,
) -> BTreeMap<Kind, BTreeMap<usize, Tally>> {
    let mut tallies: BTreeMap<Kind, BTreeMap<usize, Tally>> = BTreeMap::new();
    for file in evidence.change.files() {
        let path = file.path();
        let Some(language) = LanguageId::of(path).filter(|_| settings.kinds.is_hand_written(path)) else {
            continue;
        };
        let kind = (language, settings.kinds.of(path) == FileKind::Test);
        for line in file.added() {
            let Some(commit) = origins.take(path, &line.text) else {
                continue;
            };
            let tally = tallies.entry(kind).or_default().entry(commit).or_default();
            tally.lines += 1;
            tally.found += usize::from(broken.contains(&(path.clone(), line.number)));
        }
    }
    tallies
}

/// The finding where the last third of the commits has so many times the rate of the first.
fn slope((language, is_test): Kind, by_commit: &BTreeMap<usize, Tally>) -> Option<Finding> {
    let tallies: Vec<Tally> = by_commit.values().copied().collect();
    let third = tallies.len() / 3;
    let sum = |part: &[Tally]| {
        part.iter().fold(Tally::default(), |sum, one| Tally {
            lines: sum.lines + one.lines,
            found: sum.found + one.found,
        })
    };
    let first = sum(tallies.get(..third)?);
    let last = sum(tallies.get(tallies.len() - third..)?);
    let enough = first.lines >= LINES && last.lines >= LINES && last.found >= FINDINGS;
    let steep = last.found * first.lines >= TIMES * first.found * last.lines;
    let what = if is_test { "test code" } else { "code that ships" };
    (enough && steep).then(|| {
        Finding::new(
            Place::Change,
            format!(
                "{} that is {what} breaks more rules towards the end: {} places in {} added lines of the last {third} of {} commits, {} in {} of the first {third}",
                language.name(),
                last.found,
                last.lines,
                tallies.len(),
                first.found,
                first.lines,
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(tallies: &[(usize, usize)]) -> Option<Finding> {
        let by_commit = tallies.iter().map(|(lines, found)| Tally {
            lines: *lines,
            found: *found,
        });
        slope((LanguageId::Python, false), &by_commit.enumerate().collect())
    }

    #[test]
    fn a_slope_needs_three_times_the_rate_and_five_places() {
        assert!(finding(&[(100, 1), (80, 2), (100, 5)]).is_some());
        assert!(finding(&[(100, 0), (80, 2), (100, 5)]).is_some());
        assert!(
            finding(&[(100, 2), (80, 2), (100, 5)]).is_none(),
            "twice and a half"
        );
        assert!(finding(&[(100, 1), (80, 2), (100, 4)]).is_none(), "four places");
        assert!(
            finding(&[(10, 0), (80, 2), (100, 5)]).is_none(),
            "ten lines have no rate"
        );
        assert!(
            finding(&[(100, 0), (100, 9)]).is_none(),
            "two commits have no thirds"
        );
    }
}
