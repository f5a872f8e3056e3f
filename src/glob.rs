//! Which paths does a list of patterns mean? The only file that names the glob library.

mod quick;

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::{limits, path::RepoPath};

/// Patterns over repository paths, as in `.gitignore` and CI files: `*` stays inside one folder, `**` crosses
/// folders, `{a,b}` offers choices, a pattern that ends in `/` means everything below. A pattern starts at the
/// root of the repository.
#[derive(Clone)]
pub struct Globs {
    patterns: Vec<String>,
    set: Arc<Late>,
}

/// Patterns of ours are compiled at this question at the latest: so many quick ones take as long.
const QUICK_QUESTIONS: u32 = 100;

/// Patterns of so many bytes together are never too large for the library.
const SMALL_BYTES: usize = 2_000;

/// A set that may not be compiled yet.
#[derive(Default)]
struct Late {
    set: OnceLock<GlobSet>,
    questions: AtomicU32,
}

impl From<GlobSet> for Late {
    fn from(set: GlobSet) -> Self {
        Self {
            set: OnceLock::from(set),
            questions: AtomicU32::new(0),
        }
    }
}

impl Globs {
    /// Reads a list of patterns.
    ///
    /// # Errors
    /// Names the pattern and what is wrong with it.
    pub fn new<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Result<Self, String> {
        let globs = Self::built_in(patterns);
        for pattern in &globs.patterns {
            compile(pattern)?;
        }
        globs.or_too_large()
    }

    /// Compiles what may be too large as a whole, each pattern of which is sound; the rest waits until somebody asks.
    fn or_too_large(self) -> Result<Self, String> {
        if self.patterns.iter().map(String::len).sum::<usize>() <= SMALL_BYTES {
            return Ok(self);
        }
        let set = compiled(&self.patterns)?;
        Ok(Self {
            set: Arc::new(set.into()),
            ..self
        })
    }

    /// Patterns that are part of this program. They are compiled when somebody asks for a path that they could mean, or
    /// asks often: all of them together take longer than a run that judges one commit. Where they do not compile they mean nothing;
    /// a test of each table asks [`Globs::compile`].
    pub fn built_in<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Self {
        let owned = patterns.into_iter().map(|pattern| pattern.as_ref().to_owned());
        Self {
            patterns: owned.collect(),
            set: Arc::default(),
        }
    }

    /// Whether all of them are patterns.
    pub fn compile(&self) -> bool {
        compiled(&self.patterns).is_ok()
    }

    /// No pattern at all.
    pub fn none() -> Self {
        Self {
            patterns: Vec::new(),
            set: Arc::new(GlobSet::empty().into()),
        }
    }

    /// The patterns as written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// The patterns for one line of a report, cut where there are many.
    pub fn shown(&self) -> String {
        let all = self.patterns.join(", ");
        crate::escape::cut(&crate::escape::line(&all), limits::SHOWN_BYTES).into_owned()
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether some pattern means this path.
    pub fn matches(&self, path: &RepoPath) -> bool {
        let Late { set, questions } = self.set.as_ref();
        let is_rare = || questions.fetch_add(1, Ordering::Relaxed) < QUICK_QUESTIONS;
        let set = match set.get() {
            Some(set) => set,
            None if is_rare() && !self.could_mean(path) => return false,
            None => set.get_or_init(|| compiled(&self.patterns).unwrap_or_default()),
        };
        set.is_match(path.as_path().as_ref())
    }

    fn could_mean(&self, path: &RepoPath) -> bool {
        let mut patterns = self.patterns.iter();
        patterns.any(|pattern| quick::could_mean(pattern, path.as_bytes()))
    }

    /// Whether some pattern is this very path, without any wildcard doing the work.
    pub fn names_literally(&self, path: &RepoPath) -> bool {
        self.patterns
            .iter()
            .any(|pattern| pattern.as_bytes() == path.as_bytes())
    }
}

fn compiled(patterns: &[String]) -> Result<GlobSet, String> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(compile(pattern)?);
    }
    builder.build().map_err(|error| format!("bad patterns: {error}"))
}

fn compile(pattern: &str) -> Result<globset::Glob, String> {
    if pattern.is_empty() {
        return Err("an empty pattern matches nothing; leave it out".to_owned());
    }
    if pattern.len() > limits::GLOB_BYTES {
        return Err(format!(
            "a pattern of {} bytes passes the limit of {}",
            pattern.len(),
            limits::GLOB_BYTES
        ));
    }
    if brace_depth(pattern) > limits::GLOB_BRACES {
        return Err(format!(
            "`{pattern}` nests braces deeper than {}",
            limits::GLOB_BRACES
        ));
    }
    let whole = pattern.strip_prefix('/').unwrap_or(pattern);
    let whole = if whole.ends_with('/') {
        format!("{whole}**")
    } else {
        whole.to_owned()
    };
    GlobBuilder::new(&whole)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| format!("bad pattern `{pattern}`: {}", error.kind()))
}

fn brace_depth(pattern: &str) -> usize {
    let mut depth: usize = 0;
    let mut deepest = 0;
    for byte in pattern.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

impl fmt::Debug for Globs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.patterns).finish()
    }
}

impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl Default for Globs {
    fn default() -> Self {
        Self::none()
    }
}

impl<'de> serde::Deserialize<'de> for Globs {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> serde::de::Visitor<'de> for List {
            type Value = Globs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path pattern or a list of path patterns")
            }
            fn visit_str<E: serde::de::Error>(self, pattern: &str) -> Result<Globs, E> {
                Globs::new([pattern]).map_err(E::custom)
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Globs, A::Error> {
                let mut patterns = Vec::new();
                while let Some(Pattern(pattern)) = list.next_element()? {
                    patterns.push(pattern);
                }
                let globs = Globs::built_in(patterns);
                globs.or_too_large().map_err(serde::de::Error::custom)
            }
        }
        deserializer.deserialize_any(List)
    }
}

/// Reads the patterns of a table that is part of this program. See [`Globs::built_in`].
///
/// # Errors
/// They are no list of texts.
pub fn built_in<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Globs, D::Error> {
    let patterns: Vec<String> = serde::Deserialize::deserialize(deserializer)?;
    Ok(Globs::built_in(patterns))
}

/// One pattern, refused while it is read, so that the error points at it.
struct Pattern(String);

impl<'de> serde::Deserialize<'de> for Pattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl serde::de::Visitor<'_> for One {
            type Value = Pattern;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path pattern")
            }
            fn visit_str<E: serde::de::Error>(self, pattern: &str) -> Result<Pattern, E> {
                compile(pattern).map_err(E::custom)?;
                Ok(Pattern(pattern.to_owned()))
            }
        }
        deserializer.deserialize_str(One)
    }
}

impl schemars::JsonSchema for Globs {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Globs".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A path pattern or a list of them, from the repository's root: `*` stays in one folder, `**` crosses folders.",
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(raw: &str) -> RepoPath {
        RepoPath::new(raw).unwrap()
    }

    #[test]
    fn a_star_stays_in_its_folder_and_two_stars_do_not() {
        let globs = Globs::new(["src/*.rs", "docs/"]).unwrap();
        assert!(globs.matches(&path("src/a.rs")));
        assert!(!globs.matches(&path("src/a/b.rs")));
        assert!(globs.matches(&path("docs/a/b.md")));
        assert!(Globs::new(["**/*.rs"]).unwrap().matches(&path("a.rs")));
    }

    #[test]
    fn hostile_patterns_are_refused_without_a_panic() {
        assert!(Globs::new(["{".repeat(250)]).is_err());
        assert!(Globs::new(["a".repeat(2000)]).is_err());
        assert!(Globs::new(["["]).is_err());
        assert!(Globs::new([""]).is_err());
    }

    #[test]
    fn our_own_patterns_mean_the_same_though_they_are_compiled_late() {
        let patterns = [
            "src/*.{rs,py}",
            "docs/",
            "**/Makefile",
            "**/*.sw[op]",
            "a/**/b",
            "/c",
        ];
        let late = Globs::built_in(patterns);
        let early = compiled(&late.patterns).unwrap();
        let paths = [
            "src/a.rs",
            "src/a/b.rs",
            "docs/a/b.md",
            "Makefile",
            "x/Makefile",
            "a.swo",
            "a/b",
            "a/x/b",
            "c",
            "d/c",
            "doc/s",
            "a.swx",
            "src/a.go",
        ];
        for text in paths {
            let path = path(text);
            // alone, so that no earlier question has compiled them
            assert_eq!(
                Globs::built_in(patterns).matches(&path),
                early.is_match(text),
                "{text}"
            );
            let often = (0..=QUICK_QUESTIONS).map(|_| late.matches(&path));
            assert!(
                often.into_iter().all(|means| means == early.is_match(text)),
                "{text}"
            );
        }
        assert!(late.compile() && !Globs::built_in(["["]).compile());
    }

    #[test]
    fn paths_that_are_not_text_match_too() {
        assert!(
            Globs::new(["data/*"])
                .unwrap()
                .matches(&RepoPath::new(b"data/\xff").unwrap())
        );
    }
}
