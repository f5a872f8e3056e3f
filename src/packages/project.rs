//! Does a manifest of the project name the package that a file imports?
//!
//! Every manifest of a side is read once. What the project's own code provides is no package; what only a lock file
//! holds is there because another package needs it; what a build tool's settings name is theirs to find.

use std::collections::{BTreeMap, BTreeSet};

use super::{Root, Table};
use crate::{
    evidence::{
        Evidence, Supplied,
        change::Change,
        locks,
        manifests::{self, Declared, Ecosystem, Manifest, Use, internal},
    },
    finding::{Side, Unproven},
    limits,
    names::holds_word,
    path::RepoPath,
};

/// Endings of files that a module of Python may be.
const PYTHON_ENDS: &[&str] = &[".py", ".pyi", ".pyx", ".so", ".pyd", ".pth"];
/// Endings of files that a module of JavaScript may be.
const SCRIPT_ENDS: &[&str] = &[
    ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".json",
];
/// Folders of a package from which JavaScript is often told to look names up.
const SCRIPT_ROOTS: &[&str] = &["", "src", "app", "lib"];
/// Files beside the manifests in which a Python project says what to install.
const PYTHON_LOOSE: &[&str] = &[
    "setup.py",
    "tox.ini",
    "noxfile.py",
    "meta.yaml",
    "pixi.toml",
    "Makefile",
    "justfile",
    "hatch.toml",
    "conanfile.txt",
];
/// Longer files are not searched.
const LOOSE_BYTES: usize = 512 * 1024;

/// One manifest, or why it cannot be read.
#[derive(Clone, Debug)]
struct Known {
    path: RepoPath,
    ecosystem: Ecosystem,
    manifest: Supplied<Manifest>,
}

/// How an imported package stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It is the project's own code, or something that only its build tools know.
    Own,
    /// A manifest that covers the file names it.
    Declared,
    /// No manifest names it; a lock file holds it because another package needs it.
    Locked(RepoPath),
    /// Neither; the manifest that would have to name it.
    Undeclared(RepoPath),
    /// No manifest covers the file.
    NoManifest,
    /// A manifest that covers the file cannot be read.
    Unknown(Unproven),
}

/// One side of the change, with its manifests.
#[derive(Debug)]
pub struct Project<'e> {
    change: &'e Change,
    table: &'e Table,
    side: Side,
    known: Vec<Known>,
}

impl<'e> Project<'e> {
    /// The project on one side; its manifests are read once a run.
    ///
    /// # Errors
    /// The tree of that side is not known (a patch).
    pub fn of(evidence: &'e Evidence, table: &'e Table, side: Side) -> Supplied<Self> {
        let change = &evidence.change;
        let known = evidence.once(&("manifests", side), || read(change, side));
        Ok(Self {
            change,
            table,
            side,
            known: (*known).clone()?,
        })
    }

    /// How a package stands that a file imports.
    ///
    /// # Errors
    /// The tree is not known.
    pub fn stand(&self, root: &Root, from: &RepoPath) -> Supplied<Stand> {
        let covering = self.covering(root.ecosystem, from);
        let Some(nearest) = covering.first() else {
            return Ok(Stand::NoManifest);
        };
        if self.is_own_package(root, &covering) {
            return Ok(Stand::Own);
        }
        if covering
            .iter()
            .any(|known| self.entries(known, root).next().is_some())
        {
            return Ok(Stand::Declared);
        }
        if let Some(why) = covering.iter().find_map(|known| known.manifest.as_ref().err()) {
            return Ok(Stand::Unknown(why.clone()));
        }
        if self.is_own(root, from)? || self.is_configured(root, from)? {
            return Ok(Stand::Own);
        }
        Ok(match self.lock_with(root, from) {
            Some(lock) => Stand::Locked(lock),
            None => Stand::Undeclared(nearest.path.clone()),
        })
    }

    /// The folder of the package that a file belongs to; `None` where no manifest covers it.
    pub fn package(&self, ecosystem: Ecosystem, from: &RepoPath) -> Option<String> {
        let covering = self.covering(ecosystem, from);
        covering.first().map(|known| known.path.folder().into_owned())
    }

    /// The names of all packages of an ecosystem that manifests of this side ask for.
    pub fn declared(&self, ecosystem: Ecosystem) -> impl Iterator<Item = &str> {
        let kin = self
            .known
            .iter()
            .filter(move |known| known.ecosystem == ecosystem);
        let manifests = kin.filter_map(|known| known.manifest.as_ref().ok());
        manifests
            .flat_map(|manifest| &manifest.declared)
            .map(|entry| entry.name.as_str())
    }

    /// The manifests that may name what a file imports, nearest first.
    fn covering(&self, ecosystem: Ecosystem, from: &RepoPath) -> Vec<&Known> {
        let folders = internal::folders_above(from);
        let depth = |known: &&Known| folders.iter().position(|folder| *folder == known.path.folder());
        let of = self.known.iter().filter(|known| known.ecosystem == ecosystem);
        let mut found: Vec<&Known> = match ecosystem {
            // an environment is made of whatever requirements somebody installs
            Ecosystem::Python => of.collect(),
            Ecosystem::Cargo | Ecosystem::Npm | Ecosystem::Go => {
                of.filter(|known| depth(known).is_some()).collect()
            }
        };
        found.sort_by_key(|known| (depth(known).unwrap_or(usize::MAX), known.path.clone()));
        match ecosystem {
            // a workspace without a package covers nothing by itself
            Ecosystem::Cargo => found.retain(|known| {
                known
                    .manifest
                    .as_ref()
                    .map_or(true, |manifest| manifest.package.is_some())
            }),
            Ecosystem::Python | Ecosystem::Npm | Ecosystem::Go => {}
        }
        match ecosystem {
            Ecosystem::Cargo | Ecosystem::Go => found.truncate(1),
            Ecosystem::Python | Ecosystem::Npm => {}
        }
        found
    }

    /// The entries of a manifest that name what a root means.
    fn entries<'k>(&'k self, known: &'k Known, root: &'k Root) -> impl Iterator<Item = &'k Declared> {
        let declared = known
            .manifest
            .as_ref()
            .map_or(&[][..], |manifest| &manifest.declared);
        declared.iter().filter(|entry| {
            let used = match entry.kind {
                Use::Direct | Use::Indirect => true,
                Use::Constraint | Use::Override => false,
            };
            used && (self.table.provides(root, &entry.name, entry.visible.as_deref())
                || self.table.brings(root, &entry.name))
        })
    }

    /// The packages behind a root by which manifests that cover a file name it, and whether all of them are there for tests
    /// and other work on the project only.
    pub fn declared_as(&self, root: &Root, from: &RepoPath) -> Option<(String, bool)> {
        let covering = self.covering(root.ecosystem, from);
        let entries: Vec<(&Known, &Declared)> = covering
            .iter()
            .flat_map(|known| self.entries(known, root).map(move |entry| (*known, entry)))
            .collect();
        let (_, first) = entries.first()?;
        let develops = |(known, entry): &(&Known, &Declared)| {
            let place = format!("{} {}", known.path.name(), entry.section).to_lowercase();
            ["dev", "test", "group", "doc", "lint"]
                .iter()
                .any(|word| place.contains(word))
        };
        Some((first.name.clone(), entries.iter().all(develops)))
    }

    /// Whether the root is the package itself, or in Go another module of the repository.
    fn is_own_package(&self, root: &Root, covering: &[&Known]) -> bool {
        let named = |known: &Known| {
            let package = known
                .manifest
                .as_ref()
                .ok()
                .and_then(|manifest| manifest.package.as_deref());
            package.is_some_and(|package| match root.ecosystem {
                Ecosystem::Cargo => package.replace('-', "_") == root.name,
                Ecosystem::Python => {
                    manifests::identity(root.ecosystem, package)
                        == manifests::identity(root.ecosystem, &root.name)
                }
                Ecosystem::Npm => package == root.name,
                Ecosystem::Go => self.table.provides(root, package, None),
            })
        };
        match root.ecosystem {
            Ecosystem::Cargo | Ecosystem::Python | Ecosystem::Npm => {
                covering.iter().any(|known| named(known))
            }
            Ecosystem::Go => self
                .known
                .iter()
                .any(|known| known.ecosystem == Ecosystem::Go && named(known)),
        }
    }

    /// The folders of the project's own packages, by the name that code imports.
    pub fn own_packages(&self) -> BTreeMap<String, String> {
        let named = self.known.iter().filter_map(|known| {
            let package = known.manifest.as_ref().ok()?.package.clone()?;
            let name = match known.ecosystem {
                Ecosystem::Cargo | Ecosystem::Python => package.replace('-', "_"),
                Ecosystem::Npm | Ecosystem::Go => package,
            };
            Some((name, known.path.folder().into_owned()))
        });
        named.collect()
    }

    /// Whether the project's own tree holds what the root means.
    fn is_own(&self, root: &Root, from: &RepoPath) -> Supplied<bool> {
        let packages = || {
            let kin = self
                .known
                .iter()
                .filter(|known| known.ecosystem == root.ecosystem);
            kin.filter_map(|known| known.manifest.as_ref().ok()?.package.as_deref())
        };
        let is_package = || packages().any(|package| self.table.provides(root, package, None));
        Ok(match root.ecosystem {
            Ecosystem::Cargo => self.crate_has_name(root, from)?,
            Ecosystem::Python => is_package() || self.has_python_module(&root.name)?,
            Ecosystem::Npm => is_package() || self.has_script_folder(&root.name, from)?,
            Ecosystem::Go => is_package(),
        })
    }

    /// Whether a folder or a file anywhere is a module of that name: tests and scripts put all kinds of folders on their
    /// path.
    fn has_python_module(&self, name: &str) -> Supplied<bool> {
        let paths = self.change.every_path(self.side)?;
        Ok(paths.iter().any(|path| {
            let whole = path.lossy();
            let code = PYTHON_ENDS.iter().any(|end| whole.ends_with(end)) || whole.ends_with("Cargo.toml");
            let mut parts = whole.split('/');
            let last = parts.next_back().unwrap_or_default();
            let stem = last.split('.').next().unwrap_or_default();
            code && (stem == name || parts.any(|part| part == name))
        }))
    }

    /// Whether the name is that of a folder or file from which imports are looked up.
    fn has_script_folder(&self, name: &str, from: &RepoPath) -> Supplied<bool> {
        let first = name.split('/').next().unwrap_or(name);
        let starts: Vec<String> = internal::folders_above(from)
            .iter()
            .flat_map(|folder| SCRIPT_ROOTS.iter().map(move |root| joined(folder, root)))
            .map(|folder| joined(&folder, first))
            .collect();
        let paths = self.change.every_path(self.side)?;
        Ok(paths.iter().any(|path| {
            let whole = path.lossy();
            SCRIPT_ENDS.iter().any(|end| whole.ends_with(end))
                && starts.iter().any(|start| {
                    let rest = whole.strip_prefix(start.as_str());
                    rest.is_some_and(|rest| {
                        rest.starts_with('/') || rest.starts_with('.') && !rest.contains('/')
                    })
                })
        }))
    }

    /// Whether the package of a Rust file has a module, a type or another name of its own that is called so.
    fn crate_has_name(&self, root: &Root, from: &RepoPath) -> Supplied<bool> {
        let Some(folder) = self.package(Ecosystem::Cargo, from) else {
            return Ok(true);
        };
        let inside = joined(&folder, "");
        let paths = self.change.every_path(self.side)?;
        // a crate in a folder below has names of its own
        let mut sources = paths.iter().filter(|path| {
            let whole = path.lossy();
            whole.ends_with(".rs")
                && whole.starts_with(&inside)
                && self.package(Ecosystem::Cargo, path).as_deref() == Some(folder.as_str())
        });
        Ok(sources.any(|path| {
            self.loose_text(path)
                .is_some_and(|text| names_item(&text, &root.name))
        }))
    }

    /// Whether the settings of a build tool, or a declaration of types, name the root.
    fn is_configured(&self, root: &Root, from: &RepoPath) -> Supplied<bool> {
        let paths = self.change.every_path(self.side)?;
        let folders = internal::folders_above(from);
        let above = |path: &&RepoPath| folders.iter().any(|folder| *folder == path.folder());
        let named = |path: &RepoPath, named: &dyn Fn(&str) -> bool| {
            self.loose_text(path).is_some_and(|text| named(&text))
        };
        Ok(match root.ecosystem {
            Ecosystem::Python => {
                let words = self.distributions(&root.name);
                let says = |text: &str| {
                    let text = text.to_lowercase();
                    words.iter().any(|word| holds_word(&text, word))
                };
                paths
                    .iter()
                    .filter(|path| is_loose(path))
                    .any(|path| named(path, &says))
                    || named(from, &|text| names_in_script(text, &words))
            }
            Ecosystem::Npm => {
                let says = |text: &str| {
                    ["\"", "'", "`", "^", "/"]
                        .iter()
                        .any(|mark| text.contains(&format!("{mark}{}", root.name)))
                };
                let declares = format!("declare module '{}", root.name);
                let types = |text: &str| text.replace('"', "'").contains(&declares);
                paths
                    .iter()
                    .filter(above)
                    .filter(|path| is_setting(path))
                    .any(|path| named(path, &says))
                    || paths
                        .iter()
                        .filter(|path| path.lossy().ends_with(".d.ts"))
                        .any(|path| named(path, &types))
            }
            Ecosystem::Cargo | Ecosystem::Go => false,
        })
    }

    /// Names of distributions that may hold a module of Python.
    fn distributions(&self, module: &str) -> Vec<String> {
        let own = [module.to_lowercase(), module.to_lowercase().replace('_', "-")];
        let aliases = self.table.python.aliases.get(module).into_iter().flatten();
        own.into_iter().chain(aliases.cloned()).collect()
    }

    /// The lock file above a file that holds what a root means, where packages can import what another one brought.
    fn lock_with(&self, root: &Root, from: &RepoPath) -> Option<RepoPath> {
        match root.ecosystem {
            Ecosystem::Python | Ecosystem::Npm => {}
            Ecosystem::Cargo | Ecosystem::Go => return None,
        }
        let names = locks::NAMES
            .iter()
            .filter(|(_, ecosystem, _)| *ecosystem == root.ecosystem);
        let above = internal::folders_above(from);
        let locks =
            names.flat_map(|(name, _, format)| above.iter().map(move |folder| (folder, name, format)));
        locks
            .filter_map(|(folder, name, format)| {
                Some((internal::beside(self.change, self.side, folder, name)?, format))
            })
            .find(|(lock, format)| {
                let Ok(bytes) = self.change.bytes(lock) else {
                    return false;
                };
                let entries = locks::read(&lock.path, **format, &bytes).unwrap_or_default();
                let quoted = [format!("\"{}\"", root.name), format!("\"{}@", root.name)];
                let opaque = **format == locks::Format::Opaque
                    && quoted
                        .iter()
                        .any(|name| String::from_utf8_lossy(&bytes).contains(name.as_str()));
                opaque
                    || entries
                        .iter()
                        .any(|entry| self.table.provides(root, &entry.name, None))
            })
            .map(|(lock, _)| lock.path)
    }

    fn loose_text(&self, path: &RepoPath) -> Option<String> {
        let version = self.change.entry(self.side, path).ok()??;
        let text = version
            .mode
            .is_file()
            .then(|| self.change.text(&version).ok())??;
        (text.len() <= LOOSE_BYTES).then_some(text)
    }
}

/// Every manifest of a side. One that cannot be read is kept, so that nobody is accused by what it may say.
fn read(change: &Change, side: Side) -> Supplied<Vec<Known>> {
    let mut known = Vec::new();
    let paths = change.every_path(side)?;
    let all = paths
        .iter()
        .filter_map(|path| Some((path, manifests::ecosystem(path)?)));
    for (path, ecosystem) in all.take(limits::MANIFESTS) {
        let Some(version) = change.entry(side, path)?.filter(|version| version.mode.is_file()) else {
            continue;
        };
        let manifest = change
            .bytes(&version)
            .and_then(|bytes| manifests::read(path, &bytes));
        known.push(Known {
            path: path.clone(),
            ecosystem,
            manifest,
        });
    }
    Ok(known)
}

/// The names of packages that the change brings in and that no import of it explains: one of them may well be called
/// otherwise in code.
pub fn unexplained(
    evidence: &Evidence,
    table: &Table,
    roots: &BTreeSet<Root>,
    own: &dyn Fn(&RepoPath) -> bool,
) -> BTreeSet<Ecosystem> {
    let compared = manifests::compare::compare(&evidence.change, own);
    let new = compared.entries.iter().filter(|entry| entry.before.is_none());
    let open = new.filter(|entry| {
        let Some(after) = &entry.after else { return false };
        let explains = |root: &Root| {
            root.ecosystem == entry.ecosystem && table.provides(root, &after.name, after.visible.as_deref())
        };
        !roots.iter().any(explains)
    });
    open.map(|entry| entry.ecosystem).collect()
}

fn joined(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.trim_end_matches('/').to_owned() + "/",
        (folder, name) => format!("{}/{name}", folder.trim_end_matches('/')),
    }
}

/// Whether a text of Rust makes a name that is not that of another crate: `mod a`, `use b::{a}`, `enum a`, `as a`.
fn names_item(text: &str, name: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: Vec<&str> = code
        .map(|line| line.split(" //").next().unwrap_or(line))
        .collect();
    let code = code.join("\n");
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(start, found)| {
        let before = code.get(..start).unwrap_or_default();
        let after = code.get(start + found.len()..).unwrap_or_default();
        let whole = !before.ends_with(inside) && !after.starts_with(inside);
        // `use b::{a::{self, C}}` makes the name of a module in another
        let nested = after.starts_with("::{self") && before.trim_end().ends_with(['{', ',']);
        whole
            && !is_of_itself(before, name)
            && (nested || !after.starts_with("::") && makes_name(before.trim_end(), after.trim_start()))
    })
}

/// Whether a path that ends before a name begins with the same name, as in `anyhow::anyhow!` and `use memchr::{a, memchr}`:
/// what a crate hands out under its own name is not the project's.
fn is_of_itself(before: &str, name: &str) -> bool {
    let statement = before.rsplit(';').next().unwrap_or_default();
    let path = match statement.rsplit_once("use ") {
        Some((_, path)) => path,
        None => {
            let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
            statement
                .get(statement.trim_end_matches(inside).len()..)
                .unwrap_or_default()
        }
    };
    path.trim_start_matches(':').split("::").next() == Some(name) && path.contains("::")
}

/// Whether what stands around a name is that of a definition, or of a path or list of names that ends in it.
fn makes_name(before: &str, after: &str) -> bool {
    const WORDS: &[&str] = &[
        "mod", "as", "enum", "struct", "trait", "type", "union", "fn", "static", "crate",
    ];
    let last = before
        .rsplit(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()
        .unwrap_or_default();
    let listed =
        before.ends_with(['{', ',']) && (after.starts_with([',', '}', '(']) || after.starts_with("as "));
    WORDS.contains(&last) || before.ends_with("::") || listed
}

fn is_loose(path: &RepoPath) -> bool {
    let name = path.name();
    let whole = path.lossy();
    PYTHON_LOOSE.contains(&name.as_ref())
        || name.starts_with("environment") && (name.ends_with(".yml") || name.ends_with(".yaml"))
        || name.contains("Dockerfile")
        || name.ends_with(".nix")
        || name.ends_with(".bzl")
        || name.ends_with(".sh")
        || name.starts_with("BUILD")
        || whole.starts_with(".github/workflows/")
}

fn is_setting(path: &RepoPath) -> bool {
    let name = path.name();
    let ends = |end: &str| name.ends_with(end);
    name.contains(".config.")
        || name.starts_with(".babelrc")
        || (name.contains("tsconfig")
            || name.contains("jsconfig")
            || name.contains("deno")
            || name.contains("import"))
            && (ends(".json") || ends(".jsonc"))
        || name == "package.json"
        || name.starts_with("vite") && ends(".ts")
}

/// Whether a script says in its own comments what it needs, as PEP 723 has it.
fn names_in_script(text: &str, words: &[String]) -> bool {
    let mut lines = text.lines().skip_while(|line| line.trim() != "# /// script");
    let block = lines
        .by_ref()
        .take_while(|line| line.starts_with('#') && line.trim() != "# ///");
    let block: String = block.collect::<Vec<_>>().join("\n").to_lowercase();
    words.iter().any(|word| holds_word(&block, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_crate_itself_is_told_from_another_crate() {
        for text in [
            "mod users;",
            "use super::{a, users};",
            "use diesel as users;",
            "pub enum users {}",
            "use shop::{\n    users::{self, User},\n};",
        ] {
            assert!(names_item(text, "users"), "{text}");
        }
        for text in [
            "use users::A;",
            "users::load()",
            "mod superusers;",
            "// that is, users",
            "use users::{load, users};",
            "users::users!(1)",
            "let alias = 1; // as users",
        ] {
            assert!(!names_item(text, "users"), "{text}");
        }
    }

    #[test]
    fn a_script_may_say_itself_what_it_needs() {
        let text =
            "#!/usr/bin/env python\n# /// script\n# dependencies = [\"rich\"]\n# ///\nimport rich\n# httpx\n";
        assert!(names_in_script(text, &["rich".to_owned()]));
        assert!(!names_in_script(text, &["httpx".to_owned()]));
    }
}
