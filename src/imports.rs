//! Which files may an import mean?
//!
//! What a file says about its own neighbourhood (`./x`, `..x`, `mod x;`), and the absolute name by which a file is
//! imported where its package is written down in the tree. What a bundler or another loader may find is not guessed.

use crate::{
    code::{
        LanguageId,
        facts::{DefinitionKind, FileFacts, Import},
    },
    evidence::{Supplied, change::Change, ignored},
    finding::Side,
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
/// Words in names that say that a build writes the file.
const BUILT_WORDS: &[&str] = &["generated", "version", "pb2", "dist", "build", "buildinfo"];
/// Folders into which a build writes.
const BUILT_FOLDERS: &[&str] = &["node_modules", "gen", "out", "target", "+types"];

/// Endings of compiled modules of Python.
const BINARY_MODULES: &[&str] = &["so", "pyd"];
/// Endings and names of files from which they are made.
const NATIVE: &[&str] = &[
    "pyx",
    "c",
    "cc",
    "cpp",
    "rs",
    "CMakeLists.txt",
    "meson.build",
    "Cargo.toml",
];

/// The paths that an import may mean; `None` where that cannot be told from the file.
pub fn targets(
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

/// The name by which files anywhere import a file of the base: `package.module` in Python, `package.Class` in Java, the
/// path of its package in Go; `None` where the tree does not tell, and for languages that import by place.
///
/// # Errors
/// The base is not known.
pub fn absolute_name(path: &RepoPath, change: &Change) -> Supplied<Option<String>> {
    match LanguageId::of(path) {
        Some(LanguageId::Python) => python_name(path, change),
        Some(LanguageId::Java) => Ok(java_name(path)),
        Some(LanguageId::Go) => go_name(path, change),
        Some(LanguageId::Rust | LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx) | None => {
            Ok(None)
        }
    }
}

/// From the outermost folder with an `__init__.py` on, in folders below it too that have none; modules beside no such
/// file are found by other rules.
fn python_name(path: &RepoPath, change: &Change) -> Supplied<Option<String>> {
    let mut root = None;
    let mut inner = Some(path.folder().into_owned());
    while let Some(folder) = inner.filter(|folder| !folder.is_empty()) {
        let marker = join(&folder, "__init__.py");
        let marker = marker.map(|path| change.entry(Side::Base, &path)).transpose()?;
        inner = above(&folder);
        match marker.flatten() {
            Some(_) => root = inner.clone(),
            None if root.is_some() => break,
            None => {}
        }
    }
    let whole = path.lossy();
    let module = whole.strip_suffix(".py").or_else(|| whole.strip_suffix(".pyi"));
    let inside = root.zip(module).and_then(|(root, module)| {
        let module = module.strip_prefix(&root)?.trim_start_matches('/');
        Some(
            module
                .strip_suffix("/__init__")
                .unwrap_or(module)
                .replace('/', "."),
        )
    });
    Ok(inside.filter(|name| name.contains('.')))
}

fn java_name(path: &RepoPath) -> Option<String> {
    let whole = path.lossy();
    let (_, inside) = whole.split_once("/java/")?;
    let name = inside.strip_suffix(".java")?.replace('/', ".");
    name.contains('.').then_some(name)
}

/// The module of the nearest `go.mod`, and the folders below it.
fn go_name(path: &RepoPath, change: &Change) -> Supplied<Option<String>> {
    let folder = path.folder().into_owned();
    let mut root = folder.clone();
    loop {
        let manifest = join(&root, "go.mod")
            .map(|path| change.entry(Side::Head, &path))
            .transpose()?;
        if let Some(manifest) = manifest.flatten() {
            let text = change.text(&manifest)?;
            let module = text.lines().find_map(|line| line.trim().strip_prefix("module "));
            let below = folder
                .strip_prefix(&root)
                .unwrap_or_default()
                .trim_start_matches('/');
            return Ok(module
                .map(|module| format!("{}/{below}", module.trim().trim_matches('"')))
                .filter(|_| !below.is_empty()));
        }
        match above(&root) {
            Some(outer) => root = outer,
            None => return Ok(None),
        }
    }
}

/// Whether an absolute import means what has such a name.
pub fn means(import: &Import, language: LanguageId, name: &str) -> bool {
    match language {
        LanguageId::Go => import.path == name,
        LanguageId::Java => {
            let rest = import.path.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
        LanguageId::Python => import.path == name || submodule_name(import).as_deref() == Some(name),
        LanguageId::Rust | LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => false,
    }
}

/// `a.b.c` for `from a.b import c`, which may be a file or something that `a/b/__init__.py` defines.
fn submodule_name(import: &Import) -> Option<String> {
    Some(format!("{}.{}", import.path, import.name.as_ref()?))
}

/// The file that `from .a import b` means if `b` is a module, without its ending.
pub fn submodule(import: &Import, path: &RepoPath) -> Option<String> {
    let module = import.path.trim_start_matches('.');
    let mut folder = path.folder().into_owned();
    for _ in 1..import.path.len() - module.len() {
        folder = above(&folder)?;
    }
    let parts = [folder, module.replace('.', "/"), import.name.clone()?];
    Some(parts.join("/").replace("//", "/").trim_matches('/').to_owned())
}

/// Whether the package around a Python module that is gone names something so, or is gone itself.
///
/// # Errors
/// The head is not known.
pub fn package_names(module: &RepoPath, change: &Change) -> Supplied<bool> {
    let name = module.name();
    let stem = name.split('.').next().unwrap_or_default();
    let marker = join(&module.folder(), "__init__.py");
    let marker = marker.map(|path| change.entry(Side::Head, &path)).transpose()?;
    match marker.flatten() {
        Some(marker) => Ok(change.text(&marker)?.contains(stem)),
        None => Ok(true),
    }
}

/// Whether something on the head may go by an absolute name still, or the whole package went to live elsewhere.
pub fn has_heir(name: &str, language: LanguageId, gone: &RepoPath, head: &[RepoPath]) -> bool {
    let paths = || head.iter().map(RepoPath::lossy);
    let stem = name.replace('.', "/");
    match language {
        LanguageId::Python => {
            let top = name.split('.').next().unwrap_or_default();
            let here = |path: &str, end: &str| {
                path.strip_suffix(end)
                    .is_some_and(|path| path == stem || path.ends_with(&format!("/{stem}")))
            };
            let lives = |path: &str| {
                MODULES.iter().any(|end| here(path, end)) || format!("/{path}").contains(&format!("/{stem}/"))
            };
            let mut package = paths().filter(|path| format!("/{path}").contains(&format!("/{top}/")));
            package.next().is_none() || paths().any(|path| lives(&path))
        }
        LanguageId::Java => {
            let folder = stem.rsplit_once('/').map_or("", |(folder, _)| folder);
            let inside = |path: &str| {
                path.rsplit_once('/')
                    .is_some_and(|(around, _)| around.ends_with(folder))
            };
            let other = |path: &str| !path.ends_with(".java") || path.ends_with(&format!("/{stem}.java"));
            // classes of other languages of the platform, or a package that is a library now
            !paths().any(|path| inside(&path)) || paths().any(|path| inside(&path) && other(&path))
        }
        LanguageId::Go => {
            let folder = gone.folder();
            paths().any(|path| {
                path.ends_with(".go") && path.rsplit_once('/').is_some_and(|(around, _)| around == folder)
            })
        }
        LanguageId::Rust | LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => true,
    }
}

/// Whether the imported file may be made by a build, or be found in another way.
///
/// # Errors
/// The file that imports cannot be read.
pub fn is_excused(import: &Import, path: &RepoPath, change: &Change) -> Supplied<bool> {
    if is_built(&import.path) {
        return Ok(true);
    }
    let Some(version) = change.entry(Side::Head, path)? else {
        return Ok(true);
    };
    let text = change.text(&version)?;
    let line = usize::try_from(import.line).unwrap_or(usize::MAX);
    let mut above = text.lines().take(line).collect::<Vec<_>>().into_iter().rev();
    let own = above.next().unwrap_or_default();
    let above: Vec<&str> = above.map(str::trim_start).collect();
    let excused = match LanguageId::of(path) {
        Some(LanguageId::Rust) => own.contains("#[") || is_switched(&above),
        Some(
            LanguageId::Python
            | LanguageId::JavaScript
            | LanguageId::TypeScript
            | LanguageId::Tsx
            | LanguageId::Go
            | LanguageId::Java,
        )
        | None => is_tried(&above),
    };
    Ok(excused || own.contains("ts-ignore") || own.contains("type: ignore"))
}

/// Whether the name of an import says that a build writes the file.
fn is_built(name: &str) -> bool {
    let parts: Vec<&str> = name.split(['/', '.', ':']).collect();
    let folders = parts.get(..parts.len().saturating_sub(1)).unwrap_or_default();
    let says = |part: &&str| {
        words(part)
            .iter()
            .any(|word| BUILT_WORDS.contains(&word.as_str()))
    };
    name.contains('$')
        || parts.iter().any(says)
        || folders.iter().any(|folder| BUILT_FOLDERS.contains(folder))
}

/// The words of a name in `snake_case`, `kebab-case` or `CamelCase`, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && before.is_lowercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

/// Whether an attribute right above a module says where its file is, or when there is one. Tests are always built by
/// somebody.
fn is_switched(above: &[&str]) -> bool {
    let own = (above.iter()).take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    let plain = |line: &str| line == "#[cfg(test)]" || line.starts_with("//");
    own.into_iter()
        .any(|line| !plain(line.trim_end()) && (line.contains("path") || line.starts_with("#[cfg")))
}

/// Whether an import stands in a `try` around an optional part.
fn is_tried(above: &[&str]) -> bool {
    let near = above.iter().take(3).take_while(|line| !line.is_empty());
    near.into_iter().any(|line| line.starts_with("try"))
}

/// Whether an ignore rule says that a build puts the file there. Compiled modules of Python are ignored nearly everywhere,
/// which says something only where there is something to compile.
///
/// # Errors
/// The head is not known.
pub fn may_be_built(targets: &[RepoPath], change: &Change) -> Supplied<bool> {
    let is_compiled = |path: &RepoPath| BINARY_MODULES.contains(&path.extension().as_str());
    let ignored: Vec<&RepoPath> = targets
        .iter()
        .filter(|target| ignored::by(change, target).is_some())
        .collect();
    if ignored.iter().any(|path| !is_compiled(path)) {
        return Ok(true);
    }
    let compiles = |path: &RepoPath| {
        NATIVE.contains(&path.extension().as_str()) || NATIVE.contains(&path.name().as_ref())
    };
    Ok(!ignored.is_empty() && change.paths(Side::Head)?.iter().any(compiles))
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
    fn a_build_is_known_by_a_word_of_the_name() {
        for name in [
            "./version",
            "shop._version",
            "../gen/api",
            "shop.api_pb2",
            "com.shop.BuildConfig",
            "./types.generated",
        ] {
            assert!(is_built(name), "{name}");
        }
        for name in [
            "com.shop.CartBuilder",
            "./outline",
            "./target",
            "shop.distance",
            "./conversion",
        ] {
            assert!(!is_built(name), "{name}");
        }
    }

    #[test]
    fn only_an_attribute_right_above_switches_a_module() {
        assert!(is_switched(&["#[cfg(unix)]", "mod a;"]));
        assert!(is_switched(&["// where it lies", "#[path = \"b.rs\"]"]));
        assert!(!is_switched(&["mod a;", "#[cfg(unix)]"]));
        assert!(!is_switched(&["#[cfg(test)]"]));
    }

    #[test]
    fn what_leaves_the_repository_or_names_no_file_is_not_followed() {
        assert!(means("a.js", "../b", LanguageId::JavaScript).is_empty());
        assert!(means("pkg/a.py", ".", LanguageId::Python).is_empty());
        assert!(means("src/a.ts", "..", LanguageId::TypeScript).is_empty());
    }
}
