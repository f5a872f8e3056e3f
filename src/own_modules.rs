//! Does an import of the repository's own code lead to something that is there?
//!
//! Only what the tree of the head decides is followed: files behind relative paths, modules of a package whose folder is
//! in the tree. Whether a module holds a name is asked of its text: a name that stands nowhere in it cannot come out of
//! it, unless the module takes names from elsewhere wholesale, and then nothing is said.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use crate::{
    code::{
        LanguageId,
        facts::{DefinitionKind, FileFacts, Import, Span},
    },
    evidence::{Supplied, change::Change},
    finding::Side,
    path::{RepoPath, above},
};

/// What became of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// It is somebody else's, or the tree does not decide.
    Unknown,
    /// It leads somewhere.
    There,
    /// No file of the head is the module, which is named.
    NoModule(String),
    /// The file is the module, and the name stands nowhere in it.
    NoMember(RepoPath, String),
}

/// Longer files are not searched for names.
const MODULE_BYTES: usize = 2 * 1024 * 1024;
/// Folders below which a Python project keeps its packages.
const PYTHON_ROOTS: &[&str] = &["", "src", "lib", "python"];
/// Files that make a folder the root of a Python project.
const PYTHON_PROJECTS: &[&str] = &["pyproject.toml", "setup.py", "setup.cfg"];
/// What may stand behind the path of a module in Python.
const PYTHON_FILES: &[&str] = &[
    ".py",
    "/__init__.py",
    ".pyi",
    "/__init__.pyi",
    ".pyx",
    ".so",
    ".pyd",
];
/// Parts of a Python module that show that names come into it unseen.
const PYTHON_OPEN: &[&str] = &[
    "import *",
    "__getattr__",
    "globals()",
    "setattr(",
    "sys.modules",
    "lazy",
    "__path__",
    "vars(",
    "exec(",
];
/// The same for JavaScript and TypeScript.
const SCRIPT_OPEN: &[&str] = &[
    "export *",
    "export type *",
    "module.exports = require",
    "exports = require",
    "...require",
    "Object.assign(exports",
    "Object.assign(module.exports",
    "__exportStar",
    "defineProperty(exports",
];
/// The same for Rust: globs, and macros that make items out of parts of names or of files.
const RUST_OPEN: &[&str] = &[
    "::*",
    "include!",
    "paste!",
    "concat_idents!",
    "automod::",
    "macro_rules!",
    "{*",
    "include_",
    "bindgen!",
    "generate!",
    "grammar",
];
/// What shows that a package of Go has sources that are made.
const GO_OPEN: &[&str] = &["go:generate", "import \"C\""];
/// Endings of files from which sources of Go are made.
const GO_SOURCES: &[&str] = &["capnp", "graphql", "proto", "qtpl", "rl", "templ", "thrift", "y"];
/// Endings of files that are modules of JavaScript.
const SCRIPT_ENDS: &[&str] = &["ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts"];
/// Endings of files from which classes of Java are made.
const JAVA_SOURCES: &[&str] = &["avsc", "g4", "graphql", "proto", "thrift", "xsd"];
/// Endings of files that hold classes for Java.
const JAVA_ENDS: &[&str] = &["java", "kt", "groovy", "scala"];

/// The head, as far as it was asked for.
#[derive(Debug)]
pub struct Tree<'e> {
    change: &'e Change,
    paths: Vec<String>,
    texts: Mutex<BTreeMap<String, Option<Arc<str>>>>,
}

impl<'e> Tree<'e> {
    /// The tree of the head.
    ///
    /// # Errors
    /// The head is not known, as in a patch.
    pub fn of(change: &'e Change) -> Supplied<Self> {
        let mut paths: Vec<String> = change
            .paths(Side::Head)?
            .iter()
            .map(|path| path.lossy().into_owned())
            .collect();
        paths.sort_unstable();
        Ok(Self {
            change,
            paths,
            texts: Mutex::default(),
        })
    }

    /// Where an import of a file leads. `near` are the paths that it may mean where it is relative.
    pub fn resolve(
        &self,
        import: &Import,
        language: LanguageId,
        from: &RepoPath,
        near: Option<&[RepoPath]>,
    ) -> Resolved {
        match language {
            LanguageId::Python if import.relative => self.near(import, near, PYTHON_OPEN),
            LanguageId::Python => self.python(import, from),
            LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => self.script(import, near),
            LanguageId::Rust => self.rust(import, from),
            LanguageId::Go => self.go(import, from),
            LanguageId::Java => self.java(import),
        }
    }

    fn has(&self, path: &str) -> bool {
        self.paths
            .binary_search_by(|known| known.as_str().cmp(path))
            .is_ok()
    }

    /// The paths below a folder, which ends in `/`, or of everything.
    fn below<'t>(&'t self, folder: &'t str) -> impl Iterator<Item = &'t str> {
        let start = self.paths.partition_point(|path| path.as_str() < folder);
        let rest = self.paths.get(start..).unwrap_or_default();
        rest.iter()
            .map(String::as_str)
            .take_while(move |path| path.starts_with(folder))
    }

    /// The text of a file; none where it is not there, is too long or is no text.
    fn text(&self, path: &str) -> Option<Arc<str>> {
        let mut texts = self.texts.lock().ok()?;
        if let Some(known) = texts.get(path) {
            return known.clone();
        }
        let read = || {
            let version = self.change.entry(Side::Head, &RepoPath::new(path).ok()?).ok()??;
            let text = self.change.text(&version).ok()?;
            (text.len() <= MODULE_BYTES).then(|| text.into())
        };
        let text: Option<Arc<str>> = read();
        texts.insert(path.to_owned(), text.clone());
        text
    }

    /// Whether a name stands in a module, and can only be found there.
    fn member(&self, module: &str, name: &str, open: &[&str]) -> Resolved {
        let Some(text) = self.text(module) else {
            return Resolved::Unknown;
        };
        if holds(&text, name) {
            return Resolved::There;
        }
        let Ok(path) = RepoPath::new(module) else {
            return Resolved::Unknown;
        };
        match open.iter().any(|part| text.contains(part)) {
            true => Resolved::Unknown,
            false => Resolved::NoMember(path, name.to_owned()),
        }
    }

    /// The first of several paths that is a file, then the name in it.
    fn near(&self, import: &Import, near: Option<&[RepoPath]>, open: &[&str]) -> Resolved {
        let Some(near) = near else {
            return Resolved::Unknown;
        };
        let near: Vec<String> = near.iter().map(|path| path.lossy().into_owned()).collect();
        let Some(file) = near.iter().find(|path| self.has(path)) else {
            let folder = |path: &String| self.below(&format!("{path}/")).next().is_some();
            return match near.iter().find(|path| folder(path)) {
                Some(_) => Resolved::Unknown,
                None => Resolved::NoModule(import.path.clone()),
            };
        };
        let Some(name) = import.name.as_deref().filter(|name| is_name(name)) else {
            return Resolved::There;
        };
        let folder = file.strip_suffix("/__init__.py");
        if folder.is_some_and(|folder| self.is_python_module(&format!("{folder}/{name}"))) {
            return Resolved::There;
        }
        self.member(file, name, open)
    }

    fn script(&self, import: &Import, near: Option<&[RepoPath]>) -> Resolved {
        if !import.relative {
            return Resolved::Unknown;
        }
        let known = near
            .unwrap_or_default()
            .iter()
            .find(|path| self.has(&path.lossy()));
        let plain = known.is_some_and(|path| !SCRIPT_ENDS.contains(&path.extension().as_ref()));
        match (plain, import.name.as_deref()) {
            (true, _) => Resolved::There,
            (false, Some("default")) => Resolved::Unknown,
            (false, _) => self.near(import, near, SCRIPT_OPEN),
        }
    }

    fn is_python_module(&self, path: &str) -> bool {
        PYTHON_FILES.iter().any(|end| self.has(&format!("{path}{end}")))
            || self.below(&format!("{path}/")).any(|file| file.ends_with(".py"))
            || self
                .below(&format!("{path}."))
                .any(|file| file.ends_with(".so") || file.ends_with(".pyd"))
    }

    /// A module of a package that lies in a place from which the project is installed or run.
    fn python(&self, import: &Import, from: &RepoPath) -> Resolved {
        let parts: Vec<&str> = import.path.split('.').collect();
        let Some(top) = parts.first().filter(|part| is_name(part)) else {
            return Resolved::Unknown;
        };
        let roots: Vec<String> = self
            .python_roots(from)
            .into_iter()
            .filter(|root| self.has(&joined(root, &format!("{top}/__init__.py"))))
            .collect();
        if roots.is_empty() {
            return Resolved::Unknown;
        }
        for root in &roots {
            let mut path = root.clone();
            for (index, part) in parts.iter().enumerate() {
                let next = joined(&path, part);
                if !self.is_python_module(&next) {
                    let package = joined(&path, "__init__.py");
                    // a package may put modules of its own making in its place
                    let open = index > 0 && self.member(&package, part, PYTHON_OPEN) == Resolved::Unknown;
                    if open || part.starts_with('_') {
                        return Resolved::Unknown;
                    }
                    path.clear();
                    break;
                }
                path = next;
            }
            if path.is_empty() {
                continue;
            }
            return self.python_member(&path, import.name.as_deref());
        }
        Resolved::NoModule(import.path.clone())
    }

    fn python_member(&self, module: &str, name: Option<&str>) -> Resolved {
        let Some(name) = name.filter(|name| is_name(name)) else {
            return Resolved::There;
        };
        if self.is_python_module(&joined(module, name)) {
            return Resolved::There;
        }
        let files = [format!("{module}.py"), format!("{module}/__init__.py")];
        let Some(file) = files.iter().find(|file| self.has(file)) else {
            return Resolved::Unknown;
        };
        // what stands beside a module by another ending may hold more names
        match self.has(&format!("{module}.pyi")) && self.has(&format!("{module}.so")) {
            true => Resolved::Unknown,
            false => self.member(file, name, PYTHON_OPEN),
        }
    }

    /// The folders from which the project around a file imports its packages.
    fn python_roots(&self, from: &RepoPath) -> Vec<String> {
        let mut projects = vec![String::new()];
        let mut folder = from.folder().into_owned();
        while !folder.is_empty() {
            let project = |file: &str| self.has(&joined(&folder, file));
            if PYTHON_PROJECTS.iter().any(|file| project(file)) {
                projects.insert(0, folder.clone());
            }
            folder = above(&folder);
        }
        let below = |project: &String| {
            PYTHON_ROOTS
                .iter()
                .map(|root| joined(project, root))
                .collect::<Vec<_>>()
        };
        projects.iter().flat_map(below).collect()
    }

    /// A path of the own crate: from `crate` in its sources, or from its name in its tests.
    fn rust(&self, import: &Import, from: &RepoPath) -> Resolved {
        let mut parts = import.path.split("::").map(|part| part.trim_start_matches("r#"));
        let Some(first) = parts.next() else {
            return Resolved::Unknown;
        };
        let mut parts: Vec<&str> = parts.collect();
        let last = parts.last().copied();
        parts.extend(import.name.as_deref().filter(|name| Some(*name) != last));
        let Some(folder) = self.nearest(from, "Cargo.toml") else {
            return Resolved::Unknown;
        };
        let inside = from.lossy();
        let inside = inside.strip_prefix(&joined(&folder, "")).unwrap_or(&inside);
        let root = match first {
            "crate" if inside.starts_with("src/") && !inside.starts_with("src/bin/") => {
                self.crate_root(&folder)
            }
            name if inside.starts_with("tests/") && self.crate_is_named(&folder, name) => {
                Some(joined(&folder, "src/lib.rs"))
            }
            _ => None,
        };
        match root.filter(|root| self.has(root)) {
            Some(root) if !parts.is_empty() => {
                let resolved = self.walk(root, &parts);
                // an exported macro stands at the root, wherever it is written
                let is_macro = matches!(&resolved, Resolved::NoMember(_, name) if parts.len() == 1 && self.has_macro(&folder, name));
                if is_macro { Resolved::There } else { resolved }
            }
            Some(_) | None => Resolved::Unknown,
        }
    }

    /// Whether a file of a crate writes a macro of a name.
    fn has_macro(&self, folder: &str, name: &str) -> bool {
        let written = format!("macro_rules! {name}");
        let inside = joined(folder, "");
        let mut sources = self.below(&inside).filter(|path| path.ends_with(".rs"));
        sources.any(|path| self.text(path).is_some_and(|text| text.contains(&written)))
    }

    /// A path that begins with `super`, on a line of a file. What stands in the module that asks is no proof of it.
    pub fn above(&self, path: &str, from: &RepoPath, facts: &FileFacts, line: u32) -> Resolved {
        let supers = path.split("::").take_while(|part| *part == "super").count();
        let parts = path
            .split("::")
            .skip(supers)
            .map(|part| part.trim_start_matches("r#"));
        let parts: Vec<&str> = parts.take_while(|part| *part != "*").collect();
        let (Some(first), false) = (parts.first(), supers == 0) else {
            return Resolved::Unknown;
        };
        if !parts.iter().all(|part| is_name(part)) {
            return Resolved::Unknown;
        }
        let mut around: Vec<Span> = (facts.definitions.iter())
            .filter(|one| one.kind == DefinitionKind::Module && one.span.has_line(line))
            .map(|one| one.span)
            .collect();
        around.sort_by_key(|span| span.end - span.start);
        if let Some(inner) = around.get(supers - 1) {
            return self.around(from, around.get(supers), inner, first);
        }
        let mut file = from.lossy().into_owned();
        for _ in around.len()..supers {
            match self.parent(&file) {
                Some(parent) => file = parent,
                None => return Resolved::Unknown,
            }
        }
        self.walk(file, &parts)
    }

    /// Whether a name stands in a module of a file, outside one of its own modules.
    fn around(&self, file: &RepoPath, outer: Option<&Span>, inner: &Span, name: &str) -> Resolved {
        let Some(text) = self.text(&file.lossy()) else {
            return Resolved::Unknown;
        };
        let lines = (1_u32..).zip(text.lines());
        let outside = lines
            .filter(|(line, _)| !inner.has_line(*line) && outer.is_none_or(|outer| outer.has_line(*line)));
        let outside: Vec<&str> = outside.map(|(_, line)| line).collect();
        let outside = outside.join("\n");
        let open = RUST_OPEN.iter().any(|part| outside.contains(part)) || is_derived(&outside, name);
        match (holds(&outside, name), open) {
            (true, _) => Resolved::There,
            (false, true) => Resolved::Unknown,
            (false, false) => Resolved::NoMember(file.clone(), name.to_owned()),
        }
    }

    /// The file of the module around that of a file; none where several may be it.
    fn parent(&self, file: &str) -> Option<String> {
        let name = file.rsplit('/').next()?;
        let folder = match name {
            "lib.rs" | "main.rs" => return None,
            "mod.rs" => above(&above(file)),
            _ => above(file),
        };
        let own = ["mod.rs", "lib.rs", "main.rs"].map(|name| joined(&folder, name));
        let beside = (!folder.is_empty()).then(|| format!("{folder}.rs"));
        let mut known = own.into_iter().chain(beside).filter(|path| self.has(path));
        let only = known.next()?;
        known.next().is_none().then_some(only)
    }

    /// The one root of the sources; none where there are several.
    fn crate_root(&self, folder: &str) -> Option<String> {
        let roots = ["src/lib.rs", "src/main.rs"].map(|file| joined(folder, file));
        let mut known = roots.into_iter().filter(|root| self.has(root));
        let only = known.next()?;
        known.next().is_none().then_some(only)
    }

    fn crate_is_named(&self, folder: &str, name: &str) -> bool {
        let Some(manifest) = self.text(&joined(folder, "Cargo.toml")) else {
            return false;
        };
        let names = manifest.lines().filter_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "name").then(|| value.trim().trim_matches('"').replace('-', "_"))
        });
        // the first is the package's; a library may have another
        names.take(1).any(|own| own == name)
    }

    fn walk(&self, root: String, parts: &[&str]) -> Resolved {
        let mut file = root;
        for (index, part) in parts.iter().enumerate() {
            if !is_name(part) || *part == "self" || *part == "super" {
                return Resolved::There;
            }
            let folder = module_folder(&file);
            let next = [format!("{part}.rs"), format!("{part}/mod.rs")].map(|name| joined(&folder, &name));
            if let Some(next) = next.into_iter().find(|next| self.has(next)) {
                file = next;
                continue;
            }
            return match self.member(&file, part, RUST_OPEN) {
                Resolved::NoMember(_, name) if index + 1 < parts.len() => Resolved::NoModule(name),
                other @ (Resolved::Unknown
                | Resolved::There
                | Resolved::NoModule(_)
                | Resolved::NoMember(..)) => other,
            };
        }
        Resolved::There
    }

    /// A package of the own module: its folder must hold sources, and they the name.
    fn go(&self, import: &Import, from: &RepoPath) -> Resolved {
        let Some(folder) = self.go_folder(&import.path, from) else {
            return Resolved::Unknown;
        };
        let prefix = if folder.is_empty() {
            folder
        } else {
            joined(&folder, "")
        };
        let direct = |file: &&str| !file.get(prefix.len()..).unwrap_or_default().contains('/');
        let files: Vec<&str> = self.below(&prefix).filter(direct).collect();
        if files.iter().any(|file| file.ends_with(".go")) {
            return match &import.name {
                Some(name) => self.go_member(&files, name),
                None => Resolved::There,
            };
        }
        // a package may be made from other files, or be a module of its own
        match self.below(&prefix).next() {
            Some(_) => Resolved::Unknown,
            None => Resolved::NoModule(import.path.clone()),
        }
    }

    /// A name of the package that has these files.
    fn go_member(&self, files: &[&str], name: &str) -> Resolved {
        let made = |file: &&str| GO_SOURCES.iter().any(|end| file.ends_with(&format!(".{end}")));
        if !starts_large(name) || files.iter().any(made) {
            return Resolved::Unknown;
        }
        let sources = files
            .iter()
            .filter(|file| file.ends_with(".go") && !file.ends_with("_test.go"));
        let mut first = None;
        for file in sources {
            match self.member(file, name, GO_OPEN) {
                Resolved::NoMember(path, _) => first = first.or(Some(path)),
                other @ (Resolved::Unknown | Resolved::There | Resolved::NoModule(_)) => return other,
            }
        }
        let folder = first.and_then(|path| RepoPath::new(path.folder().into_owned()).ok().or(Some(path)));
        folder.map_or(Resolved::Unknown, |folder| {
            Resolved::NoMember(folder, name.to_owned())
        })
    }

    fn go_folder(&self, path: &str, from: &RepoPath) -> Option<String> {
        let folder = self.nearest(from, "go.mod")?;
        let text = self.text(&joined(&folder, "go.mod"))?;
        let module = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("module "))?;
        let rest = path.strip_prefix(module.trim().trim_matches('"'))?;
        if rest.is_empty() {
            return Some(folder);
        }
        let rest = rest.strip_prefix('/')?;
        let replaced = text
            .lines()
            .any(|line| line.contains("=>") && line.contains(path));
        (!replaced).then(|| joined(&folder, rest))
    }

    /// A class of a package that has classes in this tree.
    fn java(&self, import: &Import) -> Resolved {
        let mut package: Vec<&str> = Vec::new();
        let whole = import.path.trim_end_matches(".*");
        let mut class = import.name.as_deref().filter(|name| starts_large(name));
        for part in whole.split('.') {
            if starts_large(part) {
                class = Some(part);
                break;
            }
            package.push(part);
        }
        let Some(class) = class.filter(|class| is_name(class) && package.len() >= 2) else {
            return Resolved::Unknown;
        };
        let folder = format!("/{}/", package.join("/"));
        let of_package = |path: &&String| {
            let path = format!("/{path}");
            let rest = path.rsplit_once(&folder).map(|(_, rest)| rest.to_owned());
            rest.is_some_and(|rest| {
                !rest.contains('/') && JAVA_ENDS.iter().any(|end| rest.ends_with(&format!(".{end}")))
            })
        };
        let files: Vec<&String> = self.paths.iter().filter(of_package).collect();
        let Some(first) = files.first() else {
            return Resolved::Unknown;
        };
        let own = |file: &&String| {
            let name = file.rsplit('/').next().unwrap_or_default();
            name.split('.').next() == Some(class)
        };
        let told = |file: &&String| self.text(file).is_none_or(|text| holds(&text, class));
        let made = |path: &&String| {
            JAVA_SOURCES.iter().any(|end| path.ends_with(&format!(".{end}")))
                && self.text(path).is_none_or(|text| holds(&text, class))
        };
        match files.iter().any(own) || files.iter().any(told) || self.paths.iter().any(|path| made(&path)) {
            true => Resolved::There,
            false => match RepoPath::new(first.rsplit_once('/').map_or("", |(folder, _)| folder)) {
                Ok(folder) => Resolved::NoMember(folder, class.to_owned()),
                Err(_) => Resolved::Unknown,
            },
        }
    }

    /// The nearest folder around a file that holds a file of a name.
    fn nearest(&self, from: &RepoPath, name: &str) -> Option<String> {
        let mut folder = from.folder().into_owned();
        loop {
            if self.has(&joined(&folder, name)) {
                return Some(folder);
            }
            if folder.is_empty() {
                return None;
            }
            folder = above(&folder);
        }
    }
}

fn joined(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => format!("{folder}/"),
        (folder, name) => format!("{folder}/{name}"),
    }
}

/// Whether a name may be made by a derivation: it begins with the name of another type.
fn is_derived(text: &str, name: &str) -> bool {
    let starts = name.char_indices().skip(3).filter(|(_, c)| c.is_uppercase());
    let mut starts = starts.filter_map(|(at, _)| name.get(..at));
    text.contains("#[") && starts.any(|start| holds(text, start))
}

/// Where the modules of a file of Rust lie.
pub(crate) fn module_folder(file: &str) -> String {
    let folder = above(file);
    let name = file.rsplit('/').next().unwrap_or_default();
    match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder,
        name => joined(&folder, name.trim_end_matches(".rs")),
    }
}

fn starts_large(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// Whether an identifier stands somewhere in a text, as a whole.
fn holds(text: &str, name: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(start, found)| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let after = text
            .get(start + found.len()..)
            .and_then(|after| after.chars().next());
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        code::facts::Definition,
        evidence::change::{Mode, memory},
    };

    const TREE: &[(&str, &str)] = &[
        ("Cargo.toml", "[package]\nname = \"web-shop\"\n"),
        ("src/lib.rs", "pub mod cart;\n"),
        ("src/cart.rs", "pub mod price;\npub struct Cart;\n"),
        ("src/cart/price.rs", "pub use inner::*;\n"),
        ("py/setup.py", ""),
        ("py/src/shop/__init__.py", ""),
        ("py/src/shop/totals.py", "def total():\n    return 0\n"),
        ("go.mod", "module example.com/shop\n"),
        (
            "totals/totals.go",
            "package totals\n\nfunc Sum() int { return 0 }\n",
        ),
        ("java/com/acme/Shop.java", "class Shop {}\nclass Till {}\n"),
    ];

    fn leads(language: LanguageId, from: &str, path: &str, name: Option<&str>) -> Resolved {
        let file = |(path, text): &(&str, &str)| {
            let content = (Mode::File, text.as_bytes().to_vec());
            (RepoPath::new(*path).unwrap(), content)
        };
        let files = TREE.iter().map(file);
        let change = memory::change(memory::Files::new(), files.collect());
        let import = Import {
            line: 1,
            path: path.to_owned(),
            name: name.map(str::to_owned),
            alias: None,
            relative: false,
        };
        let tree = Tree::of(&change).unwrap();
        tree.resolve(&import, language, &RepoPath::new(from).unwrap(), None)
    }

    #[test]
    fn own_modules_are_found_and_missing_ones_named() {
        use LanguageId::{Go, Java, Python, Rust};
        for (language, from, path, name) in [
            (Rust, "src/cart.rs", "crate::cart::Cart", Some("Cart")),
            (Rust, "tests/a.rs", "web_shop::cart::Cart", Some("Cart")),
            (Python, "py/tests/test_a.py", "shop.totals", Some("total")),
            (Python, "py/tests/test_a.py", "shop", Some("totals")),
            (Go, "a_test.go", "example.com/shop/totals", None),
            (Java, "java/com/acme/ShopTest.java", "com.acme.Till", None),
        ] {
            assert_eq!(leads(language, from, path, name), Resolved::There, "{path}");
        }
        assert_eq!(
            leads(Go, "a_test.go", "example.com/shop/totals", Some("Sum")),
            Resolved::There
        );
        let member = leads(Go, "a_test.go", "example.com/shop/totals", Some("Mean"));
        assert!(matches!(member, Resolved::NoMember(_, name) if name == "Mean"));
        let missing = |language, from, path: &str| leads(language, from, path, None);
        let module = |name: &str| Resolved::NoModule(name.to_owned());
        assert_eq!(
            missing(Rust, "tests/a.rs", "web_shop::till::Till"),
            module("till")
        );
        assert_eq!(
            missing(Python, "py/tests/test_a.py", "shop.sums"),
            module("shop.sums")
        );
        assert_eq!(
            missing(Go, "a_test.go", "example.com/shop/sums"),
            module("example.com/shop/sums")
        );
        let member = missing(Java, "java/com/acme/ShopTest.java", "com.acme.Cart");
        assert!(matches!(member, Resolved::NoMember(_, name) if name == "Cart"));
    }

    #[test]
    fn what_the_tree_does_not_decide_is_left_open() {
        use LanguageId::{Go, Java, Python, Rust};
        for (language, from, path, name) in [
            (Rust, "tests/a.rs", "serde::Deserialize", None),
            (Rust, "src/cart.rs", "crate::cart::price::Any", Some("Any")),
            (Python, "py/tests/test_a.py", "numpy.testing", None),
            (Python, "py/tests/test_a.py", "shop._native", None),
            (Go, "a_test.go", "example.com/other", None),
            (Java, "java/com/acme/ShopTest.java", "org.junit.Test", None),
        ] {
            assert_eq!(leads(language, from, path, name), Resolved::Unknown, "{path}");
        }
    }

    #[test]
    fn a_path_upwards_is_looked_for_outside_the_module_that_asks() {
        let text = "use std::fmt;\npub fn total() {}\nmod tests {\n    use super::mean;\n}\n";
        let file = |(path, text): (&str, &str)| {
            (
                RepoPath::new(path).unwrap(),
                (Mode::File, text.as_bytes().to_vec()),
            )
        };
        let files = [
            ("src/lib.rs", "pub mod cart;\n"),
            ("src/cart.rs", text),
            ("src/cart/tests.rs", ""),
        ];
        let change = memory::change(memory::Files::new(), files.into_iter().map(file).collect());
        let tree = Tree::of(&change).unwrap();
        let module = Definition {
            name: "tests".to_owned(),
            qualified: "tests".to_owned(),
            kind: DefinitionKind::Module,
            visibility: crate::code::facts::Visibility::Private,
            local: false,
            parameters: Vec::new(),
            returns: None,
            signature: String::new(),
            decorators: Vec::new(),
            span: Span {
                start: 32,
                end: 70,
                first: 3,
                last: 5,
            },
            header: 3,
            body: 0,
            size: 0,
        };
        let facts = FileFacts {
            definitions: vec![module].into(),
            ..FileFacts::default()
        };
        let cart = RepoPath::new("src/cart.rs").unwrap();
        let asked = |path: &str| tree.above(path, &cart, &facts, 4);
        assert_eq!(asked("super::total"), Resolved::There);
        assert_eq!(asked("super::super::cart"), Resolved::There);
        assert!(matches!(asked("super::mean"), Resolved::NoMember(_, name) if name == "mean"));
        let tests = RepoPath::new("src/cart/tests.rs").unwrap();
        let asked = |path: &str| tree.above(path, &tests, &FileFacts::default(), 1);
        assert_eq!(asked("super::total"), Resolved::There);
        assert!(matches!(asked("super::median"), Resolved::NoMember(_, name) if name == "median"));
    }

    #[test]
    fn a_name_is_found_as_a_whole_only() {
        assert!(holds("def total():", "total"));
        assert!(!holds("def subtotal():\n    totals = 1", "total"));
    }
}
