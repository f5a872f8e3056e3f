//! `countersign explain [ID]`: the page of a check, from the same data as `docs/checks.md`.

use std::fmt::Write as _;

use crate::{
    checks::{CHECKS, Check},
    claims::levels::{Levels, Source},
    error::Error,
    evidence::claims::Form,
    finding::{Kind, Level},
    glob::Globs,
    policy,
    risk::Risks,
    rules::{
        Catalogue, Rule,
        pack::{self, Measured, Role, Short},
        packs,
    },
    verdict::Exit,
};

/// Which check.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The check or the rule; a list of all checks where absent.
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
    if let Some(rule) = words.get(id) {
        return super::print(&page(rule, "#")?);
    }
    let packs = packs::all()?;
    let mut rules = packs.iter().flat_map(|pack| &pack.rules);
    if let Some(rule) = rules.find(|rule| rule.id == *id) {
        return super::print(&rule_page(rule, "#"));
    }
    let rules = packs.iter().flat_map(|pack| &pack.rules);
    let known = words.ids().into_iter().chain(rules.map(|rule| rule.id.as_str()));
    Err(Error::usage(
        policy::unknown("check or rule", id, known),
        "`countersign explain` lists every check, `countersign rules list` every rule",
    ))
}

/// The page of a rule as Markdown, under a heading of the given depth.
pub(super) fn rule_page(rule: &pack::Rule, heading: &str) -> String {
    let languages: Vec<&str> = rule.languages.iter().map(|one| one.name()).collect();
    let check = rule.check.as_deref().unwrap_or(pack::RULES);
    let mut text = format!(
        "{heading} {}\n\nLanguages: {}. Level: **{}**{}. Check: `{check}`.\n\n**What:** {}\n\n**Why:** {}\n\n",
        rule.id,
        languages.join(", "),
        rule.level,
        in_tests(rule),
        rule.says,
        rule.why
    );
    for (word, examples) in [("Caught", &rule.bad), ("Left alone", &rule.good)] {
        if let Some(example) = examples.first() {
            let _ = writeln!(text, "**{word}:**\n\n{}", fenced(example, &languages));
        }
    }
    let _ = write!(
        text,
        "**Fix:** {}\n\n**Tune or silence:** {}\n\n**Noise:** {}\n",
        rule.fix,
        tuned(rule),
        noise(&rule.noise)
    );
    text
}

fn in_tests(rule: &pack::Rule) -> String {
    match (rule.only, rule.level_in(Role::Test)) {
        (Some(Role::Production), _) => ", in production code only".to_owned(),
        (Some(Role::Test), _) => ", in test code only".to_owned(),
        (None, level) if level == rule.level => String::new(),
        (None, level) => format!(", {level} in test code"),
    }
}

fn fenced(example: &Short<pack::Example>, languages: &[&str]) -> String {
    let code = match example {
        Short::Text(code) => code,
        Short::Long(example) => &example.code,
    };
    let language = languages.first().filter(|one| **one != "any").copied();
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!(
        "{fence}{}\n{}\n{fence}\n",
        language.unwrap_or_default(),
        code.trim_end()
    )
}

fn tuned(rule: &pack::Rule) -> String {
    format!(
        "`rule-levels: [{{rule: {0}, level: off, paths: [\"path/**\"]}}]` in the policy, a waiver with `rule: {0}`, or a \
         comment on the line or above it that is on the base: `countersign: allow {0} -- reason`",
        rule.id
    )
}

fn noise(noise: &Short<Measured>) -> String {
    match noise {
        Short::Text(text) => text.clone(),
        Short::Long(measured) => format!(
            "{} hits per 10,000 added lines of reviewed history, {} of agents ({})",
            measured.mature, measured.agents, measured.source
        ),
    }
}

/// Every rule in one document: `docs/rules.md`.
///
/// # Errors
/// As [`run`].
pub fn rules() -> Result<String, Error> {
    let mut text = "# Rules over added code\n\nWritten by `UPDATE_DOCS=1 cargo test --test docs` from `rules/code/*.yaml`; \
                    `countersign explain RULE` shows the same pages.\n"
        .to_owned();
    let packs = packs::all()?;
    for pack in &packs {
        let name = pack.name.trim_end_matches(".yaml");
        let _ = writeln!(text, "\n## {name}\n\n| rule | level | says |\n|---|---|---|");
        for rule in &pack.rules {
            let says = rule.says.replace('|', "\\|");
            let _ = writeln!(
                text,
                "| [`{0}`](#{0}) | {1}{2} | {says} |",
                rule.id,
                rule.level,
                in_tests(rule)
            );
        }
        for rule in &pack.rules {
            let _ = write!(text, "\n{}", rule_page(rule, "###"));
        }
    }
    Ok(text)
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
    text.push_str(
        "`countersign explain ID` shows the page of one, and of a rule of `countersign rules list`.\n",
    );
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
    let forms = CHECKS.iter().find(|check| check.id == rule.id);
    text.push_str(&weights(forms.map(Check::forms).unwrap_or_default())?);
    if NAMES_RISKS.contains(&rule.id.as_str()) {
        text.push_str(&risks()?);
    }
    Ok(text)
}

/// What refuted claims of some forms weigh, by where they were made; nothing where there is no form.
fn weights(forms: &[Form]) -> Result<String, Error> {
    if forms.is_empty() {
        return Ok(String::new());
    }
    let names = Source::ALL.map(Source::name).join(" | ");
    let mut text = format!(
        "\n**What a refuted claim weighs**, by where it was made: a text is closed where it leaves nothing open (a count, a \
         total, a whole path in code quotes)\n\n| form | {names} | rests on |\n|---|{}---|\n",
        "---|".repeat(Source::ALL.len())
    );
    let levels = Levels::built_in()?;
    for weight in levels.all().filter(|weight| forms.contains(&weight.form)) {
        let level = |source| match weight.from(source) {
            Some(Level::Off) => "never held against anybody".to_owned(),
            Some(level) => level.to_string(),
            None => "-".to_owned(),
        };
        let levels = Source::ALL.map(level).join(" | ");
        let measured = weight.measured.trim().replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | {levels} | {measured} |", weight.form.name());
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
