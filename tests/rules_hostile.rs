//! Does a hostile file, or a hostile rule, cost the gate no more than the answer for that file?

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use countersign::{
    code::{
        LanguageId,
        parser::{Parser, Quarry},
        rules::matcher::{Hunt, Hunted, Lines, Matcher, RuleSet},
    },
    finding::Unproven,
    limits,
    rules::packs,
};

const GOOD: &str = "good.rs";

fn parser() -> Parser {
    Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into()))
}

fn every_rule() -> RuleSet {
    let packs = packs::all().unwrap();
    let rules = packs.iter().flat_map(|pack| &pack.rules);
    RuleSet::new(rules.map(packs::matcher).collect())
}

/// Asks every rule of a set that reads a language of every line of some files.
fn hunt(set: &RuleSet, files: &[(&str, LanguageId, String)]) -> Vec<Result<Hunted, Unproven>> {
    let load = |index: usize| {
        let (name, language, text) = files.get(index).unwrap();
        let reads =
            |(_, rule): &(u32, &Matcher)| rule.languages.is_empty() || rule.languages.contains(language);
        let rules = (0..).zip(set.matchers()).filter(reads).map(|(number, _)| number);
        let whole = Lines {
            first: 1,
            last: u32::MAX - 1,
        };
        Ok(Quarry {
            name: (*name).to_owned(),
            hunt: Hunt {
                language: Some(*language),
                added: vec![whole],
                comments: Vec::new(),
                strings: Vec::new(),
                docstrings: Vec::new(),
                rules: rules.collect(),
            },
            bytes: text.clone().into_bytes(),
        })
    };
    parser().hunt(set, files.len(), &load)
}

fn good() -> (&'static str, LanguageId, String) {
    (
        GOOD,
        LanguageId::Rust,
        "fn good() {\n    dbg!(1);\n}\n".to_owned(),
    )
}

#[test]
fn a_hostile_file_costs_only_itself() {
    let rust = |text: String| ("bad.rs", LanguageId::Rust, text);
    let python = |text: String| ("bad.py", LanguageId::Python, text);
    let files = [
        good(),
        rust(format!(
            "type T = {}u8{};\n",
            "A<".repeat(150_000),
            ">".repeat(150_000)
        )),
        good(),
        rust(format!("fn f() {}{}", "{".repeat(200_000), "}".repeat(200_000))),
        good(),
        rust("|]|<\"<".repeat(8_000)),
        good(),
        python(")(1 *".repeat(6_000)),
        good(),
        python(format!("{}pass\n", "try:\n  x\nexcept:\n  pass\n".repeat(30_000))),
        good(),
        python(format!("f({}1{})\n", "print(".repeat(20_000), ")".repeat(20_000))),
        good(),
    ];
    for ((name, _, _), answer) in files.iter().zip(hunt(&every_rule(), &files)) {
        match answer {
            Ok(hunted) if *name == GOOD => assert!(hunted.hits.iter().any(|hit| hit.line == 2), "{hunted:?}"),
            Ok(hunted) => assert!(hunted.hits.len() <= limits::RULE_HITS * every_rule().matchers().len()),
            Err(why) => {
                assert_ne!(*name, GOOD, "{why}");
                assert!(why.to_string().contains(name), "{why}");
            }
        }
    }
}

#[test]
fn a_rule_that_never_ends_leaves_the_file_unproven_and_the_next_is_asked() {
    // every list of arguments against every other: the time of the file ends it, or the number of open matches
    let greedy = Matcher {
        id: "house-greedy".to_owned(),
        languages: vec![LanguageId::Rust],
        query: Some("(arguments (_)* @a (_)* @b (_)* @c (_)* @d (_)* @e (_)* @hit)".to_owned()),
        ..Matcher::default()
    };
    let set = RuleSet::new(vec![greedy]);
    let long = format!("fn f() {{ g({}); }}\n", "1, ".repeat(40_000));
    let files = [("long.rs", LanguageId::Rust, long), good()];
    let answers = hunt(&set, &files);
    match answers.first().unwrap() {
        Ok(hunted) => assert_eq!(hunted.overrun, [0]),
        Err(why) => assert!(why.to_string().contains("long.rs"), "{why}"),
    }
    assert!(answers.last().unwrap().is_ok());
}

#[test]
fn a_rule_that_does_not_compile_is_no_silence() {
    let broken = Matcher {
        id: "house-broken".to_owned(),
        languages: vec![LanguageId::Rust],
        query: Some("(nothing) @hit".to_owned()),
        ..Matcher::default()
    };
    let answers = hunt(&RuleSet::new(vec![broken]), &[good()]);
    let why = answers.first().unwrap().as_ref().unwrap_err();
    assert!(why.to_string().contains("Rust has no node `nothing`"), "{why}");
}

#[test]
fn a_process_is_told_of_other_rules_before_it_is_asked_for_them() {
    let parser = parser();
    let by_word = |word: &str| {
        RuleSet::new(vec![Matcher {
            id: "house-word".to_owned(),
            pattern: Some(word.to_owned()),
            ..Matcher::default()
        }])
    };
    let load = |_: usize| {
        Ok(Quarry {
            name: "a.txt".to_owned(),
            hunt: Hunt {
                language: None,
                added: vec![Lines { first: 2, last: 2 }],
                comments: Vec::new(),
                strings: Vec::new(),
                docstrings: Vec::new(),
                rules: vec![0],
            },
            bytes: b"tea\ntea\nmilk\n".to_vec(),
        })
    };
    let found = |word: &str| -> Vec<u32> {
        let answers = parser.hunt(&by_word(word), 1, &load);
        let hits = answers.into_iter().flatten().flat_map(|hunted| hunted.hits);
        hits.map(|hit| hit.line).collect()
    };
    assert_eq!(
        (found("tea"), found("milk"), found("t")),
        (vec![2], vec![], vec![2])
    );
}
