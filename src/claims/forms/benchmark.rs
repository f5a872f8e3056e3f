//! By how much is something said to be faster or smaller?
//!
//! Such a number is listed and never judged: no result of a benchmark is read.

use super::{Draft, Found};
use crate::{
    claims::{
        modality::{Reading, Why},
        tokens::{Kind, Token},
    },
    evidence::claims::Form,
};

/// Words behind a factor or a percentage that compare.
#[rustfmt::skip]
const COMPARED: &[&str] = &[
    "faster", "slower", "quicker", "smaller", "larger", "less", "fewer", "lower", "higher", "speedup", "speed-up",
    "improvement", "reduction", "cheaper", "leaner",
];

/// Words between the number and the comparison.
const BETWEEN: &[&str] = &[
    "x",
    "×",
    "times",
    "%",
    "percent",
    "performance",
    "memory",
    "time",
    "latency",
];

/// Words that are of tests, whose percentages are other claims.
const OTHER: &[&str] = &["coverage", "test", "tests"];

/// The numbers that compare.
///
/// # Errors
/// One is given, and not claimed.
pub fn read(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    if tokens.iter().any(|token| token.is_one_of(OTHER)) {
        return Ok(Vec::new());
    }
    let compared = (0..tokens.len()).find_map(|at| compared(tokens.get(at..).unwrap_or_default()));
    let Some(number) = compared else {
        return Ok(Vec::new());
    };
    match reading.cue_but(&[Why::Known]) {
        Some(why) => Err(why),
        None => Ok(vec![Draft::new(Form::Benchmark).about(number)]),
    }
}

/// `3x faster`, `40% less`: the number and the comparison that tokens begin with.
fn compared(tokens: &[Token]) -> Option<String> {
    let number = tokens.first().filter(|token| token.kind == Kind::Word)?;
    let digits = number.text.trim_start_matches(['~', '+', '-']);
    let unit = digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !matches!(unit, "" | "x" | "×" | "%") {
        return None;
    }
    let between = tokens
        .iter()
        .skip(1)
        .take_while(|token| BETWEEN.contains(&token.lower.as_str()));
    let between = between.count();
    let has_unit = !unit.is_empty() || between > 0;
    let word = tokens
        .get(1 + between)
        .filter(|word| has_unit && word.is_one_of(COMPARED))?;
    let middle = tokens.get(1..1 + between).unwrap_or_default();
    let words = std::iter::once(number).chain(middle).chain(std::iter::once(word));
    Some(
        words
            .map(|token| token.text.as_str())
            .collect::<Vec<_>>()
            .join(" "),
    )
}

#[cfg(test)]
mod tests {
    use crate::{claims::prose, evidence::claims::document::Document};

    fn numbers(text: &str) -> Vec<String> {
        let told = prose::read(&Document::text("m", text), &prose::Templates::default());
        let drafts = told.into_iter().flat_map(|one| one.became.unwrap_or_default());
        let is_one = |draft: &super::Draft| draft.form == super::Form::Benchmark;
        drafts.filter(is_one).flat_map(|draft| draft.targets).collect()
    }

    #[test]
    fn a_number_that_compares_is_listed() {
        for text in [
            "The parser is 3x faster",
            "Parsing is 2.5 times faster now",
            "Uses 40% less memory",
            "A 10x speedup of the reader",
        ] {
            assert_eq!(numbers(text).len(), 1, "{text}");
        }
        for text in [
            "Coverage is 10% higher",
            "This will be 3x faster",
            "Retries 3 times",
            "3 fewer lines",
            "Runs on Python 3.12 faster",
            "Is it 3x faster?",
        ] {
            assert!(numbers(text).is_empty(), "{text}");
        }
    }
}
