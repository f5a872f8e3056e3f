//! Does a relative import that the change added, or whose file it took away, lead nowhere?
//!
//! Only what a file says about its own neighbourhood is followed: `./x`, `..x`, `mod x;`. What a build makes, what
//! `.gitignore` leaves out, and what another loader may find is left alone.

use crate::{
    checks::{
        Settings,
        edits::{is_own_code, understood},
    },
    code::{
        LanguageId,
        facts::{DefinitionKind, FileFacts, Import},
    },
    evidence::{
        Evidence, Supplied,
        change::{Change, FileChange},
        code::Both,
        ignored,
    },
    finding::{Abstain, Finding, Judged, Place, Side},
    path::RepoPath,
};

/// What may stand behind a path in JavaScript and TypeScript. Longer ones of bundlers are not guessed.
const SCRIPTS: &[&str] = &[
    "",
    ".ts",
    ".tsx",
    ".d.ts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".json",
    ".vue",
    ".svelte",
    ".node",
    ".css",
    ".scss",
    "/index.ts",
    "/index.tsx",
    "/index.d.ts",
    "/index.js",
    "/index.jsx",
    "/index.mjs",
    "/index.cjs",
    "/index.mts",
    "/index.json",
    "/package.json",
    "/index.vue",
];
/// What TypeScript writes for a file that will have another ending once it is compiled.
const COMPILED: &[(&str, &[&str])] = &[
    (".js", &[".ts", ".tsx", ".d.ts", ".jsx"]),
    (".jsx", &[".tsx"]),
    (".mjs", &[".mts", ".d.mts"]),
    (".cjs", &[".cts", ".d.cts"]),
];
/// What may stand behind a module in Python; compiled sources included.
const MODULES: &[&str] = &[
    ".py",
    ".pyi",
    ".pyx",
    ".so",
    ".pyd",
    "/__init__.py",
    "/__init__.pyi",
];
/// Parts of names that say that a build writes the file.
const BUILT: &[&str] = &[
    "generated",
    "version",
    "_pb2",
    "dist",
    "build",
    "node_modules",
    "gen/",
    "$",
    "out/",
    "target/",
];

/// Judges the item.
///
/// # Errors
/// No relative import was added or lost its file, or a file could not be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut findings, mut unread, mut any) = (Vec::new(), None, false);
    for both in evidence.changed_code() {
        if both.file.after().is_none() || !is_own_code(both.file.path(), &settings.kinds) {
            continue;
        }
        match look(&both, &evidence.change) {
            Ok(Looked { found, judged }) => {
                any |= judged > 0;
                findings.extend(found);
            }
            Err(why) => unread = Some(why),
        }
    }
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if !any => Err(Abstain::not_applicable(
            "no relative import is in the edited files",
        )),
        Some(_) | None => Ok(findings),
    }
}

struct Looked {
    found: Vec<Finding>,
    judged: usize,
}

fn look(both: &Both<'_>, change: &Change) -> Supplied<Looked> {
    let mut looked = Looked {
        found: Vec::new(),
        judged: 0,
    };
    let Some(after) = both.after()? else {
        return Ok(looked);
    };
    understood(both.file.path(), after)?;
    for import in after.imports.iter().filter(|import| import.relative) {
        let Some(targets) = targets(import, both.language, both.file.path(), after) else {
            continue;
        };
        let is_new = both.file.adds_line(import.line) || has_moved(both.file);
        let gone = targets.iter().find(|target| is_gone(target, change));
        if !is_new && gone.is_none() {
            continue;
        }
        looked.judged += 1;
        if !is_excused(import, &targets, both, change)? && !leads_somewhere(&targets, change)? {
            looked.found.push(accuse(import, both.file, gone, &targets));
        }
    }
    Ok(looked)
}

fn accuse(import: &Import, file: &FileChange, gone: Option<&RepoPath>, targets: &[RepoPath]) -> Finding {
    let why = match gone {
        Some(gone) => format!("and the change took `{gone}` away"),
        None => "and no file of the head is there".to_owned(),
    };
    let shown = crate::escape::line(&import.path);
    let finding = Finding::new(
        Place::line(file.path(), import.line),
        format!("`{shown}` is imported {why}"),
    );
    let tried: Vec<String> = targets.iter().take(4).map(|path| format!("`{path}`")).collect();
    finding.because(format!("looked for {}", tried.join(", ")))
}

fn has_moved(file: &FileChange) -> bool {
    file.before()
        .is_some_and(|before| before.path.folder() != file.path().folder())
}

/// Whether a path was there before the change and is not any more.
fn is_gone(path: &RepoPath, change: &Change) -> bool {
    let before = |file: &FileChange| file.before().is_some_and(|before| before.path == *path);
    let after = |file: &FileChange| file.after().is_some_and(|after| after.path == *path);
    change.files().iter().any(before) && !change.files().iter().any(after)
}

fn leads_somewhere(targets: &[RepoPath], change: &Change) -> Supplied<bool> {
    for target in targets {
        if change.entry(Side::Head, target)?.is_some() {
            return Ok(true);
        }
    }
    // a folder has no entry of its own; this is asked only before an accusation
    let folders: Vec<String> = targets
        .iter()
        .map(|target| format!("{}/", target.lossy()))
        .collect();
    let paths = change.paths(Side::Head)?;
    Ok(paths.iter().any(|path| {
        let path = path.lossy();
        folders.iter().any(|folder| path.starts_with(folder))
            // a file with any ending that a bundler may know
            || targets.first().is_some_and(|target| {
                let target = target.lossy();
                path.strip_prefix(&*target).is_some_and(|rest| rest.starts_with('.') && !rest.contains('/'))
            })
    }))
}

/// Whether the file may be made by a build, or be found in another way.
pub(in crate::checks) fn is_excused(
    import: &Import,
    targets: &[RepoPath],
    both: &Both<'_>,
    change: &Change,
) -> Supplied<bool> {
    let lower = import.path.to_lowercase();
    if BUILT.iter().any(|part| lower.contains(part)) {
        return Ok(true);
    }
    if targets.iter().any(|target| ignored::by(change, target).is_some()) {
        return Ok(true);
    }
    let Some(version) = both.file.after() else {
        return Ok(true);
    };
    let text = change.text(version)?;
    let line = usize::try_from(import.line).unwrap_or(usize::MAX);
    let mut above = text.lines().take(line).collect::<Vec<_>>().into_iter().rev();
    let own = above.next().unwrap_or_default();
    // `#[path = …]`, a switch of the build, `try:` around an optional part
    let attribute = above
        .take(3)
        .take_while(|line| !line.trim().is_empty())
        .any(|line| {
            let line = line.trim_start();
            line.contains("path") && line.starts_with("#[")
                || line.starts_with("try")
                || line.starts_with("#[cfg")
        });
    Ok(attribute || own.contains("ts-ignore") || own.contains("type: ignore") || own.contains("#["))
}

/// The paths that an import may mean; `None` where that cannot be told from the file.
pub(in crate::checks) fn targets(
    import: &Import,
    language: LanguageId,
    path: &RepoPath,
    facts: &FileFacts,
) -> Option<Vec<RepoPath>> {
    match language {
        LanguageId::Rust => rust(import, path, facts),
        LanguageId::Python => python(import, path),
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => script(import, path),
        LanguageId::Go | LanguageId::Java => None,
    }
}

fn rust(import: &Import, path: &RepoPath, facts: &FileFacts) -> Option<Vec<RepoPath>> {
    let inside = facts.definitions.iter().any(|one| {
        matches!(one.kind, DefinitionKind::Module | DefinitionKind::Macro)
            && one.span.has_line(import.line)
            && one.span.first < one.span.last
    });
    if inside
        || facts
            .definition_at(import.line)
            .is_some_and(|one| one.kind.is_function())
    {
        return None;
    }
    let name = import.path.trim_start_matches("r#");
    if name.contains(':') {
        return None; // `use crate::a::b` names items, not files
    }
    let file = path.name();
    let stem = file.strip_suffix(".rs")?;
    let folder = path.folder();
    let mut targets = vec![
        join(&folder, &format!("{name}.rs"))?,
        join(&folder, &format!("{name}/mod.rs"))?,
    ];
    // crate roots have any name where the manifest says so, so both readings count
    if !matches!(stem, "mod" | "lib" | "main") {
        targets.push(join(&folder, &format!("{stem}/{name}.rs"))?);
        targets.push(join(&folder, &format!("{stem}/{name}/mod.rs"))?);
    }
    Some(targets)
}

fn python(import: &Import, path: &RepoPath) -> Option<Vec<RepoPath>> {
    let module = import.path.trim_start_matches('.');
    let up = import.path.len() - module.len();
    if module.is_empty() {
        return None; // a name of the package, not a file of its own
    }
    let mut folder = path.folder().into_owned();
    for _ in 1..up {
        folder = above(&folder)?;
    }
    let module = module.replace('.', "/");
    let mut targets = vec![join(&folder, &module)?];
    for end in MODULES {
        targets.push(join(&folder, &format!("{module}{end}"))?);
    }
    Some(targets)
}

fn script(import: &Import, path: &RepoPath) -> Option<Vec<RepoPath>> {
    let asked = import.path.split(['?', '#', '!']).next()?;
    let mut folder = path.folder().into_owned();
    let mut kept: Vec<&str> = Vec::new();
    for part in asked.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if kept.pop().is_none() {
                    folder = above(&folder)?;
                }
            }
            part => kept.push(part),
        }
    }
    if kept.is_empty() {
        return None; // the folder itself
    }
    let plain = kept.join("/");
    let mut targets = Vec::new();
    for end in SCRIPTS {
        targets.push(join(&folder, &format!("{plain}{end}"))?);
    }
    for (end, sources) in COMPILED {
        if let Some(stem) = plain.strip_suffix(end) {
            for source in *sources {
                targets.push(join(&folder, &format!("{stem}{source}"))?);
            }
        }
    }
    Some(targets)
}

fn above(folder: &str) -> Option<String> {
    if folder.is_empty() {
        return None;
    }
    Some(
        folder
            .rsplit_once('/')
            .map_or(String::new(), |(above, _)| above.to_owned()),
    )
}

fn join(folder: &str, name: &str) -> Option<RepoPath> {
    let path = if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    };
    RepoPath::new(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(from: &str, import: &str, language: LanguageId) -> Vec<String> {
        let import = Import {
            line: 1,
            path: import.to_owned(),
            name: None,
            alias: None,
            relative: true,
        };
        let found = targets(
            &import,
            language,
            &RepoPath::new(from).unwrap(),
            &FileFacts::default(),
        );
        found
            .unwrap_or_default()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_relative_import_means_files_of_its_neighbourhood() {
        let table = [
            ("src/a.rs", "b", LanguageId::Rust, "src/a/b.rs"),
            ("src/lib.rs", "b", LanguageId::Rust, "src/b/mod.rs"),
            (
                "pkg/sub/a.py",
                "..util.text",
                LanguageId::Python,
                "pkg/util/text.py",
            ),
            ("pkg/a.py", ".b", LanguageId::Python, "pkg/b/__init__.py"),
            (
                "web/src/a.ts",
                "../lib/b.js",
                LanguageId::TypeScript,
                "web/lib/b.ts",
            ),
            ("a.js", "./b", LanguageId::JavaScript, "b/index.js"),
        ];
        for (from, import, language, wanted) in table {
            let found = means(from, import, language);
            assert!(
                found.iter().any(|path| path == wanted),
                "{from}: {import}: {found:?}"
            );
        }
    }

    #[test]
    fn what_leaves_the_repository_or_names_no_file_is_not_followed() {
        assert!(means("a.js", "../b", LanguageId::JavaScript).is_empty());
        assert!(means("pkg/a.py", ".", LanguageId::Python).is_empty());
        assert!(means("src/a.ts", "..", LanguageId::TypeScript).is_empty());
    }
}
