//! Do the linters have nothing to say about the changed lines?
//!
//! Their results (SARIF) decide first, then the log of commands: how the linter itself ended, after the last edit.
//! Only added lines count, and of those only what the base's own results do not say of the same file already. A linter
//! that the change itself silences, without a word, is not content for a manifest, and shows nothing for a text.

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    claims::{
        self, Standing, against,
        log::{self, Ending, Wanted},
        suppressions,
    },
    escape,
    evidence::{
        Evidence,
        change::{Change, FileChange},
        claims::{Claim, Form},
        commands::{self, Call},
        purpose::Purpose,
        sarif::{Found, Run, Sarif},
    },
    finding::{Finding, Level, Side},
    limits,
    path::RepoPath,
    risk,
};

/// Words by which an author owns up that a linter was silenced.
const SILENCE: &[&str] = &[
    "suppress", "silenc", "noqa", "nolint", "disabl", "ignor", "allow", "expect(",
];

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::LintClean];

/// Every claim that a linter is content, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| -> Vec<Standing> {
        let told = |target| {
            let told = evidence.sarif().map(|sarif| told(claim, target, sarif, evidence));
            match logged(claim, target, told.unwrap_or_else(Standing::Lacking), evidence) {
                refuted @ Standing::Refuted(_) => refuted,
                other @ (Standing::Supported(_) | Standing::Unverifiable(_) | Standing::Lacking(_)) => {
                    silenced(claim, target, evidence).unwrap_or(other)
                }
            }
        };
        if claim.targets.is_empty() {
            return vec![told(None)];
        }
        claim
            .targets
            .iter()
            .map(|target| told(Some(target.as_str())))
            .collect()
    };
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn told(claim: &Claim, target: Option<&str>, sarif: &Sarif, evidence: &Evidence) -> Standing {
    let runs: Vec<&Run> = sarif.runs.iter().filter(|run| is_meant(run, target)).collect();
    let shown = escape::line(target.unwrap_or("the linters"));
    if runs.is_empty() {
        return Standing::unverifiable(format!("no results of {shown} were handed in"));
    }
    let known = evidence
        .base_sarif()
        .map(|base| base.runs.as_slice())
        .unwrap_or_default();
    let new: Vec<String> = runs
        .iter()
        .flat_map(|run| on_changed_lines(run, known, &evidence.change))
        .collect();
    if new.is_empty() {
        if let Some(run) = runs.iter().find(|run| run.failed) {
            return Standing::unverifiable(format!("{} did not come to its end", escape::line(&run.tool)));
        }
        return Standing::Supported(None);
    }
    let count = match new.len() {
        1 => "one result".to_owned(),
        count => format!("{count} results"),
    };
    let finding = against(
        claim,
        format!("{shown} said to be content, with {count} on changed lines"),
    );
    let more = new.len().saturating_sub(limits::NAMED);
    let mut finding = new
        .into_iter()
        .take(limits::NAMED)
        .fold(finding, Finding::because);
    if more > 0 {
        finding = finding.because(format!("and {more} more"));
    }
    finding
        .fix("mend what the linters found, or take the claim back")
        .into()
}

/// What the log of commands adds to what the results say: it decides where they leave the claim open, and what both
/// show must agree.
fn logged(claim: &Claim, target: Option<&str>, by_results: Standing, evidence: &Evidence) -> Standing {
    let is_meant = |call: &Call| is_linter(call, target);
    let wanted = Wanted {
        is_meant: &is_meant,
        on_the_way: &|_| false,
        // "passes" is how a linter ends; a manifest and "clean" leave no warning
        strict: claim
            .said
            .as_ref()
            .is_none_or(|said| !said.to_lowercase().contains("pass")),
    };
    let ending = log::ending(evidence, &wanted);
    match (by_results, ending) {
        (told, Ending::Never) | (told @ Standing::Refuted(_), _) => told,
        (Standing::Supported(_), Ending::Badly { says, .. }) => {
            Standing::Unverifiable(format!("its results say nothing about changed lines, and {says}"))
        }
        (Standing::Supported(note), Ending::Well(_) | Ending::Open(_)) => Standing::Supported(note),
        (Standing::Unverifiable(_) | Standing::Lacking(_), Ending::Well(how)) => Standing::supported(how),
        (Standing::Unverifiable(_) | Standing::Lacking(_), Ending::Open(why)) => Standing::Unverifiable(why),
        (Standing::Unverifiable(_) | Standing::Lacking(_), Ending::Badly { says, .. })
            if !is_of_all(claim) =>
        {
            Standing::Unverifiable(format!("{says}, which may be about lines that were there before"))
        }
        (Standing::Unverifiable(_) | Standing::Lacking(_), Ending::Badly { says, shown }) => {
            let linters = escape::line(target.unwrap_or("the linters"));
            against(claim, format!("{linters} said to be content, and {says}"))
                .because(shown)
                .fix("mend what the linter finds and run it again, or take the claim back")
                .into()
        }
    }
}

/// Whether a claim is about every line, as "clippy is clean" is; a manifest and "no new warnings" are about the changed ones.
fn is_of_all(claim: &Claim) -> bool {
    let said = claim.said.as_deref().unwrap_or_default().to_lowercase();
    let mut words = said.split(|c: char| !c.is_alphanumeric());
    claim.prose.is_some() && !words.any(|word| matches!(word, "new" | "changed" | "touched" | "added"))
}

/// Words for checking types, whatever tool does it.
const TYPES: &[&str] = &[
    "typecheck",
    "type-check",
    "type check",
    "type checking",
    "type checks",
    "types",
    "typescript",
];

/// Whether a command is of the linter that is named; of any, where none is.
fn is_linter(call: &Call, target: Option<&str>) -> bool {
    let purpose = Purpose::of(call);
    let Some(target) = target.map(str::to_lowercase) else {
        return purpose == Some(Purpose::Lint);
    };
    match target.as_str() {
        "lint" | "linter" | "linting" => purpose == Some(Purpose::Lint),
        "formatting check" => purpose == Some(Purpose::Format),
        word if TYPES.contains(&word) => purpose == Some(Purpose::Types),
        _ => commands::named(&target).is_some_and(|named| {
            let last = call.family.split(' ').next_back();
            call.family == named.family || last == Some(named.family.as_str()) || ruff(call, &named)
        }),
    }
}

/// `ruff` alone means its linter.
fn ruff(call: &Call, named: &Call) -> bool {
    named.family == "ruff" && call.family == "ruff check"
}

/// A linter that the change silences, and nobody says so.
fn silenced(claim: &Claim, target: Option<&str>, evidence: &Evidence) -> Option<Standing> {
    let lines = suppressions::added(&evidence.change, target);
    let says_so = |text: &str| {
        let text = text.to_lowercase();
        SILENCE.iter().any(|word| text.contains(word))
    };
    if lines.is_empty() || risk::declared(evidence, says_so).is_some() {
        return None;
    }
    let shown = escape::line(target.unwrap_or("the linters"));
    let places = match lines.len() {
        1 => "one place".to_owned(),
        count => format!("{count} places"),
    };
    let says = format!("{shown} said to be content, and the change silences it in {places} without a word");
    // what is silenced is content: a text that says so is no lie
    if claim.prose.is_some() {
        return Some(Standing::Unverifiable(says));
    }
    let finding = lines
        .into_iter()
        .take(limits::NAMED)
        .fold(against(claim, says), Finding::because);
    let finding = finding.fix("mend what the linter found, or say why it is silenced");
    Some(finding.at_most(Level::Warn).into())
}

/// Whether a run is of the tool that is named: `cargo clippy` means `clippy`.
fn is_meant(run: &Run, target: Option<&str>) -> bool {
    let Some(target) = target else { return true };
    let tool = run.tool.to_lowercase();
    let call = commands::named(target);
    let family = call.map_or_else(|| target.to_lowercase(), |call| call.family.to_lowercase());
    let mut words = tool.split(|c: char| !c.is_alphanumeric());
    tool == target.to_lowercase() || words.any(|word| family.split_whitespace().any(|named| named == word))
}

/// What a run says about added lines, in one line each.
fn on_changed_lines(run: &Run, known: &[Run], change: &Change) -> Vec<String> {
    let before: BTreeSet<[&str; 3]> = known
        .iter()
        .filter(|base| base.tool == run.tool)
        .flat_map(|base| &base.results)
        .map(key)
        .collect();
    let is_new = |found: &&Found| !found.is_note && !before.contains(&key(found));
    let shown = |found: &Found| {
        let file = file_of(found, change)?;
        let line = (found.lines.0..=found.lines.1)
            .take(1000)
            .find(|line| file.adds_line(*line))?;
        let rule = escape::line(&found.rule);
        let message = escape::line(&found.message);
        Some(format!(
            "{}:{line}: {} {rule}: {}",
            file.path(),
            escape::line(&run.tool),
            escape::cut(&message, limits::SHOWN_BYTES)
        ))
    };
    run.results.iter().filter(is_new).filter_map(shown).collect()
}

/// By what a result is known again on the other side: its line may have moved.
fn key(found: &Found) -> [&str; 3] {
    let name = found.path.rsplit('/').next().unwrap_or_default();
    [&found.rule, &found.message, name]
}

/// The changed file that a result is about. Tools name files from the root of the repository, from their own folder or
/// from the root of the disk; where it is not clear which is meant, none is.
fn file_of<'c>(found: &Found, change: &'c Change) -> Option<&'c FileChange> {
    let whole = RepoPath::new(&found.path).ok();
    if let Some(path) = &whole
        && !matches!(change.entry(Side::Head, path), Ok(None))
    {
        return change.file(path);
    }
    let name = found.path.rsplit('/').next().unwrap_or_default();
    let is_likely = |file: &FileChange| file.path().to_string().rsplit('/').next() == Some(name);
    if !change.files().iter().any(is_likely) {
        return None;
    }
    let paths = change.paths(Side::Head).ok()?;
    let ending = paths.iter().filter(|path| {
        let path = path.to_string();
        found.path.ends_with(&format!("/{path}")) || path.ends_with(&format!("/{}", found.path))
    });
    let ending: Vec<&RepoPath> = ending.collect();
    match (whole, ending.as_slice()) {
        (_, [one]) => change.file(one),
        // of several that an absolute path ends with, the longest says the most
        (None, several) => change.file(several.iter().max_by_key(|path| path.to_string().len())?),
        (Some(_), _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    fn run_of(tool: &str, results: &[(&str, u32, bool)]) -> Run {
        let found = |(path, line, is_note): &(&str, u32, bool)| Found {
            rule: "R1".to_owned(),
            path: (*path).to_owned(),
            lines: (*line, *line),
            message: format!("line {line}"),
            is_note: *is_note,
            is_error: false,
            is_security: false,
        };
        Run {
            tool: tool.to_owned(),
            failed: false,
            results: results.iter().map(found).collect(),
        }
    }

    fn judged(target: &str, runs: Vec<Run>, base: Vec<Run>) -> (&'static str, String) {
        let file = |text: &str| -> memory::Files {
            let one = |path: &str, text: &str| {
                let path = RepoPath::new(path).unwrap();
                (path, (Mode::File, text.as_bytes().to_vec()))
            };
            [
                one("app/src/a.py", text),
                one("a.py", "x\ny\n"),
                one("lib/app/src/a.py", "x\ny\n"),
            ]
            .into()
        };
        let claim = format!("- form: lint-clean\n{target}");
        let sarif = |runs: Vec<Run>| Sarif {
            runs,
            inputs: Vec::new(),
        };
        let evidence = Evidence::of(memory::change(file("a\nb\n"), file("a\nnew\nb\n")))
            .with_claims(Ok(crate::claims::tests::claims(&claim)))
            .with_sarif((!runs.is_empty()).then(|| sarif(runs)), Some(sarif(base)));
        let settings = Settings::new(crate::policy::Policy::default()).unwrap();
        let (_, standing) = standings(&evidence, &settings).unwrap().remove(0);
        (standing.name(), standing.why().unwrap_or_default())
    }

    #[test]
    fn only_what_is_new_on_changed_lines_counts() {
        let on = |path, line| vec![run_of("ruff", &[(path, line, false)])];
        for (target, runs, base, name) in [
            ("", on("app/src/a.py", 2), Vec::new(), "refuted"),
            (
                "  target: ruff\n",
                on("/home/me/repo/app/src/a.py", 2),
                Vec::new(),
                "refuted",
            ),
            (
                "  target: ruff check .\n",
                on("app/src/a.py", 2),
                Vec::new(),
                "refuted",
            ),
            ("", on("app/src/a.py", 1), Vec::new(), "supported"),
            ("", on("app/src/b.py", 2), Vec::new(), "supported"),
            // the other file of that name, and one that nobody can tell
            ("", on("a.py", 2), Vec::new(), "supported"),
            ("", on("src/a.py", 2), Vec::new(), "supported"),
            ("", on("/repo/lib/app/src/a.py", 2), Vec::new(), "supported"),
            ("", on("app/src/a.py", 2), on("app/src/a.py", 2), "supported"),
            (
                "",
                vec![run_of("ruff", &[("app/src/a.py", 2, true)])],
                Vec::new(),
                "supported",
            ),
            (
                "  target: mypy\n",
                on("app/src/a.py", 2),
                Vec::new(),
                "not checked",
            ),
            ("", Vec::new(), Vec::new(), "unproven"),
        ] {
            let (told, why) = judged(target, runs, base);
            assert_eq!(told, name, "{target}: {why}");
        }
    }

    #[test]
    fn a_run_that_broke_off_acquits_nobody() {
        let mut broken = run_of("ruff", &[]);
        broken.failed = true;
        assert_eq!(judged("", vec![broken], Vec::new()).0, "not checked");
    }
}
