//! Which faults are part of what was built?
//!
//! Code behind a feature or a platform that is not set looks as if no test reached it; it was not there to be reached.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use super::{
    compile::Workshop,
    conditions::Settings,
    schema::{Fate, File, Schema},
    wrap::Unit,
};

const ABSENT: &str = "it is not compiled with these features and on this platform";

/// One run of the compiler.
struct Compiled {
    unit: Unit,
    files: BTreeSet<PathBuf>,
}

/// How the compiler was started for each crate.
pub(super) fn units(workshop: &Workshop) -> Vec<Unit> {
    let Ok(entries) = fs::read_dir(workshop.places.units()) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: &PathBuf| serde_json::from_slice(&fs::read(path).ok()?).ok();
    paths.iter().filter_map(read).collect()
}

/// Says of the live mutants which are not part of any crate that was built.
pub(super) fn leave_out(schema: &mut Schema, workshop: &Workshop, units: &[Unit]) {
    let all: Vec<Compiled> = units
        .iter()
        .map(|unit| Compiled {
            files: files(workshop, unit),
            unit: unit.clone(),
        })
        .collect();
    let mut known: BTreeMap<usize, Settings> = BTreeMap::new();
    let mut absent = Vec::new();
    for file in &schema.files {
        let own: Vec<usize> = (0..all.len())
            .filter(|index| all.get(*index).is_some_and(|one| one.files.contains(&file.place)))
            .collect();
        for site in &file.sites.sites {
            let is_there = own.iter().any(|index| {
                site.conditions.is_empty() || {
                    let settings = known.entry(*index).or_insert_with(|| {
                        let unit = all.get(*index).map(|one| &one.unit);
                        unit.map(|unit| workshop.settings(unit)).unwrap_or_default()
                    });
                    site.conditions.iter().all(|one| one.may_hold(settings))
                }
            });
            if !is_there {
                absent.extend(numbers(file, &site.faults));
            }
        }
    }
    for number in absent {
        schema.leave_out(number, Fate::Not(ABSENT.to_owned()));
    }
}

fn numbers(file: &File, faults: &[usize]) -> Vec<u32> {
    faults
        .iter()
        .filter_map(|fault| file.asked.get(*fault).copied().flatten())
        .collect()
}

/// The files that a crate was made from, as the compiler lists them: the way Make does.
fn files(workshop: &Workshop, unit: &Unit) -> BTreeSet<PathBuf> {
    let list = unit.list().map(|list| workshop.root.join(list));
    let text = list
        .and_then(|list| fs::read_to_string(list).ok())
        .unwrap_or_default();
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((_, names)) = line.split_once(": ") else {
            continue;
        };
        let hidden = names.replace("\\ ", "\0");
        found.extend(
            hidden
                .split_whitespace()
                .map(|name| workshop.root.join(name.replace('\0', " "))),
        );
    }
    found
}
