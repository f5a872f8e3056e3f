//! How are mutants shown that nobody has measured yet?

use std::fmt::Write as _;

use serde::Serialize;

use super::{Mutant, Plan, Shard};
use crate::escape;

/// The version of the JSON list.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct List<'p> {
    list: u32,
    universe: Universe<'p>,
    shard: String,
    unplanned: Vec<Unplanned>,
    elsewhere: Vec<String>,
    mutants: Vec<Listed<'p>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Universe<'p> {
    hash: String,
    mutants: usize,
    left_out: &'p std::collections::BTreeMap<String, usize>,
}

#[derive(Serialize)]
struct Unplanned {
    path: String,
    why: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Listed<'p> {
    id: &'p str,
    path: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    item: &'p str,
    operator: &'p str,
    original: &'p str,
    replacement: &'p str,
}

/// The mutants of a part as JSON.
pub fn json(plan: &Plan, shard: Shard) -> String {
    let universe = &plan.universe;
    let list = List {
        list: VERSION,
        universe: Universe {
            hash: universe.hash(),
            mutants: universe.mutants.len(),
            left_out: &universe.left_out,
        },
        shard: shard.to_string(),
        unplanned: plan
            .scope
            .unplanned
            .iter()
            .map(|(path, why)| Unplanned {
                path: path.to_string(),
                why: why.clone(),
            })
            .collect(),
        elsewhere: plan.scope.elsewhere.iter().map(ToString::to_string).collect(),
        mutants: by_place(plan, shard).into_iter().map(listed).collect(),
    };
    // plain text and numbers: nothing in it can fail
    let text = serde_json::to_string_pretty(&list).unwrap_or_default();
    format!("{text}\n")
}

fn listed(mutant: &Mutant) -> Listed<'_> {
    let fault = &mutant.fault;
    Listed {
        id: &mutant.id.0,
        path: mutant.path.to_string(),
        line: fault.span.first,
        column: fault.column,
        end_line: fault.span.last,
        end_column: fault.end_column,
        item: &fault.item,
        operator: fault.operator,
        original: &fault.original,
        replacement: &fault.replacement,
    }
}

/// The mutants of a part for a person, one a line, and how many there are.
pub fn text(plan: &Plan, shard: Shard) -> String {
    let mut out = String::new();
    let mutants = by_place(plan, shard);
    for mutant in &mutants {
        let fault = &mutant.fault;
        let (old, new) = (short(&fault.original), short(&fault.replacement));
        let what = if new.is_empty() {
            format!("`{old}` deleted")
        } else {
            format!("`{new}` instead of `{old}`")
        };
        let of = if fault.item.is_empty() {
            String::new()
        } else {
            format!(" in `{}`", escape::line(&fault.item))
        };
        // writing to a string cannot fail
        let _ = writeln!(
            out,
            "{}:{}:{}: {what}{of} ({}, {})",
            mutant.path, fault.span.first, fault.column, fault.operator, mutant.id
        );
    }
    for (path, why) in &plan.scope.unplanned {
        let _ = writeln!(out, "no mutant could be planned in {path}: {}", escape::line(why));
    }
    for (why, count) in &plan.universe.left_out {
        let _ = writeln!(out, "{count} left out: {}", escape::line(why));
    }
    let _ = writeln!(out, "{}", super::text::counted(mutants.len(), "mutant"));
    out
}

fn short(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    escape::cut(&escape::line(&one_line), 80).into_owned()
}

fn by_place(plan: &Plan, shard: Shard) -> Vec<&Mutant> {
    let mut mutants = shard.of(&plan.universe.mutants);
    mutants.sort_by_key(|mutant| {
        let fault = &mutant.fault;
        (&mutant.path, fault.span.first, fault.column, &mutant.id)
    });
    mutants
}
