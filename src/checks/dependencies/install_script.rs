//! Does installing or building the project run code that it did not run before?

use crate::{
    checks::Settings,
    evidence::{
        Evidence, Supplied,
        change::{FileChange, Status, Version},
        manifests::{self, document::Node},
    },
    finding::{Abstain, Finding, Judged, Level, Place, unless_unknown},
    limits,
    path::RepoPath,
    risk::{self, Standing},
};

/// Scripts of a `package.json` that run without being asked for.
const LIFECYCLE: &[&str] = &[
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "preprepare",
    "prepare",
    "postprepare",
    "dependencies",
];
/// Keys of a `package.json`, or of a pnpm workspace, that let packages run code while they are installed.
const TRUSTING: &[&str] = &["trustedDependencies", "onlyBuiltDependencies"];
/// Files that run while a package is built or the interpreter starts.
const BUILDERS: &[&str] = &[
    "build.rs",
    "setup.py",
    "binding.gyp",
    "sitecustomize.py",
    "usercustomize.py",
];
/// Parts of a setup file that run code of its own while it installs.
const HOOKS: &[&str] = &["cmdclass", "entry_points={\"distutils", "setup_hooks"];
/// Marks in lock files of a package that runs code while it is installed.
const LOCKED: &[(&str, &str)] = &[
    ("package-lock.json", "\"hasInstallScript\": true"),
    ("pnpm-lock.yaml", "requiresBuild: true"),
];

/// What was found at a line, and the words by which an author would name it.
struct Runs {
    line: u32,
    says: String,
    words: Vec<String>,
}

/// Judges the item.
///
/// # Errors
/// No file changed that can run code by itself, or one cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let files = evidence.change.files().iter();
    let looked: Vec<&FileChange> = files
        .filter(|file| {
            file.after().is_some() && is_watched(file.path()) && super::is_own(file.path(), settings)
        })
        .collect();
    if looked.is_empty() {
        return Err(Abstain::not_applicable(
            "no manifest, lock file or build script changed",
        ));
    }
    let (mut found, mut unknown) = (Vec::new(), None);
    for file in looked {
        match runs(file, evidence) {
            Ok(runs) => found.extend(
                runs.into_iter()
                    .filter_map(|runs| judge(file, runs, evidence, settings)),
            ),
            Err(why) => unknown = Some(why),
        }
    }
    unless_unknown(found, unknown)
}

fn is_watched(path: &RepoPath) -> bool {
    let name = path.name();
    let name = name.as_ref();
    !manifests::is_elsewhere(path)
        && (name == "package.json"
            || name == "Cargo.toml"
            || name == "pnpm-workspace.yaml"
            || BUILDERS.contains(&name)
            || LOCKED.iter().any(|(lock, _)| *lock == name)
            || name.ends_with(".pth"))
}

fn runs(file: &FileChange, evidence: &Evidence) -> Supplied<Vec<Runs>> {
    let name = file.path().name();
    Ok(match name.as_ref() {
        "package.json" => npm(file, evidence)?,
        "Cargo.toml" => added_lines(
            file,
            &|line| line.trim_start().starts_with("build = \""),
            "names a build script",
        ),
        "setup.py" if file.status != Status::Added => added_lines(
            file,
            &|line| HOOKS.iter().any(|hook| line.contains(hook)),
            "runs code of its own while it installs",
        ),
        "pnpm-workspace.yaml" => added_lines(
            file,
            &|line| TRUSTING.iter().any(|key| line.contains(key)),
            "lets packages run code while they are installed",
        ),
        name if LOCKED.iter().any(|(lock, _)| *lock == name) => {
            let marks = |line: &str| {
                LOCKED
                    .iter()
                    .any(|(lock, mark)| *lock == name && line.contains(mark))
            };
            let found = added_lines(
                file,
                &marks,
                "locks a package that runs code while it is installed",
            );
            // an upgrade of such a package is no news, and of several new ones the first is shown
            let gone = file.removed().filter(|line| marks(&line.text)).count();
            let new = found.len().saturating_sub(gone);
            found.into_iter().take(new.min(1)).collect()
        }
        _ if file.status == Status::Added => builder(file, evidence)?,
        _ => Vec::new(),
    })
}

/// A build script of Rust counts beside its manifest only; elsewhere the name is any module's.
fn builder(file: &FileChange, evidence: &Evidence) -> Supplied<Vec<Runs>> {
    let name = file.path().name().into_owned();
    let beside = |manifest: &str| {
        let folder = file.path().folder();
        let path = if folder.is_empty() {
            manifest.to_owned()
        } else {
            format!("{folder}/{manifest}")
        };
        RepoPath::new(path)
            .ok()
            .map(|path| evidence.change.entry(crate::finding::Side::Head, &path))
            .transpose()
    };
    if name == "build.rs" && beside("Cargo.toml")?.flatten().is_none() {
        return Ok(Vec::new());
    }
    Ok(vec![Runs {
        line: 1,
        says: format!("`{name}` is new and runs when the project is built or installed"),
        words: vec![name, "build script".to_owned()],
    }])
}

fn added_lines(file: &FileChange, marks: &dyn Fn(&str) -> bool, says: &str) -> Vec<Runs> {
    let found = file.added().filter(|line| marks(&line.text));
    found
        .map(|line| Runs {
            line: line.number,
            says: format!("`{}` {says}", file.path().name()),
            words: vec![
                "build script".to_owned(),
                "install script".to_owned(),
                "native".to_owned(),
            ],
        })
        .collect()
}

fn npm(file: &FileChange, evidence: &Evidence) -> Supplied<Vec<Runs>> {
    let read = |version: Option<&Version>| -> Supplied<Option<Node>> {
        let Some(version) = version else { return Ok(None) };
        let text = evidence.change.text(version)?;
        let text = manifests::document::text(text.as_bytes(), limits::MANIFEST_BYTES).and_then(Node::of_json);
        text.map(Some)
            .map_err(|problem| problem.unreadable(&version.path))
    };
    // a copy is a new file: what it was copied from still stands
    let before = read(file.before().filter(|_| file.status != Status::Copied))?;
    let Some(after) = read(file.after())? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for key in LIFECYCLE {
        let script = |root: Option<&Node>| root?.at(&["scripts", key])?.text().map(str::to_owned);
        let (old, new) = (script(before.as_ref()), script(Some(&after)));
        let Some(command) = new.filter(|new| Some(new) != old.as_ref()) else {
            continue;
        };
        let what = if old.is_some() {
            "runs another command"
        } else {
            "is new and runs"
        };
        let entry = after
            .get("scripts")
            .into_iter()
            .flat_map(Node::entries)
            .find(|entry| entry.key == *key);
        found.push(Runs {
            line: entry.map_or(1, |entry| entry.line),
            says: format!(
                "the script `{key}` {what} with every installation: `{}`",
                crate::escape::line(&command)
            ),
            words: vec![(*key).to_owned(), command],
        });
    }
    found.extend(trusted(before.as_ref(), &after));
    Ok(found)
}

fn trusted(before: Option<&Node>, after: &Node) -> Vec<Runs> {
    let listed = |root: Option<&Node>, key: &str| -> Vec<(u32, String)> {
        let list = root.and_then(|root| root.get(key).or_else(|| root.at(&["pnpm", key])));
        let items = list.map_or(&[][..], Node::items).iter();
        items
            .filter_map(|item| Some((item.line, item.text()?.to_owned())))
            .collect()
    };
    let mut found = Vec::new();
    for key in TRUSTING {
        let old = listed(before, key);
        let new = listed(Some(after), key).into_iter();
        found.extend(
            new.filter(|(_, name)| !old.iter().any(|(_, known)| known == name))
                .map(|(line, name)| Runs {
                    line,
                    says: format!(
                        "`{key}` lets `{}` run code while it is installed",
                        crate::escape::line(&name)
                    ),
                    words: vec![name],
                }),
        );
    }
    found
}

fn judge(file: &FileChange, runs: Runs, evidence: &Evidence, settings: &Settings) -> Option<Finding> {
    let task = evidence.task().ok();
    let approved = risk::approves("dependency", evidence, &settings.policy)
        || task.is_some_and(|task| task.names(file.path()) && file.path().name() != "package.json");
    if approved {
        return None;
    }
    let named = risk::declared(evidence, |text| {
        let lower = text.to_lowercase();
        runs.words
            .iter()
            .any(|word| risk::holds_word(&lower, &word.to_lowercase()))
    });
    let standing = named.map_or(Standing::Hidden, Standing::Declared);
    let finding = Finding::new(Place::line(file.path(), runs.line), runs.says);
    Some(match standing {
        Standing::Declared(place) => finding
            .because(format!("named by the author in {place}"))
            .at_most(Level::Info),
        Standing::Approved | Standing::Hidden => finding
            .because("whoever installs or builds the project runs it unasked")
            .fix("take it out, or say in the claims or the commit message what it does and why"),
    })
}
