//! How do the reports of all parts become one?
//!
//! Only parts of one universe, on one tree, made by one program in one way are joined, each exactly once. What comes
//! out is checked like any other report: its ids must have the hash that every part has named.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::mutation::own::{Document, Envelope, Part, Test};

/// Missing parts that a message names.
const NAMED: usize = 10;

/// Joins the reports of all parts; each comes with the name of its file.
///
/// # Errors
/// Says which part does not fit, and why.
pub fn merge(parts: Vec<(String, Document)>) -> Result<Document, String> {
    let mut parts = parts.into_iter();
    let (first, mut whole) = parts.next().ok_or("there is no part")?;
    let of = whole.config.countersign.shard.of;
    let mut seen = BTreeMap::from([(whole.config.countersign.shard.part, first.clone())]);
    for (name, part) in parts {
        fits(&whole, &part).map_err(|why| format!("`{name}` does not fit to `{first}`: {why}"))?;
        if let Some(twin) = seen.insert(part.config.countersign.shard.part, name.clone()) {
            let number = part.config.countersign.shard.part;
            return Err(format!("`{twin}` and `{name}` are both part {number} of {of}"));
        }
        join(&mut whole, part).map_err(|why| format!("`{name}`: {why}"))?;
    }
    let missing: Vec<String> = (1..=of)
        .filter(|number| !seen.contains_key(number))
        .take(NAMED)
        .map(|number| format!("{number}/{of}"))
        .collect();
    if !missing.is_empty() {
        return Err(format!(
            "not all parts are there; missing: {}",
            missing.join(", ")
        ));
    }
    in_its_part(&whole)?;
    whole.config.countersign.shard = Part { part: 1, of: 1 };
    whole.sort();
    whole.config.countersign.check(whole.ids())?;
    Ok(whole)
}

/// Whether two parts are of one run.
fn fits(one: &Document, other: &Document) -> Result<(), &'static str> {
    let (own, its) = (&one.config.countersign, &other.config.countersign);
    let same = [
        (
            one.framework == other.framework,
            "another version of this program made it",
        ),
        (own.base == its.base, "it has another base"),
        (one.config.commit == other.config.commit, "it has another head"),
        (own.tree == its.tree, "it was measured on another tree"),
        (
            own.configuration == its.configuration,
            "it was made with another configuration",
        ),
        (
            own.universe == its.universe,
            "its mutants are of another universe",
        ),
        (
            own.shard.of == its.shard.of,
            "it is one of another number of parts",
        ),
        (
            same_plan(own, its),
            "it found other files or silences in the same tree",
        ),
    ];
    same.into_iter()
        .find(|(fits, _)| !fits)
        .map_or(Ok(()), |(_, why)| Err(why))
}

fn same_plan(own: &Envelope, its: &Envelope) -> bool {
    own.unplanned == its.unplanned && own.elsewhere == its.elsewhere && own.silences == its.silences
}

fn join(whole: &mut Document, part: Document) -> Result<(), String> {
    let its = part.config.countersign;
    // a part without a mutant ran no test
    let (mine, theirs) = (
        whole.config.countersign.mutants.is_empty(),
        its.mutants.is_empty(),
    );
    let own = &mut whole.config.countersign;
    own.baseline = match (mine, theirs) {
        (true, false) => its.baseline,
        (false, false) => own.baseline.max(its.baseline),
        (_, true) => own.baseline,
    };
    own.notes.extend(its.notes);
    for (why, count) in its.not_measured {
        *own.not_measured.entry(why).or_default() += count;
    }
    for (id, detail) in its.mutants {
        if own.mutants.insert(id.clone(), detail).is_some() {
            return Err(format!(
                "mutant `{}` is in another part too",
                crate::escape::line(&id)
            ));
        }
    }
    for (path, file) in part.files {
        match whole.files.get_mut(&path) {
            None => {
                whole.files.insert(path, file);
            }
            Some(known) if known.source == file.source && known.language == file.language => {
                known.mutants.extend(file.mutants);
            }
            Some(_) => {
                let path = crate::escape::line(&path);
                return Err(format!("it has another source of `{path}`"));
            }
        }
    }
    for (path, file) in part.test_files {
        let tests: &mut BTreeSet<Test> = &mut whole.test_files.entry(path).or_default().tests;
        tests.extend(file.tests);
    }
    Ok(())
}

/// Whether every id is there, and no other: together they must be those that all parts counted.
fn in_its_part(whole: &Document) -> Result<(), String> {
    let universe = &whole.config.countersign.universe;
    let listed = whole.ids().count();
    if listed != universe.mutants {
        return Err(format!(
            "all parts together list {listed} mutants of {}: one has no verdict",
            universe.mutants
        ));
    }
    Ok(())
}
