//! How far do our verdicts and those of cargo-mutants agree, mutant by mutant?
//!
//! `agreement OURS THEIRS`: our report and the `outcomes.json` of cargo-mutants for the same code. Prints how many of the
//! mutants that both have are judged alike, and every other one.

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an example prints, and ends where its input is not what it says"
)]

use std::collections::BTreeMap;

type Key = (String, String, [u64; 4], String);

fn read(path: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn place(value: &serde_json::Value) -> [u64; 4] {
    let number = |end: &str, part: &str| value[end][part].as_u64().unwrap_or_default();
    [
        number("start", "line"),
        number("start", "column"),
        number("end", "line"),
        number("end", "column"),
    ]
}

/// Without white space: the tools set it differently.
fn dense(value: &serde_json::Value) -> String {
    text(value).split_whitespace().collect()
}

fn ours(path: &str) -> BTreeMap<Key, (String, String)> {
    let report = read(path);
    let mut found = BTreeMap::new();
    for (file, entry) in report["files"].as_object().into_iter().flatten() {
        for mutant in entry["mutants"].as_array().into_iter().flatten() {
            let key = (
                file.clone(),
                text(&mutant["mutatorName"]),
                place(&mutant["location"]),
                dense(&mutant["replacement"]),
            );
            found.insert(key, (text(&mutant["status"]), text(&mutant["statusReason"])));
        }
    }
    found
}

fn theirs(path: &str) -> BTreeMap<Key, String> {
    let report = read(path);
    let mut found = BTreeMap::new();
    for outcome in report["outcomes"].as_array().into_iter().flatten() {
        let mutant = &outcome["scenario"]["Mutant"];
        if mutant.is_object() {
            let key = (
                text(&mutant["file"]),
                text(&mutant["genre"]),
                place(&mutant["span"]),
                dense(&mutant["replacement"]),
            );
            found.insert(key, text(&outcome["summary"]));
        }
    }
    found
}

/// Noticed, not noticed, does not compile, not measured: what a verdict comes down to.
fn standing(status: &str) -> &'static str {
    match status {
        "Killed" | "Timeout" | "CaughtMutant" => "noticed",
        "Survived" | "NoCoverage" | "MissedMutant" => "not noticed",
        "CompileError" | "Unviable" => "unviable",
        _ => "not measured",
    }
}

/// What the two reports have in common.
#[derive(Default)]
struct Sum {
    equal: usize,
    different: usize,
    only_theirs: usize,
    not_measured: BTreeMap<String, usize>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(own), Some(other)) = (arguments.next(), arguments.next()) else {
        panic!("usage: agreement OURS THEIRS");
    };
    let (own, other) = (ours(&own), theirs(&other));
    let mut sum = Sum::default();
    for (key, theirs) in &other {
        let Some((ours, why)) = own.get(key) else {
            println!("only theirs: {theirs} {key:?}");
            sum.only_theirs += 1;
            continue;
        };
        match standing(ours) {
            "not measured" => {
                let reason = format!("{why}; theirs: {}", standing(theirs));
                *sum.not_measured.entry(reason).or_default() += 1;
            }
            standing_of_ours if standing_of_ours == standing(theirs) => sum.equal += 1,
            _ => {
                println!("ours {ours} ({why}), theirs {theirs}: {key:?}");
                sum.different += 1;
            }
        }
    }
    for (reason, count) in &sum.not_measured {
        println!("not measured by us: {count}: {reason}");
    }
    let both = sum.equal + sum.different;
    println!(
        "{} of {both} mutants that both measured are judged alike",
        sum.equal
    );
}
