//! How does a person read what the tests did not notice?

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{report::Sum, suggest};
use crate::{
    escape,
    evidence::mutation::{
        Baseline, Status,
        own::{Document, Envelope, File, Mutant},
    },
};

/// Tests named of one mutant.
const TESTS: usize = 5;
/// Bytes shown of one source line.
const LINE_BYTES: usize = 160;
/// Reasons and files named in one list.
const NAMED: usize = 10;

/// The report for a person: each mutant that was not noticed, what was not measured, and the sum. `accepted` are the
/// ids of those that may survive.
pub fn report(document: &Document, accepted: &BTreeSet<String>) -> String {
    let mut out = String::new();
    for (path, file) in &document.files {
        let open = || {
            file.mutants
                .iter()
                .filter(|mutant| !accepted.contains(&mutant.id))
        };
        for mutant in open().filter(|mutant| mutant.status.0 == Status::Survived) {
            fault(&mut out, path, file, mutant, item(document, mutant));
        }
        let mut unreached: BTreeMap<&str, Vec<&Mutant>> = BTreeMap::new();
        for mutant in open().filter(|mutant| mutant.status.0 == Status::NoCoverage) {
            unreached.entry(item(document, mutant)).or_default().push(mutant);
        }
        for (item, mutants) in unreached {
            match mutants.as_slice() {
                [one] => fault(&mut out, path, file, one, item),
                several => region(&mut out, path, several, item),
            }
        }
    }
    besides(&mut out, &document.config.countersign);
    sum(&mut out, document, Sum::of(document, accepted));
    out
}

fn item<'d>(document: &'d Document, mutant: &Mutant) -> &'d str {
    let detail = document.config.countersign.mutants.get(&mutant.id);
    detail.map_or("", |detail| &detail.item)
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // writing to a string cannot fail
    let _ = out.write_fmt(text);
    out.push('\n');
}

/// One mutant that was not noticed.
fn fault(out: &mut String, path: &str, file: &File, mutant: &Mutant, item: &str) {
    let start = mutant.location.start;
    let is_reached = mutant.status.0 == Status::Survived;
    let title = if is_reached { "survived" } else { "not covered" };
    line(
        out,
        format_args!("{title}: {}", escape::line(&mutant.description)),
    );
    let of = named(item);
    line(
        out,
        format_args!("  --> {}:{}:{}{of}", escape::line(path), start.line, start.column),
    );
    source(out, file, mutant);
    line(out, format_args!("   = {}", reached(mutant)));
    let advice = suggest::assertion(suggest::Fault {
        operator: &mutant.mutator_name,
        original: &original(file, mutant),
        replacement: &mutant.replacement,
        item,
        is_reached,
    });
    line(out, format_args!("   = {advice}"));
    let (operator, id) = (escape::line(&mutant.mutator_name), escape::line(&mutant.id));
    line(out, format_args!("   = {operator} {id}\n"));
}

/// Several mutants of one function that no test reaches: one test would reach them all.
fn region(out: &mut String, path: &str, mutants: &[&Mutant], item: &str) {
    let lines: BTreeSet<u32> = mutants.iter().map(|mutant| mutant.location.start.line).collect();
    let Some(first) = lines.first() else { return };
    let of = named(item);
    line(
        out,
        format_args!("not covered: {}{of}", counted(mutants.len(), "mutant")),
    );
    line(out, format_args!("  --> {}:{first}", escape::line(path)));
    let shown: Vec<String> = lines.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if lines.len() > NAMED { ", …" } else { "" };
    let noun = if lines.len() == 1 { "line" } else { "lines" };
    line(
        out,
        format_args!("   = no test reaches {noun} {}{more}", shown.join(", ")),
    );
    let advice = suggest::assertion(suggest::Fault {
        operator: "",
        original: "",
        replacement: "",
        item,
        is_reached: false,
    });
    line(out, format_args!("   = {advice}"));
    let ids = mutants.iter().take(NAMED);
    let ids: Vec<_> = ids.map(|mutant| escape::line(&mutant.id)).collect();
    let more = if mutants.len() > NAMED { " …" } else { "" };
    line(out, format_args!("   = {}{more}\n", ids.join(" ")));
}

/// ` in `item``, where there is one.
fn named(item: &str) -> String {
    if item.is_empty() {
        String::new()
    } else {
        format!(" in `{}`", escape::line(item))
    }
}

/// The first line of a mutant with its place marked.
fn source(out: &mut String, file: &File, mutant: &Mutant) {
    let start = mutant.location.start;
    let Some(text) = nth(&file.source, start.line) else {
        return;
    };
    // a tab has the width that the reader's terminal gives it: the mark would miss its place
    let text = text.trim_end().replace('\t', " ");
    let column = usize::try_from(start.column).unwrap_or(1).saturating_sub(1);
    let before = text
        .chars()
        .take(column)
        .take_while(|c| c.is_whitespace())
        .count();
    let length = text.chars().count().saturating_sub(column);
    let end = usize::try_from(mutant.location.end.column)
        .unwrap_or(1)
        .saturating_sub(1);
    let is_one_line = mutant.location.end.line == start.line;
    let marked = if is_one_line {
        end.saturating_sub(column).max(1)
    } else {
        length.max(1)
    };
    // the indentation of deep code says nothing
    let kept = before.min(4);
    let shown: String = text.chars().skip(before.saturating_sub(kept)).collect();
    let offset = column.saturating_sub(before.saturating_sub(kept));
    let number = start.line.to_string();
    let margin = " ".repeat(number.len());
    line(out, format_args!(" {margin} |"));
    line(
        out,
        format_args!(" {number} | {}", escape::cut(&escape::line(&shown), LINE_BYTES)),
    );
    if offset < LINE_BYTES {
        let mark = "^".repeat(marked.min(LINE_BYTES - offset));
        line(out, format_args!(" {margin} | {}{mark}", " ".repeat(offset)));
    }
}

fn nth(text: &str, number: u32) -> Option<&str> {
    text.lines().nth(usize::try_from(number).ok()?.checked_sub(1)?)
}

/// The text that a mutant replaced; its first line where it has several.
fn original(file: &File, mutant: &Mutant) -> String {
    let place = mutant.location;
    let text = nth(&file.source, place.start.line).unwrap_or_default();
    let column = |number: u32| usize::try_from(number).unwrap_or(1).saturating_sub(1);
    let rest = text.chars().skip(column(place.start.column));
    if place.start.line == place.end.line {
        rest.take(column(place.end.column).saturating_sub(column(place.start.column)))
            .collect()
    } else {
        rest.collect()
    }
}

fn reached(mutant: &Mutant) -> String {
    let count = mutant.covered_by.len();
    if mutant.status.0 == Status::NoCoverage {
        return "no test reaches it".to_owned();
    }
    if count == 0 {
        return format!("{} tests ran on it, and none failed", mutant.tests_completed);
    }
    let shown: Vec<String> = mutant
        .covered_by
        .iter()
        .take(TESTS)
        .map(|test| format!("`{}`", escape::cut(&escape::line(test), 120)))
        .collect();
    let more = match count.saturating_sub(TESTS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("reached by {}{more}, and none failed", shown.join(", "))
}

/// What else the reader must know: what was not measured, and why.
fn besides(out: &mut String, envelope: &Envelope) {
    for (why, count) in envelope.not_measured.iter().take(NAMED) {
        line(out, format_args!("not measured: {count}: {}", escape::line(why)));
    }
    for (path, why) in envelope.unplanned.iter().take(NAMED) {
        let (path, why) = (escape::line(path), escape::line(why));
        line(out, format_args!("not measured: {path}: {why}"));
    }
    for silence in envelope.silences.iter().take(NAMED) {
        line(
            out,
            format_args!(
                "note: {}:{} asks for no mutants and is added by this change: they were measured all the same",
                escape::line(&silence.path),
                silence.line
            ),
        );
    }
    if !envelope.elsewhere.is_empty() {
        let files: Vec<_> = envelope
            .elsewhere
            .iter()
            .take(NAMED)
            .map(|file| escape::line(file))
            .collect();
        line(
            out,
            format_args!(
                "note: faults are made in Rust and Python only, not in {} ({}); give another tool's report to `check --mutation`",
                counted(envelope.elsewhere.len(), "changed file"),
                files.join(", ")
            ),
        );
    }
    for (why, count) in &envelope.universe.left_out {
        line(out, format_args!("note: {count} left out: {}", escape::line(why)));
    }
    for note in &envelope.notes {
        line(out, format_args!("note: {}", escape::line(note)));
    }
}

fn sum(out: &mut String, document: &Document, sum: Sum) {
    let envelope = &document.config.countersign;
    let part = match envelope.shard.of {
        1 => String::new(),
        of => format!(" (part {} of {of})", envelope.shard.part),
    };
    if envelope.baseline == Baseline::Failed {
        line(
            out,
            format_args!("the tests fail without any mutant: nothing can be measured{part}"),
        );
        return;
    }
    if envelope.universe.mutants == 0 {
        line(out, format_args!("nothing to measure: {}", why_nothing(envelope)));
        return;
    }
    let mut parts = vec![
        format!("{} noticed", sum.noticed()),
        format!("{} survived", sum.survived),
        format!("{} not covered", sum.not_covered),
    ];
    for (count, what) in [
        (sum.accepted, "accepted"),
        (sum.unviable, "unviable"),
        (sum.pending, "not measured"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let score = sum
        .score()
        .map_or_else(String::new, |score| format!("; score {score}"));
    line(
        out,
        format_args!(
            "{}{part}: {}{score}",
            counted(sum.all(), "mutant"),
            parts.join(", ")
        ),
    );
}

fn why_nothing(envelope: &Envelope) -> &'static str {
    if !envelope.unplanned.is_empty() {
        "no file in scope could be planned"
    } else if !envelope.universe.left_out.is_empty() {
        "every fault was left out, as said above"
    } else if !envelope.elsewhere.is_empty() {
        "the production code in scope is in other languages"
    } else if envelope.configuration.all {
        "there is no production code in which a fault could be made"
    } else {
        "no line of production code was added or changed in which a fault could be made"
    }
}

/// `1 mutant`, `2 mutants`.
pub fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}
