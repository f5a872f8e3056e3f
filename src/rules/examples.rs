//! Does a rule catch what it must catch, and leave alone what it must leave alone?
//!
//! Each example is a change of its own, held against its rule as any other change is.

use std::{fmt, sync::Arc};

use super::{
    pack::{Example, Language, Pack, Role, Rule, Short},
    sightings::{self, Asked},
};
use crate::{
    code::parser::Parser,
    evidence::{
        Evidence,
        change::{
            Mode,
            memory::{self, Files},
        },
    },
    kinds::Kinds,
    path::RepoPath,
    policy::Paths,
};

/// What became of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// Bad code, and the rule found it.
    Caught,
    /// Bad code, and the rule found nothing.
    Missed,
    /// Good code, and the rule found nothing.
    Quiet,
    /// Good code, and the rule found something: on these lines.
    Noisy(Vec<u32>),
    /// It cannot be judged: why.
    Refused(String),
}

impl Became {
    /// Whether the rule does with it what it says.
    pub const fn is_right(&self) -> bool {
        matches!(self, Self::Caught | Self::Quiet)
    }
}

impl fmt::Display for Became {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caught => f.write_str("caught"),
            Self::Missed => f.write_str("missed"),
            Self::Quiet => f.write_str("quiet"),
            Self::Noisy(lines) => {
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                write!(f, "noisy at line {}", lines.join(", "))
            }
            Self::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

/// One example of one rule after it was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The rule.
    pub rule: String,
    /// Whether it is one that must be caught.
    pub is_bad: bool,
    /// Which one of its kind, counted from 1.
    pub number: usize,
    /// What became of it.
    pub became: Became,
}

/// Runs every example of a pack against its own rule.
pub fn run(pack: &Pack, parser: &Parser) -> Vec<Ran> {
    let mut ran = Vec::new();
    for rule in &pack.rules {
        let alone = Arc::new(Pack {
            rules: vec![rule.clone()],
            ..pack.clone()
        });
        for (is_bad, examples) in [(true, &rule.bad), (false, &rule.good)] {
            for (at, example) in examples.iter().enumerate() {
                ran.push(Ran {
                    rule: rule.id.clone(),
                    is_bad,
                    number: at + 1,
                    became: became(rule, example, is_bad, &alone, parser),
                });
            }
        }
    }
    ran
}

fn became(rule: &Rule, example: &Short<Example>, is_bad: bool, alone: &Arc<Pack>, parser: &Parser) -> Became {
    let found = match find(rule, example, std::slice::from_ref(alone), parser) {
        Ok(found) => found,
        Err(why) => return Became::Refused(why),
    };
    let lines: Vec<u32> = found.iter().map(|sighting| sighting.line).collect();
    match (is_bad, lines.is_empty()) {
        (true, false) => Became::Caught,
        (true, true) => Became::Missed,
        (false, true) => Became::Quiet,
        (false, false) => Became::Noisy(lines),
    }
}

/// What rules find in the file of an example of a rule; other files of the example are as they were.
///
/// # Errors
/// The example names no path, or something in it cannot be looked at.
pub fn find(
    rule: &Rule,
    example: &Short<Example>,
    packs: &[Arc<Pack>],
    parser: &Parser,
) -> Result<Vec<sightings::Sighting>, String> {
    let evidence = evidence(rule, example)?.with_parser(parser.clone());
    let kinds = Kinds::new(&Paths::default());
    let asked = Asked {
        packs,
        kinds: &kinds,
        wanted: &|rule, _, role| sightings::weighs(rule, role),
    };
    let sightings = sightings::of(&evidence, asked);
    if let Some(why) = sightings.unknown.first().filter(|_| !rule.needs_no_parse()) {
        return Err(why.to_string());
    }
    Ok(sightings.found)
}

/// The path and the code of an example.
pub fn file(rule: &Rule, example: &Short<Example>) -> (String, String) {
    match example {
        Short::Text(code) => (usual(rule).to_owned(), code.clone()),
        Short::Long(example) => {
            let path = example.path.as_deref().unwrap_or_else(|| usual(rule));
            (path.to_owned(), example.code.clone())
        }
    }
}

fn evidence(rule: &Rule, example: &Short<Example>) -> Result<Evidence, String> {
    let (place, code) = file(rule, example);
    let named = |name: &str, text: &str| -> Result<_, String> {
        Ok((RepoPath::new(name)?, (Mode::File, text.as_bytes().to_vec())))
    };
    let mut before = Files::new();
    if let Short::Long(example) = example {
        let others = example.files.iter().map(|(name, text)| named(name, text));
        before = others.collect::<Result<_, String>>()?;
    }
    let mut after = before.clone();
    after.extend([named(&place, &code)?]);
    if let Short::Long(example) = example
        && let Some(base) = &example.base
    {
        before.extend([named(&place, base)?]);
    }
    Ok(Evidence::of(memory::change(before, after)))
}

/// Where an example stands that names no path.
fn usual(rule: &Rule) -> &'static str {
    let language = rule.languages.first().copied().unwrap_or(Language::Any);
    let is_test = rule.only == Some(Role::Test);
    match (language, is_test) {
        (Language::Python | Language::Any, false) => "shop/orders.py",
        (Language::Python | Language::Any, true) => "tests/test_orders.py",
        (Language::Rust, false) => "src/orders.rs",
        (Language::Rust, true) => "tests/orders.rs",
        (Language::JavaScript, false) => "src/orders.js",
        (Language::JavaScript, true) => "src/orders.test.js",
        (Language::TypeScript, false) => "src/orders.ts",
        (Language::TypeScript, true) => "src/orders.test.ts",
        (Language::Go, false) => "shop/orders.go",
        (Language::Go, true) => "shop/orders_test.go",
        (Language::Java, false) => "src/main/java/shop/Orders.java",
        (Language::Java, true) => "src/test/java/shop/OrdersTest.java",
    }
}
