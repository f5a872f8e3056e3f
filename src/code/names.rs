//! Is a case of a report the run of a test that the code defines?
//!
//! Runners name cases in their own ways, and some of what they print is not in the file: package names, parameters, titles
//! made while running. So the answer has two grades: whether everything that the report says fits, or only the name.

use std::borrow::Cow;

use super::{facts::TestDefinition, languages::LanguageId};
use crate::path::RepoPath;

/// A case as a report names it; empty where the report says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Case<'a> {
    /// Names of the suites around it, joined with ` > `.
    pub suite: &'a str,
    /// Class, module or package.
    pub class: &'a str,
    /// The case, parameters included.
    pub name: &'a str,
    /// The file it is said to live in.
    pub file: &'a str,
}

/// How well a case fits a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is the run of something else.
    No,
    /// The name fits; where it lives cannot be told, or is told in words that the file does not have. Enough to clear a
    /// test of not having run, not enough to blame it for a failure.
    Name,
    /// Name and place fit.
    Whole,
}

/// Whether a case is the run of a test in the file at `path`.
pub fn fit(language: LanguageId, path: &RepoPath, test: &TestDefinition, case: &Case<'_>) -> Fit {
    match language {
        LanguageId::Rust => rust(path, test, case),
        LanguageId::Python => python(path, test, case),
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => javascript(path, test, case),
        LanguageId::Go => go(path, test, case),
        LanguageId::Java => java(test, case),
    }
}

fn grade(name: bool, place: bool) -> Fit {
    match (name, place) {
        (false, _) => Fit::No,
        (true, false) => Fit::Name,
        (true, true) => Fit::Whole,
    }
}

/// `text` ends with the words of `tail`, cut at a separator.
fn ends_at(text: &str, tail: &str, separator: &str) -> bool {
    let before = text.strip_suffix(tail);
    before.is_some_and(|before| before.is_empty() || tail.is_empty() || before.ends_with(separator))
}

/// Up to the first of some characters, without blanks at the end.
fn until<'t>(text: &'t str, stops: &[char]) -> &'t str {
    let end = text.find(stops).unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim_end()
}

/// nextest says `class="crate::binary" name="module::test"`, libtest `class="module" name="test"`.
fn rust(path: &RepoPath, test: &TestDefinition, case: &Case<'_>) -> Fit {
    let inner: Vec<&str> = test
        .groups
        .iter()
        .map(String::as_str)
        .chain([test.name.as_str()])
        .collect();
    let inner = inner.join("::");
    let module = rust_module(path);
    let whole = if module.is_empty() {
        inner.clone()
    } else {
        format!("{module}::{inner}")
    };
    let said = [case.name.to_owned(), format!("{}::{}", case.class, case.name)];
    let named = |tail: &str| {
        said.iter().any(|said| {
            if ends_at(said, tail, "::") {
                return true;
            }
            // parameters make modules or endings of their own: `test::case_1`
            let within = said.find(&format!("{tail}::"));
            test.parametrised
                && within.is_some_and(|at| at == 0 || said.get(..at).is_some_and(|head| head.ends_with("::")))
        })
    };
    let alone = whole != inner || !case.name.contains("::");
    grade(named(&inner) || named(&whole), named(&whole) && alone)
}

/// The module that a file is, as far as its path tells: below `src/`, else a program of its own.
fn rust_module(path: &RepoPath) -> String {
    let path = path.lossy();
    let below = match path.rfind("src/") {
        Some(at) if at == 0 || path.get(..at).is_some_and(|head| head.ends_with('/')) => path.get(at + 4..),
        Some(_) | None => None,
    };
    let Some(below) = below else { return String::new() };
    let stem = below.strip_suffix(".rs").unwrap_or(below);
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    if matches!(stem, "lib" | "main") || stem.starts_with("bin/") {
        return String::new();
    }
    stem.replace('/', "::")
}

/// pytest says `class="tests.test_x.Class" name="test_a[param]"`, unittest reports often only the class.
fn python(path: &RepoPath, test: &TestDefinition, case: &Case<'_>) -> Fit {
    let said = until(case.name, &['[', '(']);
    let said = said.rsplit([':', '/']).next().unwrap_or(said);
    let numbered = said
        .strip_prefix(test.name.as_str())
        .is_some_and(|rest| test.parametrised && rest.starts_with('_'));
    let named = said == test.name || numbered;
    let path = path.lossy();
    let stem = path.strip_suffix(".py").unwrap_or(&path).replace('/', ".");
    let whole = stem
        .split('.')
        .chain(test.groups.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(".");
    let class = case.class.replace("::", ".").replace(['/', '\\'], ".");
    let in_module = !class.is_empty() && (ends_at(&whole, &class, ".") || ends_at(&class, &whole, "."));
    let groups = test.groups.join(".");
    let in_file = !case.file.is_empty() && same_file(case.file, &path) && class == groups;
    grade(named, in_module || in_file)
}

fn same_file(said: &str, path: &str) -> bool {
    let said = said.replace('\\', "/");
    let said = said.trim_start_matches("./");
    ends_at(path, said, "/") || ends_at(said, path, "/")
}

/// Words of a title, however a runner joins groups: blanks, ` > `, ` › `, ` / `.
fn words(text: &str) -> String {
    let parts = text
        .split_whitespace()
        .filter(|word| !matches!(*word, ">" | "›" | "/" | "»" | "|"));
    parts.collect::<Vec<_>>().join(" ")
}

/// jest, vitest, mocha and playwright join groups and title in either attribute.
fn javascript(path: &RepoPath, test: &TestDefinition, case: &Case<'_>) -> Fit {
    let title = words(&test.name);
    let groups = words(&test.groups.join(" "));
    let whole = words(&format!("{groups} {title}"));
    let (name, class, suite) = (words(case.name), words(case.class), words(case.suite));
    let is = |said: &str, wanted: &str| {
        if test.dynamic {
            said.starts_with(wanted)
        } else {
            said == wanted
        }
    };
    let path = path.lossy();
    let file = [case.file, case.class, case.suite]
        .iter()
        .any(|said| said.contains('.') && said.split(" > ").any(|part| same_file(part, &path)));
    let grouped = !groups.is_empty() && (ends_at(&class, &groups, " ") || ends_at(&suite, &groups, " "));
    let by_name = is(&name, &whole) || is(&name, &title) && (grouped || groups.is_empty());
    let with_class =
        is(&words(&format!("{class} {name}")), &whole) || is(&words(&format!("{suite} {name}")), &whole);
    let whole_fits = by_name || with_class;
    // a test whose title comes from a variable alone has no words to be found by
    let open = test.dynamic && whole.is_empty();
    let title_alone = is(&name, &title) && !title.is_empty() && (class.is_empty() || file);
    match (whole_fits && !open, file || !groups.is_empty()) {
        (true, true) => Fit::Whole,
        (true, false) => Fit::Name,
        (false, _) if title_alone || open && file => Fit::Name,
        (false, _) => Fit::No,
    }
}

/// `name="TestX/sub_test"`, with the package as the class; a suite is entered by a function of another name.
fn go(path: &RepoPath, test: &TestDefinition, case: &Case<'_>) -> Fit {
    let in_suite = test.groups.first().is_some_and(|group| !begins_as_test(group));
    let own = test.groups.iter().skip(usize::from(in_suite)).map(String::as_str);
    let parts: Vec<&str> = own.chain([test.name.as_str()]).collect();
    let whole = parts.join("/");
    let said = case
        .name
        .rsplit_once('#')
        .filter(|(_, count)| count.bytes().all(|byte| byte.is_ascii_digit()));
    let said = said.map_or(case.name, |(name, _)| name);
    let named = if test.dynamic {
        said.starts_with(&whole)
    } else if in_suite {
        ends_at(said, &whole, "/") && said != whole
    } else {
        said == whole
    };
    let path = path.lossy();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let last = folder.rsplit('/').next().unwrap_or_default();
    let package = test
        .package
        .as_deref()
        .unwrap_or_default()
        .trim_end_matches("_test");
    let class = if case.class.is_empty() {
        case.suite
    } else {
        case.class
    };
    let class_end = class.rsplit(['/', '.']).next().unwrap_or(class);
    let here = !class.is_empty()
        && (ends_at(class, folder, "/") && !folder.is_empty() || class_end == last || class_end == package);
    grade(named, here)
}

fn begins_as_test(name: &str) -> bool {
    ["Test", "Fuzz", "Example"]
        .iter()
        .any(|word| name.starts_with(word))
        && !name.ends_with("Suite")
}

/// surefire and Gradle say `class="pkg.Outer$Inner" name="method(int)[1]"`, or the title.
fn java(test: &TestDefinition, case: &Case<'_>) -> Fit {
    let said = until(case.name, &['(', '[', '{']);
    let titled = test.title.as_deref() == Some(case.name.trim());
    let numbered = test.parametrised && case.name.starts_with('[');
    let named = said == test.name || titled || numbered;
    let package = test.package.iter().map(String::as_str);
    let whole = package
        .chain(test.groups.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(".");
    let class: Cow<'_, str> = if case.class.is_empty() {
        case.suite.into()
    } else {
        case.class.into()
    };
    let class = class.replace('$', ".");
    let here = class == whole;
    // a class may have a title of its own, or inherit the test
    let fits = grade(named, here);
    if numbered && !titled && !here {
        Fit::No
    } else {
        fits
    }
}
