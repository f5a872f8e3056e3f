//! Did the configuration of the tests or of CI become more tolerant?
//!
//! Settings are compared over all changed files together: one that only moved is not new.

use std::collections::BTreeMap;

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{FileChange, Line, Version},
    },
    finding::{Abstain, Finding, Judged, Level, Place, Side, Unproven},
    path::RepoPath,
    risk,
    runner::{
        Beside, Rule, Runner, When,
        settings::{self, Setting},
    },
};

/// The name under which a task or a policy approves such changes.
const APPROVAL: &str = "test-runner";

/// Judges the item.
///
/// # Errors
/// Nothing that configures tests changed, or a changed file that does cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let runner = &settings.runner;
    let covered = |file: &&FileChange| {
        let rules = runner.rules().iter();
        file.touched()
            .any(|path| rules.clone().any(|rule| rule.covers(path)))
    };
    let files: Vec<&FileChange> = evidence.change.files().iter().filter(covered).collect();
    if files.is_empty() {
        return Err(Abstain::not_applicable(
            "nothing that configures a test run changed",
        ));
    }
    let mut unread = None;
    let read: Vec<Both<'_>> = files
        .into_iter()
        .map(|file| Both::of(file, evidence, runner, &mut unread))
        .collect();
    let mut findings = Vec::new();
    for rule in runner.rules() {
        let weak = weakened(rule, &read).into_iter();
        let weak = weak.filter(|weak| !weak.went_with_its_folder(evidence));
        findings.extend(weak.filter_map(|weak| weak.judge(rule, evidence, settings)));
    }
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        Some(_) | None => Ok(findings),
    }
}

/// The settings of both sides of a file.
struct Both<'e> {
    file: &'e FileChange,
    before: Vec<Held>,
    after: Vec<Held>,
}

/// A setting, and where commands that run tests stand.
struct Held {
    setting: Setting,
    runs_tests: bool,
    near_tests: bool,
    with_tests: bool,
}

impl Held {
    fn is_about(&self, rule: &Rule) -> bool {
        let beside = match rule.tests_beside() {
            Beside::Anywhere => true,
            Beside::Block => self.near_tests,
            Beside::Line => self.runs_tests,
            Beside::File => self.with_tests,
        };
        beside && rule.is_about(&self.setting)
    }
}

impl<'e> Both<'e> {
    /// Both sides; where a side cannot be had, as in a patch, its changed lines, and why that is not all.
    fn of(file: &'e FileChange, evidence: &Evidence, runner: &Runner, unread: &mut Option<Unproven>) -> Self {
        let mut side = |version: Option<&Version>, lines: &mut dyn Iterator<Item = &Line>| {
            let Some(version) = version else {
                return Vec::new();
            };
            match evidence.change.text(version) {
                Ok(text) => held(&version.path, &text, runner),
                Err(why) => {
                    *unread = Some(why);
                    partly(&version.path, lines, runner)
                }
            }
        };
        Self {
            file,
            before: side(file.before(), &mut file.removed()),
            after: side(file.after(), &mut file.added()),
        }
    }

    fn before<'s>(&'s self, rule: &'s Rule) -> impl Iterator<Item = &'s Held> {
        let covered = self
            .file
            .before()
            .is_some_and(|version| rule.covers(&version.path));
        let all = self.before.iter().filter(move |_| covered);
        all.filter(|held| held.is_about(rule))
    }

    fn after<'s>(&'s self, rule: &'s Rule) -> impl Iterator<Item = &'s Held> {
        let covered = self
            .file
            .after()
            .is_some_and(|version| rule.covers(&version.path));
        let all = self.after.iter().filter(move |_| covered);
        all.filter(|held| held.is_about(rule))
    }

    /// Whether the file still runs tests.
    fn runs(&self) -> bool {
        self.after.iter().any(|held| held.runs_tests)
    }

    /// Whether the change adds runs of tests to this file.
    fn gains_runs(&self) -> bool {
        let runs = |side: &[Held]| side.iter().filter(|held| held.runs_tests).count();
        runs(&self.after) > runs(&self.before)
    }

    fn adds(&self, setting: &Setting) -> bool {
        (setting.line..=setting.last).any(|line| self.file.adds_line(line))
    }

    fn removes(&self, setting: &Setting) -> bool {
        let gone = |line: &Line| (setting.line..=setting.last).contains(&line.number);
        self.file.removed().any(gone)
    }
}

fn held(path: &RepoPath, text: &str, runner: &Runner) -> Vec<Held> {
    let all = settings::read(path, text);
    let runs: Vec<u32> = all
        .iter()
        .filter(|setting| runner.runs_tests(&setting.text))
        .map(|setting| setting.line)
        .collect();
    let near = |setting: &Setting| {
        let (first, last) = setting.block;
        let next = runs.partition_point(|line| *line < first);
        runs.get(next).is_some_and(|line| *line <= last)
    };
    all.into_iter()
        .map(|setting| Held {
            runs_tests: runs.binary_search(&setting.line).is_ok(),
            near_tests: near(&setting),
            with_tests: !runs.is_empty(),
            setting,
        })
        .collect()
}

fn partly(path: &RepoPath, lines: &mut dyn Iterator<Item = &Line>, runner: &Runner) -> Vec<Held> {
    let mut found = Vec::new();
    for line in lines {
        for mut one in held(path, &line.text, runner) {
            one.setting.line = line.number;
            one.setting.last = line.number;
            found.push(one);
        }
    }
    found
}

/// A setting that became more tolerant.
struct Weak<'e> {
    file: &'e FileChange,
    place: Place,
    what: String,
    with_new_tests: bool,
    run_elsewhere: bool,
    /// The text of a setting that is gone.
    gone: Option<String>,
}

impl<'e> Weak<'e> {
    fn at(both: &Both<'e>, setting: &Setting, what: impl Into<String>) -> Self {
        Self {
            file: both.file,
            place: Place::lines(both.file.path(), setting.line, setting.last),
            what: what.into(),
            with_new_tests: both.gains_runs(),
            run_elsewhere: false,
            gone: None,
        }
    }

    /// Whether what is gone named a folder of which the change leaves nothing.
    fn went_with_its_folder(&self, evidence: &Evidence) -> bool {
        let Some(gone) = &self.gone else {
            return false;
        };
        let above = self.file.path().folder();
        let folders = words(gone).filter(|word| !word.starts_with('-'));
        let mut folders = folders.map(|word| match above.as_ref() {
            "" => format!("{word}/"),
            above => format!("{above}/{word}/"),
        });
        folders.any(|folder| {
            let of_it = |path: &RepoPath| path.lossy().starts_with(&folder);
            let before = evidence.change.files().iter().filter_map(FileChange::before);
            let left = || {
                evidence
                    .change
                    .paths(Side::Head)
                    .is_ok_and(|paths| paths.iter().any(of_it))
            };
            before.map(|version| &version.path).any(of_it) && !left()
        })
    }

    fn judge(self, rule: &Rule, evidence: &Evidence, settings: &Settings) -> Option<Finding> {
        if is_approved(self.file, evidence, settings) {
            return None;
        }
        let says = format!("{}, and the change {}", self.what, rule.says);
        let mut finding = Finding::new(self.place, says).at_most(rule.level);
        if rule.tests_beside() != Beside::Anywhere && self.with_new_tests {
            finding = finding
                .because("the change adds runs of tests to this file: no old one need be weaker")
                .at_most(Level::Warn);
        }
        let new = rule.in_new_file.filter(|_| self.file.before().is_none());
        finding = new.into_iter().fold(finding, Finding::at_most);
        if self.run_elsewhere {
            finding = finding
                .because("another setting of the change names the same files: they may run there")
                .at_most(Level::Warn);
        }
        if let Some(place) = risk::declared(evidence, |text| settings.runner.is_named(rule, text)) {
            finding = finding.because(format!("{place} names it")).at_most(Level::Warn);
        }
        Some(finding)
    }
}

fn is_approved(file: &FileChange, evidence: &Evidence, settings: &Settings) -> bool {
    let named = |path: &RepoPath| evidence.task().is_ok_and(|task| task.names(path));
    risk::approves(APPROVAL, evidence, &settings.policy) || file.touched().all(named)
}

fn weakened<'e>(rule: &Rule, files: &[Both<'e>]) -> Vec<Weak<'e>> {
    match rule.when {
        When::NewFile => new_files(rule, files),
        When::Added => added(rule, files, true),
        When::Changed => added(rule, files, false),
        When::Gone => gone(rule, files),
        When::Raised => numbers(rule, files, |before, after| after > before.unwrap_or(0.0)),
        When::Lowered => numbers(rule, files, |before, after| {
            before.is_some_and(|before| after < before)
        }),
    }
}

fn new_files<'e>(rule: &Rule, files: &[Both<'e>]) -> Vec<Weak<'e>> {
    let new = files.iter().filter(|both| both.file.before().is_none());
    let covered = new.filter(|both| rule.covers(both.file.path()));
    covered
        .map(|both| Weak {
            file: both.file,
            place: Place::File(both.file.path().clone()),
            what: "the file is new".to_owned(),
            with_new_tests: false,
            run_elsewhere: false,
            gone: None,
        })
        .collect()
}

/// How often each text stands on a side.
fn texts<'s>(side: impl Iterator<Item = &'s Held>) -> BTreeMap<&'s str, usize> {
    let mut texts = BTreeMap::new();
    for held in side {
        *texts.entry(held.setting.text.as_str()).or_default() += 1;
    }
    texts
}

/// Settings that have no equal before; where only their number tells, no more than there are more of them.
fn added<'e>(rule: &Rule, files: &[Both<'e>], counted: bool) -> Vec<Weak<'e>> {
    let mut known = texts(files.iter().flat_map(|both| both.before(rule)));
    let before: usize = known.values().sum();
    let mut count = 0_usize;
    let mut found = Vec::new();
    for both in files {
        for held in both.after(rule) {
            count += 1;
            match known.get_mut(held.setting.text.as_str()) {
                Some(left) if *left > 0 => *left -= 1,
                Some(_) | None if both.adds(&held.setting) => {
                    let what = format!("`{}` is new", shown(&held.setting));
                    let mut weak = Weak::at(both, &held.setting, what);
                    weak.run_elsewhere = is_run_elsewhere(held, rule, files);
                    found.push(weak);
                }
                Some(_) | None => {}
            }
        }
    }
    if counted {
        found.truncate(count.saturating_sub(before));
    }
    found
}

/// Whether a pattern of files in a setting stands in an added setting of another kind: what one run leaves out, another
/// takes in.
fn is_run_elsewhere(held: &Held, rule: &Rule, files: &[Both<'_>]) -> bool {
    let is_default = |word: &str| word.to_lowercase().contains("default");
    let patterns: Vec<&str> = words(&held.setting.text)
        .filter(|word| word.contains('*') || word.contains('/') || word.starts_with("..."))
        .map(|word| word.trim_start_matches("..."))
        .filter(|word| !is_default(word))
        .collect();
    let added = files.iter().flat_map(|both| {
        let own = both.after.iter().filter(|held| both.adds(&held.setting));
        own.filter(|held| !rule.is_about(&held.setting))
    });
    let texts: Vec<&str> = added.map(|held| held.setting.text.as_str()).collect();
    let named = |pattern: &&str| texts.iter().any(|text| words(text).any(|word| word == *pattern));
    !patterns.is_empty() && patterns.iter().all(named)
}

/// The words of a setting, patterns of files among them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let split = text.split(|c: char| c.is_whitespace() || "[]{}(),;\"'`=".contains(c));
    split.filter(|word| !word.is_empty())
}

/// Whether an added setting of the rule says all that one that is gone said, options left aside, or says it for each
/// entry of a matrix.
fn lives_on(held: &Held, rule: &Rule, files: &[Both<'_>]) -> bool {
    let own: Vec<&str> = words(&held.setting.text)
        .filter(|word| !word.starts_with('-') && *word != "run:")
        .collect();
    let mut added = files.iter().flat_map(|both| {
        let own = both.after(rule);
        own.filter(|held| both.adds(&held.setting))
    });
    added.any(|new| {
        let new = &new.setting.text;
        new.contains("matrix.") || own.iter().all(|word| words(new).any(|other| other == *word))
    })
}

/// Settings that have no equal after the change, no more than there are fewer of them.
fn gone<'e>(rule: &Rule, files: &[Both<'e>]) -> Vec<Weak<'e>> {
    let mut known = texts(files.iter().flat_map(|both| both.after(rule)));
    let after: usize = known.values().sum();
    let mut count = 0_usize;
    let mut found = Vec::new();
    for both in files {
        for held in both.before(rule) {
            count += 1;
            match known.get_mut(held.setting.text.as_str()) {
                Some(left) if *left > 0 => *left -= 1,
                Some(_) | None
                    if both.file.after().is_some()
                        && both.removes(&held.setting)
                        && (rule.tests_beside() == Beside::Anywhere || both.runs())
                        && !lives_on(held, rule, files) =>
                {
                    let (first, last) = (held.setting.line, held.setting.last);
                    let path = both
                        .file
                        .before()
                        .map_or(both.file.path(), |version| &version.path);
                    found.push(Weak {
                        file: both.file,
                        place: Place::Lines {
                            path: path.clone(),
                            side: Side::Base,
                            first,
                            last,
                        },
                        what: format!("`{}` is gone", shown(&held.setting)),
                        with_new_tests: both.gains_runs(),
                        run_elsewhere: false,
                        gone: Some(held.setting.text.clone()),
                    });
                }
                Some(_) | None => {}
            }
        }
    }
    found.truncate(count.saturating_sub(after));
    found
}

/// Settings of a file whose number moved, compared with the one of the same name, or the nearest thing to it.
fn numbers<'e>(rule: &Rule, files: &[Both<'e>], worse: impl Fn(Option<f64>, f64) -> bool) -> Vec<Weak<'e>> {
    let mut found = Vec::new();
    for both in files {
        let before: Vec<(String, f64)> = both.before(rule).filter_map(|held| named(rule, held)).collect();
        for held in both.after(rule).filter(|held| both.adds(&held.setting)) {
            let Some((name, number)) = named(rule, held) else {
                continue;
            };
            let same = before.iter().find(|(known, _)| *known == name);
            let only = before.first().filter(|_| before.len() == 1);
            let known = same.or(only).map(|(_, number)| *number);
            if worse(known, number) {
                let was = known.map_or("it was not there".to_owned(), |known| format!("it was {known}"));
                found.push(Weak::at(
                    both,
                    &held.setting,
                    format!("`{}`: {was}", shown(&held.setting)),
                ));
            }
        }
    }
    found
}

fn named(rule: &Rule, held: &Held) -> Option<(String, f64)> {
    let number = rule.number(&held.setting)?;
    let name = held
        .setting
        .full
        .chars()
        .filter(|c| !c.is_ascii_digit() && *c != '.');
    Some((name.collect(), number))
}

fn shown(setting: &Setting) -> String {
    crate::escape::cut(&crate::escape::line(&setting.text), 120).into_owned()
}
