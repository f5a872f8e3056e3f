//! A case: two trees, evidence files, and what a person says must come out.
//!
//! ```text
//! tests/cases/<check>/<name>/
//!   before/ after/        the two trees; a missing folder is an empty tree
//!   steps/<name>/         trees of further commits between them, named in case.yaml
//!   task.yaml claims.yaml claims.md session.jsonl policy.yaml earlier.json     policy.yaml is put on the base as countersign.yaml
//!   reviews.json lint.sarif base-lint.sarif
//!   reports/ base-reports/ new-on-base/ mutation/ coverage/         report files
//!   case.yaml             how the change is given (optional)
//!   expected.yaml         the judgement, written by hand
//! ```

#![allow(dead_code, reason = "each test program uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a case that cannot be laid out is a failed test"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use countersign::{
    gate::{Inputs, Range},
    report::{Report, State},
    verdict::Verdict,
};
use serde::Deserialize;

/// What must come out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Expected {
    /// Why this must be the judgement.
    pub(crate) why: String,
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// Checks that must be judged and hold.
    #[serde(default)]
    pub(crate) holds: BTreeSet<String>,
    /// Checks that must be broken, with every place, at whatever level.
    #[serde(default)]
    pub(crate) broken: BTreeMap<String, Vec<String>>,
    /// Checks that must be unproven. One that is unproven only for evidence nobody gave need not be listed.
    #[serde(default)]
    pub(crate) unproven: BTreeSet<String>,
    /// Checks that must have nothing to judge.
    #[serde(default)]
    pub(crate) not_applicable: BTreeSet<String>,
}

/// How the change is given.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Setup {
    /// `range` (two commits, the default), `staged`, `worktree` or `patch`.
    pub(crate) mode: Option<String>,
    /// The message of the commit that makes `after`.
    pub(crate) message: Option<String>,
    /// Commits between `before` and `after`, in order.
    pub(crate) commits: Vec<Step>,
    /// Evidence or checks that must be proven.
    pub(crate) require: Vec<String>,
    /// Warnings fail too.
    pub(crate) strict: bool,
    /// Commands of git that are run in the repository after all commits were made, one a line; `BEFORE` and `AFTER`
    /// stand for the two commits, here and in `earlier.json`.
    pub(crate) git: Vec<String>,
    /// Revisions to use instead of the two commits.
    pub(crate) base: Option<String>,
    pub(crate) head: Option<String>,
}

/// A commit between `before` and `after`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Step {
    /// The folder under `steps/`.
    pub(crate) tree: String,
    /// Its message.
    pub(crate) message: String,
    /// Its author, `Name <mail>`.
    #[serde(default)]
    pub(crate) author: Option<String>,
}

/// A case folder.
pub(crate) struct Case {
    /// `<check>/<name>`.
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// What must come out.
    pub(crate) expected: Expected,
    /// How the change is given.
    pub(crate) setup: Setup,
}

/// The folder of all cases.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Every case, sorted by name.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for check in folders(&root()) {
        for folder in folders(&check) {
            cases.push(load(&folder));
        }
    }
    cases
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(of)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn load(folder: &Path) -> Case {
    let name = folder.strip_prefix(root()).unwrap().display().to_string();
    let yaml = |file: &str| fs::read_to_string(folder.join(file)).ok();
    let expected = yaml("expected.yaml").unwrap_or_else(|| panic!("{name} has no expected.yaml"));
    let expected =
        serde_yaml::from_str(&expected).unwrap_or_else(|error| panic!("{name}/expected.yaml: {error}"));
    let setup = yaml("case.yaml")
        .map(|text| serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}/case.yaml: {error}")));
    Case {
        name,
        folder: folder.to_owned(),
        expected,
        setup: setup.unwrap_or_default(),
    }
}

/// A case laid out in a temporary repository with real commits.
pub(crate) struct Laid {
    /// The repository and, beside it, the evidence files.
    pub(crate) folder: tempfile::TempDir,
    /// What the gate is given.
    pub(crate) inputs: Inputs,
}

impl Case {
    /// Lays the case out.
    pub(crate) fn lay(&self) -> Laid {
        let folder = tempfile::tempdir().unwrap();
        let repository = folder.path().join("repo");
        let git = git2::Repository::init_opts(
            &repository,
            git2::RepositoryInitOptions::new().initial_head("main"),
        )
        .unwrap();
        let before = self.commit(&git, "before", "the state before", None, None);
        let mut parent = before;
        let mut last = before;
        for step in &self.setup.commits {
            parent = self.commit(
                &git,
                &format!("steps/{}", step.tree),
                &step.message,
                step.author.as_deref(),
                Some(parent),
            );
        }
        let evidence = folder.path().join("evidence");
        fs::create_dir(&evidence).unwrap();
        let message = self.setup.message.as_deref().unwrap_or("work");
        let commit = |parent| self.commit(&git, "after", message, None, Some(parent));
        let base = self.setup.base.clone().unwrap_or_else(|| before.to_string());
        let range = match self.setup.mode.as_deref() {
            None | Some("range") => {
                let after = commit(parent);
                last = after;
                git.reference("refs/heads/main", after, true, "case").unwrap();
                self.run_git(&repository, before, after);
                Range::Commits {
                    base: Some(base),
                    head: Some(self.setup.head.clone().unwrap_or_else(|| after.to_string())),
                }
            }
            Some("patch") => {
                let after = commit(parent);
                let file = evidence.join("change.patch");
                let diff = std::process::Command::new("git")
                    .args([
                        "diff",
                        "--binary",
                        "-M",
                        "-C",
                        &before.to_string(),
                        &after.to_string(),
                    ])
                    .current_dir(&repository)
                    .output()
                    .unwrap();
                fs::write(&file, diff.stdout).unwrap();
                Range::Patch(file)
            }
            Some(mode @ ("staged" | "worktree")) => {
                git.reference("refs/heads/main", parent, true, "case").unwrap();
                git.checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
                    .unwrap();
                for path in fs::read_dir(&repository)
                    .unwrap()
                    .map(|entry| entry.unwrap().path())
                {
                    if path.file_name().unwrap() != ".git" {
                        if path.is_dir() {
                            fs::remove_dir_all(path).unwrap()
                        } else {
                            fs::remove_file(path).unwrap()
                        }
                    }
                }
                copy(&self.folder.join("after"), &repository);
                self.put_policy("after", &repository);
                if mode == "staged" {
                    let mut index = git.index().unwrap();
                    index.add_all(["*"], git2::IndexAddOption::FORCE, None).unwrap();
                    index.update_all(["*"], None).unwrap();
                    index.write().unwrap();
                }
                self.run_git(&repository, before, parent);
                let base = self.setup.base.clone();
                if mode == "staged" {
                    Range::Staged { base }
                } else {
                    Range::Worktree { base }
                }
            }
            Some(other) => panic!("{}: there is no mode `{other}`", self.name),
        };
        copy(&self.folder, &evidence);
        name_commits(&evidence.join("earlier.json"), before, last);
        let file = |name: &str| Some(evidence.join(name)).filter(|path| path.exists());
        let reports = |name: &str| file(name).map(|_| vec![format!("{name}/*")]).unwrap_or_default();
        let patch_policy = matches!(range, Range::Patch(_))
            .then(|| file("policy.yaml"))
            .flatten();
        let inputs = Inputs {
            repository,
            folder: evidence.clone(),
            task: file("task.yaml"),
            claims: ["claims.yaml", "claims.md", "session.jsonl"]
                .into_iter()
                .filter_map(&file)
                .collect(),
            tests: reports("reports"),
            base_tests: reports("base-reports"),
            new_on_base: reports("new-on-base"),
            mutation: reports("mutation"),
            coverage: reports("coverage"),
            reviews: file("reviews.json").into_iter().collect(),
            sarif: file("lint.sarif").into_iter().collect(),
            base_sarif: file("base-lint.sarif").into_iter().collect(),
            earlier: file("earlier.json"),
            policy: patch_policy,
            require: self.setup.require.clone(),
            strict: self.setup.strict,
            ..Inputs::of(range, "")
        };
        Laid { folder, inputs }
    }

    fn run_git(&self, repository: &Path, before: git2::Oid, after: git2::Oid) {
        for line in &self.setup.git {
            let words = line
                .replace("BEFORE", &before.to_string())
                .replace("AFTER", &after.to_string());
            let done = std::process::Command::new("git")
                .args(words.split_whitespace())
                .current_dir(repository)
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_AUTHOR_NAME", "case")
                .env("GIT_AUTHOR_EMAIL", "case@example.org")
                .env("GIT_COMMITTER_NAME", "case")
                .env("GIT_COMMITTER_EMAIL", "case@example.org")
                .output()
                .unwrap();
            assert!(done.status.code().is_some(), "{}: git {line}", self.name);
        }
    }

    fn put_policy(&self, tree: &str, into: &Path) {
        let policy = self.folder.join("policy.yaml");
        if policy.exists() && !self.folder.join(tree).join("countersign.yaml").exists() {
            fs::copy(policy, into.join("countersign.yaml")).unwrap();
        }
    }

    fn commit(
        &self,
        git: &git2::Repository,
        tree: &str,
        message: &str,
        author: Option<&str>,
        parent: Option<git2::Oid>,
    ) -> git2::Oid {
        let files = tempfile::tempdir().unwrap();
        copy(&self.folder.join(tree), files.path());
        self.put_policy(tree, files.path());
        let tree = write_tree(git, files.path());
        let tree = git.find_tree(tree).unwrap();
        let (name, mail) = author
            .and_then(|author| author.trim_end_matches('>').split_once(" <"))
            .unwrap_or(("Ada", "ada@example.org"));
        let when = git2::Time::new(
            if parent.is_some() {
                1_770_000_060
            } else {
                1_770_000_000
            },
            0,
        );
        let signature = git2::Signature::new(name, mail, &when).unwrap();
        let parents: Vec<git2::Commit<'_>> = parent
            .into_iter()
            .map(|id| git.find_commit(id).unwrap())
            .collect();
        git.commit(
            None,
            &signature,
            &signature,
            message,
            &tree,
            &parents.iter().collect::<Vec<_>>(),
        )
        .unwrap()
    }
}

fn write_tree(git: &git2::Repository, folder: &Path) -> git2::Oid {
    let mut builder = git.treebuilder(None).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let (id, mode) = if kind.is_dir() {
            (write_tree(git, &path), 0o040_000)
        } else if kind.is_symlink() {
            (
                git.blob(fs::read_link(&path).unwrap().as_os_str().as_encoded_bytes())
                    .unwrap(),
                0o120_000,
            )
        } else {
            use std::os::unix::fs::PermissionsExt as _;
            let executable = fs::metadata(&path).unwrap().permissions().mode() & 0o100 != 0;
            (
                git.blob(&fs::read(&path).unwrap()).unwrap(),
                if executable { 0o100_755 } else { 0o100_644 },
            )
        };
        builder.insert(entry.file_name(), id, mode).unwrap();
    }
    builder.write().unwrap()
}

/// Puts the ids of the two commits into an evidence file.
fn name_commits(file: &Path, before: git2::Oid, after: git2::Oid) {
    let Ok(text) = fs::read_to_string(file) else {
        return;
    };
    let text = text
        .replace("BEFORE", &before.to_string())
        .replace("AFTER", &after.to_string());
    fs::write(file, text).unwrap();
}

/// Copies a folder with its links and modes; a missing one copies nothing.
pub(crate) fn copy(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).unwrap();
    for entry in entries {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&source, &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&source).unwrap(), &target).unwrap();
        } else {
            fs::copy(&source, &target).unwrap();
        }
    }
}

/// What in a report disagrees with the judgement of a person.
pub(crate) fn disagreements(expected: &Expected, report: &Report) -> Vec<String> {
    let mut wrong = Vec::new();
    if report.verdict != expected.verdict {
        wrong.push(format!(
            "verdict is {:?}, must be {:?}; lacking {:?}",
            report.verdict, expected.verdict, report.lacking
        ));
    }
    let known: BTreeSet<&str> = report.items.iter().map(|item| item.id).collect();
    let named = expected
        .holds
        .iter()
        .chain(expected.broken.keys())
        .chain(&expected.unproven)
        .chain(&expected.not_applicable);
    for id in named.filter(|id| !known.contains(id.as_str())) {
        wrong.push(format!("there is no check `{id}`"));
    }
    for item in &report.items {
        let places: Vec<String> = item
            .findings
            .iter()
            .map(|finding| shown(&finding.place.to_string()))
            .collect();
        let right = match item.state {
            State::Broken => expected.broken.get(item.id).is_some_and(|wanted| {
                let (mut wanted, mut places) = (wanted.clone(), places.clone());
                wanted.sort();
                places.sort();
                wanted == places
            }),
            _ if expected.broken.contains_key(item.id) => false,
            State::Unproven => {
                expected.unproven.contains(item.id)
                    || (item.not_supplied.is_some() && !named_in(expected, item.id))
            }
            State::Holds => {
                !expected.unproven.contains(item.id) && !expected.not_applicable.contains(item.id)
            }
            State::NotApplicable => !expected.unproven.contains(item.id) && !expected.holds.contains(item.id),
        };
        if !right {
            let says: Vec<&str> = item
                .findings
                .iter()
                .map(|finding| finding.says.as_str())
                .collect();
            wrong.push(format!(
                "{} is {:?} {places:?} {says:?} {}",
                item.id,
                item.state,
                item.why.as_deref().unwrap_or_default()
            ));
        }
    }
    wrong
}

/// A place in an evidence file as a case writes it: from the case's own folder.
fn shown(place: &str) -> String {
    match place.split_once("/evidence/") {
        Some((_, file)) if place.starts_with('/') => file.to_owned(),
        _ => place.to_owned(),
    }
}

fn named_in(expected: &Expected, id: &str) -> bool {
    expected.holds.contains(id) || expected.not_applicable.contains(id)
}
