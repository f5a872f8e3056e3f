//! What does a change with real faults look like? A small project, an agent's commit, and the evidence for both.
//!
//! The files under `demo/` are embedded. The two test reports and the mutation report are what the tests and the
//! mutants of these very files really gave; `tests/demo.rs` runs them again where there is a Python.

use std::{fs, path::Path};

use git2::{Oid, Repository, RepositoryInitOptions, Signature, Time, build::CheckoutBuilder};

use crate::error::Error;

/// Seconds since 1970 of the base commit; the agent's follows an hour later.
const TIME: i64 = 1_770_000_000;

/// Where in the folder the repository lies.
pub const REPOSITORY: &str = "repo";

macro_rules! embedded {
    ($folder:literal: $($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../demo/", $folder, "/", $path)))),+]
    };
}

type Files = &'static [(&'static str, &'static str)];

/// The project before the change.
const BEFORE: Files = embedded!("before":
    ".github/workflows/ci.yml",
    "README.md",
    "docs/pricing.md",
    "parcel/__init__.py",
    "parcel/label.py",
    "parcel/price.py",
    "pyproject.toml",
    "tests/__init__.py",
    "tests/test_label.py",
    "tests/test_price.py",
    "tools/run_tests.py",
);

/// What the agent's commit puts in place of it.
const AFTER: Files = embedded!("after":
    ".github/workflows/ci.yml",
    "parcel/label.py",
    "parcel/price.py",
    "pyproject.toml",
    "tests/test_price.py",
);

/// What was asked, what is claimed, and what the tests said.
const EVIDENCE: Files = embedded!("evidence":
    "base-junit.xml",
    "claims.yaml",
    "junit.xml",
    "mutation.json",
    "task.yaml",
);

/// The arguments with which the main job judges it, from inside the folder.
pub const CHECK: &[&str] = &[
    "check",
    "--repo",
    REPOSITORY,
    "--base",
    "main",
    "--head",
    "agent",
    "--task",
    "evidence/task.yaml",
    "--claims",
    "evidence/claims.yaml",
    "--tests",
    "evidence/junit.xml",
    "--base-tests",
    "evidence/base-junit.xml",
    "--mutation",
    "evidence/mutation.json",
];

/// Lays the demo out in an empty folder: a repository with the branches `main` and `agent`, and the evidence beside
/// it. The same files give the same commits on every machine.
///
/// # Errors
/// The folder cannot be written.
pub fn lay_out(folder: &Path) -> Result<(), Error> {
    let fail = |cause: String| Error::Write {
        target: folder.display().to_string(),
        cause,
    };
    repository(&folder.join(REPOSITORY)).map_err(|error| fail(error.message().to_owned()))?;
    let evidence = folder.join("evidence");
    fs::create_dir_all(&evidence).map_err(|error| fail(error.to_string()))?;
    for (path, text) in EVIDENCE {
        fs::write(evidence.join(path), text).map_err(|error| fail(error.to_string()))?;
    }
    Ok(())
}

fn repository(folder: &Path) -> Result<(), git2::Error> {
    let git = Repository::init_opts(folder, RepositoryInitOptions::new().initial_head("main"))?;
    commit(&git, "main", "Prices and labels", &[BEFORE])?;
    let message = "Charge more for heavy parcels\n\nParcels over 20 kg cost 5.50 more.";
    commit(&git, "agent", message, &[BEFORE, AFTER])?;
    git.set_head("refs/heads/agent")?;
    git.checkout_head(Some(CheckoutBuilder::new().force()))?;
    Ok(())
}

/// Commits files to a branch; the first commit of the repository has no parent, the next one has it as its parent.
fn commit(git: &Repository, branch: &str, message: &str, layers: &[Files]) -> Result<Oid, git2::Error> {
    let mut index = git.index()?;
    for (path, text) in layers.iter().copied().flatten() {
        index.add_frombuffer(&entry(path), text.as_bytes())?;
    }
    let tree = git.find_tree(index.write_tree()?)?;
    let parent = git.head().and_then(|head| head.peel_to_commit()).ok();
    let parents: Vec<_> = parent.iter().collect();
    let hours = i64::from(parent.is_some());
    let who = Signature::new(
        "Ada Example",
        "ada@example.org",
        &Time::new(TIME + 3600 * hours, 0),
    )?;
    let branch = format!("refs/heads/{branch}");
    git.commit(Some(&branch), &who, &who, message, &tree, &parents)
}

fn entry(path: &str) -> git2::IndexEntry {
    let never = git2::IndexTime::new(0, 0);
    git2::IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: Oid::ZERO_SHA1,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}
