//! Does the coverage report give the percentage that the author states?
//!
//! Line coverage only; half a point is the rounding that is granted.

use crate::{
    checks::Settings,
    claims::{self, Standing, against, paths::Written},
    evidence::{
        Evidence,
        change::Change,
        claims::{Claim, Form},
        coverage::Coverage,
    },
    finding::Unproven,
    path::RepoPath,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::Coverage];

/// Percentage points by which a stated number may be off.
const TOLERANCE: f64 = 0.5;

/// Every stated coverage, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| vec![told(claim, evidence).unwrap_or_else(Standing::Lacking)];
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn told(claim: &Claim, evidence: &Evidence) -> Result<Standing, Unproven> {
    let Some(said) = claim.count.percent else {
        return Ok(Standing::unverifiable("it states no percentage"));
    };
    let coverage = evidence.coverage()?;
    let (covered, lines) = match counted(claim, coverage, &evidence.change) {
        Ok(counted) => counted,
        Err(why) => return Ok(Standing::Unverifiable(why)),
    };
    if lines == 0 {
        let why = "the coverage report has no line that this is about";
        return Err(Unproven::Insufficient(why.to_owned()));
    }
    #[expect(clippy::cast_precision_loss, reason = "far fewer lines than 2^52")]
    let found = covered as f64 * 100.0 / lines as f64;
    // a number rounded to half a point may be off by that much and by what floating point adds
    if (found - said).abs() <= TOLERANCE + 1e-9 {
        return Ok(Standing::Supported(None));
    }
    let says = format!("coverage is said to be {said} %, and the report gives {found:.1} %");
    Ok(against(claim, says)
        .because(format!("{covered} of {lines} executable lines ran"))
        .fix("state what the report gives, or hand in the report of the run that was meant")
        .into())
}

/// Covered and executable lines of what a claim is about.
fn counted(claim: &Claim, coverage: &Coverage, change: &Change) -> Result<(usize, usize), String> {
    let words: Vec<&str> = claim
        .scope
        .iter()
        .chain(&claim.targets)
        .map(|word| word.trim())
        .collect();
    match words.as_slice() {
        [] | ["all" | "total" | "lines"] => return Ok(coverage.totals()),
        ["new" | "added" | "changed" | "diff" | "patch"] => return Ok(added(coverage, change)),
        ["branches" | "branch" | "functions" | "statements"] => {
            return Err("only line coverage is read".to_owned());
        }
        _ => {}
    }
    let written: Vec<Written> = words
        .iter()
        .map(|word| Written::new(word))
        .collect::<Result<_, _>>()?;
    let is_meant = |file: &str| {
        let path = RepoPath::new(file.trim_start_matches("./").trim_start_matches('/'));
        path.is_ok_and(|path| written.iter().any(|written| written.means(&path).is_some()))
    };
    let meant = coverage.files.iter().filter(|(file, _)| is_meant(file));
    let hits: Vec<u64> = meant.flat_map(|(_, lines)| lines.values().copied()).collect();
    Ok((hits.iter().filter(|hits| **hits > 0).count(), hits.len()))
}

fn added(coverage: &Coverage, change: &Change) -> (usize, usize) {
    let (mut covered, mut lines) = (0, 0);
    let known = coverage.of_change(change);
    for file in change.files() {
        let Some(known) = known.get(file.path()) else {
            continue;
        };
        for hits in file.added().filter_map(|line| known.get(&line.number)) {
            lines += 1;
            covered += usize::from(*hits > 0);
        }
    }
    (covered, lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    fn told(claim: &str) -> (&'static str, String) {
        let file = |text: &str| -> memory::Files {
            let path = RepoPath::new("src/a.py").unwrap();
            [(path, (Mode::File, text.as_bytes().to_vec()))].into()
        };
        let coverage = Coverage {
            inputs: Vec::new(),
            files: [
                ("src/a.py".to_owned(), [(1, 3), (2, 0), (3, 1)].into()),
                ("src/b.py".to_owned(), [(1, 0)].into()),
            ]
            .into(),
        };
        let evidence = Evidence::of(memory::change(file("a\n"), file("a\nb\nc\n")))
            .with_coverage(Ok(coverage))
            .with_claims(Ok(crate::claims::tests::claims(claim)));
        let settings = Settings::new(crate::policy::Policy::default()).unwrap();
        let (_, standing) = standings(&evidence, &settings).unwrap().remove(0);
        (standing.name(), standing.why().unwrap_or_default())
    }

    #[test]
    fn a_percentage_is_compared_in_its_scope() {
        let table = [
            ("percent: 50", "", "supported"),
            ("percent: 50.5", "", "supported"),
            ("percent: 51", "", "refuted"),
            ("percent: 67", "scope: src/a.py", "supported"),
            ("percent: 100", "target: src/b.py", "refuted"),
            ("percent: 50", "scope: new", "supported"),
            ("percent: 50", "scope: lib/**", "unproven"),
            ("percent: 50", "scope: branches", "not checked"),
        ];
        for (count, scope, name) in table {
            let (told, why) = told(&format!("- form: coverage\n  count: {{{count}}}\n  {scope}\n"));
            assert_eq!(told, name, "{count} {scope}: {why}");
        }
    }
}
