//! What are the words and levels of every check? Data in `rules/*.yaml`, embedded in the program.
//!
//! The rules over added code are in `rules/code/`: [`pack`] is their format, [`packs`] the table of them, [`sightings`] what
//! they find in a change, [`examples`] how they prove themselves. What runs in the parser process is in `code::rules`.

pub mod examples;
pub mod guards;
pub mod pack;
pub mod packs;
pub mod secrets;
pub mod sightings;
pub mod silence;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    finding::{Kind, Level},
    tables::{self, table},
};

/// Every embedded file: its name and its text.
pub const PACKS: &[(&str, &str)] = &[
    ("scope.yaml", table!("scope")),
    ("edits.yaml", table!("edits")),
    ("tests.yaml", table!("tests")),
    ("mutation.yaml", table!("mutation")),
    ("claims.yaml", table!("claims")),
    ("dependencies.yaml", table!("dependencies")),
    ("conventions.yaml", table!("conventions")),
    ("security.yaml", table!("security")),
    ("diagnosis.yaml", table!("diagnosis")),
];

/// The words of one check.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// `group-name`.
    pub id: String,
    /// What a broken item weighs.
    pub level: Level,
    /// When it is broken, in one sentence.
    pub says: String,
    /// What goes wrong when nobody looks.
    pub why: String,
    /// The evidence it judges by.
    pub needs: Vec<Kind>,
    /// How it decides, and what it leaves alone.
    pub how: String,
    /// A change that breaks it and one that does not.
    pub example: Example,
    /// The smallest honest fix.
    pub fix: String,
    /// How to tune or waive it.
    pub tune: String,
    /// How often it was wrong, as measured; `docs/precision.md` has the runs.
    pub noise: String,
}

/// A change that breaks a check and one that does not, in words.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Broken.
    pub bad: String,
    /// Holds.
    pub good: String,
}

/// The words of every check, by id.
#[derive(Clone, Debug)]
pub struct Catalogue {
    rules: BTreeMap<String, Rule>,
}

impl Catalogue {
    /// Loads the embedded packs.
    ///
    /// # Errors
    /// A pack does not parse, or two rules share an id: a fault of this program.
    pub fn built_in() -> Result<Self, Error> {
        let mut rules = BTreeMap::new();
        for (pack, text) in PACKS {
            let list: Vec<Rule> = tables::read(pack, text)?;
            for rule in list {
                if let Some(twice) = rules.insert(rule.id.clone(), rule) {
                    return Err(Error::Rules {
                        pack,
                        problem: format!("`{}` stands twice", twice.id),
                    });
                }
            }
        }
        Ok(Self { rules })
    }

    /// The words of a check.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// Every rule, by id.
    pub fn all(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// Every id.
    pub fn ids(&self) -> BTreeSet<&str> {
        self.rules.keys().map(String::as_str).collect()
    }
}
