//! Did files come in that a reviewer cannot read, or that act by being there?
//!
//! Binaries, links, submodules, executables and large files. What the policy lists as `assets` is left alone.

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Change, Content, FileChange, Mode, Status, Version},
    },
    finding::{Abstain, Finding, Judged, Level, Place, Side, Unproven, unless_unknown},
    kinds::FileKind,
    path::RepoPath,
    risk::{self, Standing},
};

/// Judges the item.
///
/// # Errors
/// Nothing is there after the change, or a new file cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let change = &evidence.change;
    let files: Vec<(&FileChange, &Version)> = change
        .files()
        .iter()
        .filter_map(|file| Some((file, file.after()?)))
        .filter(|(_, version)| !settings.policy.scope.assets.matches(&version.path))
        .collect();
    if files.is_empty() {
        return Err(Abstain::not_applicable("no file was added or edited"));
    }
    let mut findings = Vec::new();
    let mut unread = None;
    for (file, version) in files {
        match judge(file, version, evidence, settings) {
            Ok(found) => findings.extend(found),
            Err(why) => unread = Some(why),
        }
    }
    unless_unknown(findings, unread)
}

fn judge(
    file: &FileChange,
    version: &Version,
    evidence: &Evidence,
    settings: &Settings,
) -> Result<Option<Finding>, Unproven> {
    let change = &evidence.change;
    match version.mode {
        Mode::Symlink if has_new_content(file) => link(file, version, change).map(Some),
        Mode::Submodule if has_new_content(file) => submodule(file, version, change).map(Some),
        Mode::Symlink | Mode::Submodule => Ok(None),
        Mode::File | Mode::Executable => match content(file, version, evidence, settings)? {
            Some(finding) => Ok(Some(finding)),
            None => executable(file, version, evidence, settings),
        },
    }
}

fn has_new_content(file: &FileChange) -> bool {
    match (file.before(), file.after()) {
        (Some(old), Some(new)) => (&old.id, old.mode) != (&new.id, new.mode),
        (Some(_), None) | (None, _) => true,
    }
}

fn link(file: &FileChange, version: &Version, change: &Change) -> Result<Finding, Unproven> {
    let path = &version.path;
    // the target is the whole content of a link, so a patch shows it too
    let target = match file.added().next() {
        Some(line) => line.text.to_string(),
        None => change.text(version)?,
    };
    let shown = crate::escape::line(&target);
    let where_to = match destination(path, &target) {
        Destination::Inside => "",
        Destination::Absolute => ", an absolute path",
        Destination::Outside => ", outside the repository",
        Destination::Git => ", inside the repository's own `.git`",
    };
    let says = format!(
        "`{path}` is a symbolic link to `{}`{where_to}",
        crate::escape::cut(&shown, 200)
    );
    let finding = Finding::new(Place::File(path.clone()), says)
        .because("whoever reads or writes this path reaches the target instead")
        .fix("commit the file itself, or a relative link that stays inside the repository");
    Ok(if where_to.is_empty() {
        finding.at_most(Level::Info)
    } else {
        finding
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Destination {
    Inside,
    Absolute,
    Outside,
    Git,
}

/// Where a link leads, by its text alone.
fn destination(path: &RepoPath, target: &str) -> Destination {
    let drive = target.get(1..2) == Some(":");
    if target.starts_with(['/', '\\', '~']) || drive {
        return Destination::Absolute;
    }
    let folder = path.folder();
    let mut at: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if at.is_empty() => return Destination::Outside,
            ".." => drop(at.pop()),
            name => at.push(name),
        }
    }
    let git = at.first().is_some_and(|first| first.eq_ignore_ascii_case(".git"));
    if git {
        Destination::Git
    } else {
        Destination::Inside
    }
}

fn submodule(file: &FileChange, version: &Version, change: &Change) -> Result<Finding, Unproven> {
    let path = &version.path;
    let says = match file.before().filter(|old| old.mode == Mode::Submodule) {
        Some(old) => format!(
            "submodule `{path}` moves from {} to {}",
            old.id.short(),
            version.id.short()
        ),
        None => format!("`{path}` is a submodule at {}", version.id.short()),
    };
    let mut finding = Finding::new(Place::File(path.clone()), says)
        .because("its files are not part of this repository and were not judged");
    let listed = RepoPath::new(".gitmodules").map(|list| change.entry(Side::Head, &list));
    if let Ok(Ok(None)) = listed {
        finding = finding
            .because("there is no `.gitmodules`: a repository was committed inside this one, and clones will lack it")
            .fix(format!("remove the nested repository's `.git` and commit its files, or take `{path}` out"));
    }
    Ok(finding)
}

fn content(
    file: &FileChange,
    version: &Version,
    evidence: &Evidence,
    settings: &Settings,
) -> Result<Option<Finding>, Unproven> {
    let path = &version.path;
    let was_binary = file.status != Status::Added && file.status != Status::TypeChanged;
    if was_binary || settings.kinds.of(path) == FileKind::Lock {
        return Ok(None);
    }
    let finding = |says: String| Finding::new(Place::File(path.clone()), says);
    match &file.content {
        Content::Text(_) => {
            let size: u64 = file.added().map(|line| line.text.len() as u64 + 1).sum();
            Ok(large(path, size, settings).map(finding))
        }
        Content::Opaque(why) => match evidence.change.bytes(version) {
            Err(Unproven::Unreadable(why)) => Err(Unproven::Unreadable(format!("`{path}`: {why}"))),
            Ok(_) | Err(_) => Ok(Some(finding(format!(
                "`{path}` is added and cannot be judged by its content: {why}"
            )))),
        },
        Content::Binary => Ok(Some(binary(path, evidence.change.bytes(version).ok(), settings))),
    }
}

/// A patch may say that a file is binary without its bytes.
fn binary(path: &RepoPath, bytes: Option<Vec<u8>>, settings: &Settings) -> Finding {
    let finding = |says: String| Finding::new(Place::File(path.clone()), says);
    let Some(bytes) = bytes else {
        return finding(format!("`{path}` is an added binary file"));
    };
    let found = finding(format!(
        "`{path}` is an added binary file of {} bytes",
        bytes.len()
    ));
    if let Some(big) = large(path, bytes.len() as u64, settings) {
        return found.because(big);
    }
    if is_media(&bytes) {
        return found.at_most(Level::Info);
    }
    let what = loadable(&bytes).map(|what| format!("it is {what}"));
    what.into_iter().fold(found, Finding::because)
}

fn large(path: &RepoPath, size: u64, settings: &Settings) -> Option<String> {
    let most = settings.policy.scope.max_file_bytes;
    (size > most && settings.kinds.of(path) != FileKind::Lock)
        .then(|| format!("`{path}` has {size} bytes; files of more than {most} are listed"))
}

/// Code that a system or a runtime loads as it is, by its first bytes.
fn loadable(bytes: &[u8]) -> Option<&'static str> {
    let table: &[(&[u8], &str)] = &[
        (b"\x7fELF", "a program or library (ELF)"),
        (b"MZ", "a program or library (Windows)"),
        (b"\xcf\xfa\xed\xfe", "a program or library (Mach-O)"),
        (b"\xca\xfe\xba\xbe", "Java bytecode or a universal Mach-O file"),
        (b"\0asm", "WebAssembly"),
        (b"PK\x03\x04", "a ZIP archive, perhaps of code"),
        (b"\x1f\x8b", "a gzip archive"),
    ];
    table
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, what)| *what)
}

/// Pictures, fonts and documents, by their first bytes and never by their names.
fn is_media(bytes: &[u8]) -> bool {
    let table: &[&[u8]] = &[
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF8",
        b"RIFF",
        b"\0\0\x01\0",
        b"wOFF",
        b"wOF2",
        b"%PDF-",
    ];
    table.iter().any(|magic| bytes.starts_with(magic))
}

/// A file that may be run now and could not before. A script that says what runs it is what the bit is for.
fn executable(
    file: &FileChange,
    version: &Version,
    evidence: &Evidence,
    settings: &Settings,
) -> Result<Option<Finding>, Unproven> {
    let was = file.before().is_some_and(|old| old.mode == Mode::Executable);
    if version.mode != Mode::Executable || was {
        return Ok(None);
    }
    let mut classes = settings
        .risks
        .of(file, &settings.kinds)
        .filter(|class| class.id == "permission");
    if classes.any(|class| risk::standing(class, file, evidence, &settings.policy) == Standing::Approved) {
        return Ok(None);
    }
    let path = &version.path;
    let finding = Finding::new(Place::File(path.clone()), format!("`{path}` became executable")).fix(
        format!("take the executable bit of `{path}` away unless it is meant to be run"),
    );
    let script = is_script(file, version, &evidence.change)?;
    Ok(Some(if script {
        finding.at_most(Level::Info)
    } else {
        finding
    }))
}

fn is_script(file: &FileChange, version: &Version, change: &Change) -> Result<bool, Unproven> {
    if let Some(first) = file.added().find(|line| line.number == 1) {
        return Ok(first.text.starts_with("#!"));
    }
    Ok(change.bytes(version)?.starts_with(b"#!"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_somewhere() {
        let path = RepoPath::new("a/b/link").unwrap();
        for (target, leads) in [
            ("../c", Destination::Inside),
            ("../../x", Destination::Inside),
            ("../../../x", Destination::Outside),
            ("x/../../../../y", Destination::Outside),
            ("/etc/passwd", Destination::Absolute),
            ("C:\\x", Destination::Absolute),
            ("../../.git/hooks/pre-commit", Destination::Git),
            ("../../.GIT/config", Destination::Git),
            ("../../.gitignore", Destination::Inside),
        ] {
            assert_eq!(destination(&path, target), leads, "{target}");
        }
    }

    #[test]
    fn first_bytes_tell_what_a_binary_is() {
        assert!(is_media(b"\x89PNG\r\n\x1a\n...") && loadable(b"\x89PNG\r\n\x1a\n").is_none());
        assert!(!is_media(b"\x7fELF...") && loadable(b"\x7fELF\x02").is_some());
    }
}
