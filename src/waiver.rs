//! Which findings did the team except, why, and until when?
//!
//! Waivers stand in the policy of the base: a change cannot waive itself.

use serde::Deserialize;

use crate::{
    date::Date,
    finding::{Finding, Place},
    glob::Globs,
    names,
};

/// A reasoned exception.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Waiver {
    /// The check whose findings it silences.
    pub check: String,
    /// Only findings of this rule, for checks that judge by rules.
    #[serde(default)]
    pub rule: Option<String>,
    /// Only findings in these paths; without it and without `test`, every finding of the check.
    #[serde(default)]
    pub paths: Option<Globs>,
    /// Only findings about this test, or tests whose name ends in these whole words.
    #[serde(default)]
    pub test: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// Until when, `YYYY-MM-DD`, that day included.
    #[serde(default)]
    pub until: Option<Date>,
}

impl Waiver {
    /// Whether it speaks of this finding, expired or not.
    pub fn matches(&self, check: &str, finding: &Finding) -> bool {
        let path = match (&self.paths, finding.place.path()) {
            (None, _) => true,
            (Some(globs), Some(path)) => globs.matches(path),
            (Some(_), None) => false,
        };
        let test = match (&self.test, &finding.place) {
            (None, _) => true,
            (Some(wanted), Place::Test(name)) => names::ends_in(name, wanted),
            (Some(_), _) => false,
        };
        let by_rule = finding.rule.as_ref().map(|rule| &rule.id);
        let rule = self.rule.as_ref().is_none_or(|rule| by_rule == Some(rule));
        self.check == check && rule && path && test && !finding.unwaivable
    }

    /// Whether it is still in force. Where the day is not known (a patch), a dated waiver is not.
    pub fn in_force(&self, today: Option<Date>) -> bool {
        in_force(self.until, today)
    }
}

/// Whether a dated exception still counts on a day.
pub fn in_force(until: Option<Date>, today: Option<Date>) -> bool {
    match (until, today) {
        (None, _) => true,
        (Some(until), Some(today)) => today <= until,
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_waived_by_whole_words_at_the_end_of_its_name() {
        let waiver = |test: &str| Waiver {
            check: "tests-failing".to_owned(),
            rule: None,
            paths: None,
            test: Some(test.to_owned()),
            reason: "known".to_owned(),
            owner: None,
            until: None,
        };
        let finding = Finding::new(Place::Test("cart::test_add".to_owned()), "failed");
        for (test, matches) in [
            ("cart::test_add", true),
            ("test_add", true),
            ("add", false),
            ("", false),
        ] {
            assert_eq!(waiver(test).matches("tests-failing", &finding), matches, "{test}");
        }
    }

    #[test]
    fn a_dated_exception_ends_and_needs_a_known_day() {
        let day = |text| Some(Date::parse(text).unwrap());
        assert!(in_force(None, None));
        assert!(in_force(day("2026-01-01"), day("2026-01-01")));
        assert!(!in_force(day("2026-01-01"), day("2026-01-02")));
        assert!(!in_force(day("2026-01-01"), None));
    }
}
