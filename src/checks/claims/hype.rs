//! Does a text praise more than it tells?
//!
//! Superlatives, strings of emoji and capitals for each hundred words; ticks and broad words such as "robust" are not
//! counted, every fifth text has them.

use crate::{
    checks::Settings,
    claims::{blocks::blocks, clauses::clauses, hype},
    evidence::{Evidence, claims::document::Document},
    finding::{Abstain, Finding, Judged, Level},
    limits,
};

/// Praises in one text that are let pass.
const LEAST: usize = 3;
/// Praises in each hundred words that are let pass.
const PER_HUNDRED: usize = 2;

/// Judges the item.
///
/// # Errors
/// No claims were given, or no text is among them.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let texts = &evidence.claims()?.documents;
    if texts.iter().all(Document::is_blank) {
        return Err(Abstain::not_applicable("no text was given"));
    }
    Ok(texts.iter().filter_map(finding).collect())
}

fn finding(text: &Document) -> Option<Finding> {
    let clauses = clauses(&blocks(&text.body));
    let words: usize = clauses.iter().map(|clause| clause.tokens.len()).sum();
    let praise: Vec<String> = clauses.iter().flat_map(hype::praise).collect();
    let dense = praise.len() * 100 > words * PER_HUNDRED;
    if praise.len() < LEAST || !dense {
        return None;
    }
    let says = format!(
        "{} praises in {words} words, and no evidence bears them out",
        praise.len()
    );
    let shown = praise.iter().take(limits::NAMED);
    let finding = shown.fold(Finding::new(text.place(1), says), |finding, word| {
        finding.because(format!("`{}`", crate::escape::line(word)))
    });
    Some(
        finding
            .fix("say what was done; `countersign claims --plain FILE` restates it")
            .at_most(Level::Info),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{change::memory, claims::Claims},
        policy::Policy,
    };

    fn judged(text: &str) -> Judged {
        let claims = Claims {
            documents: vec![Document::text("pr.md", text)],
            ..Claims::default()
        };
        let evidence = Evidence::of(memory::change([].into(), [].into())).with_claims(Ok(claims));
        run(&evidence, &Settings::new(Policy::default()).unwrap())
    }

    #[test]
    fn praise_is_counted_by_its_density() {
        let praise = "This is a production-ready, battle-tested and bulletproof client. 🚀";
        assert_eq!(judged(praise).unwrap().len(), 1);
        let long = format!("{praise} {}", "It reads the header and waits. ".repeat(60));
        assert!(judged(&long).unwrap().is_empty());
        assert!(
            judged("✅ Added comprehensive, robust tests!")
                .unwrap()
                .is_empty()
        );
        assert!(matches!(judged(" "), Err(Abstain::NotApplicable(_))));
    }
}
