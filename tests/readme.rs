//! Does the README say what the program does?

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up is a failed test"
)]

use std::collections::BTreeSet;

use countersign::{
    cli::{self, schema},
    evidence::{claims, task},
    policy::Policy,
    report::FORMATS,
    risk::Risks,
    rules::Catalogue,
    verdict::{Exit, Verdict},
};
use serde_json::Value;

const README: &str = include_str!("../README.md");

/// The fenced block whose first line is this comment.
fn block(first: &str) -> &'static str {
    let blocks = README
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap());
    let mut found = blocks.filter(|block| block.lines().next() == Some(first));
    found.next().unwrap()
}

/// The rows of the table under this header, as cells.
fn table(header: &str) -> Vec<Vec<&'static str>> {
    let rest = README.split(header).nth(1).unwrap();
    let rows = rest.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

fn policy() -> Policy {
    let words = Catalogue::built_in().unwrap();
    Policy::parse("README.md", block("# countersign.yaml").as_bytes(), &words.ids()).unwrap()
}

#[test]
fn the_policy_example_is_a_policy() {
    let policy = policy();
    assert_eq!(policy.waivers.len(), 3);
    assert!(policy.task.is_some());
}

#[test]
fn the_policy_example_has_every_field_that_there_is() {
    let kind = schema::KINDS.iter().find(|kind| kind.name == "policy").unwrap();
    let schema: Value = serde_json::from_str(&schema::text(kind)).unwrap();
    let example: Value = serde_yaml::from_str(block("# countersign.yaml")).unwrap();
    let mut missing = Vec::new();
    compare(&schema, &schema, &example, "", &mut missing);
    assert!(missing.is_empty(), "the README's policy lacks {missing:?}");
}

/// Collects the fields of a schema that an example never gives.
fn compare(root: &Value, schema: &Value, example: &Value, at: &str, missing: &mut Vec<String>) {
    let schema = resolve(root, schema);
    if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
        for (name, field) in fields {
            let inside = format!("{at}.{name}");
            match example.get(name) {
                Some(value) => compare(root, field, value, &inside, missing),
                None => missing.push(inside),
            }
        }
    }
    if let (Some(items), Some(list)) = (schema.get("items"), example.as_array()) {
        compare(root, items, &merged(list.iter()), at, missing);
    }
    if let (Some(values @ Value::Object(_)), Some(map)) =
        (schema.get("additionalProperties"), example.as_object())
    {
        compare(root, values, &merged(map.values()), at, missing);
    }
}

/// Follows references, and `null` alternatives of optional fields.
fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return &root["$defs"][name.trim_start_matches("#/$defs/")];
    }
    let choices = schema.get("anyOf").and_then(Value::as_array);
    let real = choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null"));
    real.map_or(schema, |real| resolve(root, real))
}

/// Several examples of one thing as one that has the fields of all.
fn merged<'a>(examples: impl Iterator<Item = &'a Value>) -> Value {
    let fields = examples.filter_map(Value::as_object).flatten();
    Value::Object(
        fields
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

#[test]
fn the_policy_example_approves_classes_that_exist() {
    let policy = policy();
    let risks = Risks::new(&policy.scope.protected).unwrap();
    let known: BTreeSet<&str> = risks.classes().iter().map(|class| class.id.as_str()).collect();
    let task = policy.task.unwrap_or_default();
    for class in policy.approve.iter().chain(&task.approve) {
        assert!(known.contains(class.as_str()), "{class} is none of {known:?}");
    }
}

#[test]
fn the_task_and_the_claims_examples_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, block(&format!("# {name}"))).unwrap();
        path
    };
    assert_eq!(
        task::read(&write("task.yaml")).unwrap().0.id.as_deref(),
        Some("heavy-parcels")
    );
    let claims = claims::read(&[write("claims.yaml")]).unwrap();
    assert!(claims.claims.len() == 3 && claims.claims.iter().all(|claim| claim.form.is_some()));
}

#[test]
fn the_table_of_commands_is_the_help() {
    let rows = table("| command | what it does |");
    let written: Vec<(String, String)> = rows
        .iter()
        .map(|row| (row[0].trim_matches('`').to_owned(), row[1].to_owned()))
        .collect();
    assert_eq!(written, cli::commands());
}

#[test]
fn the_table_of_formats_is_the_list_of_formats() {
    let rows = table("| format | for |");
    let written: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    let formats: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(written, formats);
}

#[test]
fn the_table_of_exit_codes_is_the_one_of_the_program() {
    let rows = table("| code | verdict | meaning |");
    let written: BTreeSet<(String, &str)> = rows.iter().map(|row| (row[0].to_owned(), row[1])).collect();
    let mut codes: BTreeSet<(String, &str)> = [Verdict::Pass, Verdict::Fail, Verdict::Unproven]
        .map(|verdict| ((Exit::from(verdict) as u8).to_string(), verdict.name()))
        .into();
    codes.insert(((Exit::NotJudged as u8).to_string(), "none"));
    assert_eq!(written, codes);
}

#[test]
fn every_flag_of_evidence_exists() {
    let help = cli::help("check").unwrap();
    for row in table("| evidence | flag | what it is |") {
        for flag in row[1]
            .split(['`', ' ', ','])
            .filter(|word| word.starts_with("--"))
        {
            assert!(help.contains(flag), "{flag}");
        }
    }
}

#[test]
fn there_are_exactly_two_commands_to_begin_with() {
    let section = README
        .split("## Two commands")
        .nth(1)
        .unwrap()
        .split("\n## ")
        .next()
        .unwrap();
    let blocks: Vec<&str> = section.split("```sh\n").skip(1).collect();
    assert_eq!(blocks.len(), 2);
    assert!(blocks[0].starts_with("cargo run --release -- demo"));
    assert!(blocks[1].starts_with("tests/run"));
    let gate = include_str!("../.ci/run");
    assert!(
        gate.lines().any(|line| line == "tests/run"),
        ".ci/run runs the same tests"
    );
}
