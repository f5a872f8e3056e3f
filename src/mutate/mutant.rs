//! Which fault is put where, and what is it called?

use std::{collections::BTreeMap, fmt};

use sha2::{Digest as _, Sha256};

use crate::{code::LanguageId, code::facts::Span, path::RepoPath};

/// Hexadecimal digits of an id: 64 bits, so that two of a million mutants share one about once in 40 million universes.
const DIGITS: usize = 16;

/// The name of a mutant. It holds no line number, so it survives code that moves.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Id(pub Box<str>);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A fault that a language's planner found room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The text that is replaced.
    pub span: Span,
    /// 1-based column of the first character of the span, in characters.
    pub column: u32,
    /// 1-based column after the last character of the span.
    pub end_column: u32,
    /// The items around it: `module::Type::function`, `Class.method`; empty at the top of a file.
    pub item: String,
    /// The operator's name in reports, one of the language's table: `BinaryOperator`, `FnValue`.
    pub operator: &'static str,
    /// The text that stands there.
    pub original: String,
    /// The text that stands there instead; empty where something is deleted.
    pub replacement: String,
    /// First and last line of which one must have changed for it to be in scope: those of the operator's token, or of
    /// the whole function for a fault of its value.
    pub anchor: (u32, u32),
    /// It replaces the value of a whole function: of these few are kept for each function.
    pub value: bool,
    /// Why it is left out by default, where it is: `with_capacity`, `Debug`.
    pub noise: Option<&'static str>,
    /// The source says it is not to be mutated: `#[mutants::skip]`, `# pragma: no mutate`; the line that says so.
    pub silenced: Option<u32>,
}

/// One fault with its name and its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Its name.
    pub id: Id,
    /// Its file at head.
    pub path: RepoPath,
    /// The language of the file.
    pub language: LanguageId,
    /// The fault.
    pub fault: Fault,
}

/// Names the faults of one file. Equal faults in one item are told apart by their order.
pub fn name(path: &RepoPath, language: LanguageId, faults: Vec<Fault>) -> Vec<Mutant> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let named = faults.into_iter().map(|fault| {
        let key = key(&fault);
        let ordinal = seen.entry(key.clone()).or_default();
        let id = id(path, &key, *ordinal);
        *ordinal += 1;
        Mutant {
            id,
            path: path.clone(),
            language,
            fault,
        }
    });
    named.collect()
}

/// What makes faults of one file equal. White space does not.
fn key(fault: &Fault) -> String {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    [
        fault.item.clone(),
        fault.operator.to_owned(),
        words(&fault.original),
        words(&fault.replacement),
    ]
    .join("\0")
}

fn id(path: &RepoPath, key: &str, ordinal: usize) -> Id {
    let mut hash = Sha256::new();
    hash.update(path.as_bytes());
    hash.update([0]);
    hash.update(key.as_bytes());
    hash.update([0]);
    hash.update(ordinal.to_string());
    let digits = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    Id(digits.chars().take(DIGITS).collect::<String>().into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(line: u32, original: &str) -> Fault {
        Fault {
            span: Span {
                start: line,
                end: line + 1,
                first: line,
                last: line,
            },
            column: 1,
            end_column: 2,
            item: "price".to_owned(),
            operator: "BinaryOperator",
            original: original.to_owned(),
            replacement: "-".to_owned(),
            anchor: (line, line),
            value: false,
            noise: None,
            silenced: None,
        }
    }

    fn ids(faults: Vec<Fault>) -> Vec<String> {
        let path = RepoPath::new("src/price.rs").unwrap();
        let named = name(&path, LanguageId::Rust, faults);
        named.into_iter().map(|mutant| mutant.id.to_string()).collect()
    }

    #[test]
    fn a_fault_that_moves_keeps_its_name() {
        assert_eq!(ids(vec![fault(3, "a + b")]), ids(vec![fault(90, "a +\n    b")]));
    }

    #[test]
    fn equal_faults_of_one_item_have_different_names() {
        let names = ids(vec![fault(3, "+"), fault(4, "+")]);
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn a_name_is_sixteen_hexadecimal_digits() {
        let names = ids(vec![fault(3, "+")]);
        assert_eq!(names[0].len(), DIGITS);
        assert!(names[0].chars().all(|c| c.is_ascii_hexdigit()));
    }
}
