//! How is one of our own YAML or JSON files read? The only file that names the YAML library.
//!
//! The library is quadratic on balanced nesting and expands aliases without bound (security research, 4.1), so
//! every file is scanned first: size, nesting, anchors and aliases, duplicate keys, further documents.

mod scan;

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor},
};

use crate::{error::Error, limits};

/// Reads a file of ours.
///
/// # Errors
/// Names the file, the line and the column, and what would be right.
pub fn read<T: DeserializeOwned>(
    kind: &'static str,
    file: &str,
    bytes: &[u8],
    most: usize,
) -> Result<T, Error> {
    let text = scanned(kind, file, bytes, most)?;
    // the library keeps the last of two equal keys in a map; as a plain value it refuses them
    let parsed =
        serde_yaml::from_str::<serde_yaml::Value>(text).and_then(|_| serde_yaml::from_str::<T>(text));
    parsed.map_err(|error| invalid(kind, file, &error))
}

fn invalid(kind: &'static str, file: &str, error: &serde_yaml::Error) -> Error {
    let place = error.location();
    let whole = error.to_string();
    let problem = match whole.rfind(" at line ") {
        Some(end) => whole.get(..end).unwrap_or(&whole).to_owned(),
        None => whole,
    };
    Error::Invalid {
        kind,
        file: file.to_owned(),
        line: place.as_ref().map(serde_yaml::Location::line),
        column: place.as_ref().map(serde_yaml::Location::column),
        problem: plain(&problem),
    }
}

/// A parser's message for people who do not read Rust: names of its types in words, on one line of bounded length.
pub fn plain(problem: &str) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("f64", "a number"),
        ("u64", "a whole number"),
        ("u32", "a whole number"),
        ("usize", "a whole number"),
        ("a boolean", "true or false"),
        ("a sequence", "a list"),
    ];
    let mut text = problem.replace("invalid type: sequence,", "invalid type: a list,");
    if let Some((head, wanted)) = problem.rsplit_once(", expected ") {
        let word = WORDS.iter().find(|(known, _)| *known == wanted);
        let word = match word {
            Some((_, word)) => Some(*word),
            None if wanted.starts_with("struct ") => Some("named fields (`name: value`)"),
            None => None,
        };
        if let Some(word) = word {
            let head = head.replace("invalid type: sequence", "invalid type: a list");
            text = format!("{head}, expected {word}");
        }
    }
    crate::escape::cut(&crate::escape::line(&text), limits::MESSAGE_BYTES).into_owned()
}

/// The bytes as text that is safe to parse.
fn scanned<'a>(kind: &'static str, file: &str, bytes: &'a [u8], most: usize) -> Result<&'a str, Error> {
    if bytes.len() > most {
        let problem = format!("has {} bytes; the limit is {most}", bytes.len());
        return Err(Error::Limit {
            what: "config-bytes",
            file: file.to_owned(),
            problem,
        });
    }
    let refuse = |line: usize, column: usize, problem: String| Error::Invalid {
        kind,
        file: file.to_owned(),
        line: Some(line),
        column: Some(column),
        problem,
    };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        refuse(line, column, "is not UTF-8 text; save it as UTF-8".to_owned())
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    scan::scan(text).map_err(|refusal| refuse(refusal.line, refusal.column, refusal.what))?;
    Ok(text)
}

/// A map from names to values that refuses a name given twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<T>(pub BTreeMap<String, T>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Unique<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Unique<T> {
            type Value = Named<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from names to values")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Named<T>, A::Error> {
                let mut map = BTreeMap::new();
                while let Some((name, value)) = entries.next_entry::<String, T>()? {
                    if map.insert(name.clone(), value).is_some() {
                        return Err(A::Error::custom(format!("`{name}` is given twice")));
                    }
                }
                Ok(Named(map))
            }
        }
        deserializer.deserialize_map(Unique(PhantomData))
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Named<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("NamedOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        BTreeMap::<String, T>::json_schema(generator)
    }
}

/// The 1-based line and column where a word first stands in a file outside of comments: for problems that only show
/// after parsing.
pub fn find(bytes: &[u8], word: &str) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.lines().enumerate().find_map(|(number, line)| {
        let code = line.split(" #").next().filter(|code| !code.starts_with('#'))?;
        let before = code.get(..start_of(code, word)?)?;
        Some((number + 1, before.chars().count() + 1))
    })
}

/// Where a word stands that is no part of a longer one.
fn start_of(line: &str, word: &str) -> Option<usize> {
    let continues = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut found = line.match_indices(word).filter(|(start, _)| {
        let before = line.get(..*start).and_then(|text| text.chars().next_back());
        let after = line
            .get(start + word.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(continues) && !after.is_some_and(continues)
    });
    found.next().map(|(start, _)| start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(bytes: &[u8]) -> Result<Named<u32>, Error> {
        read("policy", "p.yaml", bytes, limits::CONFIG_BYTES)
    }

    #[test]
    fn every_refusal_names_the_file_and_the_place() {
        for (text, wanted) in [
            (
                "a: 1\na: 2\n",
                "policy `p.yaml` at line 2 column 1: `a` is given twice; keep one",
            ),
            ("a: x\n", "policy `p.yaml` at line 1 column 4"),
            ("a: 1\nb: \"", "policy `p.yaml` at line 2"),
        ] {
            let shown = load(text.as_bytes()).unwrap_err().to_string();
            assert!(shown.starts_with(wanted), "{shown}");
        }
        let shown = load(b"a: 1\nb: \xff\n").unwrap_err().to_string();
        assert!(
            shown.starts_with("policy `p.yaml` at line 2 column 4: is not UTF-8"),
            "{shown}"
        );
    }

    #[test]
    fn a_refusal_names_no_types_of_the_program() {
        for (said, shown) in [
            (
                "invalid type: integer `3`, expected struct Counts",
                "invalid type: integer `3`, expected named fields (`name: value`)",
            ),
            (
                "a: invalid type: string \"x\", expected f64",
                "a: invalid type: string \"x\", expected a number",
            ),
            (
                "invalid type: sequence, expected struct Policy",
                "invalid type: a list, expected named fields (`name: value`)",
            ),
            (
                "unknown variant `x`, expected one of `a`, `b`",
                "unknown variant `x`, expected one of `a`, `b`",
            ),
        ] {
            assert_eq!(plain(said), shown);
        }
    }

    #[test]
    fn a_key_written_two_ways_is_refused_too() {
        assert!(load(b"{\"a\": 1, \"\\x61\": 2}").is_err());
    }

    #[test]
    fn json_is_yaml_here() {
        assert_eq!(load(b"{\n\t\"a\": 1,\n\t\"b\": 2\n}\n").unwrap().0.len(), 2);
    }

    #[test]
    fn files_are_read_up_to_their_limit() {
        for (bytes, good) in [
            (limits::CONFIG_BYTES - 1, true),
            (limits::CONFIG_BYTES, true),
            (limits::CONFIG_BYTES + 1, false),
        ] {
            let mut text = b"a: 1\n#".to_vec();
            text.resize(bytes, b'x');
            assert_eq!(load(&text).is_ok(), good, "{bytes}");
        }
    }
}
