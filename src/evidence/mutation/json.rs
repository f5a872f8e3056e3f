//! What do all JSON reports of mutation testers have in common? Unique keys, sane positions, errors with a place.
//!
//! The formats belong to others: fields that nobody here knows are passed over. Nesting is bounded by the library
//! (128 levels).

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor},
};

use crate::limits;

/// Reads a JSON text.
///
/// # Errors
/// Says what is wrong, and at which line and column.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        crate::escape::cut(&crate::escape::line(&whole), limits::MESSAGE_BYTES).into_owned()
    })
}

/// The pairs of an object in the order of the file; a key that stands twice is refused, because two readers would
/// see two different reports.
#[derive(Clone, Debug)]
pub struct Pairs<T>(pub Vec<(String, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
            type Value = Pairs<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<T>, A::Error> {
                let mut seen = std::collections::BTreeSet::new();
                let mut pairs = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    if !seen.insert(key.clone()) {
                        return Err(A::Error::custom(format!("`{key}` stands twice")));
                    }
                    if seen.len() > limits::MUTANTS {
                        return Err(A::Error::custom(format!("more than {} entries", limits::MUTANTS)));
                    }
                    let value = map.next_value()?;
                    pairs.push((key, value));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}

/// A place in a file: 1-based line and column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Position {
    /// 1-based.
    #[serde(deserialize_with = "line_number")]
    pub line: u32,
    /// 1-based.
    #[serde(deserialize_with = "line_number")]
    pub column: u32,
}

/// From one place to another, both in the same file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "RawSpan")]
pub struct Span {
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

#[derive(Deserialize)]
struct RawSpan {
    start: Position,
    end: Position,
}

impl TryFrom<RawSpan> for Span {
    type Error = String;

    fn try_from(raw: RawSpan) -> Result<Self, String> {
        let RawSpan { start, end } = raw;
        if end.line < start.line {
            return Err(format!(
                "a place that begins on line {} ends on line {}",
                start.line, end.line
            ));
        }
        Ok(Self { start, end })
    }
}

/// A line or column: from 1 to [`limits::LINE_NUMBER`].
///
/// # Errors
/// It is no whole number, or outside that range.
pub fn line_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = i64::deserialize(deserializer)?;
    match u32::try_from(number) {
        Ok(line) if (1..=limits::LINE_NUMBER).contains(&line) => Ok(line),
        Ok(_) | Err(_) => Err(D::Error::custom(format!(
            "{number} is no line or column: they go from 1 to {}",
            limits::LINE_NUMBER
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_refused_with_its_place() {
        let error = read::<Pairs<u8>>("{\"a\": 1,\n \"a\": 2}").unwrap_err();
        assert!(error.contains("`a` stands twice at line 2"), "{error}");
    }

    #[test]
    fn positions_outside_any_file_are_refused() {
        for (line, fine) in [
            (0, false),
            (1, true),
            (10_000_000, true),
            (10_000_001, false),
            (-3, false),
        ] {
            let text = format!("{{\"line\": {line}, \"column\": 1}}");
            assert_eq!(read::<Position>(&text).is_ok(), fine, "{line}");
        }
        let back = r#"{"start": {"line": 5, "column": 1}, "end": {"line": 4, "column": 1}}"#;
        assert!(read::<Span>(back).unwrap_err().contains("ends on line 4"));
    }

    #[test]
    fn nesting_ends_in_an_error_and_not_in_a_crash() {
        let deep = format!("{{\"a\": {}", "[".repeat(100_000));
        assert!(read::<Pairs<serde::de::IgnoredAny>>(&deep).is_err());
    }
}
