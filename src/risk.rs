//! Which changed files carry a risk that the author must name, and was it approved, declared or hidden?
//!
//! A risky but legitimate change holds when the task or the policy approves it, warns when the author openly
//! declares it, and fails when neither does.

use serde::Deserialize;

pub use crate::names::holds_word;
use crate::{
    error::Error,
    evidence::{
        Evidence,
        change::{FileChange, Line, Mode, Status},
        claims::{Claim, Form},
    },
    finding::{Finding, Level},
    glob::{self, Globs},
    kinds::{FileKind, Kinds},
    path::RepoPath,
    policy::Policy,
    tables::{self, table},
    words::Words,
};

/// A class of risky change.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Class {
    /// Its name in `approve:` lists.
    pub id: String,
    /// What it is, with its article.
    pub what: String,
    /// Only a task that names the path literally unlocks it.
    #[serde(default)]
    pub protected: bool,
    /// It is part of the judge: no waiver reaches it.
    #[serde(default)]
    pub judge: bool,
    /// Its paths.
    #[serde(deserialize_with = "glob::built_in")]
    paths: Globs,
    /// Paths among them that are none.
    #[serde(default, deserialize_with = "glob::built_in")]
    except: Globs,
    /// Only where this happened to the file.
    #[serde(default)]
    only: Option<Only>,
    /// Only test files.
    #[serde(default)]
    kind: Option<TestOnly>,
    /// Words by which an author names it.
    words: Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Only {
    Deleted,
    MadeExecutable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum TestOnly {
    Test,
}

impl Class {
    /// Whether a changed file belongs to it, by its old or its new path.
    pub fn holds(&self, file: &FileChange, kinds: &Kinds) -> bool {
        let happened = match self.only {
            None => true,
            Some(Only::Deleted) => file.status == Status::Deleted,
            Some(Only::MadeExecutable) => {
                let executable = |mode: Option<Mode>| mode == Some(Mode::Executable);
                executable(file.after().map(|version| version.mode))
                    && !executable(file.before().map(|version| version.mode))
            }
        };
        let test = self.kind.is_none() || kinds.of(file.path()) == FileKind::Test;
        happened && test && file.touched().any(|path| self.covers(path))
    }

    /// Whether a path is one of its paths, whatever happened there.
    pub fn covers(&self, path: &RepoPath) -> bool {
        self.paths.matches(path) && !self.except.matches(path)
    }

    /// Whether its paths lie below this one, so that a link or a submodule here stands in for them.
    pub fn lies_below(&self, path: &RepoPath) -> bool {
        let folder = format!("{}/", path.lossy());
        self.paths
            .patterns()
            .iter()
            .any(|pattern| pattern.starts_with(&folder))
    }

    /// Whether a text names it by one of its words.
    pub fn is_named_in(&self, text: &str) -> bool {
        text.lines().any(|line| {
            let line = line.to_lowercase();
            self.words.match_in(&line)
        })
    }
}

/// Every class.
#[derive(Clone, Debug)]
pub struct Risks {
    classes: Vec<Class>,
}

impl Risks {
    /// The built-in classes, with a team's own protected paths.
    ///
    /// # Errors
    /// The embedded table is wrong: a fault of this program.
    pub fn new(protected: &Globs) -> Result<Self, Error> {
        let classes = tables::read("risks.yaml", table!("risks"))?;
        Ok(Self { classes }.with_protected(protected))
    }

    /// With a team's own protected paths.
    #[must_use]
    pub fn with_protected(mut self, protected: &Globs) -> Self {
        if !protected.is_empty() {
            self.classes.push(Class {
                id: "protected".to_owned(),
                what: "a path that the policy protects".to_owned(),
                protected: true,
                judge: false,
                paths: protected.clone(),
                except: Globs::none(),
                only: None,
                kind: None,
                words: Words::default(),
            });
        }
        self
    }

    /// With the packs of rules that the policy names: they judge as the policy does.
    #[must_use]
    pub fn with_rules(mut self, packs: &[String]) -> Self {
        let gate = self.classes.iter_mut().find(|class| class.judge);
        if let Some(gate) = gate.filter(|_| !packs.is_empty()) {
            gate.paths = Globs::built_in(gate.paths.patterns().iter().chain(packs));
        }
        self
    }

    /// The classes that a changed file belongs to. A deleted test is not named a second time as a deleted file.
    pub fn of<'a>(&'a self, file: &'a FileChange, kinds: &'a Kinds) -> impl Iterator<Item = &'a Class> {
        let mut deleted = false;
        self.classes.iter().filter(move |class| {
            let holds = class.holds(file, kinds) && !(deleted && class.only == Some(Only::Deleted));
            deleted |= holds && class.only == Some(Only::Deleted);
            holds
        })
    }

    /// What an `approve:` list may hold: the classes, and new packages.
    pub fn approvable(&self) -> impl Iterator<Item = &str> {
        let classes = self.classes.iter().map(|class| class.id.as_str());
        classes.chain(["dependency", "protected", "test-runner", "public-rename"])
    }

    /// Whether an `approve:` list may hold this.
    pub fn can_be_approved(&self, id: &str) -> bool {
        self.approvable().any(|known| known == id)
    }

    /// Every class.
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }
}

/// How a risky change stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The task or the policy approves it.
    Approved,
    /// The author names it: where.
    Declared(String),
    /// Neither.
    Hidden,
}

/// How a changed file stands as a whole where `scope-protected-path` watches it: the worst of its protected classes;
/// `None` where it is no protected path.
pub fn guarded(
    file: &FileChange,
    evidence: &Evidence,
    settings: (&Risks, &Kinds, &Policy),
) -> Option<Standing> {
    let (risks, kinds, policy) = settings;
    let classes = risks
        .classes()
        .iter()
        .filter(|class| class.protected && class.holds(file, kinds));
    let rank = |standing: &Standing| match standing {
        Standing::Approved => 0,
        Standing::Declared(_) => 1,
        Standing::Hidden => 2,
    };
    classes
        .map(|class| standing(class, file, evidence, policy))
        .max_by_key(rank)
}

/// Weighs a finding about one setting in a file beside what `scope-protected-path` says of the file as a whole, so that
/// one edit is not denied twice: what an approved edit holds is approved, and where the whole file fails the gate the
/// setting only warns. An author who names the file and not the setting has not named the setting.
pub fn beside(finding: Finding, own: Standing, whole: Option<Standing>) -> Option<Finding> {
    let named = |finding: Finding, place: &str| finding.because(format!("named by the author in {place}"));
    match (own, whole) {
        (Standing::Approved, _) | (_, Some(Standing::Approved)) => None,
        (Standing::Declared(place), None) => Some(named(finding, &place).at_most(Level::Warn)),
        (Standing::Declared(place), Some(Standing::Declared(_) | Standing::Hidden)) => {
            Some(named(finding, &place).at_most(Level::Info))
        }
        (Standing::Hidden, Some(Standing::Hidden)) => Some(
            finding
                .because("scope-protected-path fails the file as a whole")
                .at_most(Level::Warn),
        ),
        (Standing::Hidden, Some(Standing::Declared(place))) => {
            Some(finding.because(format!("the author names the file in {place}, and not this")))
        }
        (Standing::Hidden, None) => {
            Some(finding.because("neither the task, the policy nor the author names it"))
        }
    }
}

/// Whether the task or the policy lists a class of risk under `approve`.
pub fn approves(class: &str, evidence: &Evidence, policy: &Policy) -> bool {
    let task = evidence.task().ok();
    let of_task = task.iter().flat_map(|task| &task.approve);
    policy.approve.iter().chain(of_task).any(|id| id == class)
}

/// How a risky change of a file stands.
pub fn standing(class: &Class, file: &FileChange, evidence: &Evidence, policy: &Policy) -> Standing {
    let task = evidence.task().ok();
    let named = |path: &RepoPath| task.is_some_and(|task| task.names(path));
    if approves(&class.id, evidence, policy) || file.touched().all(named) {
        return Standing::Approved;
    }
    if let Some(place) = declared(evidence, |text| {
        class.is_named_in(text)
            || file.touched().any(|path| names_path(text, path))
            || names_every_pin(text, file)
            || names_every_version(text, file)
            || names_stem(text, file.path())
            || names_skill(text, file.path())
            || (class.only == Some(Only::Deleted) && says_gone(text, file.path()))
    }) {
        return Standing::Declared(place);
    }
    Standing::Hidden
}

/// Where the author's own words satisfy a test: a claim, a text beside the claims, or a commit message of the range. Who
/// wrote the text, and with which program, is no word about the change.
pub fn declared(evidence: &Evidence, names: impl Fn(&str) -> bool) -> Option<String> {
    if let Ok(claims) = evidence.claims() {
        // who says that a path was left alone does not own up to its edit
        let open = |claim: &&Claim| claim.form != Some(Form::Untouched);
        let claim = claims.claims.iter().filter(open).find(|claim| {
            let words = claim.targets.iter().chain(&claim.to).chain(&claim.said);
            words.into_iter().any(|word| names(word))
        });
        if let Some(claim) = claim {
            return Some(claim.place().to_string());
        }
        if let Some(text) = claims
            .documents
            .iter()
            .find(|text| names(&unsigned(&text.whole())))
        {
            return Some(text.name().to_owned());
        }
    }
    let commits = evidence.change.commits().ok()?;
    let commit = commits.iter().find(|commit| names(&unsigned(&commit.message)))?;
    Some(format!("commit {}", commit.id.short()))
}

/// A text without the lines that sign it: "Co-Authored-By: …", "Generated with …".
fn unsigned(text: &str) -> String {
    let signs = |line: &str| {
        let line = line.to_lowercase();
        let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
        let key = line.split_once(':').map(|(key, _)| key).unwrap_or_default();
        let is_key = key.ends_with("-by") && !key.contains(' ');
        is_key || line.starts_with("generated with ") || line.starts_with("generated by ")
    };
    let kept: Vec<&str> = text.lines().filter(|line| !signs(line)).collect();
    kept.join("\n")
}

/// Whether every changed line is a version of something that a text names, as in "bump actions/cache from 4 to 5".
fn names_every_pin(text: &str, file: &FileChange) -> bool {
    let pin = |line: &str| {
        let (_, used) = line.split_once("uses:")?;
        let used = used.trim().trim_matches(['"', '\'']);
        let (name, _) = used.split_once('@')?;
        // an action in a folder of its repository is bumped by the repository's name
        Some(name.splitn(3, '/').take(2).collect::<Vec<_>>().join("/"))
    };
    let mut lines = file.added().chain(file.removed()).peekable();
    lines.peek().is_some()
        && lines.all(|line| pin(&line.text).is_some_and(|name| name.contains('/') && text.contains(&name)))
}

/// Whether a line of a text speaks of a skill of agents by the name of its folder: "the release skill" is
/// `.agents/skills/release/SKILL.md`.
fn names_skill(text: &str, path: &RepoPath) -> bool {
    let whole = path.lossy();
    let mut parts = whole.split('/').skip_while(|part| *part != "skills").skip(1);
    let Some(name) = parts.next().map(str::to_lowercase) else {
        return false;
    };
    text.lines().any(|line| {
        let line = line.to_lowercase();
        holds_word(&line, "skill")
            && (holds_word(&line, &name) || plain(&line).contains(&(plain(&name) + "skill")))
    })
}

/// Whether nothing but versions changed, and a text names each new one, as in "bump to Rust 1.96" of a toolchain `1.96.0`.
fn names_every_version(text: &str, file: &FileChange) -> bool {
    let lines = |lines: &mut dyn Iterator<Item = &Line>| -> Vec<(String, Vec<String>)> {
        lines.map(|line| without_versions(&line.text)).collect()
    };
    let (before, after) = (lines(&mut file.removed()), lines(&mut file.added()));
    let same_but_for_versions =
        before.len() == after.len() && before.iter().zip(&after).all(|(one, other)| one.0 == other.0);
    let names = |version: &String| {
        holds_word(text, version)
            || version
                .strip_suffix(".0")
                .is_some_and(|short| holds_word(text, short))
    };
    let is_named = |versions: &Vec<String>| !versions.is_empty() && versions.iter().all(names);
    same_but_for_versions && !after.is_empty() && after.iter().all(|(_, versions)| is_named(versions))
}

/// A line with its versions taken out, and these: numbers joined by dots.
fn without_versions(line: &str) -> (String, Vec<String>) {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let (mut kept, mut versions) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let (number, after) = from.split_at(end);
        kept.push_str(before);
        match number.trim_end_matches('.').contains('.') {
            true => versions.push(number.trim_end_matches('.').to_owned()),
            false => kept.push_str(number),
        }
        rest = after;
    }
    kept.push_str(rest);
    (kept, versions)
}

/// Beginnings of verbs by which authors say that something is gone from its place.
const REMOVAL: &[&str] = &[
    "clean",
    "condens",
    "consolidat",
    "delet",
    "deprecat",
    "drop",
    "eliminat",
    "extract",
    "inlin",
    "merg",
    "migrat",
    "mov",
    "prun",
    "purg",
    "refactor",
    "remov",
    "renam",
    "reduc",
    "reorgani",
    "restructur",
    "rework",
    "replac",
    "retir",
    "revert",
    "rewrit",
    "shorten",
    "shrink",
    "simplif",
    "split",
    "strip",
    "trim",
];

/// Whether a line of a text says that something was taken away.
pub fn speaks_of_removal(line: &str) -> bool {
    let lower = line.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| REMOVAL.iter().any(|start| word.starts_with(start)))
}

/// Letters and digits of a text, in lower case.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// The name of a file up to its first dot; one leading dot belongs to it.
fn stem(path: &RepoPath) -> String {
    let name = path.name();
    let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or(&name);
    stem.to_owned()
}

/// Whether a line of a text holds the stem of a path in other spelling, or two of its words: "the CLI smoke tests" names
/// `cli-smoke-test.yml`, "skip label triage" names `bot-label-triage.yml`. Shorter stems and words occur in any sentence.
fn names_stem(text: &str, path: &RepoPath) -> bool {
    let whole = stem(path);
    let parts: Vec<String> = whole
        .split(['-', '_', '.'])
        .filter(|part| part.len() >= 5)
        .map(plain)
        .collect();
    let stem = plain(&whole);
    text.lines().any(|line| {
        let told = line.to_lowercase();
        let words: Vec<&str> = told.split(|c: char| !c.is_alphanumeric()).collect();
        let holds = |part: &&String| {
            words
                .iter()
                .any(|word| word.trim_end_matches('s') == part.trim_end_matches('s'))
        };
        (stem.len() >= 8 && plain(line).contains(&stem)) || parts.iter().filter(holds).count() >= 2
    })
}

/// Whether a line of a text says that something was taken away, and names a file by its path, its stem or its folder:
/// "remove the legacy client" is about `src/legacy_client.py`.
pub fn says_gone(text: &str, path: &RepoPath) -> bool {
    let stem = stem(path);
    let folder = path.folder().into_owned();
    let folder = folder.rsplit('/').next().unwrap_or_default();
    // shorter names, and folders that every project has, occur in any sentence
    let common = [
        "src", "lib", "test", "tests", "docs", "main", "index", "mod", "app",
    ];
    let telling = [stem.as_str(), folder]
        .into_iter()
        .filter(|name| name.len() >= 4 && !common.contains(name))
        .map(plain);
    let names: Vec<String> = telling.filter(|name| !name.is_empty()).collect();
    text.lines().filter(|line| speaks_of_removal(line)).any(|line| {
        let line_plain = plain(line);
        names_path(line, path) || names.iter().any(|name| line_plain.contains(name.as_str()))
    })
}

/// Whether a text names a path: whole, by its last two parts, or by its file name where that has a dot or is
/// written in capitals.
pub fn names_path(text: &str, path: &RepoPath) -> bool {
    let whole = path.lossy();
    let name = path.name();
    let two = whole.rsplit('/').take(2).collect::<Vec<_>>();
    let tail = two.into_iter().rev().collect::<Vec<_>>().join("/");
    let telling = name.trim_start_matches('.').contains('.') || name.chars().any(|c| c.is_ascii_uppercase());
    holds_word(text, &whole) || holds_word(text, &tail) || (telling && holds_word(text, &name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::memory;

    #[test]
    fn a_path_is_named_whole_or_by_a_telling_tail() {
        let path = RepoPath::new("src/auth/token.rs").unwrap();
        for text in ["edit src/auth/token.rs", "`auth/token.rs`", "token.rs now checks"] {
            assert!(names_path(text, &path), "{text}");
        }
        assert!(!names_path("the token is checked", &path));
        assert!(!names_path("build", &RepoPath::new("scripts/build").unwrap()));
    }

    fn class(id: &str) -> Class {
        let risks = Risks::new(&Globs::none()).unwrap();
        risks
            .classes()
            .iter()
            .find(|class| class.id == id)
            .unwrap()
            .clone()
    }

    #[test]
    fn an_honest_mention_counts() {
        let table = [
            ("ci", "Run the integration suite in CI as well"),
            ("ci", "chore: bump actions/checkout to v5"),
            ("ci", "Cache cargo in the build pipeline"),
            ("deploy", "Use a slimmer base image in the Dockerfile"),
            ("deploy", "docker compose: add redis"),
            ("release", "Publish to two registries"),
            ("git-hook", "Run clippy in pre-commit"),
            ("code-owners", "Add the platform team to CODEOWNERS"),
            ("gate", "Raise the mutation score in countersign.yaml"),
            (
                "agent-config",
                "Tell agents how to run the tests (agent instructions)",
            ),
            ("agent-config", "Add an MCP server for the tracker"),
            ("migration", "Adds a nullable column `deleted_at`"),
            ("security-setting", "Let Dependabot update weekly"),
            ("deleted-test", "Drop the tests of the old parser"),
            ("deleted-test", "The duplicate test cases were removed"),
            ("deleted-file", "Remove dead code"),
            ("permission", "Add a script that seeds the database"),
        ];
        for (id, text) in table {
            assert!(class(id).is_named_in(text), "{id}: {text}");
        }
    }

    #[test]
    fn everyday_words_name_no_risk() {
        let table = [
            (
                "ci",
                "Dispatch the redux actions in order; make the data pipeline faster; new test runner flags",
            ),
            (
                "deploy",
                "Scale images in the gallery container; compose two functions",
            ),
            ("git-hook", "Add the useExport hook"),
            ("code-owners", "Show the owner of a document"),
            ("gate", "A retry policy behind a feature gate"),
            (
                "agent-config",
                "Send the user agent; move the cursor; prompt for a name",
            ),
            ("migration", "Show the results as a table on the index page"),
            (
                "security-setting",
                "Read the value from the environment; deny empty names",
            ),
            ("deleted-test", "Removes the flaky retry from the client"),
            ("deleted-file", "Simplify the retry loop"),
            ("permission", "Parse the description"),
        ];
        for (id, text) in table {
            assert!(!class(id).is_named_in(text), "{id}: {text}");
        }
    }

    #[test]
    fn a_stem_is_named_in_any_spelling() {
        let path = RepoPath::new(".github/workflows/cli-smoke-test.yml").unwrap();
        assert!(names_stem("restore typecheck and CLI smoke tests", &path));
        assert!(!names_stem(
            "test the release",
            &RepoPath::new("ci/release.yml").unwrap()
        ));
    }

    #[test]
    fn a_removal_names_its_file_by_stem_or_folder() {
        let path = RepoPath::new("src/legacy_client.py").unwrap();
        assert!(says_gone("Remove the legacy client", &path));
        assert!(says_gone("Replaces LegacyClient by Session", &path));
        assert!(!says_gone("Document the legacy client", &path));
        assert!(!says_gone("Remove a log line", &path));
        assert!(says_gone(
            "drop billing/",
            &RepoPath::new("src/billing/api.py").unwrap()
        ));
        assert!(!says_gone(
            "remove the source maps",
            &RepoPath::new("src/a.rs").unwrap()
        ));
    }

    #[test]
    fn a_claim_that_a_path_is_untouched_declares_no_edit_of_it() {
        let path = ".github/workflows/ci.yml";
        let declared_by = |form: &str| {
            let manifest = format!("- form: {form}\n  target: {path}\n");
            let claims = crate::claims::tests::claims(&manifest);
            let none = memory::Files::new;
            let evidence = Evidence::of(memory::change(none(), none())).with_claims(Ok(claims));
            declared(&evidence, |text| text == path)
        };
        assert_eq!(declared_by("untouched"), None);
        assert_eq!(declared_by("file-edited").as_deref(), Some("claims.yaml:1"));
    }

    #[test]
    fn a_version_is_taken_out_of_its_line_and_a_number_is_not() {
        let (kept, versions) = without_versions("  rust: 1.96.0 # of 3 (0.2.)");
        assert_eq!(kept, "  rust:  # of 3 ()");
        assert_eq!(versions, ["1.96.0", "0.2"]);
    }

    #[test]
    fn a_skill_is_named_by_its_folder() {
        let path = RepoPath::new(".agents/skills/mobile-release/SKILL.md").unwrap();
        assert!(names_skill("docs: update the mobile release skill", &path));
        assert!(names_skill("the skill `mobile-release` asks first", &path));
        assert!(!names_skill("split the mobile release", &path));
        assert!(!names_skill("a skill nobody has", &path));
    }

    #[test]
    fn a_bump_is_named_by_its_versions() {
        let file = |text: &str| {
            let path = RepoPath::new(".github/workflows/ci.yml").unwrap();
            [(path, (Mode::File, text.as_bytes().to_vec()))].into()
        };
        let says = |message: &str, before: &str, after: &str| {
            let change = memory::change(file(before), file(after));
            names_every_version(message, change.files().first().unwrap())
        };
        assert!(says(
            "msrv: bump to Rust 1.96",
            "rust: 1.85.0\n",
            "rust: 1.96.0\n"
        ));
        assert!(!says(
            "msrv: bump to Rust 1.9",
            "rust: 1.85.0\n",
            "rust: 1.96.0\n"
        ));
        assert!(!says("bump to 1.96", "rust: 1.85.0\n", "rust: 1.96.0\nrun: x\n"));
        assert!(!says("bump to 1.96", "rust: 1.85.0\n", "go: 1.96.0\n"));
    }

    #[test]
    fn a_signature_says_nothing_about_the_change() {
        let text = "Tidy up\n\nAs agreed by Ann: no tabs.\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n";
        assert_eq!(unsigned(text).trim_end(), "Tidy up\n\nAs agreed by Ann: no tabs.");
        assert!(!class("agent-config").is_named_in(&unsigned(text)));
        assert!(class("agent-config").is_named_in(&unsigned("Teach Claude to run the tests")));
    }

    #[test]
    fn the_embedded_table_loads() {
        assert!(Risks::new(&Globs::none()).unwrap().classes().len() > 5);
    }

    #[test]
    fn every_expression_and_pattern_of_the_table_compiles() {
        let risks = Risks::new(&Globs::none()).unwrap();
        for class in risks.classes() {
            let id = &class.id;
            assert!(
                class.words.compile() && class.paths.compile() && class.except.compile(),
                "{id}"
            );
        }
    }

    #[test]
    fn a_stem_is_named_whole_or_by_two_of_its_words() {
        let path = |raw: &str| RepoPath::new(raw).unwrap();
        for (text, raw) in [
            (
                "skip label triage for bots",
                ".github/workflows/bot-label-triage.yml",
            ),
            (
                "add option to the milestone item mover",
                ".github/workflows/move-milestone-items.yml",
            ),
            ("the CLI smoke tests", ".github/workflows/cli-smoke-test.yml"),
        ] {
            assert!(names_stem(text, &path(raw)), "{text}");
        }
        assert!(!names_stem(
            "label the parcels",
            &path(".github/workflows/bot-label-triage.yml")
        ));
        assert!(!names_stem("fix the tests", &path(".github/workflows/tests.yml")));
    }
}
