//! Has the constant or key that the author names the value that is stated?
//!
//! Refuted only where one line of the change gives that name one plain literal, and another one. Numbers that differ by
//! a unit are left alone: "30" seconds may stand as 30000.

use crate::{
    checks::Settings,
    claims::{self, Standing, against},
    evidence::{
        Evidence,
        claims::{Claim, Form},
    },
    names::Name,
    path::RepoPath,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::ValueSet];

/// Every claim about a value, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| -> Vec<Standing> {
        let targets = claim.targets.iter();
        targets.map(|target| told(claim, target, evidence)).collect()
    };
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

/// A line of the head that gives a name a literal.
struct Given<'a> {
    path: &'a RepoPath,
    line: u32,
    literal: String,
}

fn told(claim: &Claim, target: &str, evidence: &Evidence) -> Standing {
    let said = claim.to.as_deref().unwrap_or_default();
    let key = target.rsplit(['.', ':']).next().unwrap_or(target);
    let word = Name::new(key);
    let files = evidence.change.files().iter();
    let lines = files.flat_map(|file| file.added().map(move |line| (file.path(), line)));
    let mut named = Vec::new();
    for (path, line) in lines.filter(|(_, line)| word.is_in(&line.text)) {
        if holds_value(&line.text, said) {
            return Standing::Supported(None);
        }
        named.push((path, line));
    }
    let shown = crate::escape::line(target);
    let given = |(path, line): (_, &crate::evidence::change::Line)| {
        let literal = assigned(&line.text, key)?;
        Some(Given {
            path,
            line: line.number,
            literal,
        })
    };
    let mut given: Vec<Given<'_>> = named.iter().copied().filter_map(given).collect();
    let count = given.len();
    match given.pop().filter(|_| count == 1) {
        Some(given) if differs(&given.literal, said) => against(
            claim,
            format!(
                "`{shown}` is said to be {}, and the change makes it {}",
                crate::escape::line(said),
                crate::escape::line(&given.literal)
            ),
        )
        .because(format!("{}:{}", given.path, given.line))
        .fix("state the value that the code has")
        .into(),
        Some(_) | None => Standing::unverifiable(match named.len() {
            0 => format!("no added line names `{shown}`"),
            lines => format!("{lines} added lines name `{shown}`, and do not tell which value it has"),
        }),
    }
}

/// Whether a line has the value as a word of its own, in any way to write it.
fn holds_value(line: &str, said: &str) -> bool {
    let plain = |text: &str| text.replace(['_', ','], "");
    let parts = line.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | ',')));
    let mut parts = parts.flat_map(|part| [part, part.trim_matches(['.', ',', '-'])]);
    parts.any(|part| {
        plain(part).eq_ignore_ascii_case(&plain(said))
            || number(part).zip(number(said)).is_some_and(|(a, b)| same(a, b))
    })
}

/// A number without its separators and without the letters of its type.
fn number(text: &str) -> Option<f64> {
    let plain = text.replace(['_', ','], "");
    let digits = plain.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    digits.parse().ok().filter(|number: &f64| number.is_finite())
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= f64::EPSILON * a.abs().max(b.abs())
}

/// The plain literal that a line gives a name: `NAME = 5`, `name: "x",`, `const NAME: u32 = 5;`.
fn assigned(line: &str, key: &str) -> Option<String> {
    let (_, rest) = line.split_once(key)?;
    let rest = rest.trim_start_matches(['"', '\'']);
    let value = match rest.split_once('=') {
        Some((head, value)) if !head.contains(['(', '<', '>', '!']) => value.trim_start_matches('='),
        Some(_) => return None,
        None => rest.trim_start().strip_prefix(':')?,
    };
    let value = value.trim().trim_end_matches([';', ',']).trim();
    let bare = value.trim_matches(['"', '\'']);
    let word = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let plain = !bare.is_empty() && bare.chars().all(word);
    let quoted = bare.len() != value.len();
    let literal = quoted
        || number(bare).is_some_and(|_| bare.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
        || matches!(bare, "true" | "false" | "True" | "False");
    (plain && literal).then(|| bare.to_owned())
}

/// Whether two literals are of one kind, differ, and not by a unit.
fn differs(given: &str, said: &str) -> bool {
    const UNITS: &[f64] = &[
        10.0,
        12.0,
        24.0,
        60.0,
        100.0,
        1000.0,
        1024.0,
        3600.0,
        86400.0,
        1e6,
        1024.0 * 1024.0,
        60_000.0,
        1e9,
        3_600_000.0,
    ];
    let switch = |text: &str| text.to_lowercase().parse::<bool>().ok();
    if let (Some(a), Some(b)) = (switch(given), switch(said)) {
        return a != b;
    }
    match (number(given), number(said)) {
        (Some(a), Some(b)) => {
            let (small, large) = (a.abs().min(b.abs()), a.abs().max(b.abs()));
            let unit = |unit: &f64| same(small * unit, large);
            let lettered = given.ends_with(char::is_alphabetic);
            !same(a, b) && !UNITS.iter().any(unit) && !lettered
        }
        (_, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    fn told(line: &str, key: &str, value: &str) -> (&'static str, String) {
        let file = |text: &str| -> memory::Files {
            [(
                RepoPath::new("src/a.rs").unwrap(),
                (Mode::File, text.as_bytes().to_vec()),
            )]
            .into()
        };
        let change = memory::change(file("\n"), file(&format!("{line}\n")));
        let claim = format!("- {{form: value-set, target: '{key}', to: '{value}'}}\n");
        let evidence = Evidence::of(change).with_claims(Ok(crate::claims::tests::claims(&claim)));
        let settings = Settings::new(crate::policy::Policy::default()).unwrap();
        let (_, standing) = standings(&evidence, &settings).unwrap().remove(0);
        (standing.name(), standing.why().unwrap_or_default())
    }

    #[test]
    fn a_value_is_supported_refuted_or_left_open() {
        let table = [
            ("const MAX_ROWS: u32 = 500;", "MAX_ROWS", "500", "supported"),
            ("const MAX_ROWS: u64 = 10_000;", "MAX_ROWS", "10,000", "supported"),
            ("const MAX_ROWS: u32 = 200;", "MAX_ROWS", "500", "refuted"),
            ("  \"maxRows\": 200,", "max_rows", "500", "not checked"),
            ("  maxRows: 200,", "maxRows", "500", "refuted"),
            ("const TIMEOUT: u64 = 30000;", "TIMEOUT", "30", "not checked"),
            (
                "const TIMEOUT: Duration = Duration::from_secs(30);",
                "TIMEOUT",
                "20",
                "not checked",
            ),
            ("let limit = retry_limit;", "limit", "5", "not checked"),
            ("strict = false", "strict", "true", "refuted"),
            ("other = 3", "strict", "true", "not checked"),
        ];
        for (line, key, value, name) in table {
            let (told, why) = told(line, key, value);
            assert_eq!(told, name, "{line} {key} {value}: {why}");
        }
    }
}
