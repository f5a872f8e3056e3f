//! Do the rules over added code do what their examples say?

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up is a failed test")]

use std::fmt::Write as _;

use countersign::{
    code::parser::Parser,
    evidence::{
        Evidence,
        change::{Mode, memory},
    },
    kinds::Kinds,
    path::RepoPath,
    policy::Paths,
    rules::{
        Catalogue,
        examples::{self, Became},
        pack::Pack,
        packs::{self, BUILT_IN},
        sightings::{self, Asked},
    },
};
use proptest::prelude::*;

#[test]
fn every_built_in_pack_is_valid_and_compiles() {
    let words = Catalogue::built_in().unwrap();
    for built_in in &BUILT_IN {
        let pack = built_in.pack().unwrap();
        let bytes = built_in.text.as_bytes();
        let valid = pack.validate(bytes, &packs::known(&words));
        let sound = valid.and_then(|()| packs::compile(&pack, bytes, &Parser::default()));
        assert!(sound.is_ok(), "{}", sound.unwrap_err());
    }
}

#[test]
fn every_bad_example_is_caught_and_every_good_one_left_alone() {
    let parser = Parser::default();
    let mut wrong = Vec::new();
    for pack in packs::all().unwrap() {
        for ran in examples::run(&pack, &parser) {
            let right = if ran.is_bad { Became::Caught } else { Became::Quiet };
            if ran.became != right {
                let kind = if ran.is_bad { "bad" } else { "good" };
                wrong.push(format!("{} {kind} {}: {}", ran.rule, ran.number, ran.became));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_rule_stands_twice() {
    let mut ids: Vec<String> = Vec::new();
    for pack in packs::all().unwrap() {
        for rule in &pack.rules {
            assert!(!ids.contains(&rule.id), "{}", rule.id);
            ids.push(rule.id.clone());
        }
    }
}

/// Which rules find something in the examples of other rules. A person reads the list: each line is either right, or a
/// rule that is too wide.
#[test]
fn what_rules_say_of_the_examples_of_others_is_listed() {
    let parser = Parser::default();
    let packs = packs::all().unwrap();
    let mut listed = String::new();
    for rule in packs.iter().flat_map(|pack| &pack.rules) {
        for (kind, examples) in [("bad", &rule.bad), ("good", &rule.good)] {
            for (number, example) in (1..).zip(examples) {
                let found = examples::find(rule, example, &packs, &parser).unwrap();
                let others = found.iter().filter_map(|one| {
                    let other = packs.get(one.pack)?.rules.get(one.rule)?;
                    (other.id != rule.id).then(|| format!("{} at line {}", other.id, one.line))
                });
                let others: Vec<String> = others.collect();
                if !others.is_empty() {
                    let _ = writeln!(listed, "{} {kind} {number}: {}", rule.id, others.join(", "));
                }
            }
        }
    }
    insta::assert_snapshot!("cross-talk", listed);
}

/// A pack that is right.
const RIGHT: &str = "\
- id: house-sleep
  languages: [python]
  level: warn
  words: [sleep]
  query: |
    ((call
      function: (identifier) @name) @hit
      (#eq? @name \"sleep\"))
  says: it sleeps
  why: it is slow
  fix: wait for what happens
  noise: not measured
  bad: [\"sleep(1)\\n\"]
  good: [\"wait(1)\\n\"]
";

fn read(text: &str) -> Result<Pack, String> {
    let words = Catalogue::built_in().unwrap();
    packs::read("house.yaml", text.as_bytes(), &words, &Parser::default()).map_err(|error| error.to_string())
}

#[test]
fn a_pack_is_refused_whole_with_its_file_and_line() {
    assert_eq!(read(RIGHT).map(|pack| pack.rules.len()), Ok(1));
    let twice = format!("{RIGHT}{RIGHT}");
    for (from, to, wanted) in [
        (
            "  level: warn\n",
            "  level: warn\n  colour: red\n",
            "at line 4 column 3: .*unknown field `colour`",
        ),
        ("  why: it is slow\n", "", "missing field `why`"),
        (
            "(identifier)",
            "(identifer)",
            "at line 7: rule `house-sleep`: query: Python has no node `identifer`",
        ),
        (
            "function:",
            "fonction:",
            "at line 7: rule `house-sleep`: query: Python has no field `fonction`",
        ),
        (
            "#eq?",
            "#equals?",
            "at line 8: rule `house-sleep`: query: there is no predicate `#equals\\?`",
        ),
        (
            "@hit",
            "@heat",
            "at line 6: rule `house-sleep`: query: has no capture `@hit`",
        ),
        (
            "\"sleep\"))",
            "\"sleep\")",
            "at line .: rule `house-sleep`: query: does not parse as a query",
        ),
        (
            "  words: [sleep]\n",
            "  words: [sleep]\n  guards: [nobody]\n",
            "at line 5: rule `house-sleep`: guards: there is no guard `nobody`",
        ),
        (
            "  words: [sleep]\n",
            "  words: [sleep]\n  shape: 'a('\n",
            "at line 5: rule `house-sleep`: shape: bad regular expression",
        ),
        (
            "  words: [sleep]\n",
            "  words: [sleep]\n  twin: nobody\n",
            "at line 5: rule `house-sleep`: twin: there is no check `nobody`",
        ),
        (
            "  words: [sleep]\n",
            "  words: [sleep]\n  check: tests-weak\n",
            "at line 5: rule `house-sleep`: check: `tests-weak` takes no rules",
        ),
        (
            "  words: [sleep]\n",
            "  pattern: 'a('\n",
            "at line 4: rule `house-sleep`: pattern: a rule has a query or a pattern",
        ),
        (
            "  words: [sleep]\n",
            "  inside: ['(clas_definition) @scope']\n",
            "at line 4: rule `house-sleep`: inside: Python has no node",
        ),
        (
            "  bad: [\"sleep(1)\\n\"]\n",
            "  bad: []\n",
            "at line 13: rule `house-sleep`: bad: at least one example",
        ),
        (
            "[python]",
            "[any]",
            "at line 5: rule `house-sleep`: query: needs a language",
        ),
        (
            "[python]",
            "[pithon]",
            "at line 2 column .*: .*unknown variant `pithon`",
        ),
        (
            "house-sleep",
            "House",
            "at line 1: rule `House`: id: must be lower-case words",
        ),
        (
            RIGHT,
            twice.as_str(),
            "at line 15: rule `house-sleep`: id: stands twice",
        ),
    ] {
        let refused = read(&RIGHT.replacen(from, to, 1)).unwrap_err();
        let whole = regex::Regex::new(&format!("^rules `house.yaml`.*{wanted}")).unwrap();
        assert!(whole.is_match(&refused), "{wanted}\n{refused}");
    }
}

#[test]
fn an_example_is_caught_missed_quiet_or_noisy() {
    let text = RIGHT
        .replace(
            "  bad: [\"sleep(1)\\n\"]",
            "  bad: [\"sleep(1)\\n\", \"wait(1)\\n\", \"sleep(1\\n\"]",
        )
        .replace(
            "  good: [\"wait(1)\\n\"]",
            "  good: [\"wait(1)\\n\", \"\\nsleep(1)\\n\"]",
        );
    let ran = examples::run(&read(&text).unwrap(), &Parser::default());
    let became: Vec<String> = ran.iter().map(|one| one.became.to_string()).collect();
    let wanted = [
        "caught",
        "missed",
        "refused: `shop/orders.py` does not parse at line 1",
        "quiet",
        "noisy at line 2",
    ];
    assert_eq!(became, wanted);
}

/// Every file of every example, with its rule.
fn codes() -> Vec<(String, String)> {
    let packs = packs::all().unwrap();
    let rules = packs.iter().flat_map(|pack| &pack.rules);
    let codes = rules.flat_map(|rule| {
        let examples = rule.bad.iter().chain(&rule.good);
        examples.map(|example| examples::file(rule, example))
    });
    codes.collect()
}

fn files(path: &str, text: &str) -> memory::Files {
    let path = RepoPath::new(path).unwrap();
    memory::Files::from([(path, (Mode::File, text.as_bytes().to_vec()))])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Some lines of an example were there before, others were not, some were different.
    #[test]
    fn no_rule_speaks_of_a_line_that_the_change_does_not_add(which in any::<prop::sample::Index>(), fate in prop::collection::vec(0_u8..4, 1..40)) {
        let codes = codes();
        let (path, code) = which.get(&codes);
        let mut before = String::new();
        for (line, fate) in code.lines().zip(fate.iter().cycle()) {
            match fate {
                0 => {}
                1 => before.push_str("pass\n"),
                _ => before.extend([line, "\n"]),
            }
        }
        let change = memory::change(files(path, &before), files(path, code));
        let evidence = Evidence::of(change);
        let packs = packs::all().unwrap();
        let kinds = Kinds::new(&Paths::default());
        let asked = Asked { packs: &packs, kinds: &kinds, wanted: &|rule, _, role| sightings::weighs(rule, role) };
        for sighting in sightings::of(&evidence, asked).found {
            let file = evidence.change.file(&sighting.path).unwrap();
            prop_assert!(file.adds_line(sighting.line), "{}:{}", sighting.path, sighting.line);
        }
    }
}
