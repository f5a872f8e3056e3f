//! Has the change as many files, lines and commits as the author says?
//!
//! Files are counted with renames as one and as two, lines as git counts them. A number in a text may leave something out
//! or be about one commit of several: less than the whole is held against nobody, more than the whole is.

use crate::{
    checks::Settings,
    claims::{self, Standing, against, forms::change_size::PART, paths::Written},
    evidence::{
        Evidence, Supplied,
        change::{Change, Content, FileChange, Status},
        claims::{Claim, Form},
    },
    finding::Unproven,
    limits,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::ChangeSize];

/// Most commits whose own sizes are looked at.
const COMMITS: usize = 50;

/// Every claim about the size of the change, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| vec![standing(claim, evidence).unwrap_or_else(Standing::Lacking)];
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn standing(claim: &Claim, evidence: &Evidence) -> Supplied<Standing> {
    let sizes = match Sizes::of(claim, &evidence.change) {
        Ok(sizes) => sizes,
        Err(why) => return Ok(Standing::Unverifiable(why)),
    };
    let told = compare(claim, &sizes, &evidence.change)?;
    let wrong: Vec<&Told> = told.iter().filter(|told| told.is_wrong(claim)).collect();
    if wrong.is_empty() {
        return Ok(match told.iter().find(|told| told.outcome != Outcome::Same) {
            None => Standing::Supported(None),
            Some(other) => Standing::Unverifiable(other.shown()),
        });
    }
    if claim.prose.is_some()
        && let Some(why) = counted_elsewhere(claim, evidence)
    {
        return Ok(Standing::Unverifiable(why));
    }
    let says: Vec<String> = wrong.iter().map(|told| told.shown()).collect();
    let finding = against(claim, says.join("; ")).because(format!("change: {}", sizes.words()));
    Ok(finding
        .fix("state the numbers of the change as it is handed in")
        .into())
}

/// How large a change is, or its part that a claim names; renames counted as one file, and as two.
struct Sizes {
    files: [u64; 2],
    added: [u64; 2],
    deleted: [u64; 2],
    /// New and deleted lines; `None` where a file has no lines that could be counted.
    lines: Option<[u64; 2]>,
}

impl Sizes {
    fn of(claim: &Claim, change: &Change) -> Result<Self, String> {
        let wanted: Vec<Written> = claim
            .targets
            .iter()
            .map(|target| Written::new(target))
            .collect::<Result<_, _>>()?;
        let is_meant = |file: &&FileChange| {
            let mut paths = file.touched();
            wanted.is_empty() || paths.any(|path| wanted.iter().any(|written| written.means(path).is_some()))
        };
        let files: Vec<&FileChange> = change.files().iter().filter(is_meant).collect();
        if files.is_empty() && !wanted.is_empty() {
            return Err("the change touches no such path".to_owned());
        }
        Ok(Self::sum(&files))
    }

    fn sum(files: &[&FileChange]) -> Self {
        let of = |status: Status| files.iter().filter(|file| file.status == status).count() as u64;
        let (renamed, all) = (of(Status::Renamed), files.len() as u64);
        let new = of(Status::Added) + of(Status::Copied);
        Self {
            files: [all, all + renamed],
            added: [new, new + renamed],
            deleted: [of(Status::Deleted), of(Status::Deleted) + renamed],
            lines: lines(files),
        }
    }

    fn words(&self) -> String {
        let [files, _] = self.files;
        let lines = self.lines.map_or_else(String::new, |[added, deleted]| {
            format!(", +{added}/-{deleted} lines")
        });
        format!("{files} files{lines}")
    }
}

fn lines(files: &[&FileChange]) -> Option<[u64; 2]> {
    let mut sum = [0, 0];
    for file in files {
        match &file.content {
            Content::Text(_) => {
                let [added, deleted] = sum;
                sum = [
                    added + file.added().count() as u64,
                    deleted + file.removed().count() as u64,
                ];
            }
            Content::Binary => {}
            Content::Opaque(_) => return None,
        }
    }
    Some(sum)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Same,
    /// The claim says more than there is.
    More,
    /// The claim says less than there is.
    Fewer,
    /// Near enough for another way of counting.
    Near,
}

/// One number that is claimed, beside what there is.
struct Told {
    what: &'static str,
    said: u64,
    real: u64,
    outcome: Outcome,
}

impl Told {
    /// A number that is told of a part may be smaller than the whole.
    fn is_wrong(&self, claim: &Claim) -> bool {
        match self.outcome {
            Outcome::More => true,
            Outcome::Fewer => is_of_all(claim),
            Outcome::Same | Outcome::Near => false,
        }
    }

    fn shown(&self) -> String {
        format!(
            "{} {} are claimed, and there are {}",
            self.said, self.what, self.real
        )
    }
}

/// Whether a claim is about all of the change: a manifest, or what git prints.
fn is_of_all(claim: &Claim) -> bool {
    let count = &claim.count;
    let printed = count.files.is_some() && (count.lines_added.is_some() || count.lines_deleted.is_some());
    claim.scope.as_deref() != Some(PART) && (claim.prose.is_none() || printed)
}

fn compare(claim: &Claim, sizes: &Sizes, change: &Change) -> Supplied<Vec<Told>> {
    let count = &claim.count;
    let mut told = Vec::new();
    let exact = [
        ("files", count.files, sizes.files),
        ("new files", count.files_added, sizes.added),
        ("deleted files", count.files_deleted, sizes.deleted),
    ];
    for (what, said, real) in exact {
        told.extend(said.map(|said| one(what, said, real, 0)));
    }
    let counted = [
        ("new lines", count.lines_added, 0),
        ("deleted lines", count.lines_deleted, 1),
    ];
    for (what, said, at) in counted {
        let Some(said) = said else { continue };
        let Some(real) = sizes.lines.and_then(|lines| lines.get(at).copied()) else {
            let why = "a changed file is too large for its lines to be counted";
            return Err(Unproven::Insufficient(why.to_owned()));
        };
        told.push(one(what, said, [real, real], slack(real)));
    }
    if let Some(said) = count.commits {
        let commits = change.commits()?;
        let plain = commits.iter().filter(|commit| commit.parents.len() < 2).count() as u64;
        told.push(one("commits", said, [plain, commits.len() as u64], 0));
    }
    Ok(told)
}

/// Ways of pairing lines differ by a few.
const fn slack(real: u64) -> u64 {
    real / 10 + 5
}

fn one(what: &'static str, said: u64, real: [u64; 2], slack: u64) -> Told {
    let [least, most] = real;
    let outcome = if real.contains(&said) {
        Outcome::Same
    } else if said > most + slack {
        Outcome::More
    } else if said + slack < least {
        Outcome::Fewer
    } else {
        Outcome::Near
    };
    Told {
        what,
        said,
        real: least,
        outcome,
    }
}

/// A commit of the range that has the claimed size, or a session that edits as many files: the author counted there.
fn counted_elsewhere(claim: &Claim, evidence: &Evidence) -> Option<String> {
    let commits = evidence.change.commits().unwrap_or_default();
    let same = |change: &Change| {
        let sizes = Sizes::of(claim, change).ok()?;
        let told = compare(claim, &sizes, change).ok()?;
        told.iter()
            .all(|told| told.outcome == Outcome::Same)
            .then_some(())
    };
    let found = commits.iter().take(COMMITS).find(|commit| {
        let own = evidence.change.of_commit(&commit.id);
        own.is_ok_and(|own| same(&own).is_some())
    });
    if let Some(commit) = found {
        return Some(format!("commit {} alone has that size", commit.id.short()));
    }
    let mut sessions = evidence.sessions().unwrap_or_default().iter();
    let session = sessions.find(|session| {
        let edited: std::collections::BTreeSet<&str> =
            session.edits.iter().map(|edit| edit.path.as_str()).collect();
        claim.count.files == Some(edited.len() as u64)
    })?;
    let file = crate::escape::line(&session.file).into_owned();
    Some(format!(
        "{} edits as many files",
        crate::escape::cut(&file, limits::SHOWN_BYTES)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        path::RepoPath,
        policy::Policy,
    };

    /// Two files edited, one new, one gone, one renamed: +6/-4 lines.
    fn evidence(claims: crate::evidence::claims::Claims) -> Evidence {
        let files = |list: &[(&str, &str)]| -> memory::Files {
            let file = |(path, text): &(&str, &str)| {
                (
                    RepoPath::new(*path).unwrap(),
                    (Mode::File, text.as_bytes().to_vec()),
                )
            };
            list.iter().map(file).collect()
        };
        let long = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";
        let before = files(&[
            ("a.py", "a = 1\n"),
            ("b.py", "b = 1\n"),
            ("gone.py", "x = 1\ny = 1\n"),
            ("old.py", long),
        ]);
        let after = files(&[
            ("a.py", "a = 2\n"),
            ("b.py", "b = 2\n"),
            ("new.py", "1\n2\n3\n4\n"),
            ("moved.py", long),
        ]);
        Evidence::of(memory::change(before, after)).with_claims(Ok(claims))
    }

    fn judged(evidence: &Evidence) -> Vec<(&'static str, String)> {
        let settings = Settings::new(Policy::default()).unwrap();
        let all = standings(evidence, &settings).unwrap();
        all.iter()
            .map(|(_, standing)| (standing.name(), standing.why().unwrap_or_default()))
            .collect()
    }

    #[test]
    fn a_manifest_must_be_exact() {
        for (count, name) in [
            ("{files: 5}", "supported"),
            ("{files: 6}", "supported"),
            ("{files: 4}", "refuted"),
            ("{files: 7}", "refuted"),
            ("{files-added: 1, files-deleted: 1}", "supported"),
            ("{files-deleted: 3}", "refuted"),
            ("{lines-added: 6, lines-deleted: 4}", "supported"),
            ("{lines-added: 8}", "not checked"),
            ("{lines-added: 60}", "refuted"),
            ("{commits: 2}", "unproven"),
        ] {
            let claims = claims::tests::claims(&format!("- form: change-size\n  count: {count}\n"));
            let found = judged(&evidence(claims));
            assert_eq!(found[0].0, name, "{count}: {}", found[0].1);
        }
    }

    #[test]
    fn a_text_may_leave_something_out_and_not_add_anything() {
        use crate::{
            claims::prose,
            evidence::claims::{Claims, document::Document},
        };
        for (text, name) in [
            ("5 files changed, 6 insertions(+), 4 deletions(-)", "supported"),
            ("9 files changed, 6 insertions(+), 4 deletions(-)", "refuted"),
            ("2 files changed, 6 insertions(+), 4 deletions(-)", "refuted"),
            ("3 files changed", "not checked"),
            ("30 files changed", "refuted"),
            ("Updated 2 files", "not checked"),
            ("Updated 20 files", "refuted"),
            ("Deleted one file", "supported"),
            ("Deleted 4 files", "refuted"),
            ("- `new.py` (+4/-0)", "supported"),
            ("- `new.py` (+400/-0)", "refuted"),
            ("Removed 300 lines of dead code", "refuted"),
        ] {
            let claims = Claims {
                documents: vec![Document::text("pr.md", text)],
                ..Claims::default()
            };
            let claims = prose::extracted(claims, &[], &prose::Templates::default());
            let found = judged(&evidence(claims));
            assert_eq!(found[0].0, name, "{text}: {}", found[0].1);
        }
    }
}
