//! Do the schemas accept what the readers accept, and describe what the program writes?
//!
//! The validator below knows what these schemas use and no more; a keyword that it does not know fails the test.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot be set up is a failed test"
)]

use std::{fs, path::Path, process::Command};

use assert_cmd::cargo::CommandCargoExt as _;
use countersign::{cli::schema, demo};
use serde_json::Value;

/// Keywords that say nothing about a value's shape, or belong to a neighbour.
const SILENT: &[&str] = &["$schema", "$defs", "title", "description", "default", "format"];

/// What in a value its schema forbids, with the place.
fn problems(name: &str, value: &Value) -> Vec<String> {
    let kind = schema::KINDS.iter().find(|kind| kind.name == name).unwrap();
    let root = serde_json::from_str(&schema::text(kind)).unwrap();
    Validator { root: &root }.check(&root, value, "")
}

struct Validator<'a> {
    root: &'a Value,
}

impl Validator<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let Some(rules) = schema.as_object() else {
            return Vec::new(); // `true` accepts everything
        };
        let rules = rules
            .iter()
            .filter(|(keyword, _)| !SILENT.contains(&keyword.as_str()));
        rules
            .flat_map(|(keyword, rule)| self.rule(schema, keyword, rule, value, at))
            .collect()
    }

    fn rule(&self, schema: &Value, keyword: &str, rule: &Value, value: &Value, at: &str) -> Vec<String> {
        let right = match keyword {
            "$ref" => {
                let name = rule.as_str().unwrap().trim_start_matches("#/$defs/");
                return self.check(&self.root["$defs"][name], value, at);
            }
            "properties" => return self.fields(rule, value, at),
            "additionalProperties" => return self.others(schema, rule, value, at),
            "items" => return self.each(rule, value, at),
            "anyOf" | "oneOf" => {
                let mut choices = rule.as_array().unwrap().iter();
                choices.any(|choice| self.check(choice, value, at).is_empty())
            }
            "required" => {
                let names = rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                !value.is_object() || names.into_iter().all(|name| value.get(name).is_some())
            }
            "type" => match rule {
                Value::Array(types) => types.iter().any(|one| is(one.as_str().unwrap(), value)),
                one => is(one.as_str().unwrap(), value),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "minimum" => value
                .as_f64()
                .is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value
                .as_f64()
                .is_none_or(|number| number <= rule.as_f64().unwrap()),
            other => panic!("the validator does not know `{other}`"),
        };
        if right {
            Vec::new()
        } else {
            vec![format!("{at}: {value} breaks {keyword} {rule}")]
        }
    }

    fn fields(&self, fields: &Value, value: &Value, at: &str) -> Vec<String> {
        let given = fields.as_object().unwrap().iter();
        let given = given.filter_map(|(name, field)| Some((name, field, value.get(name)?)));
        given
            .flat_map(|(name, field, value)| self.check(field, value, &format!("{at}.{name}")))
            .collect()
    }

    fn others(&self, schema: &Value, rule: &Value, value: &Value, at: &str) -> Vec<String> {
        let known = |name: &String| schema["properties"].get(name).is_some();
        let others = value
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| !known(name));
        let judge = |(name, value): (&String, &Value)| match rule {
            Value::Bool(false) => vec![format!("{at}: there is no field `{name}`")],
            rule => self.check(rule, value, &format!("{at}.{name}")),
        };
        others.flat_map(judge).collect()
    }

    fn each(&self, rule: &Value, value: &Value, at: &str) -> Vec<String> {
        let items = value.as_array().into_iter().flatten().enumerate();
        items
            .flat_map(|(place, item)| self.check(rule, item, &format!("{at}[{place}]")))
            .collect()
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("there is no type `{other}`"),
    }
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

fn demo_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("demo/evidence")
        .join(name);
    fs::read_to_string(path).unwrap()
}

/// The YAML block of the README whose first line is this comment.
fn readme(first: &str) -> Value {
    let text = include_str!("../README.md");
    let blocks = text.split("```yaml\n").skip(1);
    let mut blocks = blocks.map(|rest| rest.split("\n```").next().unwrap());
    yaml(blocks.find(|block| block.starts_with(first)).unwrap())
}

#[test]
fn every_example_satisfies_its_schema() {
    let nothing: &[String] = &[];
    assert_eq!(problems("policy", &readme("# countersign.yaml")), nothing);
    assert_eq!(problems("task", &readme("# task.yaml")), nothing);
    assert_eq!(problems("claims", &readme("# claims.yaml")), nothing);
    assert_eq!(problems("task", &yaml(&demo_file("task.yaml"))), nothing);
    assert_eq!(problems("claims", &yaml(&demo_file("claims.yaml"))), nothing);
}

#[test]
fn a_schema_refuses_what_the_reader_refuses() {
    for (name, text, part) in [
        ("policy", "strickt: true", "no field `strickt`"),
        ("policy", "levels: { tests-failing: loud }", "loud"),
        ("policy", "mutation: { score: high }", "high"),
        ("policy", "waivers: [{ check: tests-failing }]", "required"),
        ("task", "kind: magic", "magic"),
        ("task", "attempt: -1", "-1"),
        ("claims", "claims: [{ target: a }]", "required"),
    ] {
        let found = problems(name, &yaml(text));
        assert!(
            found.iter().any(|problem| problem.contains(part)),
            "{name} {text}: {found:?}"
        );
    }
}

#[test]
fn the_json_report_is_what_its_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    demo::lay_out(folder.path()).unwrap();
    let mut check = Command::cargo_bin("countersign").unwrap();
    check
        .current_dir(folder.path())
        .args(demo::CHECK)
        .args(["--report", "json"]);
    let report: Value = serde_json::from_slice(&check.output().unwrap().stdout).unwrap();
    assert_eq!(problems("verdict", &report), Vec::<String>::new());
    assert_eq!(report["schema_version"], 1);
    let mut without = report.clone();
    without.as_object_mut().unwrap().remove("verdict");
    assert!(
        !problems("verdict", &without).is_empty(),
        "a verdict has a verdict"
    );
    let mut more = report;
    more["items"][0]["state"] = Value::from("fine");
    assert!(!problems("verdict", &more).is_empty(), "a state is one of four");
}
