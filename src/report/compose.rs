//! How does a judged checklist become a report? Here every foreign text is escaped and cut, once, before any renderer.

use super::{
    Read, Report, SHOWN_FINDINGS, Shown, ShownClaim, ShownFile, ShownFinding, Snippet, State, Summary, Tests,
};
use crate::{
    checklist::{Checklist, Item, Outcome, Silence},
    checks::{Settings, claims::Told},
    claims::Standing,
    escape,
    evidence::{
        Evidence,
        change::FileChange,
        claims::Claim,
        coverage::Coverage,
        file::{self, Input},
        tests::{Status as TestStatus, TestRun, blame},
    },
    finding::{Finding, Kind, Level, Place, Side, Unproven},
    limits,
    policy::Policy,
    rules::{Catalogue, Rule, secrets},
    verdict::{Exit, Sum, Verdict},
};

/// Lines shown before and after a finding's own.
const AROUND: u32 = 1;
/// Lines of one finding that are shown at most.
const SHOWN_LINES: u32 = 6;
/// Bytes of one source line that are shown at most.
const LINE_BYTES: usize = 200;

/// Everything that was judged.
#[derive(Debug)]
pub struct Results<'a> {
    /// The items.
    pub checklist: Checklist,
    /// What the claims come to.
    pub told: Told<'a>,
    /// What the items add up to.
    pub sum: Sum,
}

/// Puts a report together.
pub fn compose(
    evidence: &Evidence,
    settings: &Settings,
    policy_place: Option<String>,
    results: Results<'_>,
    words: &Catalogue,
    inputs: Vec<Input>,
) -> Report {
    let Results { checklist, told, sum } = results;
    let policy = &settings.policy;
    let notes = notes(evidence, policy, &checklist);
    let items: Vec<Shown> = checklist
        .items
        .into_iter()
        .map(|item| shown(item, evidence, policy, words))
        .collect();
    let lacking = sum.lacking.into_iter();
    Report {
        verdict: sum.verdict,
        exit: Exit::from(sum.verdict),
        summary: summary(&items, sum.verdict),
        lacking: lacking.map(|(what, why)| (what, safe(&why))).collect(),
        items,
        claims: told.listed(evidence).into_iter().map(shown_claim).collect(),
        read: read(evidence, policy_place),
        inputs,
        notes,
    }
}

fn shown_claim((claim, standing): (&Claim, Standing)) -> ShownClaim {
    ShownClaim {
        place: claim.place(),
        form: safe(&claim.form_name),
        quote: safe(&claim.quote()),
        standing: standing.name(),
        why: standing.why().map(|why| safe(&why)),
    }
}

/// A foreign text as one line that is safe to show, cut where it is very long.
fn safe(text: &str) -> String {
    escape::cut(&escape::line(&secrets::masked(text)), limits::MESSAGE_BYTES).into_owned()
}

fn notes(evidence: &Evidence, policy: &Policy, checklist: &Checklist) -> Vec<String> {
    let mut notes: Vec<String> = evidence.change.notes().iter().map(|note| safe(note)).collect();
    if let Ok(run) = evidence.tests_as_read() {
        notes.extend(run.notes.iter().map(|note| safe(note)));
    }
    for (place, expired) in &checklist.idle_waivers {
        let Some(waiver) = policy.waivers.get(*place) else {
            continue;
        };
        let state = if *expired {
            "has expired"
        } else {
            "silences nothing"
        };
        notes.push(safe(&format!(
            "the waiver for `{}` ({}) {state}",
            waiver.check, waiver.reason
        )));
    }
    notes
}

fn summary(items: &[Shown], verdict: Verdict) -> Summary {
    let mut sum = Summary::default();
    for item in items {
        sum.waived += item.waived.len();
        match item.state {
            State::Holds => sum.holds += 1,
            State::NotApplicable => sum.not_applicable += 1,
            State::Unproven => sum.unproven += 1,
            State::Broken => {
                sum.broken += 1;
                match item.findings.first().map_or(item.level, |finding| finding.level) {
                    Level::Deny => sum.deny += 1,
                    Level::Warn => sum.warn += 1,
                    Level::Info | Level::Off => sum.info += 1,
                }
            }
        }
    }
    sum.strict = verdict == Verdict::Fail && sum.deny == 0;
    sum
}

fn shown(item: Item, evidence: &Evidence, policy: &Policy, words: &Catalogue) -> Shown {
    let rule = words.get(item.id);
    let show = |finding: &Finding| shown_finding(&item, finding, rule);
    let reason = |silence: &Silence| match silence {
        Silence::Waiver(place) => policy.waivers.get(*place).map(|waiver| safe(&waiver.reason)),
        Silence::Comment(reason) => Some(safe(&format!("comment in the code: {reason}"))),
    };
    let waived = item.waived.iter();
    let waived = waived
        .map(|(finding, silence)| (show(finding), reason(silence).unwrap_or_default()))
        .collect();
    let mut findings = Vec::new();
    let (mut why, mut not_supplied) = (None, None);
    let state = match &item.outcome {
        Outcome::Holds => State::Holds,
        Outcome::NotApplicable(reason) => {
            why = Some(safe(reason));
            State::NotApplicable
        }
        Outcome::Unproven(reason) => {
            why = Some(safe(&reason.to_string()));
            not_supplied = supplied_by_nobody(reason);
            State::Unproven
        }
        Outcome::Broken(found) => {
            findings = found.iter().map(show).collect::<Vec<_>>();
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
            State::Broken
        }
    };
    for finding in findings.iter_mut().take(SHOWN_FINDINGS) {
        finding.snippet = snippet(&finding.place, evidence);
    }
    Shown {
        id: item.id,
        level: item.level,
        state,
        why,
        not_supplied,
        says: rule.map(|rule| rule.says.clone()).unwrap_or_default(),
        findings,
        waived,
    }
}

fn shown_finding(item: &Item, finding: &Finding, rule: Option<&Rule>) -> ShownFinding {
    let own_fix = rule.map(|rule| rule.fix.as_str()).unwrap_or_default();
    ShownFinding {
        level: item.level_of(finding),
        place: finding.place.clone(),
        says: safe(&finding.says),
        evidence: finding.evidence.iter().map(|line| safe(line)).collect(),
        fix: safe(finding.fix.as_deref().unwrap_or(own_fix)),
        rule: finding.rule.as_ref().map(|rule| safe(&rule.id)),
        page: finding
            .rule
            .as_ref()
            .filter(|rule| rule.built_in)
            .map(|rule| safe(&rule.id)),
        snippet: None,
    }
}

fn supplied_by_nobody(why: &Unproven) -> Option<Kind> {
    match why {
        Unproven::NotSupplied(kind) => Some(*kind),
        Unproven::Unreadable(_)
        | Unproven::Stale(_)
        | Unproven::Contradictory(_)
        | Unproven::Insufficient(_)
        | Unproven::Unparsed(..)
        | Unproven::PassedOver(..) => None,
    }
}

fn snippet(place: &Place, evidence: &Evidence) -> Option<Snippet> {
    match place {
        Place::Lines {
            path,
            side,
            first,
            last,
        } => {
            let file = evidence.change.file(path)?;
            let version = match side {
                Side::Base => file.before()?,
                Side::Head => file.after()?,
            };
            cut_out(&evidence.change.text(version).ok()?, *first, *last)
        }
        Place::Evidence { file, line } => {
            let text = evidence.claims().ok()?.sources.get(file)?;
            let line = (*line)?;
            cut_out(text, line, last_of_entry(text, line))
        }
        Place::File(_) | Place::Test(_) | Place::Commit(_) | Place::Change => None,
    }
}

/// Lines of a text with some around them; `None` where it ends before.
fn cut_out(text: &str, first: u32, last: u32) -> Option<Snippet> {
    let from = first.saturating_sub(AROUND).max(1);
    let end = last.min(first.saturating_add(SHOWN_LINES - 1));
    let count = end.saturating_add(AROUND).saturating_sub(from) + 1;
    let wanted = text.lines().skip(from as usize - 1).take(count as usize);
    let wanted: Vec<&str> = wanted.collect();
    let shown = secrets::masked(&wanted.join("\n")).into_owned();
    let lines: Vec<String> = shown.split('\n').take(wanted.len()).map(source_line).collect();
    let reached = from.saturating_add(u32::try_from(lines.len()).unwrap_or(u32::MAX));
    (first < reached).then_some(Snippet {
        first: from,
        lines,
        marked_first: first,
        marked_last: last,
    })
}

/// The last line of an entry of a list: all that follow its first line and stand further in belong to it.
fn last_of_entry(text: &str, first: u32) -> u32 {
    let margin = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().skip(first.saturating_sub(1) as usize);
    let Some(own) = lines.next().map(margin) else {
        return first;
    };
    let belongs = |line: &&str| margin(line) > own && !line.trim_start().is_empty();
    let more = lines.take(SHOWN_LINES as usize).take_while(belongs).count();
    first.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
}

fn source_line(line: &str) -> String {
    let shown = line.replace('\t', "    ");
    escape::cut(&escape::line(&shown), LINE_BYTES).into_owned()
}

fn read(evidence: &Evidence, policy: Option<String>) -> Read {
    let change = &evidence.change;
    let mutation = evidence.mutation_as_read().ok();
    let coverage = evidence.coverage().ok();
    Read {
        change: change.source().to_string(),
        base: change.source().base_commit().map(ToString::to_string),
        head: change.source().head_commit().map(ToString::to_string),
        files: change.files().iter().map(shown_file).collect(),
        added: change.files().iter().map(|file| file.added().count()).sum(),
        removed: change.files().iter().map(|file| file.removed().count()).sum(),
        commits: change.commits().ok().map(<[_]>::len),
        task: evidence.task().is_ok(),
        claims: evidence.claims().ok().map(|claims| claims.claims.len()),
        message_claims: said_in_messages(evidence),
        tests: blamed(evidence),
        base_tests: evidence.base_tests().ok().map(counted),
        new_on_base: evidence.new_on_base().ok().map(counted),
        mutation: mutation.map(|run| (run.reports.len(), run.mutants.len())),
        coverage: coverage.map(Coverage::totals),
        policy: policy.map(|place| safe(&place)),
    }
}

fn said_in_messages(evidence: &Evidence) -> Option<usize> {
    let said = evidence.said().ok().filter(|_| evidence.claims().is_err());
    said.map(|claims| claims.claims.len())
}

fn shown_file(file: &FileChange) -> ShownFile {
    let path = file.path();
    let odd = std::str::from_utf8(path.as_bytes()).is_err();
    ShownFile {
        path: path.to_string(),
        path_bytes: odd.then(|| file::hex(path.as_bytes())),
        status: file.status.name(),
    }
}

fn counted(run: &TestRun) -> Tests {
    Tests {
        reports: run.reports.len(),
        cases: run.cases.len(),
        passed: run.count(TestStatus::Passed),
        red: run.red().count(),
        skipped: run.count(TestStatus::Skipped),
        recorded: run.bound.as_ref().map(|bound| bound.reports.len()),
        blame: None,
    }
}

/// The head's run, with whose its failures are.
fn blamed(evidence: &Evidence) -> Option<Tests> {
    let run = evidence.tests_as_read().ok()?;
    let tally = blame::tally(run, evidence.base_tests().ok());
    Some(Tests {
        blame: (tally != blame::Tally::default()).then_some(tally),
        ..counted(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            change::{Mode, memory},
            claims::Claims,
        },
        path::RepoPath,
    };

    fn evidence(text: &str) -> Evidence {
        let path = RepoPath::new("a.go").unwrap();
        let files = memory::Files::from([(path, (Mode::File, text.as_bytes().to_vec()))]);
        Evidence::of(memory::change(memory::Files::new(), files))
    }

    fn shown_lines(text: &str, first: u32, last: u32) -> Option<Snippet> {
        let place = Place::lines(&RepoPath::new("a.go").unwrap(), first, last);
        snippet(&place, &evidence(text))
    }

    #[test]
    fn a_snippet_has_a_line_around_and_no_tabs() {
        let found = shown_lines("a\n\tb\nc\nd\n", 2, 2).unwrap();
        assert_eq!(
            (found.first, found.lines),
            (1, vec!["a".into(), "    b".into(), "c".into()])
        );
    }

    #[test]
    fn a_snippet_of_many_lines_is_cut_and_one_behind_the_end_is_none() {
        let text = "x\n".repeat(100);
        assert_eq!(
            shown_lines(&text, 10, 90).unwrap().lines.len() as u32,
            SHOWN_LINES + 2 * AROUND
        );
        assert_eq!(shown_lines(&text, 101, 101), None);
        assert_eq!(shown_lines("", 1, 1), None);
    }

    #[test]
    fn a_claim_is_shown_with_the_lines_of_its_entry() {
        let text =
            "claims:\n  - form: dep-none\n  - form: file-edited\n    target: a.md\n\n  - form: all-pass\n";
        let claims = Claims {
            sources: [("c.yaml".to_owned(), text.to_owned())].into(),
            ..Claims::default()
        };
        let evidence = evidence("").with_claims(Ok(claims));
        let at = |line| {
            let file = "c.yaml".to_owned();
            snippet(&Place::Evidence { file, line }, &evidence)
        };
        let shown = at(Some(3)).unwrap();
        assert_eq!((shown.first, shown.marked_first, shown.marked_last), (2, 3, 4));
        assert_eq!((at(Some(99)), at(None)), (None, None));
    }

    #[test]
    fn a_source_line_neither_moves_the_cursor_nor_fills_the_screen() {
        let line = format!("\u{1b}[2J{}", "é".repeat(1000));
        let shown = source_line(&line);
        assert!(shown.starts_with("\\u{1b}[2J") && shown.ends_with('…'), "{shown}");
        assert!(shown.len() <= LINE_BYTES + '…'.len_utf8());
    }

    #[test]
    fn a_foreign_text_is_one_line_of_bounded_length() {
        assert_eq!(safe("a\nb\u{202e}"), "a\\nb\\u{202e}");
        assert!(safe(&"x".repeat(10_000)).len() <= limits::MESSAGE_BYTES + '…'.len_utf8());
    }

    #[test]
    fn a_path_that_is_not_text_is_given_in_bytes_too() {
        let files = memory::Files::from([(RepoPath::new(b"a\xff").unwrap(), (Mode::File, Vec::new()))]);
        let read = read(&Evidence::of(memory::change(memory::Files::new(), files)), None);
        let [file] = read.files.as_slice() else {
            panic!("one file: {:?}", read.files);
        };
        assert_eq!(
            (file.path.as_str(), file.path_bytes.as_deref()),
            ("a\\xff", Some("61ff"))
        );
    }
}
