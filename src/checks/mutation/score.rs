//! Did the tests notice enough of the faults that were put into the added lines?
//!
//! Noticed (killed or timed out) over noticed plus not noticed (survived or not covered); mutants that say nothing
//! (unviable, ignored, not run) and accepted ones are left out. Where a report does not give exact lines, the best
//! reading must fail for "broken" and the worst one must pass for "holds".

use super::{Bounds, Measured, Mutable, added_code, measured, percent, trusted};
use crate::{
    checks::Settings,
    evidence::{Evidence, mutation::MutationRun},
    finding::{Abstain, Finding, Judged, Level, Place, Unproven},
};

/// Judges the item.
///
/// # Errors
/// No report, one that cannot be relied on, or one that says nothing about the added lines.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let run = trusted(evidence)?;
    let measured = measured(evidence, settings, run)?;
    let bounds = measured.bounds();
    let target = settings.policy.mutation.score;
    if bounds.certain.counted > 0 && bounds.most < target {
        return Ok(vec![below(settings, bounds, target)]);
    }
    measured.finished()?;
    if measured.is_silent() {
        return Err(silent(evidence, settings, run, &measured));
    }
    if bounds.least >= target {
        return Ok(Vec::new());
    }
    let why = format!(
        "the report gives no lines for {} mutants of touched functions: between {} and {} of the mutants on added \
         lines were noticed, and the policy asks for {}; use a report with lines",
        bounds.uncertain.counted,
        percent(bounds.least),
        percent(bounds.most),
        percent(target)
    );
    Err(Unproven::Insufficient(why).into())
}

fn below(settings: &Settings, bounds: Bounds, target: f64) -> Finding {
    let sure = bounds.certain;
    let says = format!(
        "the tests noticed {} of {} mutants on added lines ({}); the policy asks for {}",
        sure.detected,
        sure.counted,
        percent(sure.score()),
        percent(target)
    );
    let finding = Finding::new(Place::Change, says).because(format!(
        "{} mutants were not noticed; mutation-survivor and mutation-uncovered list them",
        sure.undetected()
    ));
    if sure.counted < settings.policy.mutation.min_mutants {
        let few = format!(
            "fewer than {} mutants (`mutation.min-mutants`): it only warns",
            settings.policy.mutation.min_mutants
        );
        return finding.because(few).at_most(Level::Warn);
    }
    finding
}

/// Nothing was measured on the added lines: the change may give nothing to measure, or the measuring missed it.
fn silent(evidence: &Evidence, settings: &Settings, run: &MutationRun, measured: &Measured<'_>) -> Abstain {
    let least = settings.policy.mutation.min_lines;
    let mutable = Mutable::of(run);
    let code = added_code(evidence, settings).filter(|(file, _)| mutable.holds(file));
    let lines: usize = code.map(|(_, lines)| lines).sum();
    if !measured.anywhere.is_empty() {
        let why = format!(
            "the report lists {} mutants without a file: nobody can tell which are on added lines; pass the full report",
            measured.anywhere.len()
        );
        return Unproven::Insufficient(why).into();
    }
    if lines < least {
        return Abstain::not_applicable(format!(
            "no mutant on the added lines, of which {lines} look executable (fewer than {least})"
        ));
    }
    if measured.beside > 0 {
        return Abstain::not_applicable("the mutants of the changed files are all on lines that are not new");
    }
    let why = format!(
        "{lines} added lines look executable and the report has no viable mutant in their files; run the mutation \
         tester on them"
    );
    Unproven::Insufficient(why).into()
}
