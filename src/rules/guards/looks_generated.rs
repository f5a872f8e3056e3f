//! Does what a rule calls a secret look like one that a machine made?

use super::Context;

/// Fewer different characters are a pattern, not a secret: the format descriptions that were measured repeat letters.
const DISTINCT: usize = 10;
/// As many neighbours that are equal, or follow each other, are typed.
const RUN: usize = 5;
/// Parts of stand-ins.
const FILLERS: &[&str] = &[
    "example",
    "sample",
    "dummy",
    "placeholder",
    "fake",
    "your",
    "redacted",
    "changeme",
    "replace",
    "insert",
    "xxxx",
    "test",
    "mock",
    "secret",
    "deadbeef",
];

/// Where the rule names no `secret`, the hit stays.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    context.hit.quote("secret").is_none_or(is_generated)
}

fn is_generated(secret: &str) -> bool {
    let lower = secret.to_lowercase();
    let mut seen: Vec<char> = secret.chars().filter(char::is_ascii_alphanumeric).collect();
    seen.sort_unstable();
    seen.dedup();
    let kinds: [fn(&char) -> bool; 3] = [
        char::is_ascii_lowercase,
        char::is_ascii_uppercase,
        char::is_ascii_digit,
    ];
    // words joined with dashes have one kind of character; every generator mixes
    let mixed = kinds
        .iter()
        .filter(|kind| secret.chars().any(|c| kind(&c)))
        .count()
        >= 2;
    seen.len() >= DISTINCT
        && mixed
        && !has_run(&lower)
        && !FILLERS.iter().any(|filler| lower.contains(filler))
}

/// Neighbours that are all equal (`aaaaa`), or count up (`12345`, `abcde`).
fn has_run(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = |step: u32| {
        codes
            .windows(RUN)
            .any(|run| run.iter().zip(run.iter().skip(1)).all(|(a, b)| a + step == *b))
    };
    steps(0) || steps(1)
}

#[cfg(test)]
mod tests {
    use super::is_generated;

    #[test]
    fn a_generated_text_is_told_from_a_typed_one() {
        assert!(is_generated("glpat-Vb9x-Tz4LwYc8HsJ1dPf"));
        for typed in [
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
            "sk-proj-a-name-of-a-model-that-goes-on-and-on",
            "xoxb-your-token-goes-here-4711-abC",
        ] {
            assert!(!is_generated(typed), "{typed}");
        }
    }
}
