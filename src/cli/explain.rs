//! `countersign explain [ID]`: the page of a check, from the same data as `docs/checks.md`.

use std::fmt::Write as _;

use crate::{
    checks::CHECKS,
    error::Error,
    finding::Kind,
    glob::Globs,
    policy,
    risk::Risks,
    rules::{Catalogue, Rule},
    verdict::Exit,
};

/// Which check.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The check; a list of all where absent.
    id: Option<String>,
}

/// The groups of checks, in the order of the table, and the question each answers.
pub const GROUPS: &[(&str, &str)] = &[
    ("scope", "Does the change stay where it was sent?"),
    ("edits", "Is the change what an honest edit looks like?"),
    ("tests", "Did tests really run and pass?"),
    ("mutation", "Would the tests notice a bug on the changed lines?"),
    ("claims", "Does what was said agree with what is?"),
    ("dependencies", "What does the change bring in from outside?"),
    ("conventions", "Does added code keep to what the team agreed on?"),
    ("security", "Does the change open a door?"),
    (
        "diagnosis",
        "What kind of trouble is it, and whose? Never changes the verdict.",
    ),
];

/// Checks whose page lists the classes of risky change.
const NAMES_RISKS: &[&str] = &["claims-omission", "scope-protected-path"];

/// Prints a page or the list.
///
/// # Errors
/// There is no such check, or standard output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let words = Catalogue::built_in()?;
    let Some(id) = &arguments.id else {
        return super::print(&list(&words));
    };
    let rule = words.get(id).ok_or_else(|| {
        Error::usage(
            policy::unknown("check", id, words.ids().into_iter()),
            "`countersign explain` lists every check",
        )
    })?;
    super::print(&page(rule, "#")?)
}

fn list(words: &Catalogue) -> String {
    let width = words.ids().into_iter().map(str::len).max().unwrap_or_default();
    let mut text = String::new();
    for (group, question) in GROUPS {
        let _ = writeln!(text, "{question}");
        for rule in of_group(words, group) {
            let level = rule.level.to_string();
            let _ = writeln!(text, "  {:width$}  {level:4}  {}", rule.id, rule.says);
        }
        text.push('\n');
    }
    text.push_str("`countersign explain ID` shows the page of one.\n");
    text
}

/// The rules of a group, in the order of the table.
fn of_group<'a>(words: &'a Catalogue, group: &'a str) -> impl Iterator<Item = &'a Rule> {
    let rules = CHECKS.iter().filter_map(|check| words.get(check.id));
    rules.filter(move |rule| rule.id.split('-').next() == Some(group))
}

/// The page of a check as Markdown, under a heading of the given depth.
///
/// # Errors
/// An embedded table does not load: a fault of this program.
fn page(rule: &Rule, heading: &str) -> Result<String, Error> {
    let needs: Vec<&str> = rule.needs.iter().map(|kind| kind.name()).collect();
    let supply = rule.needs.iter().filter(|kind| **kind != Kind::Change);
    let supply: Vec<String> = supply
        .map(|kind| format!("\n- {}", kind.how_to_supply()))
        .collect();
    let mut text = format!(
        "{heading} {}\n\nLevel: **{}**. Needs: {}.\n\n**What:** {}\n\n**Why:** {}\n\n**How it decides:** {}\n\n\
         **Broken:** {}\n\n**Holds:** {}\n\n**Fix:** {}\n\n**Tune or waive:** {}\n\n**Noise:** {}\n",
        rule.id,
        rule.level,
        needs.join(", "),
        rule.says,
        rule.why,
        rule.how,
        rule.example.bad,
        rule.example.good,
        rule.fix,
        rule.tune,
        rule.noise,
    );
    if !supply.is_empty() {
        let _ = writeln!(
            text,
            "\n**Without its evidence it is unproven:**\n{}",
            supply.concat()
        );
    }
    if NAMES_RISKS.contains(&rule.id.as_str()) {
        text.push_str(&risks()?);
    }
    Ok(text)
}

fn risks() -> Result<String, Error> {
    let mut text = "\n**Classes of risky change**, the words for `approve:`\n\n".to_owned();
    for class in Risks::new(&Globs::none())?.classes() {
        let _ = writeln!(text, "- `{}`: {}", class.id, class.what);
    }
    text.push_str("- `dependency`: a new package or a new place that packages come from\n");
    text.push_str("- `protected`: a path that the policy's `scope.protected` names\n");
    Ok(text)
}

/// Every page in one document: `docs/checks.md`.
///
/// # Errors
/// As [`run`].
pub fn document() -> Result<String, Error> {
    let words = Catalogue::built_in()?;
    let mut text = "# Checks\n\nWritten by `UPDATE_DOCS=1 cargo test --test docs` from `rules/*.yaml`; \
                    `countersign explain ID` shows the same pages.\n"
        .to_owned();
    for (group, question) in GROUPS {
        let _ = writeln!(
            text,
            "\n## {group}\n\n{question}\n\n| check | level | broken when |\n|---|---|---|"
        );
        for rule in of_group(&words, group) {
            let says = rule.says.replace('|', "\\|");
            let _ = writeln!(text, "| [`{0}`](#{0}) | {1} | {says} |", rule.id, rule.level);
        }
        for rule in of_group(&words, group) {
            let _ = write!(text, "\n{}", page(rule, "###")?);
        }
    }
    Ok(text)
}
