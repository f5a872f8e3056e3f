//! Does an import lead nowhere that the change added, or whose file it took away?
//!
//! Added imports are followed where they say the place themselves: `./x`, `..x`, `mod x;`. For a file that is gone, every
//! file of the head that names it is read. What a build makes, what `.gitignore` leaves out, and what another loader may
//! find is left alone.

use std::collections::BTreeSet;

use crate::{
    checks::{
        Settings,
        edits::{is_own_code, understood},
    },
    code::{
        LanguageId,
        facts::{FileFacts, Import},
    },
    evidence::{
        Evidence, Supplied,
        change::{Change, FileChange},
        code::Both,
        ignored,
    },
    finding::{Abstain, Finding, Judged, Place, Side, Unproven},
    imports, limits,
    path::RepoPath,
};

/// What follows the name of a module in the names of files that go with it.
const BESIDE: &[&str] = &[
    ".bench.",
    ".cy.",
    ".fixture.",
    ".fixtures.",
    ".mock.",
    ".mocks.",
    ".snap",
    ".spec.",
    ".spec-d.",
    ".stories.",
    ".test.",
    ".test-d.",
];

/// Judges the item.
///
/// # Errors
/// No import was added that tells its place and no imported file went away, or a file could not be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut looked, mut unread) = (Looked::default(), None);
    let gone = match gone(evidence) {
        Ok(gone) => gone,
        Err(why) => {
            unread = Some(why);
            Vec::new()
        }
    };
    for both in evidence.changed_code() {
        if both.file.after().is_none() || !is_own_code(both.file.path(), &settings.kinds) {
            continue;
        }
        if let Err(why) = in_changed(&both, &gone, &evidence.change, &mut looked) {
            unread = Some(why);
        }
    }
    if let Err(why) = in_the_rest(&gone, evidence, settings, &mut looked) {
        unread = Some(why);
    }
    match unread {
        Some(why) if looked.found.is_empty() => Err(why.into()),
        None if looked.judged == 0 => Err(Abstain::not_applicable(
            "no import was added that tells its place, and no file went away that is imported",
        )),
        Some(_) | None => Ok(looked.found),
    }
}

#[derive(Default)]
struct Looked {
    found: Vec<Finding>,
    judged: usize,
}

/// A source file that base has and head does not.
struct Gone {
    path: RepoPath,
    language: LanguageId,
    /// How files anywhere import it.
    name: Option<String>,
}

impl Gone {
    /// A word that stands in every file which imports it.
    fn word(&self) -> String {
        let folder = self.path.folder();
        let above = || folder.rsplit('/').next().unwrap_or_default().to_owned();
        if self.language == LanguageId::Go {
            return above();
        }
        let name = self.path.name();
        match name.split('.').next().unwrap_or_default() {
            "index" | "__init__" | "mod" => above(),
            stem => stem.to_owned(),
        }
    }
}

fn gone(evidence: &Evidence) -> Supplied<Vec<Gone>> {
    let mut found = Vec::new();
    for file in evidence.change.files() {
        let Some(path) = file.before().map(|before| before.path.clone()) else {
            continue;
        };
        let Some(language) = LanguageId::of(&path) else {
            continue;
        };
        if is_gone(&path, &evidence.change) {
            let name = imports::absolute_name(&path, &evidence.change)?;
            found.push(Gone { path, language, name });
        }
    }
    Ok(found)
}

/// Whether a path was there before the change and is not any more.
fn is_gone(path: &RepoPath, change: &Change) -> bool {
    let before = |file: &FileChange| file.before().is_some_and(|before| before.path == *path);
    let after = |file: &FileChange| file.after().is_some_and(|after| after.path == *path);
    change.files().iter().any(before) && !change.files().iter().any(after)
}

/// A file of the head that imports others.
struct Importer<'a> {
    path: &'a RepoPath,
    language: LanguageId,
    facts: &'a FileFacts,
}

fn in_changed(both: &Both<'_>, gone: &[Gone], change: &Change, looked: &mut Looked) -> Supplied<()> {
    let Some(facts) = both.after()? else {
        return Ok(());
    };
    let importer = Importer {
        path: both.file.path(),
        language: both.language,
        facts: &facts,
    };
    let is_new = |import: &Import| both.file.adds_line(import.line) || has_moved(both.file);
    importer.look(&is_new, gone, change, looked)
}

fn has_moved(file: &FileChange) -> bool {
    file.before()
        .is_some_and(|before| before.path.folder() != file.path().folder())
}

/// The files that the change left alone, as far as a file that is gone is named in them.
fn in_the_rest(gone: &[Gone], evidence: &Evidence, settings: &Settings, looked: &mut Looked) -> Supplied<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let change = &evidence.change;
    let paths = naming(gone, evidence, settings)?;
    let mut unread = None;
    for (path, facts) in paths.iter().zip(evidence.code_of(Side::Head, &paths)) {
        let (facts, language) = match (facts, LanguageId::of(path)) {
            (Ok(facts), Some(language)) => (facts, language),
            (Err(why), Some(_)) => {
                unread = Some(why);
                continue;
            }
            (_, None) => continue,
        };
        let importer = Importer {
            path,
            language,
            facts: &facts,
        };
        // what did not parse before this change is no business of it
        if facts.parses() {
            importer.look(&|_| false, gone, change, looked)?;
        }
    }
    unread.map_or(Ok(()), Err)
}

/// Whether a line may be an import, or one line of it.
fn may_import(line: &str, language: LanguageId) -> bool {
    let words: &[&str] = match language {
        LanguageId::Rust => &["mod "],
        LanguageId::Python | LanguageId::Java => &["import"],
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => &["import", "from", "require"],
        LanguageId::Go => &["\""],
    };
    words.iter().any(|word| line.contains(word))
}

fn naming(gone: &[Gone], evidence: &Evidence, settings: &Settings) -> Supplied<Vec<RepoPath>> {
    let change = &evidence.change;
    let words: BTreeSet<String> = gone
        .iter()
        .map(Gone::word)
        .filter(|word| !word.is_empty())
        .collect();
    let changed: BTreeSet<&RepoPath> = change.files().iter().map(FileChange::path).collect();
    let mut found = Vec::new();
    for path in change.paths(Side::Head)? {
        let Some(language) = LanguageId::of(&path) else {
            continue;
        };
        if changed.contains(&path) || !is_own_code(&path, &settings.kinds) {
            continue;
        }
        let version = change
            .entry(Side::Head, &path)?
            .filter(|version| version.mode.is_file());
        let Some(text) = version.and_then(|version| change.text(&version).ok()) else {
            continue;
        };
        let names = |line: &str| words.iter().any(|word| line.contains(word.as_str()));
        if text.lines().any(|line| may_import(line, language) && names(line)) {
            found.push(path);
        }
        if found.len() > limits::IMPORTERS {
            return Err(Unproven::Insufficient(format!(
                "more than {} files have the names of the files that are gone",
                limits::IMPORTERS
            )));
        }
    }
    Ok(found)
}

impl Importer<'_> {
    fn look(
        &self,
        is_new: &dyn Fn(&Import) -> bool,
        gone: &[Gone],
        change: &Change,
        looked: &mut Looked,
    ) -> Supplied<()> {
        understood(self.path, self.facts)?;
        for import in &self.facts.imports {
            let by_place = if import.relative {
                self.by_place(import, is_new(import), change)?
            } else {
                None
            };
            let found = match by_place {
                Some(found) => Some(found),
                None => self.by_name(import, gone, change)?,
            };
            looked.judged += usize::from(found.is_some());
            looked.found.extend(found.flatten());
        }
        Ok(())
    }

    /// `None` where the change gives no reason to judge the import.
    fn by_place(&self, import: &Import, is_new: bool, change: &Change) -> Supplied<Option<Option<Finding>>> {
        let Some(targets) = imports::targets(import, self.language, self.path, self.facts) else {
            return Ok(None);
        };
        let gone = targets.iter().find(|target| is_gone(target, change));
        if !is_new && gone.is_none() {
            return Ok(None);
        }
        if leads_somewhere(&targets, self.language, change)?
            || imports::may_be_built(&targets, change)?
            || imports::is_excused(import, self.path, change)?
        {
            return Ok(Some(None));
        }
        let tried: Vec<String> = targets.iter().take(4).map(|path| format!("`{path}`")).collect();
        let finding = self.accuse(import, gone);
        Ok(Some(Some(
            finding.because(format!("looked for {}", tried.join(", "))),
        )))
    }

    fn by_name(&self, import: &Import, gone: &[Gone], change: &Change) -> Supplied<Option<Option<Finding>>> {
        let Some(one) = gone.iter().find(|one| self.means(import, one)) else {
            return Ok(None);
        };
        let head = change.paths(Side::Head)?;
        let heir = match &one.name {
            Some(name) => imports::has_heir(name, self.language, &one.path, &head),
            None => true,
        };
        let is_whole = one.name.as_ref().is_some_and(|name| *name == import.path);
        let in_package = self.language == LanguageId::Python && !is_whole;
        if heir
            || ignored::by(change, &one.path).is_some()
            || imports::is_excused(import, self.path, change)?
            || in_package && imports::package_names(&one.path, change)?
        {
            return Ok(Some(None));
        }
        Ok(Some(Some(self.accuse(import, Some(&one.path)))))
    }

    fn means(&self, import: &Import, one: &Gone) -> bool {
        if one.language != self.language {
            return false;
        }
        if import.relative {
            let module = one.path.lossy();
            return self.language == LanguageId::Python
                && imports::submodule(import, self.path).as_deref() == module.strip_suffix(".py");
        }
        let name = one.name.as_deref();
        name.is_some_and(|name| imports::means(import, self.language, name))
    }

    fn accuse(&self, import: &Import, gone: Option<&RepoPath>) -> Finding {
        let why = match gone {
            Some(gone) => format!("and the change took `{gone}` away"),
            None => "and no file of the head is there".to_owned(),
        };
        let shown = crate::escape::line(&import.path);
        let place = Place::line(self.path, import.line);
        Finding::new(place, format!("`{shown}` is imported {why}"))
    }
}

fn leads_somewhere(targets: &[RepoPath], language: LanguageId, change: &Change) -> Supplied<bool> {
    for target in targets {
        if change.entry(Side::Head, target)?.is_some() {
            return Ok(true);
        }
    }
    let asked: Vec<String> = targets.iter().map(|target| target.lossy().into_owned()).collect();
    let paths = change.paths(Side::Head)?;
    Ok(paths.iter().any(|path| {
        let path = path.lossy();
        // a folder has no entry of its own; this is asked only before an accusation
        asked.iter().any(|asked| {
            let inside = path.strip_prefix(asked).and_then(|rest| rest.strip_prefix('/'));
            inside.is_some_and(|inside| stands_for_folder(inside, language))
        })
            // a file with any ending that a bundler may know
            || asked.first().is_some_and(|asked| path.strip_prefix(asked).is_some_and(is_ending))
    }))
}

/// Whether a file inside a folder lets the folder be imported: in JavaScript its index or its manifest.
fn stands_for_folder(inside: &str, language: LanguageId) -> bool {
    match language {
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => {
            inside == "package.json" || inside.strip_prefix("index").is_some_and(is_ending)
        }
        LanguageId::Rust | LanguageId::Python | LanguageId::Go | LanguageId::Java => true,
    }
}

/// Whether what follows the path of an import is one ending that a bundler may know, as `.native.ts`. What stands beside
/// a module to test or to show it is not the module.
fn is_ending(rest: &str) -> bool {
    let beside = BESIDE.iter().any(|part| rest.contains(part));
    rest.starts_with('.') && !rest.contains('/') && !beside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_imported_through_its_index() {
        assert!(stands_for_folder("index.ts", LanguageId::TypeScript));
        assert!(!stands_for_folder("cart.ts", LanguageId::TypeScript));
        assert!(!stands_for_folder("index.test.ts", LanguageId::TypeScript));
        assert!(stands_for_folder("cart.py", LanguageId::Python));
    }

    #[test]
    fn a_test_beside_a_module_does_not_stand_for_it() {
        for rest in [".native.ts", ".mdx"] {
            assert!(is_ending(rest), "{rest}");
        }
        for rest in [".test.ts", ".case.test.tsx", ".spec.tsx", "-more.ts", "/index.ts"] {
            assert!(!is_ending(rest), "{rest}");
        }
    }
}
