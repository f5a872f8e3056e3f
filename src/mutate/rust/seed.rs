//! How are the dependencies that the project has compiled already used again, without writing into its folders?
//!
//! What belongs to other packages is linked or copied into a target folder of our own. Cargo recognises it there: the
//! hashes in the names do not depend on the folder.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// Folders of a profile whose entries are named `package-hash`.
const NAMED: &[&str] = &[".fingerprint", "build"];

/// Fills a target folder with what another one has of packages other than these. What cannot be had is compiled again.
pub(super) fn seed(from: &Path, into: &Path, members: &BTreeSet<String>) {
    for profile in profiles(from) {
        let Ok(below) = profile.strip_prefix(from) else {
            continue;
        };
        // a missing link costs time, nothing else
        seed_profile(&profile, &into.join(below), members).ok();
    }
}

/// `debug`, and `TRIPLE/debug`.
fn profiles(target: &Path) -> Vec<PathBuf> {
    let inner = entries(target).into_iter().map(|folder| folder.join("debug"));
    let all = std::iter::once(target.join("debug")).chain(inner);
    all.filter(|profile| profile.join(".fingerprint").is_dir())
        .collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(read) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = read.flatten().map(|entry| entry.path()).collect();
    found.sort();
    found
}

fn name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

fn seed_profile(from: &Path, into: &Path, members: &BTreeSet<String>) -> io::Result<()> {
    let mut hashes = BTreeSet::new();
    for folder in NAMED {
        for entry in entries(&from.join(folder)) {
            let Some((package, hash)) = name(&entry).rsplit_once('-') else {
                continue;
            };
            if members.contains(package) {
                continue;
            }
            hashes.insert(hash.to_owned());
            // Cargo and build scripts write in place here: a link would write into the project's folder
            copy_folder(&entry, &into.join(folder).join(name(&entry)), 0)?;
        }
    }
    let deps = into.join("deps");
    fs::create_dir_all(&deps)?;
    for entry in entries(&from.join("deps")) {
        let stem = name(&entry).split('.').next().unwrap_or_default();
        let hash = stem.rsplit_once('-').map(|(_, hash)| hash);
        if hash.is_some_and(|hash| hashes.contains(hash)) && entry.is_file() {
            link(&entry, &deps.join(name(&entry)))?;
        }
    }
    Ok(())
}

/// The compiler replaces what it writes here, so that a link is as good as a copy.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| copy(from, to))
}

/// With its time: Cargo takes what is younger than what it was made from for stale.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let time = fs::metadata(from)?.modified()?;
    fs::File::options().write(true).open(to)?.set_modified(time)
}

fn copy_folder(from: &Path, to: &Path, depth: usize) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in entries(from) {
        let kind = fs::symlink_metadata(&entry)?.file_type();
        let place = to.join(name(&entry));
        if kind.is_dir() && depth < crate::limits::TREE_DEPTH {
            copy_folder(&entry, &place, depth + 1)?;
        } else if kind.is_file() {
            copy(&entry, &place)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(root: &Path, name: &str) {
        let place = root.join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, name).unwrap();
    }

    #[test]
    fn what_belongs_to_members_is_left_and_nothing_of_the_project_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (from, into) = (folder.path().join("from"), folder.path().join("into"));
        for name in [
            "debug/.fingerprint/other-1/lib-other",
            "debug/.fingerprint/fee-2/lib-fee",
            "debug/build/other-3/out/made.rs",
            "debug/deps/libother-1.rlib",
            "debug/deps/libfee-2.rlib",
            "debug/deps/fee-2.d",
        ] {
            put(&from, name);
        }
        seed(&from, &into, &BTreeSet::from(["fee".to_owned()]));
        for (name, expected) in [
            ("debug/.fingerprint/other-1/lib-other", true),
            ("debug/.fingerprint/fee-2/lib-fee", false),
            ("debug/build/other-3/out/made.rs", true),
            ("debug/deps/libother-1.rlib", true),
            ("debug/deps/libfee-2.rlib", false),
            ("debug/deps/fee-2.d", false),
        ] {
            assert_eq!(into.join(name).exists(), expected, "{name}");
        }
        // Cargo writes in place there
        for name in [
            "debug/.fingerprint/other-1/lib-other",
            "debug/build/other-3/out/made.rs",
        ] {
            fs::write(into.join(name), "new").unwrap();
            assert_eq!(fs::read_to_string(from.join(name)).unwrap(), name);
        }
    }
}
