//! Which locked packages come from elsewhere than before, or lost their checksum?

use std::collections::{BTreeMap, BTreeSet};

use super::{Locked, Source};
use crate::{
    evidence::{
        change::{Change, FileChange},
        manifests::{Declared, Ecosystem, Origin, compare::Compared},
    },
    finding::Unproven,
};

/// What a lock says differently about packages that it should say the same about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shift {
    /// They come from elsewhere: from where, and to where.
    Source {
        /// Before; `None` for packages that are new to the lock.
        from: Option<Source>,
        /// Now.
        to: Source,
    },
    /// The same version has another checksum.
    ChecksumChanged,
    /// The same version has no checksum any more.
    ChecksumRemoved,
}

/// The packages with one kind of shift: the lines and names, in the order of the lock.
pub type Shifts = BTreeMap<Shift, Vec<(u32, String)>>;

/// Compares both sides of a lock file; `None` where it is none, or has one side only.
///
/// # Errors
/// A side cannot be read.
pub fn compare(change: &Change, file: &FileChange, manifests: &Compared) -> Result<Option<Shifts>, Unproven> {
    let (Some(old), Some(new)) = (file.before(), file.after()) else {
        return Ok(None);
    };
    let (Some((ecosystem, format)), true) =
        (super::format(&new.path), old.mode.is_file() && new.mode.is_file())
    else {
        return Ok(None);
    };
    let before = super::read(&old.path, format, &change.bytes(old)?)?;
    let after = super::read(&new.path, format, &change.bytes(new)?)?;
    let explained = Explained::of(ecosystem, manifests);
    Ok(Some(shifts(&before, &after, &explained)))
}

/// What the manifests already say about sources: judged there, not a second time in the lock.
struct Explained<'a> {
    names: BTreeSet<&'a str>,
    sources: BTreeSet<Source>,
    /// Sources that a manifest asked for at base and asks for no more.
    left: BTreeSet<Source>,
}

impl<'a> Explained<'a> {
    fn of(ecosystem: Ecosystem, manifests: &'a Compared) -> Self {
        let entries = manifests
            .entries
            .iter()
            .filter(|entry| entry.ecosystem == ecosystem);
        let origin = |side: &Option<Declared>| side.as_ref().map(|side| side.origin.clone());
        let moved = entries
            .clone()
            .filter(|entry| origin(&entry.before) != origin(&entry.after));
        let plain = |origin: &Origin| matches!(origin, Origin::Registry | Origin::Workspace);
        let source = |side: &Option<Declared>| match &side.as_ref()?.origin {
            Origin::Git(url) => Some(Source::git(url)),
            Origin::Url(url) => Some(Source::host("url", url)),
            Origin::OtherRegistry(url) => Some(Source::host("registry", url)),
            Origin::Registry | Origin::Path(_) | Origin::Workspace => None,
        };
        let sources: BTreeSet<Source> = entries.clone().filter_map(|entry| source(&entry.after)).collect();
        let left = entries.filter_map(|entry| source(&entry.before));
        Self {
            names: moved
                .filter(|entry| {
                    ![&entry.before, &entry.after]
                        .into_iter()
                        .flatten()
                        .all(|side| plain(&side.origin))
                })
                .filter_map(|entry| Some(entry.shown()?.name.as_str()))
                .collect(),
            left: left.filter(|source| !sources.contains(source)).collect(),
            sources,
        }
    }

    fn covers(&self, locked: &Locked, source: &Source) -> bool {
        self.names.contains(locked.name.as_str()) || self.sources.contains(source)
    }

    /// Whether a package came along from a source that the manifests gave up, to one that the lock used already.
    fn came_along(&self, from: &BTreeSet<&Source>, to: &Source, known: &BTreeSet<&Source>) -> bool {
        !from.is_empty() && from.iter().all(|source| self.left.contains(*source)) && known.contains(to)
    }
}

fn shifts(before: &[Locked], after: &[Locked], explained: &Explained<'_>) -> Shifts {
    let base = Base::of(before);
    let mut found = Shifts::new();
    for locked in after {
        let kinds = base
            .moved(locked, explained)
            .into_iter()
            .chain(base.unchecked(locked));
        for kind in kinds {
            let packages: &mut Vec<(u32, String)> = found.entry(kind).or_default();
            if packages.iter().all(|(_, name)| *name != locked.name) || packages.len() > 100 {
                packages.push((locked.line, locked.name.clone()));
            }
        }
    }
    let kept: BTreeSet<(&str, &str)> = after
        .iter()
        .filter(|locked| !locked.checksums.is_empty())
        .map(|locked| (locked.name.as_str(), locked.version.as_str()))
        .collect();
    let dropped = after.iter().filter(|locked| {
        let key = (locked.name.as_str(), locked.version.as_str());
        let sourced = locked.source.is_some() || base.sourced.contains(&key);
        base.checksums.contains_key(&key)
            && !kept.contains(&key)
            && sourced
            && !explained.names.contains(key.0)
    });
    let dropped: Vec<(u32, String)> = dropped.map(|locked| (locked.line, locked.name.clone())).collect();
    if !dropped.is_empty() {
        found.insert(Shift::ChecksumRemoved, dropped);
    }
    found
}

/// What the base's lock says, by name and version.
struct Base<'a> {
    sources: BTreeMap<&'a str, BTreeSet<&'a Source>>,
    versions: BTreeMap<(&'a str, &'a str), BTreeSet<&'a Source>>,
    all: BTreeSet<&'a Source>,
    sourced: BTreeSet<(&'a str, &'a str)>,
    checksums: BTreeMap<(&'a str, &'a str), BTreeMap<&'a str, BTreeSet<&'a str>>>,
}

impl<'a> Base<'a> {
    fn of(entries: &'a [Locked]) -> Self {
        let mut base = Self {
            sources: BTreeMap::new(),
            versions: BTreeMap::new(),
            all: BTreeSet::new(),
            sourced: BTreeSet::new(),
            checksums: BTreeMap::new(),
        };
        for locked in entries {
            let key = (locked.name.as_str(), locked.version.as_str());
            if let Some(source) = &locked.source {
                base.sources.entry(key.0).or_default().insert(source);
                base.versions.entry(key).or_default().insert(source);
                base.all.insert(source);
                base.sourced.insert(key);
            }
            for (of, digest) in &locked.checksums {
                let known = base.checksums.entry(key).or_default();
                known.entry(of).or_default().insert(digest);
            }
        }
        base
    }

    /// Whether a package comes from a place that the base's lock does not know for it; a package new to the lock,
    /// from a place that the lock does not know at all.
    fn moved(&self, locked: &Locked, explained: &Explained<'_>) -> Option<Shift> {
        let source = locked.source.as_ref()?;
        if self.all.is_empty() || explained.covers(locked, source) {
            return None;
        }
        let version = self
            .versions
            .get(&(locked.name.as_str(), locked.version.as_str()));
        let known = version
            .or_else(|| self.sources.get(locked.name.as_str()))
            .unwrap_or(&self.all);
        if known.contains(source) {
            return None;
        }
        let same_name = self.sources.get(locked.name.as_str());
        if same_name.is_some_and(|from| explained.came_along(from, source, &self.all)) {
            return None;
        }
        Some(Shift::Source {
            from: same_name.and_then(|sources| sources.first().copied().cloned()),
            to: source.clone(),
        })
    }

    /// Whether the same version of the same file has another checksum.
    fn unchecked(&self, locked: &Locked) -> Option<Shift> {
        let known = self
            .checksums
            .get(&(locked.name.as_str(), locked.version.as_str()))?;
        let differs = locked.checksums.iter().any(|(of, digest)| {
            let known = known.get(of.as_str());
            known.is_some_and(|known| !known.contains(digest.as_str()))
        });
        differs.then_some(Shift::ChecksumChanged)
    }
}
