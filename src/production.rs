//! Did the behaviour change that a test protects?
//!
//! A test that goes with the code it tested is no loss; one that goes while the code stays is. Whether a line is
//! production code is decided by its file and by what stands around it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    code::facts::{Definition, DefinitionKind, FileFacts, Span},
    comments::is_comment_or_blank,
    evidence::{
        Evidence,
        change::{FileChange, Line},
        code::{Both, Facts},
    },
    finding::Side,
    kinds::{FileKind, Kinds},
    names::words,
    path::RepoPath,
};

/// Shorter words stand in any code.
const TELLING: usize = 3;

/// What a change does to code that is no test.
#[derive(Debug, Default)]
pub struct Production {
    changed: bool,
    gone: BTreeSet<String>,
    touched: BTreeSet<String>,
}

/// How the code stands that a test is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Behaviour {
    /// No production code changed.
    Same,
    /// Production code changed, and the test names nothing of it.
    Elsewhere,
    /// The test names something that changed.
    Touched,
    /// The test names something that is gone.
    Gone,
}

impl Behaviour {
    /// How a finding says it.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Same => "no production code changed with it",
            Self::Elsewhere => "the production code that changed with it is named nowhere in it",
            Self::Touched => "production code that it names changed too",
            Self::Gone => "something that it names is gone from production code",
        }
    }
}

impl Production {
    /// The production side of a change; worked out once a run.
    pub fn of(evidence: &Evidence, kinds: &Kinds) -> Arc<Self> {
        evidence.once(kinds, || Self::worked_out(evidence, kinds))
    }

    fn worked_out(evidence: &Evidence, kinds: &Kinds) -> Self {
        let parsed: BTreeMap<&RepoPath, Both<'_>> = evidence
            .changed_code()
            .map(|both| (both.file.path(), both))
            .collect();
        let mut found = Self::default();
        let mut words: BTreeMap<&str, i64> = BTreeMap::new();
        let mut touched: BTreeSet<String> = BTreeSet::new();
        for file in evidence
            .change
            .files()
            .iter()
            .filter(|file| is_production(file, kinds))
        {
            let both = parsed.get(file.path());
            let extension = file.path().extension();
            for side in [Side::Base, Side::Head] {
                if lines(file, side).next().is_none() {
                    continue;
                }
                let facts = both.and_then(|both| facts(both, side));
                let regions = facts.as_deref().map(test_regions).unwrap_or_default();
                let lines = lines(file, side).filter(|line| {
                    !is_comment_or_blank(&extension, &line.text)
                        && !regions.iter().any(|region| region.has_line(line.number))
                });
                for line in lines {
                    found.changed = true;
                    for name in around(facts.as_deref(), line) {
                        if !touched.contains(name) {
                            touched.insert(name.to_owned());
                        }
                    }
                    for word in words_of(&line.text) {
                        *words.entry(word).or_default() += if side == Side::Base { 1 } else { -1 };
                    }
                }
            }
            // a file whose mode or bytes changed has no lines to show
            found.changed |= file.hunks().is_empty();
        }
        found.gone = words
            .into_iter()
            .filter(|(_, more)| *more > 0)
            .map(|(word, _)| word.to_owned())
            .collect();
        found.touched = touched;
        found
    }

    /// Whether production code changed at all.
    pub const fn changed(&self) -> bool {
        self.changed
    }

    /// How the code stands that these lines of a test name.
    pub fn behaviour<'l>(&self, lines: impl Iterator<Item = &'l str>) -> Behaviour {
        if !self.changed {
            return Behaviour::Same;
        }
        let mut worst = Behaviour::Elsewhere;
        for word in lines.flat_map(words_of) {
            if self.gone.contains(word) {
                return Behaviour::Gone;
            }
            if self.touched.contains(word) {
                worst = Behaviour::Touched;
            }
        }
        worst
    }
}

/// Whether a file can change what a program does: no documentation, no test, no picture of output, no CI.
fn is_production(file: &FileChange, kinds: &Kinds) -> bool {
    file.touched().any(|path| {
        let hidden = path.lossy().starts_with('.');
        match kinds.of(path) {
            FileKind::Source | FileKind::Lock | FileKind::Vendored | FileKind::Other => !hidden,
            FileKind::Generated => kinds.is_source_by_name(path),
            FileKind::Test | FileKind::Docs => false,
        }
    })
}

fn facts(both: &Both<'_>, side: Side) -> Option<Facts> {
    match side {
        Side::Base => both.before().ok()?,
        Side::Head => both.after().ok()?,
    }
}

fn lines(file: &FileChange, side: Side) -> Box<dyn Iterator<Item = &Line> + '_> {
    match side {
        Side::Base => Box::new(file.removed()),
        Side::Head => Box::new(file.added()),
    }
}

/// The tests of a file and the modules that hold them, or that are named for tests and built only sometimes.
pub(crate) fn test_regions(facts: &FileFacts) -> Vec<Span> {
    let tests = || facts.tests.iter().map(|test| test.span);
    let holds = |span: &Span| tests().any(|test| span.contains(&test));
    let is_for_tests = |one: &Definition| {
        one.name.starts_with("test") && one.decorators.iter().any(|decorator| decorator == "cfg")
    };
    let modules = facts
        .definitions
        .iter()
        .filter(|one| one.kind == DefinitionKind::Module)
        .filter(|one| holds(&one.span) || is_for_tests(one));
    tests().chain(modules.map(|one| one.span)).collect()
}

/// The names of the definitions around a changed line.
fn around<'f>(facts: Option<&'f FileFacts>, line: &Line) -> impl Iterator<Item = &'f str> {
    let number = line.number;
    let definitions = facts.into_iter().flat_map(|facts| &facts.definitions);
    let around = definitions.filter(move |one| one.span.has_line(number));
    around.map(|one| one.name.as_str())
}

fn words_of(line: &str) -> impl Iterator<Item = &str> {
    words(line).filter(|word| word.len() >= TELLING && !word.bytes().all(|byte| byte.is_ascii_digit()))
}
