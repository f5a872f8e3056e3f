//! Did a test that ran on the base stop running?
//!
//! A name that no longer runs protects nothing. Names are compared without parameters. A test is not missed where the
//! change shows what became of it: its definition stands on a removed line, its file is deleted, or a test of the same
//! name now runs under another class.

use std::collections::{BTreeMap, BTreeSet};

use super::{by_absence, ends_in, number, some};
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Change, FileChange, Status as Happened},
        names::{self, Meaning},
        tests::{TestId, TestRun},
    },
    finding::{Finding, Judged, Level, Place, Side},
    kinds::{FileKind, Kinds},
    names::words,
};

/// Names in one finding.
const NAMED: usize = 5;
/// Words on a line that defines what tests stand in.
const DEFINES: &[&str] = &[
    "class",
    "struct",
    "mod",
    "module",
    "describe",
    "context",
    "suite",
    "object",
    "trait",
    "interface",
];
/// Shorter texts in quotes name no test.
const QUOTED: usize = 4;

/// Judges the item.
///
/// # Errors
/// The reports of head or base were not given, or cannot be relied on.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let run = evidence.tests()?;
    let head = Names::of(run);
    let base = Names::of(evidence.base_tests()?);
    let mut gone = Gone::of(&evidence.change, &settings.kinds);
    let mut moved = new_names(&base, &head);
    let mut lost: BTreeMap<(&str, bool), Vec<&str>> = BTreeMap::new();
    for (definition, id) in &base.ran {
        if head.ran.contains_key(definition) || is_moved(id, &mut moved) || gone.explains(id) {
            continue;
        }
        let skipped = head.listed.contains(definition);
        lost.entry((id.owner(), skipped)).or_default().push(definition);
    }
    let counts = format!(
        "the base ran {} definitions, the head {}",
        base.ran.len(),
        head.ran.len()
    );
    let finding = |((owner, skipped), names): ((&str, bool), Vec<&str>)| {
        finding(owner, skipped, &names).because(&counts)
    };
    by_absence(run, lost.into_iter().map(finding).collect())
}

fn finding(owner: &str, skipped: bool, names: &[&str]) -> Finding {
    let count = number(names.len(), "test", "tests");
    let what = if skipped { "skipped" } else { "absent" };
    let some = some(names.iter().copied(), NAMED);
    let says = format!(
        "{count} ran on the base and {} {what} at head: {some}",
        if names.len() == 1 { "is" } else { "are" }
    );
    let place = match (owner, names.first()) {
        ("", Some(name)) => Place::Test((*name).to_owned()),
        _ => Place::Test(owner.to_owned()),
    };
    let finding = Finding::new(place, says);
    // what a platform or a missing service switches off is honest more often than not
    if skipped {
        finding.at_most(Level::Warn)
    } else {
        finding
    }
}

/// The definitions of a run.
struct Names<'r> {
    /// Those that ran, with one case of each.
    ran: BTreeMap<String, &'r TestId>,
    /// All of them.
    listed: BTreeSet<String>,
}

impl<'r> Names<'r> {
    fn of(run: &'r TestRun) -> Self {
        // names in brackets are made up for what has no name
        let cases = || run.cases.iter().filter(|case| !case.id.name.starts_with('('));
        let ran = cases().filter(|case| case.status.executed());
        Self {
            ran: ran.map(|case| (case.id.definition(), &case.id)).collect(),
            listed: cases().map(|case| case.id.definition()).collect(),
        }
    }
}

/// Own names of tests that run at head and did not run on the base, with how many there are of each.
fn new_names<'r>(base: &Names<'_>, head: &Names<'r>) -> BTreeMap<&'r str, usize> {
    let mut new = BTreeMap::new();
    for (definition, id) in &head.ran {
        if !base.ran.contains_key(definition) {
            *new.entry(own_name(id)).or_default() += 1;
        }
    }
    new
}

/// Whether a test of the same own name is new at head: it moved. Each new one explains one that is gone.
fn is_moved(id: &TestId, new: &mut BTreeMap<&str, usize>) -> bool {
    match new.get_mut(own_name(id)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        Some(_) | None => false,
    }
}

/// What the definition itself is called: the last part of a path of modules, the function of a Go subtest.
fn own_name(id: &TestId) -> &str {
    let name = id.bare_name();
    let last = name.rsplit("::").next().unwrap_or(name);
    match last.split_once('/') {
        Some((function, _)) if function.starts_with("Test") => last,
        _ if last.contains(char::is_whitespace) => last,
        _ => last.rsplit('.').next().unwrap_or(last),
    }
}

/// What a change takes away.
struct Gone<'c> {
    /// Words of code: on how many more lines each was removed than added.
    words: BTreeMap<&'c str, i64>,
    /// The same for lines that define what tests stand in.
    owners: BTreeMap<&'c str, i64>,
    /// Texts in quotes on removed lines.
    quoted: BTreeSet<&'c str>,
    /// Deleted files.
    files: Vec<&'c FileChange>,
    /// What the reports of the base call its files.
    names: names::Names<'c>,
}

impl<'c> Gone<'c> {
    fn of(change: &'c Change, kinds: &Kinds) -> Self {
        let mut gone = Self {
            words: BTreeMap::new(),
            owners: BTreeMap::new(),
            quoted: BTreeSet::new(),
            files: Vec::new(),
            names: names::Names::new(change, Side::Base),
        };
        for file in change
            .files()
            .iter()
            .filter(|file| kinds.of(file.path()) != FileKind::Docs)
        {
            if file.status == Happened::Deleted {
                gone.files.push(file);
            }
            for line in file.removed() {
                gone.count(&line.text, 1);
                gone.quoted.extend(quoted(&line.text));
            }
            for line in file.added() {
                gone.count(&line.text, -1);
            }
        }
        gone
    }

    fn count(&mut self, line: &'c str, by: i64) {
        let words: BTreeSet<&str> = words(line).collect();
        let defines = DEFINES.iter().any(|keyword| words.contains(keyword));
        for word in words {
            *self.words.entry(word).or_default() += by;
            if defines {
                *self.owners.entry(word).or_default() += by;
            }
        }
    }

    /// Whether the change shows that the test was taken away.
    fn explains(&mut self, id: &TestId) -> bool {
        let own = own_name(id);
        let function = own.split('/').next().unwrap_or(own);
        let class = id.class.rsplit(['.', ':', '$', '/']).next().unwrap_or_default();
        is_removed(&self.words, own)
            || is_removed(&self.words, function)
            || is_removed(&self.owners, class)
            || self.is_quoted(id)
            || self.is_deleted(id)
    }

    /// A test that is named by a text: the last part of what the runner joined together.
    fn is_quoted(&self, id: &TestId) -> bool {
        let name = id.bare_name();
        let spaced = name.replace('_', " ");
        self.quoted
            .iter()
            .any(|text| ends_in(name, text) || ends_in(&spaced, text))
    }

    fn is_deleted(&mut self, id: &TestId) -> bool {
        let reported = if id.file.is_empty() {
            Meaning::Elsewhere
        } else {
            self.names.meaning(&id.file)
        };
        self.files.iter().any(|file| {
            let own = file.path().name();
            let by_file = match reported {
                Meaning::Changed(meant) => meant.path() == file.path(),
                // one of several: the deleted one is given the benefit of the doubt
                Meaning::Ambiguous => id.file.rsplit(['/', '\\']).next() == Some(own.as_ref()),
                Meaning::Elsewhere => false,
            };
            let stem = own.split('.').next().unwrap_or_default();
            by_file || id.class.split(['.', ':', '/', '$']).any(|part| part == stem)
        })
    }
}

/// Whether a word is gone from more lines than it came to.
fn is_removed(lines: &BTreeMap<&str, i64>, word: &str) -> bool {
    lines.get(word).is_some_and(|more| *more > 0)
}

/// Every text between a pair of quotes.
fn quoted(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for quote in ['"', '\'', '`'] {
        found.extend(
            line.split(quote)
                .skip(1)
                .step_by(2)
                .filter(|text| text.len() >= QUOTED),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        path::RepoPath,
    };

    fn id(class: &str, name: &str) -> TestId {
        TestId {
            class: class.into(),
            name: name.into(),
            ..TestId::default()
        }
    }

    #[test]
    fn the_own_name_is_what_stands_in_the_code() {
        let table = [
            ("crate::module", "net::tests::retries", "retries"),
            ("tests.test_a.TestX", "test_b[1-2]", "test_b"),
            ("pkg", "TestA/with_zero", "TestA/with_zero"),
            ("math adds", "math adds two numbers", "math adds two numbers"),
            ("A.B", "Row(1)", "Row"),
        ];
        for (class, name, own) in table {
            assert_eq!(own_name(&id(class, name)), own, "{name}");
        }
    }

    #[test]
    fn one_new_test_explains_one_that_is_gone() {
        let mut new = BTreeMap::from([("adds", 1)]);
        assert!(is_moved(&id("a", "adds"), &mut new));
        assert!(!is_moved(&id("b", "adds"), &mut new));
    }

    #[test]
    fn quoted_texts_are_found_in_every_kind_of_quotes() {
        assert_eq!(
            quoted("it('adds numbers', () => { t(\"other text\") })"),
            ["other text", "adds numbers"]
        );
        assert!(quoted("don't").is_empty());
    }

    fn change(before: &[(&str, &str)], after: &[(&str, &str)]) -> Change {
        let files = |list: &[(&str, &str)]| {
            let file = |(path, text): &(&str, &str)| {
                (
                    RepoPath::new(path).unwrap(),
                    (Mode::File, text.as_bytes().to_vec()),
                )
            };
            list.iter().map(file).collect()
        };
        memory::change(files(before), files(after))
    }

    fn explained(before: &[(&str, &str)], after: &[(&str, &str)], class: &str, name: &str) -> bool {
        let change = change(before, after);
        explains(&change, &id(class, name))
    }

    fn explains(change: &Change, id: &TestId) -> bool {
        let kinds = Kinds::new(&crate::policy::Paths::default());
        Gone::of(change, &kinds).explains(id)
    }

    #[test]
    fn a_removed_definition_explains_a_test_that_is_gone() {
        let before = [(
            "a_test.go",
            "func TestA(t *testing.T) {\n}\nfunc TestB(t *testing.T) {\n}\n",
        )];
        let after = [("a_test.go", "func TestB(t *testing.T) {\n}\n")];
        assert!(explained(&before, &after, "example.org/a", "TestA"));
        assert!(explained(&before, &after, "example.org/a", "TestA/with_zero"));
        assert!(!explained(&before, &after, "example.org/a", "TestB"));
    }

    #[test]
    fn a_definition_that_is_still_there_explains_nothing() {
        let before = [("tests/test_a.py", "def test_a():\n    pass\n")];
        let after = [("tests/test_a.py", "def test_a(shop):\n    pass\n")];
        assert!(!explained(&before, &after, "tests.test_a", "test_a"));
    }

    #[test]
    fn a_word_in_documentation_explains_nothing() {
        let before = [("README.md", "run test_a first\n")];
        let after = [("README.md", "run everything\n")];
        assert!(!explained(&before, &after, "tests.test_b", "test_a"));
    }

    #[test]
    fn a_row_of_a_table_explains_a_subtest() {
        let before = [("a_test.go", "\t{\"with zero\", 0},\n\t{\"with one\", 1},\n")];
        let after = [("a_test.go", "\t{\"with one\", 1},\n")];
        assert!(explained(&before, &after, "example.org/a", "TestA/with_zero"));
        assert!(!explained(&before, &after, "example.org/a", "TestA/with_one"));
    }

    #[test]
    fn a_removed_class_explains_inherited_tests_and_a_mention_of_it_does_not() {
        let before = [(
            "tests/test_a.py",
            "class TestFast(Base):\n    pass\nuse(TestSlow)\n",
        )];
        let after = [("tests/test_a.py", "\n")];
        assert!(explained(
            &before,
            &after,
            "tests.test_b.TestFast",
            "test_inherited"
        ));
        assert!(!explained(
            &before,
            &after,
            "tests.test_b.TestSlow",
            "test_inherited"
        ));
    }

    #[test]
    fn a_deleted_file_explains_the_tests_that_the_report_places_in_it() {
        let before = [
            ("a/test_x.py", "\u{0}"),
            ("b/test_x.py", "\u{0}"),
            ("b/test_y.py", "\u{0}"),
        ];
        let change = change(&before, &before[1..2]);
        let in_file = |file: &str| TestId {
            file: file.into(),
            ..id("Shop", "adds")
        };
        for file in ["a/test_x.py", "/ci/repo/a/test_x.py", "test_x.py", "test_y.py"] {
            assert!(explains(&change, &in_file(file)), "{file}");
        }
        for file in ["b/test_x.py", "/ci/repo/b/test_x.py", "st_x.py", ""] {
            assert!(!explains(&change, &in_file(file)), "{file}");
        }
    }

    #[test]
    fn a_deleted_file_explains_what_its_class_or_path_names() {
        let before = [("src/test/java/shop/TotalTest.java", "\u{0}binary")];
        assert!(explained(&before, &[], "shop.TotalTest", "adds"));
        assert!(!explained(&before, &[], "shop.OtherTest", "adds"));
    }
}
