//! Do the rules over added code do what their examples say?

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up is a failed test")]

use countersign::{
    code::parser::Parser,
    rules::{
        Catalogue,
        examples::{self, Became},
        packs::{self, BUILT_IN},
    },
};

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
