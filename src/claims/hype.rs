//! Which words of a text praise instead of telling?
//!
//! Ticks and words such as "comprehensive" or "robust" are in every fifth text and mean nothing (CHECKS 4.1). Counted
//! are only superlatives of readiness, strings of emoji, runs of capitals and of exclamation marks.

use super::{
    clauses::Clause,
    modality::begins,
    tokens::{Kind, Token},
};

/// Phrases that no evidence could bear out.
#[rustfmt::skip]
const SUPERLATIVES: &[&str] = &[
    "production ready", "production-ready", "battle-tested", "bulletproof", "flawless", "flawlessly", "perfect",
    "perfectly", "enterprise-grade", "world-class", "state-of-the-art", "blazing fast", "blazingly fast",
    "rock-solid", "rock solid", "100% complete", "fully functional", "fully operational", "game-changing",
    "game changer", "revolutionary", "unprecedented", "mission accomplished", "cutting-edge", "best-in-class",
    "next-level", "amazing", "incredible", "awesome", "fantastic", "zero bugs", "bug-free",
];

/// Words that a terse restatement leaves out.
#[rustfmt::skip]
const PADDING: &[&str] = &[
    "comprehensive", "comprehensively", "robust", "robustly", "seamless", "seamlessly", "successfully",
    "simply", "elegant", "elegantly", "powerful", "beautiful", "beautifully", "very", "really", "extremely",
    "highly", "significantly", "dramatically", "greatly", "gracefully", "clean", "completely", "fully",
    "totally", "absolutely", "exciting", "great", "excellent", "now",
];

/// Emoji in a row that celebrate.
const CELEBRATION: &[char] = &[
    '🎉', '🚀', '🔥', '💪', '✨', '🎊', '🏆', '💯', '🙌', '🥳', '⭐', '🌟',
];

/// What praises in a clause: each as it stands.
pub fn praise(clause: &Clause) -> Vec<String> {
    let tokens = &clause.tokens;
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        if let Some(phrase) = SUPERLATIVES.iter().find(|phrase| begins(rest, phrase)) {
            found.push((*phrase).to_owned());
        }
        if let Some(token) = rest.first()
            && token.text.chars().filter(|c| CELEBRATION.contains(c)).count() >= 1
        {
            found.push(token.text.clone());
        }
        if shouts(rest) && !(at > 0 && shouts(tokens.get(at - 1..).unwrap_or_default())) {
            found.push(
                rest.iter()
                    .take(2)
                    .map(|token| token.text.as_str())
                    .collect::<Vec<_>>()
                    .join(" "),
            );
        }
    }
    found
}

/// Two words of capitals in a row that are no names.
fn shouts(rest: &[Token]) -> bool {
    let loud = |token: &Token| {
        token.kind == Kind::Word
            && token.text.chars().count() >= 4
            && token.text.chars().all(|c| c.is_ascii_uppercase())
    };
    matches!(rest, [first, second, ..] if loud(first) && loud(second))
}

/// A clause without praise, padding and emoji: its words and names as they stand, codes in their quotes.
pub fn sober(clause: &Clause) -> String {
    let tokens = &clause.tokens;
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = tokens.get(at..).unwrap_or_default();
        if let Some(phrase) = SUPERLATIVES.iter().find(|phrase| begins(rest, phrase)) {
            at += phrase.split(' ').count();
            continue;
        }
        at += 1;
        match token.kind {
            Kind::Code => words.push(format!("`{}`", token.text)),
            Kind::Quoted => words.push(format!("\"{}\"", token.text)),
            Kind::Mark if matches!(token.text.as_str(), "," | ":") => {
                if let Some(last) = words.last_mut() {
                    last.push_str(&token.text);
                }
            }
            Kind::Word if !token.is_one_of(PADDING) => words.push(token.text.clone()),
            Kind::Mark | Kind::Word => {}
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::{blocks::blocks, clauses::clauses};

    fn first(text: &str) -> Clause {
        clauses(&blocks(text)).remove(0)
    }

    #[test]
    fn only_what_no_evidence_bears_out_is_praise() {
        assert_eq!(
            praise(&first("A production-ready, battle-tested client 🚀🚀")).len(),
            3
        );
        assert_eq!(praise(&first("EVERYTHING WORKS NOW")).len(), 1);
        for plain in [
            "✅ Added a robust retry",
            "Comprehensive tests",
            "Sets HTTP_TIMEOUT and `MAX_SIZE`",
            "Parses JSON and YAML",
        ] {
            assert_eq!(praise(&first(plain)), [""; 0], "{plain}");
        }
    }

    #[test]
    fn a_sober_clause_keeps_its_facts() {
        assert_eq!(
            sober(&first(
                "✅ Successfully added a robust, battle-tested `retry()` to `a.rs` 🎉"
            )),
            "added a, `retry()` to `a.rs`"
        );
    }
}
