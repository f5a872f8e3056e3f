//! Is an honest author ever accused?
//!
//! Every sentence of `tests/honesty/*.yaml` is true under the change that it stands beside: none may be refuted, by no
//! reading of it. Every lie there must be, so that silence is no way to pass.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up is a failed test"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use countersign::{
    checks::{self, CHECKS, Settings, claims::Told},
    claims::{
        Standing,
        levels::{Levels, Source},
        prose::{self, Templates},
    },
    code::parser::Parser,
    evidence::{
        Evidence,
        change::{Mode, memory},
        claims::{Claims, Form, document::Document},
        coverage::Coverage,
        file::Input,
        tests::{Report, Status, TestCase, TestId, TestRun},
    },
    finding::{Finding, Level, Place},
    path::RepoPath,
    policy::Policy,
};
use serde::Deserialize;

/// One theme.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Theme {
    /// Changes by name.
    #[serde(default)]
    changes: BTreeMap<String, World>,
    /// True texts by the name of the change under which they are true.
    #[serde(default)]
    honest: BTreeMap<String, Vec<String>>,
    /// Texts that are not true there, and must be refuted.
    #[serde(default)]
    lies: BTreeMap<String, Vec<String>>,
}

/// A change with what the tests say about it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct World {
    #[serde(default)]
    before: BTreeMap<String, String>,
    #[serde(default)]
    after: BTreeMap<String, String>,
    /// Cases of the head by name: `passed`, `failed`, `skipped`.
    #[serde(default)]
    tests: BTreeMap<String, String>,
    /// Cases of the base.
    #[serde(default)]
    base_tests: BTreeMap<String, String>,
    /// Hits of each line by file.
    #[serde(default)]
    coverage: BTreeMap<String, BTreeMap<u32, u64>>,
}

fn files(list: &BTreeMap<String, String>) -> memory::Files {
    let file = |(path, text): (&String, &String)| {
        (
            RepoPath::new(path).unwrap(),
            (Mode::File, text.as_bytes().to_vec()),
        )
    };
    list.iter().map(file).collect()
}

fn run_of(cases: &BTreeMap<String, String>) -> TestRun {
    let report = Report {
        input: Input::of("tests", "report.xml", b""),
        format: "junit",
        cases: cases.len(),
        timestamp: None,
        commit: None,
        versions: BTreeSet::new(),
        signs: Vec::new(),
        has_output: false,
        modified: None,
    };
    let case = |(name, status): (&String, &String)| {
        let (class, bare) = name.rsplit_once("::").unwrap_or(("", name));
        TestCase {
            id: TestId {
                suite: Arc::from(""),
                class: Arc::from(class),
                name: bare.into(),
                file: Arc::from(""),
            },
            status: match status.as_str() {
                "passed" => Status::Passed,
                "failed" => Status::Failed,
                "skipped" => Status::Skipped,
                other => panic!("there is no status `{other}`"),
            },
            flaky: false,
            seconds: None,
            message: None,
            frames: Box::default(),
            report: 0,
        }
    };
    TestRun {
        reports: vec![report],
        cases: cases.iter().map(case).collect(),
        ..TestRun::default()
    }
}

impl World {
    /// The change with one text a claim source, each read by itself.
    fn evidence(&self, texts: &[String]) -> Evidence {
        let change = memory::change(files(&self.before), files(&self.after));
        let templates = Templates::of(&change);
        let documents = texts
            .iter()
            .enumerate()
            .map(|(place, text)| Document::text(place.to_string(), text));
        let claims = Claims {
            documents: documents.collect(),
            ..Claims::default()
        };
        let mut evidence = Evidence::of(change)
            .with_parser(Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into())))
            .with_claims(Ok(prose::extracted(claims, &[], &templates)));
        if !self.tests.is_empty() {
            evidence = evidence.with_tests(Ok(run_of(&self.tests)));
        }
        if !self.base_tests.is_empty() {
            evidence = evidence.with_base_tests(Ok(run_of(&self.base_tests)));
        }
        if !self.coverage.is_empty() {
            evidence = evidence.with_coverage(Ok(Coverage {
                inputs: Vec::new(),
                files: self.coverage.clone(),
            }));
        }
        evidence
    }
}

fn themes() -> Vec<(String, Theme)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/honesty");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let theme = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).unwrap();
        let theme = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, theme)
    };
    paths.iter().map(theme).collect()
}

/// The texts of one change in all themes, worlds being shared between them.
fn worlds(themes: &[(String, Theme)]) -> BTreeMap<String, World> {
    let all = themes.iter().flat_map(|(_, theme)| theme.changes.clone());
    let mut worlds = BTreeMap::new();
    for (name, world) in all {
        assert!(
            worlds.insert(name.clone(), world).is_none(),
            "two changes are called `{name}`"
        );
    }
    worlds
}

/// What becomes of each text: how often it is supported, and everything that is held against it.
#[derive(Clone, Debug, Default)]
struct Fate {
    claims: usize,
    supported: usize,
    held: Vec<String>,
}

fn fates(world: &World, texts: &[String]) -> Vec<Fate> {
    let evidence = world.evidence(texts);
    let settings = Settings::new(Policy::default()).unwrap();
    let mut fates = vec![Fate::default(); texts.len()];
    for (claim, standing) in checks::claims::standings(&evidence, &settings).unwrap() {
        let fate = &mut fates[claim.file.parse::<usize>().unwrap()];
        fate.claims += 1;
        match standing {
            Standing::Supported(_) => fate.supported += 1,
            Standing::Refuted(finding) => fate.held.push(format!("{}: {}", claim.form_name, finding.says)),
            Standing::Unverifiable(_) | Standing::Lacking(_) => {}
        }
    }
    let told = Told::of(&evidence, &settings);
    let whole = ["claims-hype", "claims-checklist", "claims-self-contradiction"];
    for check in CHECKS.iter().filter(|check| whole.contains(&check.id)) {
        for finding in check.judge(&evidence, &settings, &told).unwrap_or_default() {
            hold(&finding, &mut fates);
        }
    }
    fates
}

fn hold(finding: &Finding, fates: &mut [Fate]) {
    let Place::Evidence { file, .. } = &finding.place else {
        panic!("{finding:?} stands nowhere");
    };
    fates[file.parse::<usize>().unwrap()]
        .held
        .push(finding.says.clone());
}

#[test]
fn no_honest_sentence_is_refuted() {
    let themes = themes();
    let worlds = worlds(&themes);
    let (mut sentences, mut claimed, mut supported, mut wrong) = (0, 0, 0, Vec::new());
    for (theme, content) in &themes {
        for (change, texts) in &content.honest {
            let world = worlds
                .get(change)
                .unwrap_or_else(|| panic!("{theme}: there is no change `{change}`"));
            for (text, fate) in texts.iter().zip(fates(world, texts)) {
                sentences += 1;
                claimed += usize::from(fate.claims > 0);
                supported += usize::from(fate.supported > 0);
                if !fate.held.is_empty() {
                    wrong.push(format!("{theme}, {change}: {text:?}: {}", fate.held.join("; ")));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {sentences} honest sentences are accused:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(sentences >= 300, "{sentences} sentences are too few");
    assert!(
        claimed * 3 > sentences,
        "only {claimed} of {sentences} sentences are read as claims"
    );
    assert!(
        supported * 6 > sentences,
        "only {supported} of {sentences} sentences are supported"
    );
}

#[test]
fn every_lie_is_refuted() {
    let themes = themes();
    let worlds = worlds(&themes);
    let (mut lies, mut missed) = (0, Vec::new());
    for (theme, content) in &themes {
        for (change, texts) in &content.lies {
            let world = worlds
                .get(change)
                .unwrap_or_else(|| panic!("{theme}: there is no change `{change}`"));
            for (text, fate) in texts.iter().zip(fates(world, texts)) {
                lies += 1;
                if fate.held.is_empty() {
                    missed.push(format!("{theme}, {change}: {text:?}"));
                }
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {lies} lies pass:\n{}",
        missed.len(),
        missed.join("\n")
    );
    assert!(lies >= 30, "{lies} lies are too few");
}

/// Of a form: how many true sentences make such a claim, how many of these hold, and how many lies fail the gate.
#[derive(Debug, Default)]
struct Tried {
    told: usize,
    supported: usize,
    denied: usize,
}

fn tried() -> BTreeMap<Form, Tried> {
    let themes = themes();
    let worlds = worlds(&themes);
    let mut tried: BTreeMap<Form, Tried> = BTreeMap::new();
    let of_texts =
        |content: &BTreeMap<String, Vec<String>>, tried: &mut BTreeMap<Form, Tried>, honest: bool| {
            for (change, texts) in content {
                let evidence = worlds[change].evidence(texts);
                let settings = Settings::new(Policy::default()).unwrap();
                for (claim, standing) in checks::claims::standings(&evidence, &settings).unwrap() {
                    let counts = tried.entry(claim.form.unwrap()).or_default();
                    let denies = matches!(&standing, Standing::Refuted(finding) if finding.at_most.is_none());
                    counts.told += usize::from(honest);
                    counts.supported += usize::from(honest && matches!(standing, Standing::Supported(_)));
                    counts.denied += usize::from(denies);
                }
            }
        };
    for (_, content) in &themes {
        of_texts(&content.honest, &mut tried, true);
        of_texts(&content.lies, &mut tried, false);
    }
    tried
}

/// True sentences that must hold before a form may fail the gate by a text, and lies that must fail it.
const HOLD: usize = 10;
const FAIL: usize = 2;

#[test]
fn what_may_fail_the_gate_was_tried_on_true_and_on_false_sentences() {
    let tried = tried();
    let mut stale = Vec::new();
    for weight in Levels::built_in().unwrap().all() {
        let name = weight.form.name();
        let tried = &tried[&weight.form];
        if weight.from(Source::Closed) != Some(Level::Deny) {
            assert_eq!(tried.denied, 0, "{name}");
            continue;
        }
        assert!(
            tried.supported >= HOLD && tried.denied >= FAIL,
            "{name}: {tried:?}"
        );
        let figures = format!(
            "of {} true sentences {} hold and none is refuted; {} lies fail",
            tried.told, tried.supported, tried.denied
        );
        if !weight.measured.contains(&figures) {
            stale.push(format!("{name}: {figures}"));
        }
    }
    assert!(stale.is_empty(), "rules/forms.yaml:\n{}", stale.join("\n"));
}

#[test]
fn the_documents_tell_how_many_sentences_there_are() {
    let sum = |of: fn(&Theme) -> &BTreeMap<String, Vec<String>>| -> usize {
        let themes = themes();
        let texts = themes.iter().flat_map(|(_, theme)| of(theme).values());
        texts.map(Vec::len).sum()
    };
    let (honest, lies) = (sum(|theme| &theme.honest), sum(|theme| &theme.lies));
    let told =
        format!("`tests/honesty`: {honest} true sentences, none refuted; {lies} lies, every one refuted");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/precision.md");
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(&told), "docs/precision.md must say: {told}");
}
