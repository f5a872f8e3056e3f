//! How does a person read the verdict? In the style of rustc: what, where, the evidence, the fix; then what is not
//! proven; the verdict last. The lightest finding comes first, so that the heaviest stands next to the verdict.
//!
//! The only file that names the diagnostics library. It does not escape paths and labels, but every text in a
//! [`Report`] already is.

use std::{
    io::{self, Write},
    ops::Range,
};

use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Tone, Origin, Renderer, Snippet as Source,
    renderer::{
        DEFAULT_EMPHASIS_STYLE, DEFAULT_ERROR_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE, Style,
    },
};

use super::{
    Look, Read, Report, SHOWN_FINDINGS, Shown, ShownClaim, ShownFinding, Snippet, State, Summary, Tests,
};
use crate::{
    escape,
    finding::{Kind, Level, Place},
    limits,
    verdict::Verdict,
};

/// Bytes of a place that are shown: a test may be called anything.
const PLACE_BYTES: usize = 300;
/// Names of checks that one line spells out; more are only counted.
const NAMES: usize = 4;

/// Writes the report.
///
/// # Errors
/// The output cannot be written.
pub fn write(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(look);
    for level in [Level::Info, Level::Warn, Level::Deny] {
        page.findings(report, level, out)?;
    }
    page.lacking(report, out)?;
    page.side_notes(report, out)?;
    page.provenance(report, out)?;
    page.verdict(report, out)
}

/// How this report looks.
struct Page {
    renderer: Renderer,
    color: bool,
}

impl Page {
    fn new(look: Look) -> Self {
        let renderer = if look.color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        Self {
            renderer: renderer.term_width(look.width),
            color: look.color,
        }
    }

    /// The findings of one level, at most [`SHOWN_FINDINGS`] a check.
    fn findings(&self, report: &Report, level: Level, out: &mut dyn Write) -> io::Result<()> {
        for item in report.items.iter().filter(|item| item.state == State::Broken) {
            let of_level = |finding: &&ShownFinding| finding.level == level;
            let shown = item.findings.iter().take(SHOWN_FINDINGS).filter(of_level);
            let mut told: Vec<&str> = Vec::new();
            for finding in shown {
                let mut group = finding_group(item.id, finding);
                let page = finding.page.as_deref().unwrap_or(item.id);
                if !told.contains(&page) {
                    told.push(page);
                    group = group.element(Tone::HELP.message(format!("countersign explain {page}")));
                }
                self.group(group, out)?;
            }
            let hidden = item.findings.iter().skip(SHOWN_FINDINGS).filter(of_level).count();
            if hidden > 0 {
                let text = format!("and {hidden} more of `{}`: see `--report json`", item.id);
                writeln!(out, "{}\n", self.painted(text, DEFAULT_EMPHASIS_STYLE))?;
            }
        }
        Ok(())
    }

    /// What keeps the run from passing although nothing there is broken: as loud as a broken item, one block a cause.
    fn lacking(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for (why, names) in by_cause(
            report
                .lacking
                .iter()
                .map(|(what, why)| (why.as_str(), what.as_str())),
        ) {
            let Some((first, rest)) = names.split_first() else {
                continue;
            };
            let title = Tone::WARNING.with_name("unproven").primary_title(why).id(*first);
            let mut group = Group::with_title(title);
            if !rest.is_empty() {
                let also = format!("keeps from being proven: {}", rest.join(", "));
                group = group.element(Tone::NOTE.with_name("also").message(also));
            }
            let help = "the run cannot pass without this: it was handed in, or `require` names it";
            self.group(group.element(Tone::HELP.message(help)), out)?;
        }
        Ok(())
    }

    /// One line each: what else is not proven, what a waiver silenced, what the reader must know.
    fn side_notes(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut lines = Vec::new();
        let required = |item: &&Shown| !report.lacking.iter().any(|(what, _)| what == item.id);
        let unproven = report.items.iter().filter(|item| item.state == State::Unproven);
        let (wanting, others): (Vec<&Shown>, Vec<&Shown>) = unproven
            .filter(required)
            .partition(|item| item.not_supplied.is_some());
        let others = others.into_iter();
        for (why, names) in by_cause(others.map(|item| (item.why.as_deref().unwrap_or_default(), item.id))) {
            lines.push(("not proven", format!("{}: {why}", listed(&names))));
        }
        lines.extend(wants(&wanting).map(|wants| ("not proven", wants)));
        for (standing, word) in [("unproven", "not proven"), ("not checked", "not checked")] {
            lines.extend(open_claims(report, standing).into_iter().map(|text| (word, text)));
        }
        for item in &report.items {
            for (finding, reason) in &item.waived {
                let text = format!("{} at {}: {} ({reason})", item.id, finding.place, finding.says);
                lines.push(("waived", text));
            }
        }
        lines.extend(report.notes.iter().map(|note| ("note", note.clone())));
        for (word, text) in &lines {
            let style = if *word == "not proven" {
                DEFAULT_WARNING_STYLE
            } else {
                DEFAULT_NOTE_STYLE
            };
            writeln!(out, "{}: {text}", self.painted((*word).to_owned(), style))?;
        }
        if lines.is_empty() { Ok(()) } else { writeln!(out) }
    }

    /// What was read: a verdict that saw nothing must look like one.
    fn provenance(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let word = self.painted("read".to_owned(), DEFAULT_EMPHASIS_STYLE);
        writeln!(out, "{word}: {}", provenance(&report.read, &report.claims))
    }

    fn verdict(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let style = match report.verdict {
            Verdict::Pass => DEFAULT_NOTE_STYLE,
            Verdict::Unproven => DEFAULT_WARNING_STYLE,
            Verdict::Fail => DEFAULT_ERROR_STYLE,
        };
        let broken = broken(report);
        if !broken.is_empty() {
            let word = self.painted("broken".to_owned(), style);
            writeln!(out, "{word}: {broken}")?;
        }
        let word = self.painted(format!("verdict: {}", report.verdict.name()), style);
        writeln!(out, "{word} – {}", counts(&report.summary))
    }

    fn group(&self, group: Group<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}\n", self.renderer.render(&[group]))
    }

    fn painted(&self, text: String, style: Style) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text
        }
    }
}

/// The checks that lack evidence which nobody gave: how many for each kind, and the arguments that give it.
fn wants(items: &[&Shown]) -> Option<String> {
    let wants = Kind::ALL.into_iter().filter_map(|kind| {
        let names = items.iter().filter(|item| item.not_supplied == Some(kind));
        let names: Vec<&str> = names.map(|item| item.id).collect();
        let flag = kind.arguments();
        (!names.is_empty()).then(|| format!("{} ({flag})", listed(&names)))
    });
    let wants: Vec<String> = wants.collect();
    (!wants.is_empty()).then(|| format!("for want of evidence: {}", wants.join(", ")))
}

fn finding_group<'a>(id: &'a str, finding: &'a ShownFinding) -> Group<'a> {
    let tone = match finding.level {
        Level::Deny => Tone::ERROR.with_name("deny"),
        Level::Warn => Tone::WARNING.with_name("warn"),
        Level::Info | Level::Off => Tone::INFO.with_name("info"),
    };
    let id = match &finding.rule {
        Some(rule) => format!("{id}/{rule}"),
        None => id.to_owned(),
    };
    let title = tone.primary_title(finding.says.as_str()).id(id);
    let evidence = finding.evidence.iter();
    let evidence = evidence.map(|line| Tone::NOTE.with_name("evidence").message(line.as_str()));
    Group::with_title(title)
        .element(place(finding))
        .elements(evidence)
        .element(Tone::HELP.with_name("fix").message(finding.fix.as_str()))
}

fn place(finding: &ShownFinding) -> Element<'_> {
    let path = match &finding.place {
        Place::Evidence { file, .. } => Some(escape::line(file).into_owned()),
        Place::Lines { path, .. } | Place::File(path) => Some(path.to_string()),
        Place::Test(_) | Place::Commit(_) | Place::Change => None,
    };
    let (Some(snippet), Some(path)) = (&finding.snippet, path) else {
        let place = finding.place.to_string();
        return Origin::path(escape::cut(&place, PLACE_BYTES).into_owned()).into();
    };
    Source::source(snippet.lines.join("\n"))
        .path(path)
        .line_start(snippet.first as usize)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(marked(snippet)))
        .into()
}

/// The bytes of the shown lines that the finding is about, from the first visible character on.
fn marked(snippet: &Snippet) -> Range<usize> {
    let (mut start, mut end, mut offset) = (None, 0, 0);
    for (number, line) in (snippet.first..).zip(&snippet.lines) {
        let indent = line.len() - line.trim_start().len();
        if (snippet.marked_first..=snippet.marked_last).contains(&number) {
            start = start.or(Some(offset + indent));
            end = offset + line.len();
        }
        offset += line.len() + 1;
    }
    let start = start.unwrap_or(0);
    start..end.max(start)
}

/// The names that share a cause, in the order in which the causes first appear.
fn by_cause<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut causes: Vec<(&str, Vec<&str>)> = Vec::new();
    for (why, name) in pairs {
        match causes.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(name),
            None => causes.push((why, vec![name])),
        }
    }
    causes
}

fn listed(names: &[&str]) -> String {
    if names.len() > NAMES {
        format!("{} checks", names.len())
    } else {
        names.join(", ")
    }
}

/// The broken checks, heaviest first, with the number of their findings.
fn broken(report: &Report) -> String {
    let mut items: Vec<&Shown> = report
        .items
        .iter()
        .filter(|item| item.state == State::Broken)
        .collect();
    let weight = |item: &Shown| item.findings.first().map(|finding| finding.level);
    items.sort_by_key(|item| std::cmp::Reverse(weight(item)));
    let named = items.into_iter().map(|item| {
        let level = weight(item).unwrap_or(item.level);
        match item.findings.len() {
            1 => format!("{} ({level})", item.id),
            several => format!("{} ({level}, {several})", item.id),
        }
    });
    named.collect::<Vec<_>>().join(", ")
}

fn counts(sum: &Summary) -> String {
    let mut levels = Vec::new();
    for (count, name) in [(sum.deny, "deny"), (sum.warn, "warn"), (sum.info, "info")] {
        if count > 0 {
            levels.push(format!("{count} {name}"));
        }
    }
    let mut parts = vec![match levels.as_slice() {
        [] => "0 broken".to_owned(),
        levels => format!("{} broken ({})", sum.broken, levels.join(", ")),
    }];
    parts.push(format!("{} unproven", sum.unproven));
    parts.push(format!("{} hold", sum.holds));
    parts.push(format!("{} not applicable", sum.not_applicable));
    if sum.waived > 0 {
        parts.push(format!("{} waived", plural(sum.waived, "finding")));
    }
    if sum.strict {
        parts.push("warnings fail too".to_owned());
    }
    parts.join(", ")
}

fn provenance(read: &Read, stated: &[ShownClaim]) -> String {
    let mut parts = vec![change(read)];
    let mut part = |name: &str, text: Option<String>| {
        parts.push(match text {
            Some(text) => format!("{name}: {text}"),
            None => format!("no {name}"),
        });
    };
    part("task", read.task.then(|| "given".to_owned()));
    part(
        "claims",
        claims(read).map(|count| format!("{count}{}", standings(stated))),
    );
    part("tests", read.tests.as_ref().map(tests));
    part("base tests", read.base_tests.as_ref().map(tests));
    if let Some(run) = &read.new_on_base {
        part("new tests on the base", Some(tests(run)));
    }
    part(
        "mutation",
        read.mutation.map(|(reports, mutants)| {
            format!("{}, {}", plural(reports, "report"), plural(mutants, "mutant"))
        }),
    );
    part(
        "coverage",
        read.coverage
            .map(|(covered, lines)| format!("{covered} of {}", plural(lines, "line"))),
    );
    part("policy", read.policy.clone());
    parts.join("; ")
}

fn claims(read: &Read) -> Option<String> {
    let in_messages = |count| format!("{count} from commit messages");
    let given = read.claims.map(|count| count.to_string());
    given.or_else(|| read.message_claims.map(in_messages))
}

/// The claims of the texts that were handed in which stand open in one way, each with why.
fn open_claims(report: &Report, standing: &str) -> Vec<String> {
    // nobody handed in the messages of the commits
    let given = report.read.claims.is_some();
    let open = report
        .claims
        .iter()
        .filter(|claim| given && claim.standing == standing);
    let open: Vec<&ShownClaim> = open.collect();
    let shown = |claim: &&ShownClaim| {
        let why = claim.why.as_deref().unwrap_or_default();
        format!("{}: \"{}\": {why}", claim.place, claim.quote)
    };
    let mut lines: Vec<String> = open.iter().take(limits::NAMED).map(shown).collect();
    // several claims of one sentence lack the same
    lines.dedup();
    let more = open.len().saturating_sub(limits::NAMED);
    if more > 0 {
        lines.push(format!("and {more} more: see `--report json`"));
    }
    lines
}

/// How many claims came to what, as ` (2 supported, 1 refuted)`.
fn standings(claims: &[ShownClaim]) -> String {
    let count = |name: &&str| claims.iter().filter(|claim| claim.standing == *name).count();
    let names = ["supported", "refuted", "unproven", "not checked"];
    let told = names
        .iter()
        .map(|name| (count(name), name))
        .filter(|(count, _)| *count > 0);
    let told: Vec<String> = told.map(|(count, name)| format!("{count} {name}")).collect();
    if told.is_empty() {
        String::new()
    } else {
        format!(" ({})", told.join(", "))
    }
}

fn change(read: &Read) -> String {
    let commits = read.commits.map(|count| format!(", {}", plural(count, "commit")));
    format!(
        "{} ({}, +{} -{}{})",
        read.change,
        plural(read.files.len(), "file"),
        read.added,
        read.removed,
        commits.unwrap_or_default()
    )
}

fn tests(tests: &Tests) -> String {
    let recorded = tests.recorded.map(|recorded| format!(" ({recorded} recorded)"));
    format!(
        "{}{}, {} ({} passed, {} red, {} skipped)",
        plural(tests.reports, "report"),
        recorded.unwrap_or_default(),
        plural(tests.cases, "case"),
        tests.passed,
        tests.red,
        tests.skipped
    )
}

fn plural(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_begins_at_the_first_visible_character_and_ends_with_the_last_marked_line() {
        let snippet = Snippet {
            first: 4,
            lines: ["fn a() {", "    b();", "    c();", "}"]
                .map(str::to_owned)
                .to_vec(),
            marked_first: 5,
            marked_last: 6,
        };
        let text = snippet.lines.join("\n");
        assert_eq!(text.get(marked(&snippet)), Some("b();\n    c();"));
    }

    #[test]
    fn a_mark_that_runs_past_the_shown_lines_is_cut() {
        let snippet = Snippet {
            first: 1,
            lines: vec!["a".to_owned(), String::new()],
            marked_first: 1,
            marked_last: 900,
        };
        assert_eq!(marked(&snippet), 0..2);
    }

    #[test]
    fn names_with_one_cause_stand_together() {
        let pairs = [("x", "a"), ("y", "b"), ("x", "c")];
        assert_eq!(
            by_cause(pairs.into_iter()),
            [("x", vec!["a", "c"]), ("y", vec!["b"])]
        );
        assert_eq!(listed(&["a", "b"]), "a, b");
        assert_eq!(listed(&["a"; 5]), "5 checks");
    }
}
