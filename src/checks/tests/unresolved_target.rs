//! Do the tests that the change adds ask for something that does not exist?
//!
//! Added imports of test code, and added calls through a module that the test imports whole, are looked up in the tree of
//! the head. What is optional, made by a build or expected to fail is left alone.

use std::collections::BTreeMap;

use crate::{
    checks::{Settings, edits::is_own_code},
    code::{
        LanguageId,
        facts::{Call, DefinitionKind, FileFacts, Import},
    },
    evidence::{Evidence, Supplied, change::Change, code::Both},
    finding::{Abstain, Finding, Judged, Level, Place, Unproven},
    fixtures, imports,
    kinds::{FileKind, Kinds},
    own_modules::{Resolved, Tree},
    routes,
    search::identifiers,
};

/// What stands on the lines around an import that may well fail, or is meant to.
const MAY_FAIL: &[&str] = &[
    "raises(",
    "toThrow",
    "rejects",
    "suppress(",
    "importorskip",
    "except ImportError",
    "except ModuleNotFoundError",
    "ts-expect-error",
    "ts-ignore",
    "TYPE_CHECKING",
    "noqa: F401",
];
/// How many lines above an import are looked at for these.
const LINES_ABOVE: usize = 4;

/// Judges the item.
///
/// # Errors
/// The change adds no import to test code, the tree of the head is not known, or a file cannot be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut findings, mut unread) = (Vec::new(), None);
    let (mut wanted, mut filled) = (Vec::new(), 0);
    for both in evidence.changed_code() {
        if both.file.after().is_none() || !is_own_code(both.file.path(), &settings.kinds) {
            continue;
        }
        match unprovided(&both, &evidence.change) {
            Ok((tests, found)) => {
                filled += tests;
                findings.extend(found);
            }
            Err(why) => unread = Some(why),
        }
        match asked(&both, &settings.kinds, &evidence.change) {
            Ok(asked) if asked.is_empty() => {}
            Ok(asked) => wanted.push((both, asked)),
            Err(why) => unread = Some(why),
        }
    }
    if wanted.is_empty() && filled == 0 {
        return Err(unread.map_or_else(
            || Abstain::not_applicable("the change adds no import and no call of a module to test code"),
            Abstain::from,
        ));
    }
    let tree = Tree::of(&evidence.change)?;
    for (both, asked) in &wanted {
        for one in asked {
            findings.extend(judge(one, both, &tree, &evidence.change)?);
        }
    }
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        Some(_) | None => Ok(findings),
    }
}

/// How many tests are new in a file, and what they ask for that nobody provides: parameters, addresses of the application.
fn unprovided(both: &Both<'_>, change: &Change) -> Supplied<(usize, Vec<Finding>)> {
    let Some(after) = both.after()?.filter(|_| both.language == LanguageId::Python) else {
        return Ok((0, Vec::new()));
    };
    let (mut count, mut findings) = (0, Vec::new());
    for test in after.tests.iter().filter(|test| both.file.adds_line(test.header)) {
        count += 1;
        for name in fixtures::unknown(both, &after, test, change)? {
            let says =
                format!("the new test asks for a fixture `{name}`, and no Python of the head has that name");
            let finding = Finding::new(Place::line(both.file.path(), test.header), says);
            findings.push(finding.at_most(Level::Warn));
        }
        for route in routes::unserved(both, &after, test, change)? {
            let says = format!(
                "the new test asks for `{}`, and no other Python of the head has the word `{}`",
                crate::escape::line(&route.address),
                crate::escape::line(&route.word)
            );
            let finding = Finding::new(Place::line(both.file.path(), route.line), says);
            findings.push(finding.at_most(Level::Warn));
        }
    }
    Ok((count, findings))
}

/// Something that a test asks of another file.
struct Asked {
    line: u32,
    import: Import,
    /// It is called through the module, not imported by its name.
    called: bool,
}

fn asked(both: &Both<'_>, kinds: &Kinds, change: &Change) -> Supplied<Vec<Asked>> {
    let (Some(after), Some(version)) = (both.after()?, both.file.after()) else {
        return Ok(Vec::new());
    };
    let is_test = |line: u32| kinds.of(both.file.path()) == FileKind::Test || is_in_tests(&after, line);
    let added = |line: u32| both.file.adds_line(line) && is_test(line);
    let imports = after.imports.iter().filter(|import| added(import.line));
    let mut asked: Vec<Asked> = imports
        .map(|import| Asked {
            line: import.line,
            import: import.clone(),
            called: false,
        })
        .collect();
    let calls: Vec<&Call> = after.calls.iter().filter(|call| added(call.line)).collect();
    if !calls.is_empty() {
        let text = change.text(version)?;
        let mut modules = Modules {
            facts: &after,
            language: both.language,
            text: &text,
            known: BTreeMap::new(),
        };
        asked.extend(calls.into_iter().filter_map(|call| modules.asked_by(call)));
    }
    if let Some(error) = after.errors.first().filter(|_| !asked.is_empty()) {
        return Err(Unproven::Unreadable(format!(
            "`{}` does not parse at line {}",
            both.file.path(),
            error.line
        )));
    }
    Ok(asked)
}

/// Whether a line lies in a module of tests, or in a test.
fn is_in_tests(facts: &FileFacts, line: u32) -> bool {
    facts.test_at(line).is_some()
        || facts.definitions.iter().any(|one| {
            one.kind == DefinitionKind::Module
                && one.span.has_line(line)
                && facts.tests.iter().any(|test| one.span.contains(&test.span))
        })
}

/// The modules that a file imports whole, by the names that are asked for.
struct Modules<'e> {
    facts: &'e FileFacts,
    language: LanguageId,
    text: &'e str,
    known: BTreeMap<&'e str, Option<&'e Import>>,
}

impl<'e> Modules<'e> {
    /// The module behind a name that the file gives to nothing else.
    fn named(&mut self, name: &'e str) -> Option<&'e Import> {
        let (facts, language, text) = (self.facts, self.language, self.text);
        let find = || {
            let mut imports = facts.imports.iter();
            let found = imports.find(|import| {
                import.name.is_none()
                    && known_as(import, language) == name
                    && is_namespace(import, language, text)
            });
            found.filter(|_| stands_for_itself(name, text))
        };
        *self.known.entry(name).or_insert_with(find)
    }

    /// What a call of `module.name` asks for; in Rust a call through `super`.
    fn asked_by(&mut self, call: &'e Call) -> Option<Asked> {
        let import = match self.language {
            LanguageId::Java => return None,
            LanguageId::Rust => {
                let upwards = call.callee.starts_with("super::") && !call.callee.ends_with('!');
                upwards.then(|| Import {
                    line: call.line,
                    path: call.callee.clone(),
                    name: None,
                    alias: None,
                    relative: true,
                })?
            }
            LanguageId::Python
            | LanguageId::JavaScript
            | LanguageId::TypeScript
            | LanguageId::Tsx
            | LanguageId::Go => {
                let (module, name) = call.callee.rsplit_once('.')?;
                Import {
                    name: Some(name.to_owned()),
                    ..self.named(module)?.clone()
                }
            }
        };
        Some(Asked {
            line: call.line,
            import,
            called: true,
        })
    }
}

/// The name under which a file knows a whole module.
fn known_as(import: &Import, language: LanguageId) -> &str {
    let own = import.alias.as_deref();
    own.unwrap_or_else(|| match language {
        // the last part of the path, but for that of a version
        LanguageId::Go => {
            let is_version = |part: &&str| {
                let digits = part.strip_prefix('v');
                digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            };
            let mut parts = import.path.rsplit('/').skip_while(is_version);
            parts.next().unwrap_or(&import.path)
        }
        LanguageId::Python
        | LanguageId::JavaScript
        | LanguageId::TypeScript
        | LanguageId::Tsx
        | LanguageId::Rust
        | LanguageId::Java => &import.path,
    })
}

/// In JavaScript only `* as x` names a whole module; what is taken as `x` may be anything that it hands out, and a
/// stand-in for a module may hand out more.
fn is_namespace(import: &Import, language: LanguageId, text: &str) -> bool {
    match language {
        LanguageId::Python => !import.relative,
        LanguageId::Go => true,
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => {
            let whole = format!("* as {}", import.alias.as_deref().unwrap_or_default());
            text.contains(&whole)
                && !["mock(", "doMock(", "mockModule("]
                    .iter()
                    .any(|call| text.contains(call))
        }
        LanguageId::Rust | LanguageId::Java => false,
    }
}

/// Whether a name is used in no way but `name.member`, so that it can be nothing but the module, and nobody changes it.
fn stands_for_itself(name: &str, text: &str) -> bool {
    let imports = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("import ") || line.starts_with("from ")
    };
    text.lines().filter(|line| !imports(line)).all(|line| {
        identifiers(line, name).all(|(before, after)| {
            let is_path = before.ends_with(['/', '"', '.']) || after.trim_start().starts_with('"');
            is_path || after.starts_with('.')
        })
    })
}

fn judge(asked: &Asked, both: &Both<'_>, tree: &Tree<'_>, change: &Change) -> Supplied<Option<Finding>> {
    let Some(after) = both.after()? else {
        return Ok(None);
    };
    let path = both.file.path();
    let near = imports::targets(&asked.import, both.language, path, &after);
    let near = near.filter(|_| asked.import.relative);
    let upwards = both.language == LanguageId::Rust && asked.import.path.starts_with("super::");
    let resolved = if upwards {
        tree.above(&asked.import.path, path, &after, asked.line)
    } else {
        tree.resolve(&asked.import, both.language, path, near.as_deref())
    };
    let (says, level) = match resolved {
        Resolved::Unknown | Resolved::There => return Ok(None),
        // the import itself is judged where it is new
        Resolved::NoModule(_) if asked.called && !upwards => return Ok(None),
        Resolved::NoModule(module) => (
            format!(
                "the new test code imports `{}`, and no file of the head is `{module}`",
                shown(&asked.import)
            ),
            if upwards { Level::Warn } else { Level::Deny },
        ),
        Resolved::NoMember(module, name) => {
            let verb = if asked.called { "calls" } else { "imports" };
            (
                format!("the new test code {verb} `{name}` of `{module}`, where nothing has that name"),
                Level::Warn,
            )
        }
    };
    let near = near.unwrap_or_default();
    if imports::is_excused(&asked.import, path, change)?
        || imports::may_be_built(&near, change)?
        || may_fail(asked, both, change)?
    {
        return Ok(None);
    }
    Ok(Some(
        Finding::new(Place::line(path, asked.line), says).at_most(level),
    ))
}

fn may_fail(asked: &Asked, both: &Both<'_>, change: &Change) -> Supplied<bool> {
    let Some(version) = both.file.after() else {
        return Ok(true);
    };
    let text = change.text(version)?;
    let line = usize::try_from(asked.line).unwrap_or(usize::MAX);
    let around = text
        .lines()
        .skip(line.saturating_sub(LINES_ABOVE + 1))
        .take(LINES_ABOVE + 2);
    let around: Vec<&str> = around.collect();
    Ok(around
        .iter()
        .any(|line| MAY_FAIL.iter().any(|part| line.contains(part))))
}

fn shown(import: &Import) -> String {
    crate::escape::line(&crate::escape::cut(&import.path, 160)).into_owned()
}
