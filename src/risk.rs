//! Which changed files carry a risk that the author must name, and was it approved, declared or hidden?
//!
//! A risky but legitimate change holds when the task or the policy approves it, warns when the author openly
//! declares it, and fails when neither does.

use serde::Deserialize;

use crate::{
    error::Error,
    evidence::{
        Evidence,
        change::{FileChange, Mode, Status},
    },
    glob::Globs,
    kinds::{FileKind, Kinds},
    path::RepoPath,
    policy::{Pattern, Policy},
    yaml,
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
    paths: Globs,
    /// Paths among them that are none.
    #[serde(default)]
    except: Globs,
    /// Only where this happened to the file.
    #[serde(default)]
    only: Option<Only>,
    /// Only test files.
    #[serde(default)]
    kind: Option<TestOnly>,
    /// Words by which an author names it.
    words: Vec<Pattern>,
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
            self.words.iter().any(|word| word.matches(&line))
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
        let mut classes: Vec<Class> = yaml::trusted("risks.yaml", include_str!("../rules/risks.yaml"))?;
        if !protected.is_empty() {
            classes.push(Class {
                id: "protected".to_owned(),
                what: "a path that the policy protects".to_owned(),
                protected: true,
                judge: false,
                paths: protected.clone(),
                except: Globs::none(),
                only: None,
                kind: None,
                words: Vec::new(),
            });
        }
        Ok(Self { classes })
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

/// How a risky change of a file stands.
pub fn standing(class: &Class, file: &FileChange, evidence: &Evidence, policy: &Policy) -> Standing {
    let task = evidence.task().ok();
    let named = |path: &RepoPath| {
        task.is_some_and(|task| {
            task.allow
                .as_ref()
                .is_some_and(|allow| allow.names_literally(path))
        })
    };
    let listed = policy
        .approve
        .iter()
        .chain(task.iter().flat_map(|task| &task.approve));
    if listed.into_iter().any(|id| *id == class.id) || file.touched().all(named) {
        return Standing::Approved;
    }
    if let Some(place) = declared(evidence, |text| {
        class.is_named_in(text)
            || file.touched().any(|path| names_path(text, path))
            || names_every_pin(text, file)
    }) {
        return Standing::Declared(place);
    }
    Standing::Hidden
}

/// Where the author's own words satisfy a test: a claim, a text beside the claims, or a commit message of the range.
pub fn declared(evidence: &Evidence, names: impl Fn(&str) -> bool) -> Option<String> {
    if let Ok(claims) = evidence.claims() {
        let claim = claims.claims.iter().find(|claim| {
            let words = claim.targets.iter().chain(&claim.to).chain(&claim.said);
            words.into_iter().any(|word| names(word))
        });
        if let Some(claim) = claim {
            return Some(claim.place().to_string());
        }
        if let Some((title, _)) = claims.texts.iter().find(|(_, text)| names(text)) {
            return Some(title.clone());
        }
    }
    let commits = evidence.change.commits().ok()?;
    let commit = commits.iter().find(|commit| names(&commit.message))?;
    Some(format!("commit {}", commit.id.short()))
}

/// Whether every changed line is a version of something that a text names, as in "bump actions/cache from 4 to 5".
fn names_every_pin(text: &str, file: &FileChange) -> bool {
    let pin = |line: &str| {
        let (_, used) = line.split_once("uses:")?;
        let used = used.trim().trim_matches(['"', '\'']);
        used.split_once('@').map(|(name, _)| name.to_owned())
    };
    let mut lines = file.added().chain(file.removed()).peekable();
    lines.peek().is_some()
        && lines.all(|line| pin(&line.text).is_some_and(|name| name.contains('/') && text.contains(&name)))
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

/// Whether a text holds a word between characters that cannot continue it.
pub fn holds_word(text: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let continues = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(word).any(|(start, found)| {
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let mut after = text.get(start + found.len()..).unwrap_or_default().chars();
        let next = after.next();
        let dotted = next == Some('.') && after.next().is_some_and(char::is_alphanumeric);
        !before.is_some_and(|c| continues(c) || c == '.' || c == '/')
            && !next.is_some_and(continues)
            && !dotted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_alone() {
        assert!(holds_word("adds serde and toml.", "toml"));
        assert!(!holds_word("adds toml_edit", "toml"));
        assert!(!holds_word("adds serde-yaml", "serde"));
        assert!(!holds_word("see config.toml.bak", "config.toml"));
    }

    #[test]
    fn a_path_is_named_whole_or_by_a_telling_tail() {
        let path = RepoPath::new("src/auth/token.rs").unwrap();
        for text in ["edit src/auth/token.rs", "`auth/token.rs`", "token.rs now checks"] {
            assert!(names_path(text, &path), "{text}");
        }
        assert!(!names_path("the token is checked", &path));
        assert!(!names_path("build", &RepoPath::new("scripts/build").unwrap()));
    }

    #[test]
    fn the_embedded_table_loads() {
        assert!(Risks::new(&Globs::none()).unwrap().classes().len() > 5);
    }
}
