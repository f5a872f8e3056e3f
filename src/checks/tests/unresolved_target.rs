//! Do the tests that the change adds ask for something that does not exist?
//!
//! Added imports of test code, and added calls through a module that the test imports whole, are looked up in the tree of
//! the head. What is optional, made by a build or expected to fail is left alone.

use crate::{
    checks::{Settings, edits::is_own_code},
    code::{
        LanguageId,
        facts::{Call, DefinitionKind, FileFacts, Import},
    },
    evidence::{Evidence, Supplied, change::Change, code::Both},
    finding::{Abstain, Finding, Judged, Level, Place, Unproven},
    imports,
    kinds::{FileKind, Kinds},
    own_modules::{Resolved, Tree},
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
    let mut wanted = Vec::new();
    for both in evidence.changed_code() {
        if both.file.after().is_none() || !is_own_code(both.file.path(), &settings.kinds) {
            continue;
        }
        match asked(&both, &settings.kinds) {
            Ok(asked) if asked.is_empty() => {}
            Ok(asked) => wanted.push((both, asked)),
            Err(why) => unread = Some(why),
        }
    }
    if wanted.is_empty() {
        return Err(unread.map_or_else(
            || Abstain::not_applicable("the change adds no import to test code"),
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

/// Something that a test asks of another file.
struct Asked {
    line: u32,
    import: Import,
    /// It is called through the module, not imported by its name.
    called: bool,
}

fn asked(both: &Both<'_>, kinds: &Kinds) -> Supplied<Vec<Asked>> {
    let Some(after) = both.after()? else {
        return Ok(Vec::new());
    };
    let is_test = |line: u32| kinds.of(both.file.path()) == FileKind::Test || is_in_tests(after, line);
    let added = |line: u32| both.file.adds_line(line) && is_test(line);
    let imports = after.imports.iter().filter(|import| added(import.line));
    let mut asked: Vec<Asked> = imports
        .map(|import| Asked {
            line: import.line,
            import: import.clone(),
            called: false,
        })
        .collect();
    let calls = after.calls.iter().filter(|call| added(call.line));
    asked.extend(calls.filter_map(|call| through_a_module(call, after, both.language)));
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

/// A call of `module.name`, where the file imports the module whole and gives the name to nothing else.
fn through_a_module(call: &Call, facts: &FileFacts, language: LanguageId) -> Option<Asked> {
    let asked = match language {
        LanguageId::Python | LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => true,
        LanguageId::Rust | LanguageId::Go | LanguageId::Java => false,
    };
    let (module, name) = call.callee.rsplit_once('.').filter(|_| asked)?;
    let import = facts.imports.iter().find(|import| {
        let own = import.alias.as_deref().unwrap_or(&import.path);
        import.name.is_none() && own == module && is_namespace(import, language)
    })?;
    let shadowed = facts.definitions.iter().any(|one| one.name == module)
        || facts
            .definitions
            .iter()
            .any(|one| one.parameters.iter().any(|each| each.name == module));
    (!shadowed).then(|| Asked {
        line: call.line,
        import: Import {
            name: Some(name.to_owned()),
            ..import.clone()
        },
        called: true,
    })
}

/// In JavaScript only `* as x` names a whole module; what is taken as `x` may be anything that it hands out.
fn is_namespace(import: &Import, language: LanguageId) -> bool {
    language == LanguageId::Python && !import.relative
}

fn judge(asked: &Asked, both: &Both<'_>, tree: &Tree<'_>, change: &Change) -> Supplied<Option<Finding>> {
    let Some(after) = both.after()? else {
        return Ok(None);
    };
    let path = both.file.path();
    let near = imports::targets(&asked.import, both.language, path, after);
    let near = near.filter(|_| asked.import.relative);
    let resolved = tree.resolve(&asked.import, both.language, path, near.as_deref());
    let (says, level) = match resolved {
        Resolved::Unknown | Resolved::There => return Ok(None),
        Resolved::NoModule(module) => (
            format!(
                "the new test code imports `{}`, and no file of the head is `{module}`",
                shown(&asked.import)
            ),
            Level::Deny,
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
