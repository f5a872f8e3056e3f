//! How is one of our own YAML or JSON files read? The only file that names the YAML library.
//!
//! The library is quadratic on balanced nesting and expands aliases without bound (security research, 4.1), so
//! every file is scanned first: size, nesting, anchors and aliases. Duplicate keys are refused.

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
    let text = scan(kind, file, bytes, most)?;
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
        problem: crate::escape::cut(&crate::escape::line(&problem), limits::MESSAGE_BYTES).into_owned(),
    }
}

fn scan<'a>(kind: &'static str, file: &str, bytes: &'a [u8], most: usize) -> Result<&'a str, Error> {
    let refuse = |line: usize, problem: String| Error::Invalid {
        kind,
        file: file.to_owned(),
        line: Some(line),
        column: None,
        problem,
    };
    if bytes.len() > most {
        let problem = format!("has {} bytes; the limit is {most}", bytes.len());
        return Err(Error::Limit {
            what: "config-bytes",
            file: file.to_owned(),
            problem,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        refuse(
            before.iter().filter(|byte| **byte == b'\n').count() + 1,
            "is not UTF-8 text".to_owned(),
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut scanner = Scanner::default();
    for (number, line) in text.lines().enumerate() {
        if let Err(problem) = scanner.line(line) {
            return Err(refuse(number + 1, problem.to_owned()));
        }
    }
    Ok(text)
}

/// What a linear reading of the bytes must know to bound nesting and find aliases.
#[derive(Default)]
struct Scanner {
    flow: usize,
    quote: Option<char>,
    indents: Vec<usize>,
    literal: Option<usize>,
}

impl Scanner {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if line.trim().is_empty() {
            return Ok(());
        }
        if let Some(parent) = self.literal {
            if indent > parent {
                return Ok(());
            }
            self.literal = None;
        }
        if self.quote.is_none() && self.flow == 0 {
            self.indents.retain(|known| *known < indent);
            self.indents.push(indent);
            if self.indents.len() + dashes(line) > limits::YAML_DEPTH {
                return Err("nests deeper than 32 levels");
            }
        }
        self.characters(line)?;
        let opens_literal = self.quote.is_none() && self.flow == 0;
        let last = line.split(" #").next().unwrap_or(line).trim_end();
        let header = last.trim_end_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
        if opens_literal
            && (header.ends_with(": |")
                || header.ends_with(": >")
                || header.ends_with("- |")
                || header.ends_with("- >"))
        {
            self.literal = Some(indent);
        }
        Ok(())
    }

    fn characters(&mut self, line: &str) -> Result<(), &'static str> {
        let mut before = ' ';
        let mut escaped = false;
        for character in line.chars() {
            let opens = before.is_whitespace() || matches!(before, '[' | '{' | ',' | ':' | '-');
            match (self.quote, character) {
                (Some('"'), _) if escaped => escaped = false,
                (Some('"'), '\\') => escaped = true,
                (Some(quote), _) if quote == character => self.quote = None,
                (Some(_), _) => {}
                (None, '#') if before.is_whitespace() => return Ok(()),
                (None, '"' | '\'') if opens => self.quote = Some(character),
                (None, '&' | '*') if opens && before != '-' => {
                    return Err(
                        "anchors and aliases are not read here; write the value out, or quote it if it begins with `*` or `&`",
                    );
                }
                (None, '[' | '{') => self.flow += 1,
                (None, ']' | '}') => self.flow = self.flow.saturating_sub(1),
                (None, _) => {}
            }
            if self.flow > limits::YAML_DEPTH {
                return Err("nests brackets deeper than 32 levels");
            }
            before = character;
        }
        Ok(())
    }
}

/// Sequences opened on one line: `- - - a` nests three deep without indentation.
fn dashes(line: &str) -> usize {
    line.split(' ')
        .filter(|part| !part.is_empty())
        .take_while(|part| matches!(*part, "-" | "?" | ":"))
        .count()
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

/// Reads a file that is part of this program.
///
/// # Errors
/// It does not parse: a fault of this program.
pub fn trusted<T: DeserializeOwned>(pack: &'static str, text: &str) -> Result<T, Error> {
    serde_yaml::from_str(text).map_err(|error| Error::Rules {
        pack,
        problem: error.to_string(),
    })
}
