//! Which rules are there? The built-in packs, one line each, and those that a project brings.

use std::sync::{Arc, OnceLock};

use super::{
    Catalogue, guards,
    pack::{Known, Language, Pack, Rule},
};
use crate::{
    code::{
        LanguageId,
        parser::Parser,
        rules::matcher::{Matcher, RuleSet},
    },
    error::Error,
    finding::Unproven,
};

/// A built-in pack: its name, the languages it is for, and its text.
pub struct BuiltIn {
    /// The file below `rules/code/`.
    pub name: &'static str,
    /// For which languages it has rules.
    pub language: Language,
    /// Its text, as it was written.
    pub text: &'static str,
    table: &'static str,
    read: OnceLock<Option<Arc<Pack>>>,
}

macro_rules! built_in {
    ($name:literal, $language:expr) => {
        BuiltIn {
            name: concat!($name, ".yaml"),
            language: $language,
            text: include_str!(concat!("../../rules/code/", $name, ".yaml")),
            table: include_str!(concat!(env!("OUT_DIR"), "/rules/code/", $name, ".json")),
            read: OnceLock::new(),
        }
    };
}

/// Every built-in pack, in the order in which lists show them.
pub static BUILT_IN: [BuiltIn; 7] = [
    built_in!("any", Language::Any),
    built_in!("security", Language::Any),
    built_in!("python", Language::Python),
    built_in!("rust", Language::Rust),
    built_in!("javascript", Language::JavaScript),
    built_in!("go", Language::Go),
    built_in!("java", Language::Java),
];

impl BuiltIn {
    /// The pack, read when first asked for.
    ///
    /// # Errors
    /// It does not parse: a fault of this program.
    pub fn pack(&self) -> Result<Arc<Pack>, Error> {
        if let Some(known) = self.read.get_or_init(|| self.parsed().ok()) {
            return Ok(Arc::clone(known));
        }
        // it failed before, and fails again with its reason
        self.parsed()
    }

    fn parsed(&self) -> Result<Arc<Pack>, Error> {
        Pack::embedded(self.name, self.table).map(Arc::new)
    }

    /// Whether files of a language may be meant.
    pub fn reads(&self, language: Option<LanguageId>) -> bool {
        self.language == Language::Any
            || language.is_some_and(|language| self.language.grammars().contains(&language))
    }
}

/// Every built-in pack, read.
///
/// # Errors
/// One does not parse: a fault of this program.
pub fn all() -> Result<Vec<Arc<Pack>>, Error> {
    BUILT_IN.iter().map(BuiltIn::pack).collect()
}

/// The built-in packs of rules that are asked whatever the language.
///
/// # Errors
/// One does not parse: a fault of this program.
pub fn of_any_language() -> Result<Vec<Arc<Pack>>, Error> {
    let any = BUILT_IN.iter().filter(|pack| pack.language == Language::Any);
    any.map(BuiltIn::pack).collect()
}

/// Tells a name that rules use apart.
pub fn known(words: &Catalogue) -> impl Fn(&str) -> Known {
    |name: &str| {
        if guards::reads_one_file(name) {
            Known::Guard
        } else if guards::exists(name) {
            Known::WideGuard
        } else if words.get(name).is_some() || super::pack::CHECKS.contains(&name) {
            Known::Check
        } else {
            Known::Nothing
        }
    }
}

/// Reads a project's pack and has a parser process compile it.
///
/// # Errors
/// Names the file, the line, and what would be right; or there is no parser process.
pub fn read(name: &str, bytes: &[u8], words: &Catalogue, parser: &Parser) -> Result<Pack, Error> {
    let pack = Pack::read(name, bytes, &known(words))?;
    compile(&pack, bytes, parser)?;
    Ok(pack)
}

/// Whether every query and pattern of a pack compiles.
///
/// # Errors
/// As [`read`].
pub fn compile(pack: &Pack, bytes: &[u8], parser: &Parser) -> Result<(), Error> {
    let set = RuleSet::new(pack.rules.iter().map(matcher).collect());
    let faults = parser
        .faults(&pack.name, &set)
        .map_err(|why: Unproven| Error::invalid("rules", &pack.name, format!("cannot be compiled: {why}")))?;
    let Some(fault) = faults.first() else {
        return Ok(());
    };
    let rule = usize::try_from(fault.rule).unwrap_or(usize::MAX);
    let below = below(pack.rules.get(rule), &fault.key, &fault.text, fault.row);
    Err(pack.refusal(bytes, rule, &fault.key, below, &fault.problem))
}

/// Lines from the key to the place of a fault: a block begins on the line after its key.
fn below(rule: Option<&Rule>, key: &str, text: &str, row: u32) -> usize {
    let is_block = text.trim_end().contains('\n');
    let is_alone = rule.is_some() && matches!(key, "query" | "pattern");
    if is_block && is_alone { row as usize + 1 } else { 0 }
}

/// What of a rule travels.
pub fn matcher(rule: &Rule) -> Matcher {
    rule.matcher(guards::reads_one_file)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::{Path, PathBuf},
    };

    use super::*;
    use crate::{code::rules::oracle, path::RepoPath, rules::pack::Short};

    /// Every query of the packs that are built in, by language.
    fn queries() -> BTreeMap<LanguageId, BTreeSet<String>> {
        let mut queries: BTreeMap<LanguageId, BTreeSet<String>> = BTreeMap::new();
        for pack in all().unwrap() {
            for rule in &pack.rules {
                let matcher = super::matcher(rule);
                let lists = [
                    &matcher.inside,
                    &matcher.outside,
                    &matcher.contains,
                    &matcher.lacks,
                ];
                let texts = lists.into_iter().flatten().cloned();
                let texts = texts
                    .chain(matcher.query.clone())
                    .chain(matcher.at_least.as_ref().map(|one| one.query.clone()));
                for text in texts {
                    for language in &matcher.languages {
                        queries.entry(*language).or_default().insert(text.clone());
                    }
                }
            }
        }
        queries
    }

    /// Every example of the packs, by language.
    fn examples() -> BTreeSet<(LanguageId, String)> {
        let mut examples = BTreeSet::new();
        for pack in all().unwrap() {
            for rule in &pack.rules {
                for example in rule.bad.iter().chain(&rule.good) {
                    let languages = matcher(rule).languages;
                    let code = match example {
                        Short::Text(code) => code,
                        Short::Long(example) => &example.code,
                    };
                    examples.extend(languages.into_iter().map(|language| (language, code.clone())));
                }
            }
        }
        examples
    }

    /// The sources in a folder.
    fn sources(folder: &Path, found: &mut BTreeSet<(LanguageId, String)>) {
        let entries = fs::read_dir(folder).into_iter().flatten();
        for path in entries.flatten().map(|entry| entry.path()) {
            let language = || LanguageId::of(&RepoPath::new(path.file_name()?.to_str()?).ok()?);
            if path.is_dir() {
                sources(&path, found);
            } else if let (Some(language), Ok(text)) = (language(), fs::read_to_string(&path)) {
                found.insert((language, text));
            }
        }
    }

    /// Further folders can be named in `QUERY_CORPUS`, separated by `:`.
    #[test]
    fn every_query_of_the_packs_finds_what_the_library_finds() {
        let mut texts = examples();
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        sources(&tests.join("facts"), &mut texts);
        let further = std::env::var("QUERY_CORPUS").unwrap_or_default();
        for folder in further.split(':').filter(|folder| !folder.is_empty()) {
            sources(&PathBuf::from(folder), &mut texts);
        }
        let mut count = 0;
        for (language, queries) in queries() {
            let queries: Vec<oracle::Both> =
                queries.iter().map(|text| oracle::both(text, language)).collect();
            for (_, text) in texts.iter().filter(|(own, _)| *own == language) {
                count += oracle::hold(language, &queries, text);
            }
        }
        assert!(count > 2_000, "{count} matches");
    }
}
