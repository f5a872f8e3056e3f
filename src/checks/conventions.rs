//! Does added code keep to what the team agreed on? Here is what every check with rules shares.

pub mod banned;
pub mod instruction_conflict;
pub mod instruction_missing;
pub mod instruction_size;
pub mod lint_new;
pub mod rules;
pub mod suppression;

use std::{collections::BTreeSet, sync::Arc};

use super::Settings;
use crate::{
    code::LanguageId,
    evidence::{Evidence, change::FileChange},
    finding::{Abstain, Finding, FromRule, Judged, Level, Place, Side, Unproven, unless_unknown},
    kinds::{self, Kinds},
    path::RepoPath,
    policy::{InlineSilences, RuleLevel},
    rules::{
        pack::{self, BANNED, Pack, RULES, Role, Rule},
        packs::BUILT_IN,
        secrets,
        sightings::{self, Asked, Sightings},
        silence::{self, Silence},
    },
};

/// The packs that a change asks for, what they found, and the comments that mean to silence them.
struct Looked {
    packs: Vec<Arc<Pack>>,
    sightings: Sightings,
    silences: Vec<(RepoPath, Silence)>,
}

/// What [`Looked`] depends on beside the change.
type Key = (Kinds, Vec<RuleLevel>, InlineSilences, Vec<Arc<Pack>>);

/// What the rules of one check found.
///
/// # Errors
/// The change adds nothing that is read, or nothing was found and a file could not be looked at.
pub(super) fn judge(evidence: &Evidence, settings: &Settings, check: &str) -> Judged {
    let looked = looked(evidence, settings);
    let unknown = &looked.sightings.unknown;
    let own = || looked.rules_of(check);
    let vendored = own().any(|rule| rule.vendored);
    let files = looked.sightings.looked + if vendored { looked.sightings.vendored } else { 0 };
    if files == 0 && unknown.is_empty() {
        return Err(Abstain::not_applicable(
            "the change adds no line to a file that people write",
        ));
    }
    let mut findings = looked.findings(settings, check);
    if check == RULES {
        findings.extend(looked.idle_silences());
    }
    // text is read whether or not it parses
    let text = own().next().is_some() && own().all(Rule::reads_text);
    let is_blind = |why: &&Unproven| !(text && matches!(why, Unproven::Unparsed(..)));
    unless_unknown(findings, unknown.iter().find(is_blind).cloned())
}

/// The added lines where some rule finds something of at least so much weight, and why it is not known of a file. What one
/// habit of writing does to a file, such as blanks at the ends of its lines, is one slip, on the first of them.
pub(super) fn broken_lines(
    evidence: &Evidence,
    settings: &Settings,
    least: Level,
) -> (BTreeSet<(RepoPath, u32)>, Option<Unproven>) {
    let looked = looked(evidence, settings);
    let found = looked.sightings.found.iter();
    let rule_of = |one: &sightings::Sighting| looked.packs.get(one.pack)?.rules.get(one.rule);
    let heavy = found.filter(|one| {
        let own = rule_of(one).map_or(Level::Off, |rule| level(settings, rule, &one.path, one.role));
        own.min(pack::most(&one.hit)) >= least
    });
    let mut seen = BTreeSet::new();
    let slips = heavy.filter(|one| {
        let is_first = seen.insert((&one.path, one.pack, one.rule));
        is_first || !rule_of(one).is_some_and(|rule| rule.languages.contains(&pack::Language::Any))
    });
    let lines = slips.map(|one| (one.path.clone(), one.line)).collect();
    (lines, looked.sightings.unknown.first().cloned())
}

/// What the rules say of the change, worked out once.
fn looked(evidence: &Evidence, settings: &Settings) -> Arc<Looked> {
    let policy = &settings.policy;
    let key: Key = (
        settings.kinds.clone(),
        policy.rule_levels.clone(),
        policy.inline_silences,
        settings.house.clone(),
    );
    evidence.once(&key, || look(evidence, settings))
}

/// The check that a rule belongs to.
fn check_of<'r>(pack: &Pack, rule: &'r Rule) -> &'r str {
    let usual = if pack.built_in { RULES } else { BANNED };
    rule.check.as_deref().unwrap_or(usual)
}

/// What the rules found; every check with rules asks for the same.
fn look(evidence: &Evidence, settings: &Settings) -> Looked {
    let (mut packs, unknown) = packs(evidence);
    packs.extend(settings.house.iter().cloned());
    let asked = Asked {
        packs: &packs,
        kinds: &settings.kinds,
        wanted: &|rule, path, role| level(settings, rule, path, role) > Level::Off,
    };
    let mut sightings = sightings::of(evidence, asked);
    sightings.unknown.extend(unknown);
    let silences = silences(evidence, settings, &sightings);
    Looked {
        packs,
        sightings,
        silences,
    }
}

/// The built-in packs for the languages that the change touches.
fn packs(evidence: &Evidence) -> (Vec<Arc<Pack>>, Option<Unproven>) {
    let mut languages: Vec<Option<LanguageId>> = evidence
        .change
        .files()
        .iter()
        .filter_map(|file| file.after())
        .map(|version| LanguageId::of(&version.path))
        .collect();
    languages.sort_unstable();
    languages.dedup();
    let (mut packs, mut unknown) = (Vec::new(), None);
    for built_in in &BUILT_IN {
        if languages.iter().any(|language| built_in.reads(*language)) {
            match built_in.pack() {
                Ok(pack) => packs.push(pack),
                Err(fault) => unknown = Some(Unproven::Unreadable(fault.to_string())),
            }
        }
    }
    (packs, unknown)
}

/// What a hit of a rule weighs at a place: by the last entry of the policy that means it, else by the rule itself. Where
/// the rule asks for production or for test code only, a policy does not change that.
fn level(settings: &Settings, rule: &Rule, path: &RepoPath, role: Role) -> Level {
    let own = rule.level_in(role);
    if own == Level::Off && rule.only.is_some_and(|only| only != role) {
        return Level::Off;
    }
    let entries = settings.policy.rule_levels.iter().rev();
    let mut meant = entries.filter(|entry| entry.means(&rule.id, path));
    meant.next().map_or(own, |entry| entry.level)
}

/// What a sighting weighs: what its rule and the shape of the code leave it, and a warning at most where a built-in rule
/// about hidden failures meets code that only shows something.
fn weight(settings: &Settings, (pack, rule): (&Pack, &Rule), sighting: &sightings::Sighting) -> Level {
    let own = level(settings, rule, &sighting.path, sighting.role).min(pack::most(&sighting.hit));
    match check_of(pack, rule) == RULES && kinds::shows(&sighting.path) {
        true => own.min(Level::Warn),
        false => own,
    }
}

/// The comments that mean to silence a rule, in files with findings and on added lines.
fn silences(evidence: &Evidence, settings: &Settings, sightings: &Sightings) -> Vec<(RepoPath, Silence)> {
    let is_asked = |file: &FileChange| {
        let found = || {
            sightings
                .found
                .iter()
                .any(|sighting| sighting.path == *file.path())
        };
        let added = || file.added().any(|line| silence::may_hold(&line.text));
        settings.kinds.is_hand_written(file.path()) && (found() || added())
    };
    let files = evidence.change.files().iter().filter(|file| is_asked(file));
    let of_file = |file: &FileChange| {
        let after = file.after()?;
        let text = evidence
            .change
            .text(after)
            .ok()
            .filter(|text| silence::may_hold(text))?;
        let base = file.before().and_then(|before| evidence.change.text(before).ok());
        let facts = evidence.code(&after.path, Side::Head).ok();
        let is_allowed = settings.policy.inline_silences == InlineSilences::Allow;
        let found = silence::of(file, &text, facts.as_deref(), base.as_deref(), is_allowed).into_iter();
        Some(found.map(|one| (after.path.clone(), one)).collect::<Vec<_>>())
    };
    files.filter_map(of_file).flatten().collect()
}

impl Looked {
    fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.packs.iter().flat_map(|pack| &pack.rules)
    }

    /// The rules that belong to a check.
    fn rules_of<'l>(&'l self, check: &'l str) -> impl Iterator<Item = &'l Rule> {
        let belongs = move |pack: &Pack, rule: &Rule| check_of(pack, rule) == check;
        self.packs
            .iter()
            .flat_map(move |pack| pack.rules.iter().filter(move |rule| belongs(pack, rule)))
    }

    /// The findings of the rules that belong to a check.
    fn findings(&self, settings: &Settings, check: &str) -> Vec<Finding> {
        let found = self.sightings.found.iter().filter_map(|sighting| {
            let pack = self.packs.get(sighting.pack)?;
            let rule = pack.rules.get(sighting.rule)?;
            (check_of(pack, rule) == check).then(|| self.finding((pack, rule), sighting, settings))
        });
        found.collect()
    }

    fn finding(
        &self,
        (pack, rule): (&Pack, &Rule),
        sighting: &sightings::Sighting,
        settings: &Settings,
    ) -> Finding {
        let mut says = rule.says.clone();
        for (name, text) in &sighting.hit.quotes {
            let text = match name.as_str() {
                "secret" => &secrets::shortened(text),
                _ => text,
            };
            says = says.replace(&format!("{{{name}}}"), text);
        }
        let silence = self.silence(rule, sighting);
        let silenced = silence.filter(|silence| silence.counts);
        let mut finding = Finding::new(Place::line(&sighting.path, sighting.line), says)
            .because(rule.why.clone())
            .fix(rule.fix.clone())
            .at_most(weight(settings, (pack, rule), sighting))
            .by_rule(FromRule {
                id: rule.id.clone(),
                built_in: pack.built_in,
                twin: rule.twin.clone(),
                last: sighting.hit.last,
                silenced: silenced.and_then(|silence| silence.reason.clone()),
            });
        if let Some(silence) = silence.filter(|silence| !silence.counts) {
            finding = finding.because(format!(
                "the comment on line {} that silences it comes with this change; only one that is on the base counts",
                silence.line
            ));
        }
        finding
    }

    /// The comment with a reason that is about a sighting; one that counts before one that does not.
    fn silence(&self, rule: &Rule, sighting: &sightings::Sighting) -> Option<&Silence> {
        let near = self.silences.iter().filter(|(path, silence)| {
            let is_near = silence.is_about(&rule.id, sighting.line);
            *path == sighting.path && silence.reason.is_some() && is_near
        });
        near.map(|(_, silence)| silence)
            .max_by_key(|silence| silence.counts)
    }

    /// Comments that the change adds and that silence nothing.
    fn idle_silences(&self) -> Vec<Finding> {
        let added = self.silences.iter().filter(|(_, silence)| silence.is_added);
        let idle = added.filter_map(|(path, silence)| {
            let why = self.idle(path, silence)?;
            let says = format!(
                "the comment that should silence `{}` silences nothing: {why}",
                silence.rule
            );
            let finding = Finding::new(Place::line(path, silence.line), says);
            let fix =
                "remove it, or put it on the line above the finding: `countersign: allow RULE -- reason`";
            Some(finding.fix(fix).at_most(Level::Info))
        });
        idle.collect()
    }

    fn idle(&self, path: &RepoPath, silence: &Silence) -> Option<&'static str> {
        if silence.reason.is_none() {
            return Some("it gives no reason behind `--`");
        }
        if !self.rules().any(|rule| rule.id == silence.rule) {
            return Some("no rule that is asked here has that name");
        }
        let hits = self.sightings.found.iter().any(|sighting| {
            let rule = self
                .packs
                .get(sighting.pack)
                .and_then(|pack| pack.rules.get(sighting.rule));
            sighting.path == *path && rule.is_some_and(|rule| silence.is_about(&rule.id, sighting.line))
        });
        (!hits).then_some("the rule finds nothing on its line or the next")
    }
}
