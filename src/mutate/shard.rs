//! Which part of the universe is this machine's?
//!
//! Every machine computes the same universe and takes each `of`th mutant of it, in the order of the ids, so that no
//! machine needs to hear from another.

use std::fmt;

use super::Mutant;
use crate::error::Error;

/// One part of several, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part.
    pub part: usize,
    /// Of how many.
    pub of: usize,
}

/// The only part.
pub const WHOLE: Shard = Shard { part: 1, of: 1 };

/// Variables by which a CI system tells a job its number: the number, the count, and what the first job is called.
const SYSTEMS: &[(&str, &str, usize)] = &[
    // https://docs.gitlab.com/ci/variables/predefined_variables/
    ("CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
    // GitHub tells only its expressions `strategy.job-index` and `job-total`; the workflow hands them on by these names
    ("COUNTERSIGN_SHARD_INDEX", "COUNTERSIGN_SHARD_TOTAL", 0),
    ("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
    ("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
];

impl Shard {
    /// Reads `K/N`, or `auto`: what the variables of the CI system say.
    ///
    /// # Errors
    /// It is neither, or no CI system says which part this is.
    pub fn read(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Error> {
        if text == "auto" {
            return Self::auto(variable);
        }
        let parts = text
            .split_once('/')
            .and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        let shard = parts.map(|(part, of)| Self { part, of });
        shard.filter(|shard| shard.is_sound()).ok_or_else(|| {
            Error::usage(
                format!("`{text}` is no part of a run"),
                "write the part and the number of parts, counted from 1: `--shard 2/8`, or `--shard auto`",
            )
        })
    }

    fn auto(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let number = |name: &str| variable(name)?.trim().parse::<usize>().ok();
        let found = SYSTEMS.iter().find_map(|(index, total, first)| {
            let part = number(index)?.checked_sub(*first)? + 1;
            Some(Self {
                part,
                of: number(total)?,
            })
        });
        found.filter(|shard| shard.is_sound()).ok_or_else(|| {
            Error::usage(
                "no variable of the CI system says which part of the run this is",
                "set `COUNTERSIGN_SHARD_INDEX: ${{ strategy.job-index }}` and `COUNTERSIGN_SHARD_TOTAL: ${{ strategy.job-total }}` in a GitHub workflow, `parallel:` in a GitLab job, or write `--shard K/N`",
            )
        })
    }

    const fn is_sound(self) -> bool {
        self.part >= 1 && self.part <= self.of
    }

    /// The mutants of this part, of all in the order of their ids.
    pub fn of(self, all: &[Mutant]) -> Vec<&Mutant> {
        all.iter().skip(self.part - 1).step_by(self.of.max(1)).collect()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        |name| {
            variables
                .iter()
                .find(|(own, _)| *own == name)
                .map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn a_part_is_read_as_it_is_written() {
        let none = from(&[]);
        assert_eq!(Shard::read("2/8", &none).unwrap(), Shard { part: 2, of: 8 });
        for wrong in ["0/8", "9/8", "2", "a/b", "2/0", "", "-1/3"] {
            assert!(Shard::read(wrong, &none).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_ci_system_counts_in_its_own_way() {
        let gitlab = from(&[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "3")]);
        assert_eq!(Shard::read("auto", &gitlab).unwrap(), Shard { part: 1, of: 3 });
        let github = from(&[("COUNTERSIGN_SHARD_INDEX", "2"), ("COUNTERSIGN_SHARD_TOTAL", "3")]);
        assert_eq!(Shard::read("auto", &github).unwrap(), Shard { part: 3, of: 3 });
        assert!(Shard::read("auto", &from(&[])).is_err());
    }
}
