//! Is a package's name a slip of the pen for another one? Well-known names are data in `rules/names.yaml`.

use std::collections::BTreeMap;

use crate::{
    error::Error,
    evidence::manifests::{Ecosystem, identity},
    tables::{self, table},
};

/// Shorter names are alike by chance.
const SHORTEST: usize = 5;

/// Well-known packages, by ecosystem.
#[derive(Clone, Debug)]
pub struct Known(BTreeMap<String, Vec<String>>);

/// In what way two names are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// One letter more, less, other, or two in the other order.
    OneLetter,
    /// The same letters, with other marks between them, or another scope.
    Separators,
}

impl Known {
    /// The embedded table.
    ///
    /// # Errors
    /// It is wrong: a fault of this program.
    pub fn new() -> Result<Self, Error> {
        tables::read("names.yaml", table!("names")).map(Self)
    }

    /// The well-known packages of an ecosystem.
    pub fn of(&self, ecosystem: Ecosystem) -> &[String] {
        self.0.get(ecosystem.name()).map_or(&[], Vec::as_slice)
    }

    /// Whether a package is a well-known one itself.
    pub fn holds(&self, ecosystem: Ecosystem, name: &str) -> bool {
        let name = identity(ecosystem, name);
        self.of(ecosystem)
            .iter()
            .any(|known| identity(ecosystem, known) == name)
    }
}

/// How a name is like another one that is not the same package; `None` where it is not, or where both are plainly members
/// of one family (`aws-sdk-s3`, `aws-sdk-s4`).
pub fn likeness(ecosystem: Ecosystem, name: &str, other: &str) -> Option<Likeness> {
    let (name, other) = (identity(ecosystem, name), identity(ecosystem, other));
    let bare = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
            .to_lowercase()
    };
    let (plain, known) = (bare(&name), bare(&other));
    if name == other || plain.len().min(known.len()) < SHORTEST {
        return None;
    }
    if plain == known {
        return Some(Likeness::Separators);
    }
    let letters = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let differing = parts_apart(&name, &other)?;
    let version = letters(&differing.0) == letters(&differing.1);
    let long = differing.0.len().min(differing.1.len()) >= SHORTEST;
    (long && !version && strsim::damerau_levenshtein(&differing.0, &differing.1) == 1)
        .then_some(Likeness::OneLetter)
}

/// The one part in which two names of equally many parts differ.
fn parts_apart(name: &str, other: &str) -> Option<(String, String)> {
    let split = |text: &str| {
        text.split(['-', '_', '.', '/'])
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (name, other) = (split(name), split(other));
    let mut apart = name.iter().zip(&other).filter(|(a, b)| a != b);
    let only = apart.next()?;
    (name.len() == other.len() && apart.next().is_none()).then(|| (only.0.clone(), only.1.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_a_sibling() {
        use Ecosystem::{Cargo, Npm, Python};
        for (ecosystem, name, other, wanted) in [
            (Python, "reqeusts", "requests", Some(Likeness::OneLetter)),
            (Python, "request", "requests", Some(Likeness::OneLetter)),
            (Npm, "crossenv", "cross-env", Some(Likeness::Separators)),
            (
                Npm,
                "tanstack-react-query",
                "@tanstack/react-query",
                Some(Likeness::Separators),
            ),
            (Cargo, "serde-json", "serde_json", None),
            (Cargo, "rustls2", "rustls", None),
            (Cargo, "aws-sdk-sqs", "aws-sdk-sns", None),
            (Python, "tomli", "toml", None),
            (Npm, "uuid", "guid", None),
        ] {
            assert_eq!(likeness(ecosystem, name, other), wanted, "{name} {other}");
        }
    }

    #[test]
    fn the_table_is_read() {
        let known = Known::new().unwrap();
        for ecosystem in [Ecosystem::Cargo, Ecosystem::Python, Ecosystem::Npm, Ecosystem::Go] {
            assert!(known.of(ecosystem).len() >= 20, "{}", ecosystem.name());
        }
        assert!(known.holds(Ecosystem::Cargo, "serde-json"));
    }
}
