//! How much does a refuted claim weigh, by its form and by where it was made?
//!
//! One table, `rules/forms.yaml`, with the measurement behind each line. A check's own level is the most that any of its
//! claims weighs.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    error::Error,
    evidence::claims::{Claim, Form, Rank},
    finding::Level,
    tables::{self, table},
};

const PACK: &str = "forms.yaml";

/// Where a claim was made, and how plainly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A manifest.
    Manifest,
    /// A text, in words that leave nothing open: a count, a total, a whole path in code quotes.
    Closed,
    /// A text, in other words.
    Open,
    /// The message of a commit.
    Commit,
    /// A message that joins those of several commits, or one of a session that went on.
    Squash,
}

impl Source {
    /// Every source, in the order of the table's columns.
    pub const ALL: [Self; 5] = [
        Self::Manifest,
        Self::Closed,
        Self::Open,
        Self::Commit,
        Self::Squash,
    ];

    /// Its name at the head of a column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Closed => "closed prose",
            Self::Open => "open prose",
            Self::Commit => "commit message",
            Self::Squash => "squash message",
        }
    }
}

/// One line of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Weight {
    /// The form.
    pub form: Form,
    manifest: Level,
    /// Absent where no sentence leaves nothing open.
    #[serde(default)]
    closed: Option<Level>,
    /// Absent where every sentence of the form leaves nothing open.
    #[serde(default)]
    open: Option<Level>,
    commit: Level,
    squash: Level,
    /// What the levels rest on.
    pub measured: String,
}

impl Weight {
    /// What a refuted claim from a source weighs; `None` where there is no such source of this form.
    pub const fn from(&self, source: Source) -> Option<Level> {
        match source {
            Source::Manifest => Some(self.manifest),
            Source::Closed => self.closed,
            Source::Open => self.open,
            Source::Commit => Some(self.commit),
            Source::Squash => Some(self.squash),
        }
    }

    /// How plainly a claim of this form in a text is made: by the form alone, or by its anchor or its count where the
    /// table tells both ways apart.
    fn of_text(&self, claim: &Claim) -> Source {
        match (self.closed, self.open) {
            (Some(_), None) => Source::Closed,
            (Some(_), Some(_)) if claim.is_strict() || claim.count.words().next().is_some() => Source::Closed,
            (Some(_) | None, Some(_)) | (None, None) => Source::Open,
        }
    }
}

/// The table.
#[derive(Clone, Debug)]
pub struct Levels(BTreeMap<Form, Weight>);

impl Levels {
    /// The embedded table.
    ///
    /// # Errors
    /// It does not parse, leaves out a form or tells of one twice, or has no level for texts: a fault of this program.
    pub fn built_in() -> Result<Self, Error> {
        Self::parse(table!("forms"))
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |problem: String| Error::Rules { pack: PACK, problem };
        let list: Vec<Weight> = tables::read(PACK, text)?;
        let mut table = BTreeMap::new();
        for weight in list {
            let name = weight.form.name();
            if weight.closed.is_none() && weight.open.is_none() {
                return Err(wrong(format!("`{name}` has no level for texts")));
            }
            if table.insert(weight.form, weight).is_some() {
                return Err(wrong(format!("`{name}` stands twice")));
            }
        }
        match Form::ALL.iter().find(|form| !table.contains_key(form)) {
            Some(missing) => Err(wrong(format!("`{}` is missing", missing.name()))),
            None => Ok(Self(table)),
        }
    }

    /// Every line, in the order of the forms.
    pub fn all(&self) -> impl Iterator<Item = &Weight> {
        Form::ALL.iter().filter_map(|form| self.0.get(form))
    }

    /// What a claim weighs where it is refuted; [`Level::Off`] where it is never held against its author.
    pub fn of(&self, claim: &Claim) -> Level {
        let weight = claim.form.and_then(|form| self.0.get(&form));
        let level = |weight: &Weight| {
            weight.from(match claim.rank {
                _ if claim.is_joined() => Source::Squash,
                Rank::Manifest => Source::Manifest,
                Rank::Text => weight.of_text(claim),
                Rank::Commit => Source::Commit,
            })
        };
        weight.and_then(level).unwrap_or(Level::Off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::claims::Prose;

    fn claim(form: Form, rank: Rank) -> Claim {
        let mut claim = crate::claims::tests::claims("- form: all-pass\n")
            .claims
            .remove(0);
        claim.form = Some(form);
        claim.rank = rank;
        claim
    }

    #[test]
    fn nothing_weighs_more_in_words_than_in_a_manifest_and_a_squash_message_weighs_nothing() {
        let levels = Levels::built_in().unwrap();
        for weight in levels.all() {
            let name = weight.form.name();
            for source in Source::ALL {
                assert!(weight.from(source) <= weight.from(Source::Manifest), "{name}");
            }
            assert!(weight.from(Source::Open) <= Some(Level::Warn), "{name}");
            assert!(weight.from(Source::Commit) <= Some(Level::Warn), "{name}");
            assert_eq!(weight.from(Source::Squash), Some(Level::Off), "{name}");
            assert!(!weight.measured.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_claim_weighs_by_its_source() {
        let levels = Levels::built_in().unwrap();
        assert_eq!(levels.of(&claim(Form::DepNone, Rank::Manifest)), Level::Deny);
        assert_eq!(levels.of(&claim(Form::DepNone, Rank::Text)), Level::Deny);
        assert_eq!(levels.of(&claim(Form::DepNone, Rank::Commit)), Level::Warn);
        assert_eq!(levels.of(&claim(Form::FileEdited, Rank::Text)), Level::Warn);
        let mut counted = claim(Form::TestsAdded, Rank::Text);
        assert_eq!(levels.of(&counted), Level::Warn);
        counted.count.added = Some(3);
        assert_eq!(levels.of(&counted), Level::Deny);
        counted.prose = Some(Prose {
            joined: true,
            ..Prose::default()
        });
        assert_eq!(levels.of(&counted), Level::Off);
    }

    #[test]
    fn a_table_with_a_hole_is_refused() {
        let line = |form: &str| {
            format!(
                "- {{form: {form}, manifest: deny, open: warn, commit: warn, squash: off, measured: no}}\n"
            )
        };
        for text in [
            line("fixed"),
            line("fixed").repeat(2),
            line("fixed").replace("open: warn, ", ""),
            line("fixd"),
        ] {
            assert!(Levels::parse(&text).is_err(), "{text}");
        }
    }
}
