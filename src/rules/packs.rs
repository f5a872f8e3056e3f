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
    /// Its text.
    pub text: &'static str,
    read: OnceLock<Option<Arc<Pack>>>,
}

const fn built_in(name: &'static str, language: Language, text: &'static str) -> BuiltIn {
    BuiltIn {
        name,
        language,
        text,
        read: OnceLock::new(),
    }
}

/// Every built-in pack, in the order in which lists show them.
pub static BUILT_IN: [BuiltIn; 7] = [
    built_in(
        "any.yaml",
        Language::Any,
        include_str!("../../rules/code/any.yaml"),
    ),
    built_in(
        "security.yaml",
        Language::Any,
        include_str!("../../rules/code/security.yaml"),
    ),
    built_in(
        "python.yaml",
        Language::Python,
        include_str!("../../rules/code/python.yaml"),
    ),
    built_in(
        "rust.yaml",
        Language::Rust,
        include_str!("../../rules/code/rust.yaml"),
    ),
    built_in(
        "javascript.yaml",
        Language::JavaScript,
        include_str!("../../rules/code/javascript.yaml"),
    ),
    built_in("go.yaml", Language::Go, include_str!("../../rules/code/go.yaml")),
    built_in(
        "java.yaml",
        Language::Java,
        include_str!("../../rules/code/java.yaml"),
    ),
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
        Pack::embedded(self.name, self.text).map(Arc::new)
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
