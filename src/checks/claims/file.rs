//! Were the files that the author names created, edited, deleted, renamed or left alone as said?
//!
//! A name that several files bear is never held against its author.

use crate::{
    checks::Settings,
    claims::{
        self, Standing, against,
        paths::{InTree, Places, Reading, Written},
    },
    code::LanguageId,
    evidence::{
        Evidence,
        change::{FileChange, Status, weight, weight::Weight},
        claims::{Claim, Form, Rank, transcripts::Session},
    },
    finding::{Finding, Side},
    path::RepoPath,
};

/// The forms that this check decides.
pub const FORMS: &[Form] = &[
    Form::FileCreated,
    Form::FileEdited,
    Form::FileDeleted,
    Form::FileRenamed,
    Form::Untouched,
];

/// Every claim about files, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let places = Places::of(&evidence.change);
    let sessions = evidence.sessions().unwrap_or_default();
    let one = |claim: &Claim| -> Vec<Standing> {
        let targets = claim.targets.iter();
        let told = |target: &String| explained(claim, target, sessions, standing(claim, target, &places));
        targets.map(told).collect()
    };
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

/// A refutation with what the agent's own log says about the file.
fn explained(claim: &Claim, target: &str, sessions: &[Session], standing: Standing) -> Standing {
    match standing {
        Standing::Refuted(finding) if claim.form != Some(Form::Untouched) => {
            let lines = claims::sessions::about(sessions, target);
            lines.into_iter().fold(*finding, Finding::because).into()
        }
        Standing::Refuted(_) | Standing::Supported(_) | Standing::Unverifiable(_) | Standing::Lacking(_) => {
            standing
        }
    }
}

/// One target of one claim, with everything that is asked about it.
struct Question<'a> {
    claim: &'a Claim,
    written: Written,
    shown: String,
    places: &'a Places<'a>,
    touched: Vec<(Reading, &'a FileChange)>,
}

fn standing(claim: &Claim, target: &str, places: &Places<'_>) -> Standing {
    let written = match Written::new(target) {
        Ok(written) => written,
        Err(why) => return Standing::Unverifiable(why),
    };
    if let Some(module) = places.submodule(&written) {
        return Standing::unverifiable(format!(
            "`{module}` is a submodule: its files are not part of this repository"
        ));
    }
    let question = Question {
        claim,
        shown: crate::escape::line(target).into_owned(),
        touched: places.touched(&written),
        written,
        places,
    };
    let judge = match claim.form {
        Some(Form::FileCreated) => Question::created,
        Some(Form::FileEdited) => Question::edited,
        Some(Form::FileDeleted) => Question::deleted,
        Some(Form::FileRenamed) => Question::renamed,
        Some(Form::Untouched) => Question::untouched,
        Some(_) | None => return Standing::unverifiable("it is not about files"),
    };
    judge(&question).unwrap_or_else(Standing::Lacking)
}

type Told = Result<Standing, crate::finding::Unproven>;

impl Question<'_> {
    fn created(&self) -> Told {
        let at_head = |file: &FileChange| {
            file.after()
                .is_some_and(|side| self.written.means(&side.path).is_some())
        };
        let there = || {
            self.touched
                .iter()
                .filter(|(_, file)| at_head(file))
                .map(|(_, file)| *file)
        };
        if let Some(new) = there().find(|file| is_new(file)) {
            return Ok(Standing::Supported(self.other_name(new.path())));
        }
        if let Some(known) = there().next() {
            return Ok(Standing::supported(format!(
                "`{}` existed already and was edited",
                known.path()
            )));
        }
        Ok(match self.places.in_tree(Side::Head, &self.written)? {
            InTree::One(path) => {
                let which = if self.written.means(&path) == Some(Reading::Exact) {
                    "it".to_owned()
                } else {
                    format!("the one file that it can mean, `{path}`,")
                };
                self.refuted(format!(
                    "`{}` is said to be created; {which} was there before, and the change does not touch it",
                    self.shown
                ))
            }
            InTree::Folder(_) => self.folder(format!("nothing below `{}` is new", self.shown)),
            InTree::Several(count) => self.several(count),
            InTree::Nothing if self.claim.is_strict() => self.refuted(format!(
                "`{}` is said to be created, and head has no such file",
                self.shown
            )),
            InTree::Nothing => self.absent(format!(
                "`{}` is said to be created, and head has no such file",
                self.shown
            )),
        })
    }

    fn edited(&self) -> Told {
        if let Some((_, file)) = self.touched.first() {
            return Ok(Standing::Supported(match file.status {
                Status::Modified => light(file).or_else(|| self.other_name(file.path())),
                Status::Added | Status::Deleted | Status::Renamed | Status::Copied | Status::TypeChanged => {
                    Some(format!("`{}` is {}", file.path(), file.status.name()))
                }
            }));
        }
        Ok(match self.places.in_tree(Side::Head, &self.written)? {
            InTree::One(path) => self.refuted(format!(
                "`{path}` is said to be edited, and the change does not touch it"
            )),
            InTree::Folder(count) => self.folder(format!(
                "the change touches none of the {count} files below `{}`",
                self.shown
            )),
            InTree::Several(count) => self.several(count),
            InTree::Nothing => self.absent(format!(
                "`{}` is said to be edited, and there is no such file before or after the change",
                self.shown
            )),
        })
    }

    fn deleted(&self) -> Told {
        let gone = |file: &FileChange| {
            matches!(file.status, Status::Deleted | Status::Renamed)
                && file
                    .before()
                    .is_some_and(|side| self.written.means(&side.path).is_some())
        };
        if let Some((_, file)) = self.touched.iter().find(|(_, file)| gone(file)) {
            let note = || format!("it was renamed to `{}`", file.path());
            return Ok(Standing::Supported((file.status == Status::Renamed).then(note)));
        }
        Ok(match self.places.in_tree(Side::Head, &self.written)? {
            InTree::One(path) => {
                self.refuted(format!("`{path}` is said to be deleted, and head still has it"))
            }
            InTree::Folder(count) => self.folder(format!(
                "head still has {count} files below `{}`, and none was deleted",
                self.shown
            )),
            InTree::Several(count) => self.several(count),
            InTree::Nothing => {
                Standing::unverifiable(format!("base has no `{}` that could be deleted", self.shown))
            }
        })
    }

    fn renamed(&self) -> Told {
        let to = self.claim.to.as_deref().unwrap_or_default();
        let new = match Written::new(to) {
            Ok(new) => new,
            Err(why) => return Ok(Standing::Unverifiable(why)),
        };
        let to = crate::escape::line(to);
        let arrives = self
            .places
            .touched(&new)
            .iter()
            .any(|(_, file)| file.after().is_some_and(|side| new.means(&side.path).is_some()));
        let before = self.places.in_tree(Side::Base, &self.written)?;
        let still = match (&before, self.places.in_tree(Side::Head, &self.written)?) {
            // a whole path that is gone is not there any more because another one ends like it
            (InTree::One(old), _) if self.is_gone(old) => InTree::Nothing,
            (_, still) => still,
        };
        let shown = &self.shown;
        Ok(match (before, still) {
            (InTree::Nothing, _) => {
                Standing::unverifiable(format!("base has no `{shown}` that could be renamed"))
            }
            (_, InTree::Several(count)) => self.several(count),
            (_, InTree::Nothing) if arrives => Standing::Supported(None),
            (_, InTree::Nothing) => {
                self.refuted(format!("`{shown}` is gone, and the change brings no `{to}`"))
            }
            (_, InTree::One(_) | InTree::Folder(_)) if arrives => {
                Standing::unverifiable(format!("`{to}` is there, and `{shown}` is still there beside it"))
            }
            (_, InTree::One(_) | InTree::Folder(_)) => self.refuted(format!(
                "`{shown}` is said to be renamed to `{to}`, and it still stands under its old name"
            )),
        })
    }

    fn is_gone(&self, old: &RepoPath) -> bool {
        let left = |file: &FileChange| {
            matches!(file.status, Status::Deleted | Status::Renamed)
                && file.before().is_some_and(|side| side.path == *old)
        };
        self.touched.iter().any(|(_, file)| left(file))
    }

    fn untouched(&self) -> Told {
        let exact = self.touched.iter().any(|(reading, _)| *reading == Reading::Exact);
        // a tail means the file of that very path, where there is one
        let found = self.places.in_tree(Side::Head, &self.written);
        if let (Ok(InTree::One(path)), false) = (&found, exact)
            && self.written.means(path) == Some(Reading::Exact)
        {
            return Ok(Standing::Supported(None));
        }
        let heavy = self
            .touched
            .iter()
            .map(|(_, file)| *file)
            .find(|file| weight::of(file) != Weight::Whitespace);
        match (heavy, self.touched.first()) {
            (Some(_), _) if matches!(found, Ok(InTree::Several(_))) && !exact => Ok(Standing::unverifiable(
                format!("several files are called `{}`", self.shown),
            )),
            (Some(file), _) => Ok(self.contradicted(file)),
            (None, Some((_, file))) => Ok(Standing::Supported(light(file))),
            (None, None) => Ok(match found? {
                InTree::Nothing => Standing::unverifiable(format!("there is no `{}` at head", self.shown)),
                InTree::One(_) | InTree::Several(_) | InTree::Folder(_) => Standing::Supported(None),
            }),
        }
    }

    fn contradicted(&self, file: &FileChange) -> Standing {
        let says = format!(
            "`{}` is said to be untouched, and it is {}",
            file.path(),
            file.status.name()
        );
        let lines = (file.added().count(), file.removed().count());
        self.finding(says)
            .because(format!("{} lines added, {} removed", lines.0, lines.1))
            .fix("take the claim back, or restore the file from the base")
            .into()
    }

    fn finding(&self, says: String) -> Finding {
        against(self.claim, says)
    }

    fn refuted(&self, says: String) -> Standing {
        if let Some(why) = self.excuse() {
            return Standing::Unverifiable(why);
        }
        let hints = self.places.hints(&self.written);
        hints
            .into_iter()
            .fold(self.finding(says), Finding::because)
            .into()
    }

    /// Whether a name is the whole path of a file at head.
    fn is_at_root(&self, text: &str) -> bool {
        let path = RepoPath::new(text);
        path.is_ok_and(|path| matches!(self.places.change().entry(Side::Head, &path), Ok(Some(_))))
    }

    /// In prose, a folder may be named for what lies elsewhere.
    fn folder(&self, says: String) -> Standing {
        match self.claim.rank {
            Rank::Manifest => self.refuted(says),
            Rank::Text | Rank::Commit => Standing::unverifiable(format!("`{}` is a folder", self.shown)),
        }
    }

    /// Why a name in prose may mean something else than the file of that name: changed lines speak of it, or a
    /// changed file is called almost the same.
    fn excuse(&self) -> Option<String> {
        let Written::Path(text) = &self.written else {
            return (self.claim.rank != Rank::Manifest).then(|| "it is a pattern".to_owned());
        };
        if self.claim.rank == Rank::Manifest {
            return None;
        }
        let code = RepoPath::new(text).is_ok_and(|path| LanguageId::of(&path).is_some());
        if !text.contains('/') && !code && !self.is_at_root(text) {
            return Some(format!(
                "`{}` is a bare name: which file is meant cannot be told",
                self.shown
            ));
        }
        let name = text.rsplit('/').next().unwrap_or(text);
        if self.places.near(text).is_some() {
            return Some(format!("a changed file is called almost like `{}`", self.shown));
        }
        let mut lines = self
            .places
            .change()
            .files()
            .iter()
            .flat_map(|file| file.added().chain(file.removed()));
        lines
            .any(|line| line.text.contains(name))
            .then(|| format!("changed lines speak of `{}`", self.shown))
    }

    /// A manifest means what it says; in prose a name that is nowhere may be one of the running program.
    fn absent(&self, says: String) -> Standing {
        match self.claim.rank {
            Rank::Manifest => self.refuted(says),
            Rank::Text | Rank::Commit => {
                Standing::unverifiable(format!("there is no `{}` at head", self.shown))
            }
        }
    }

    fn several(&self, count: usize) -> Standing {
        Standing::unverifiable(format!(
            "{count} files are called `{}`, and none of them is touched",
            self.shown
        ))
    }

    fn other_name(&self, path: &RepoPath) -> Option<String> {
        let exact = self.written.means(path) == Some(Reading::Exact);
        (!exact).then(|| format!("`{}` means `{path}`", self.shown))
    }
}

fn is_new(file: &FileChange) -> bool {
    match file.status {
        Status::Added | Status::Renamed | Status::Copied => true,
        Status::Deleted | Status::Modified | Status::TypeChanged => false,
    }
}

/// What a reader should know about an edit that changes little.
fn light(file: &FileChange) -> Option<String> {
    let path = file.path();
    match weight::of(file) {
        Weight::Whitespace => Some(format!("only white space differs in `{path}`")),
        Weight::Comments => Some(format!("only comments differ in `{path}`")),
        Weight::Substance => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    fn files(list: &[(&str, &str)]) -> memory::Files {
        let file = |(path, text): &(&str, &str)| {
            (
                RepoPath::new(path).unwrap(),
                (Mode::File, text.as_bytes().to_vec()),
            )
        };
        list.iter().map(file).collect()
    }

    fn settings() -> Settings {
        Settings::new(crate::policy::Policy::default()).unwrap()
    }

    const BEFORE: &[(&str, &str)] = &[
        (".gitignore", "*.log\nscratch/\n"),
        ("a/index.ts", "1;\n2;\n3;\n"),
        ("b/index.ts", "4;\n5;\n6;\n"),
        ("docs/README.md", "some text\n"),
        ("packages/cli/src/run.test.ts", "old();\n"),
        ("src/gone.rs", "fn gone() {}\nfn much() {}\nfn more() {}\n"),
        (
            "src/old.rs",
            "fn one() {}\nfn two() {}\nfn three() {}\nfn four() {}\n",
        ),
        ("src/still.rs", "fn still() {}\n"),
        ("src/fmt.rs", "fn f() { g() }\n"),
    ];
    const AFTER: &[(&str, &str)] = &[
        (".gitignore", "*.log\nscratch/\n"),
        ("a/index.ts", "1;\n2;\n3;\n"),
        ("b/index.ts", "4;\n5;\n6;\n"),
        ("docs/README.md", "other text\n"),
        ("packages/cli/src/run.test.ts", "new();\n"),
        ("src/fresh.rs", "pub struct Fresh;\n"),
        (
            "src/new.rs",
            "fn one() {}\nfn two() {}\nfn three() {}\nfn four() {}\n",
        ),
        ("src/still.rs", "fn still() {}\n"),
        ("src/fmt.rs", "fn f() {\n    g()\n}\n"),
    ];

    fn told(manifest: &str) -> Vec<(&'static str, String)> {
        let evidence = Evidence::of(memory::change(files(BEFORE), files(AFTER)))
            .with_claims(Ok(crate::claims::tests::claims(manifest)));
        let standings = standings(&evidence, &settings()).unwrap();
        let words = |standing: &Standing| {
            let evidence = match standing {
                Standing::Refuted(finding) => finding.evidence.join("; "),
                Standing::Supported(_) | Standing::Unverifiable(_) | Standing::Lacking(_) => String::new(),
            };
            (
                standing.name(),
                format!("{} {evidence}", standing.why().unwrap_or_default()),
            )
        };
        standings.iter().map(|(_, standing)| words(standing)).collect()
    }

    fn one(form: &str, target: &str) -> (&'static str, String) {
        told(&format!("- form: {form}\n  target: {target}\n")).remove(0)
    }

    #[test]
    fn every_form_is_told_from_the_change() {
        let table = [
            ("file-created", "src/fresh.rs", "supported", ""),
            ("file-created", "fresh.rs", "supported", "means `src/fresh.rs`"),
            ("file-created", "docs/README.md", "supported", "existed already"),
            ("file-created", "src/new.rs", "supported", ""),
            ("file-created", "src/still.rs", "refuted", "was there before"),
            ("file-created", "src/Fresh.rs", "refuted", "differs in case"),
            ("file-created", "out/run.log", "refuted", "`.gitignore`: `*.log`"),
            ("file-created", "scratch/a.py", "refuted", "`scratch/`"),
            ("file-edited", "docs/README.md", "supported", ""),
            ("file-edited", "cli/run.test.ts", "supported", "means"),
            ("file-edited", "src/fmt.rs", "supported", "only white space"),
            ("file-edited", "src/", "supported", ""),
            ("file-edited", "src/still.rs", "refuted", "does not touch it"),
            ("file-edited", "src/stil.rs", "refuted", "no such file"),
            ("file-edited", "index.ts", "not checked", "2 files"),
            ("file-edited", "../other/a.rs", "not checked", "not a path inside"),
            ("file-edited", "docs/*.md", "supported", ""),
            ("file-edited", "a/*.ts", "refuted", "does not touch"),
            ("file-deleted", "src/gone.rs", "supported", ""),
            (
                "file-deleted",
                "src/old.rs",
                "supported",
                "renamed to `src/new.rs`",
            ),
            ("file-deleted", "src/still.rs", "refuted", "still has it"),
            ("file-deleted", "docs/README.md", "refuted", "still has it"),
            ("file-deleted", "tmp/never.txt", "not checked", "base has no"),
            ("untouched", "src/still.rs", "supported", ""),
            ("untouched", "src/fmt.rs", "supported", "only white space"),
            ("untouched", "docs", "refuted", "1 lines added, 1 removed"),
            ("untouched", "migrations/", "not checked", "there is no"),
            ("untouched", "a/", "supported", ""),
        ];
        for (form, target, name, part) in table {
            let (told, why) = one(form, target);
            assert_eq!(told, name, "{form} {target}: {why}");
            assert!(why.contains(part), "{form} {target}: {why}");
        }
    }

    #[test]
    fn a_rename_is_told_from_both_names() {
        let table = [
            ("src/old.rs", "src/new.rs", "supported"),
            ("src/gone.rs", "src/fresh.rs", "supported"),
            ("src/gone.rs", "src/elsewhere.rs", "refuted"),
            ("src/still.rs", "src/quiet.rs", "refuted"),
            ("src/still.rs", "src/new.rs", "not checked"),
            ("src/never.rs", "src/new.rs", "not checked"),
        ];
        for (from, to, name) in table {
            let (told, why) = one("file-renamed", &format!("{from}\n  to: {to}"));
            assert_eq!(told, name, "{from} {to}: {why}");
        }
    }

    #[test]
    fn what_is_owned_up_is_not_judged() {
        let manifest = "- form: file-created\n  target: src/never.rs\n  status: not-done\n";
        assert!(told(manifest).is_empty());
    }

    #[test]
    fn a_name_in_prose_that_is_nowhere_may_be_a_running_programs() {
        let mut claims = crate::claims::tests::claims("- form: file-edited\n  target: state.json\n");
        claims.claims[0].rank = Rank::Text;
        let evidence = Evidence::of(memory::change(files(BEFORE), files(AFTER))).with_claims(Ok(claims));
        let standings = standings(&evidence, &settings()).unwrap();
        assert_eq!(standings[0].1.name(), "not checked");
    }
}
