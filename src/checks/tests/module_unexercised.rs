//! Did a test of every changed module run?
//!
//! A module is the nearest folder with a manifest, below the root. A case belongs to a module by its file, by the place of
//! its report, by a class that is a path, or by the module's own name. A case that belongs to none may exercise any.

use std::collections::{BTreeMap, BTreeSet};

use super::{as_read, by_absence, number, some};
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::Change,
        manifests::document::Node,
        tests::{TestCase, TestRun},
    },
    finding::{Abstain, Finding, Judged, Place, Side, Unproven},
    kinds::FileKind,
    limits,
    path::RepoPath,
    policy::Pattern,
};

/// Reads the name that a manifest gives its module.
type Naming = fn(&str) -> Option<String>;

/// Files that make a folder a module with tests of its own, and how they name it.
const MANIFESTS: &[(&str, Naming)] = &[
    ("Cargo.toml", |text| {
        text_at(Node::of_toml(text).ok()?, &["package", "name"])
    }),
    ("package.json", |text| {
        text_at(Node::of_json(text).ok()?, &["name"])
    }),
    ("go.mod", go_module),
    ("pyproject.toml", |_| None),
    ("setup.py", |_| None),
    ("pom.xml", |_| None),
    ("build.gradle", |_| None),
    ("build.gradle.kts", |_| None),
];
/// Names in one line.
const NAMED: usize = 5;

fn text_at(document: Node, keys: &[&str]) -> Option<String> {
    document.at(keys)?.text().map(str::to_owned)
}

fn go_module(text: &str) -> Option<String> {
    let mut lines = text.lines();
    let name = lines.find_map(|line| line.trim().strip_prefix("module "))?;
    name.split_whitespace()
        .next()
        .map(|name| name.trim_matches('"').to_owned())
}

/// Judges the item.
///
/// # Errors
/// No module below the root changed, no test ran, some tests belong to no module, or no report that can be relied on was
/// given.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let code = evidence.change.files().iter().filter_map(|file| file.after());
    let code: Vec<&RepoPath> = code
        .map(|version| &version.path)
        .filter(|path| settings.kinds.of(path) == FileKind::Source)
        .collect();
    if code.iter().all(|path| path.folder().is_empty()) {
        return Err(Abstain::not_applicable(
            "no code of a module below the root changed",
        ));
    }
    as_read(evidence, settings)?;
    let modules = Modules::of(&evidence.change)?;
    let touched: BTreeSet<&str> = code
        .iter()
        .filter_map(|path| modules.around(&path.lossy()))
        .collect();
    if touched.is_empty() {
        return Err(Abstain::not_applicable(
            "no code of a module below the root changed",
        ));
    }
    let run = evidence.tests()?;
    let (counts, elsewhere) = modules.counts(run, &settings.policy.tests.modules.0);
    let idle: Vec<&str> = touched
        .into_iter()
        .filter(|module| !counts.contains_key(module))
        .collect();
    if idle.is_empty() {
        return Ok(Vec::new());
    }
    if elsewhere > 0 {
        return Err(Unproven::Insufficient(format!(
            "{} of no module ran, which may exercise {}; say in the policy, `tests.modules`, which cases do",
            number(elsewhere, "test", "tests"),
            some(idle.iter().copied(), NAMED)
        ))
        .into());
    }
    if counts.is_empty() {
        return Err(Abstain::not_applicable("no test ran"));
    }
    by_absence(
        run,
        idle.into_iter().map(|module| finding(module, &counts)).collect(),
    )
}

fn finding(module: &str, counts: &BTreeMap<&str, usize>) -> Finding {
    let ran: Vec<String> = counts
        .iter()
        .map(|(module, count)| format!("{module} ({count})"))
        .collect();
    let says = format!(
        "no test of the changed module `{}` ran",
        crate::escape::line(module)
    );
    let place = RepoPath::new(module).map_or(Place::Change, Place::File);
    Finding::new(place, says).because(format!(
        "tests that ran, by module: {}",
        some(ran.iter().map(String::as_str), NAMED)
    ))
}

/// The modules of the head below the root: their folders, each with the names that reports may give it.
struct Modules(BTreeMap<String, BTreeSet<String>>);

impl Modules {
    fn of(change: &Change) -> Result<Self, Unproven> {
        let mut modules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut read = 0;
        for path in change.paths(Side::Head)? {
            let manifest = MANIFESTS.iter().find(|(name, _)| *name == path.name());
            let Some((_, name_of)) = manifest.filter(|_| !path.folder().is_empty()) else {
                continue;
            };
            read += 1;
            if read > limits::MANIFESTS {
                break;
            }
            let names = modules.entry(path.folder().into_owned()).or_default();
            let version = change.entry(Side::Head, &path)?;
            let text = version.and_then(|version| change.text(&version).ok());
            names.extend(
                text.filter(|text| text.len() <= limits::MANIFEST_BYTES)
                    .and_then(|text| name_of(&text)),
            );
        }
        Ok(Self(modules))
    }

    /// The innermost module around a path of the repository.
    fn around(&self, path: &str) -> Option<&str> {
        self.longest(|folder| is_below(path, folder))
    }

    fn longest(&self, holds: impl Fn(&str) -> bool) -> Option<&str> {
        let folders = self.0.keys().map(String::as_str).filter(|folder| holds(folder));
        folders.max_by_key(|folder| folder.len())
    }

    /// How many cases ran of each module, and how many of none.
    fn counts(&self, run: &TestRun, policy: &BTreeMap<String, Pattern>) -> (BTreeMap<&str, usize>, usize) {
        let (mut counts, mut elsewhere) = (BTreeMap::new(), 0);
        for case in run.executed() {
            let said = policy.iter().filter(|(_, pattern)| {
                pattern.matches(&case.id.full())
                    || (!case.id.file.is_empty() && pattern.matches(&case.id.file))
            });
            let said =
                said.filter_map(|(folder, _)| self.longest(|known| known == folder.trim_end_matches('/')));
            let report = run
                .reports
                .get(case.report)
                .map(|report| report.input.file.as_str());
            let own: BTreeSet<&str> = said.chain(self.owner(case, report.unwrap_or_default())).collect();
            elsewhere += usize::from(own.is_empty());
            for module in own {
                *counts.entry(module).or_default() += 1;
            }
        }
        (counts, elsewhere)
    }

    /// The module that a case belongs to.
    fn owner(&self, case: &TestCase, report: &str) -> Option<&str> {
        let as_path = case.id.class.replace('.', "/");
        self.longest(|folder| lies_in(&case.id.file, folder))
            .or_else(|| self.named(case))
            .or_else(|| self.longest(|folder| is_below(&as_path, folder)))
            .or_else(|| self.longest(|folder| lies_in(report, folder)))
    }

    /// The module whose name a case bears: `crate::binary` of nextest, an import path of Go, a package of npm.
    fn named(&self, case: &TestCase) -> Option<&str> {
        let words = [&case.id.class, &case.id.suite];
        let bears = |name: &String| {
            words.iter().any(|word| {
                let rest = word.strip_prefix(name.as_str());
                rest.is_some_and(|rest| {
                    rest.is_empty()
                        || rest.starts_with("::")
                        || rest.starts_with('/')
                        || rest.starts_with(' ')
                })
            })
        };
        let named = self.0.iter().filter_map(|(folder, names)| {
            let longest = names.iter().filter(|name| bears(name)).map(String::len).max();
            Some((longest?, folder.as_str()))
        });
        named.max().map(|(_, folder)| folder)
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a file as a report names it, perhaps by its absolute path on another machine, lies in a folder.
fn lies_in(file: &str, folder: &str) -> bool {
    let file = file.replace('\\', "/");
    let plain = file.trim_start_matches("./");
    is_below(plain, folder) || plain.contains(&format!("/{folder}/"))
}

#[cfg(test)]
mod unit {
    use super::*;
    use crate::evidence::tests::{Status, TestId};

    fn owner(suite: &str, class: &str, file: &str, report: &str) -> Option<String> {
        let names = [
            ("crates/cart", "cart"),
            ("crates/cart-fee", "cart-fee"),
            ("go/fee", "example.org/shop/fee"),
            ("java/fee", ""),
        ];
        let named = |(folder, name): (&str, &str)| {
            let names = [name].into_iter().filter(|name| !name.is_empty());
            (folder.to_owned(), names.map(str::to_owned).collect())
        };
        let modules = Modules(names.into_iter().map(named).collect());
        let case = TestCase {
            id: TestId {
                suite: suite.into(),
                class: class.into(),
                name: "t".into(),
                file: file.into(),
            },
            status: Status::Passed,
            flaky: false,
            seconds: None,
            message: None,
            frames: Box::default(),
            report: 0,
        };
        modules.owner(&case, report).map(str::to_owned)
    }

    #[test]
    fn a_case_belongs_to_the_module_that_its_report_shows() {
        let table = [
            (("cart", "cart", "", ""), Some("crates/cart")),
            (
                ("cart-fee::bin/fee", "cart-fee::bin/fee", "", ""),
                Some("crates/cart-fee"),
            ),
            (
                ("", "example.org/shop/fee/internal/rates", "", ""),
                Some("go/fee"),
            ),
            (("", "example.org/shop/feeder", "", ""), None),
            (
                (
                    "",
                    "shop.FeeTest",
                    "",
                    "java/fee/target/surefire-reports/TEST-shop.FeeTest.xml",
                ),
                Some("java/fee"),
            ),
            (
                (
                    "",
                    "shop.FeeTest",
                    "",
                    "/ci/w/java/fee/target/surefire-reports/TEST-shop.FeeTest.xml",
                ),
                Some("java/fee"),
            ),
            (("", "shop.FeeTest", "", "reports/TEST-shop.FeeTest.xml"), None),
            (("", "java.fee.tests.test_fee", "", ""), Some("java/fee")),
            (("x", "y", "C:\\ci\\java\\fee\\a.js", ""), Some("java/fee")),
            (("e2e::shop", "e2e::shop", "", ""), None),
        ];
        for ((suite, class, file, report), module) in table {
            assert_eq!(
                owner(suite, class, file, report).as_deref(),
                module,
                "{suite} {class} {file} {report}"
            );
        }
    }
}
