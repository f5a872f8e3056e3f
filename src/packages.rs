//! Which package does an import come from? The names that no manifest shows are data in `rules/imports.yaml`.

pub mod project;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    code::{LanguageId, facts::Import},
    error::Error,
    evidence::manifests::{Ecosystem, requirement},
    tables::{self, table},
};

/// What the names in imports may mean, by language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    python: Names,
    javascript: Names,
    rust: Names,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    /// Comes with the language.
    standard: BTreeSet<String>,
    /// Comes with the program that runs the code.
    #[serde(default)]
    host: BTreeSet<String>,
    /// Beginnings that only a build tool understands.
    #[serde(default)]
    configured: Vec<String>,
    /// Packages whose name the import does not show.
    #[serde(default)]
    aliases: BTreeMap<String, Vec<String>>,
    /// Packages that bring this one along as a part of themselves.
    #[serde(default)]
    brings: BTreeMap<String, Vec<String>>,
}

/// Somebody else's package, as an import names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Root {
    /// Whose packages they are.
    pub ecosystem: Ecosystem,
    /// The part of the import that means a package: `serde_json`, `numpy`, `@scope/name`; in Go the whole path.
    pub name: String,
}

/// Whose packages a file in a language imports; `None` where imports do not tell the package.
pub const fn ecosystem(language: LanguageId) -> Option<Ecosystem> {
    match language {
        LanguageId::Rust => Some(Ecosystem::Cargo),
        LanguageId::Python => Some(Ecosystem::Python),
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => Some(Ecosystem::Npm),
        LanguageId::Go => Some(Ecosystem::Go),
        LanguageId::Java => None,
    }
}

impl Table {
    /// The embedded table.
    ///
    /// # Errors
    /// It is wrong: a fault of this program.
    pub fn new() -> Result<Self, Error> {
        tables::read("imports.yaml", table!("imports"))
    }

    /// The package that an import takes something from; `None` for the standard library, for the file's own neighbourhood
    /// and for names that only a build tool understands.
    pub fn root(&self, import: &Import, language: LanguageId) -> Option<Root> {
        let ecosystem = ecosystem(language)?;
        if import.relative {
            return None;
        }
        let name = match ecosystem {
            Ecosystem::Cargo => self.crate_of(&import.path)?,
            Ecosystem::Python => self.python_root(import)?,
            Ecosystem::Npm => self.npm_root(&import.path)?,
            Ecosystem::Go => go_root(&import.path)?,
        };
        Some(Root {
            ecosystem,
            name: name.to_owned(),
        })
    }

    fn crate_of<'i>(&self, path: &'i str) -> Option<&'i str> {
        let path = path.trim_start_matches("::").trim_start_matches("r#");
        let first = path.split("::").next()?.trim();
        // a name with a large letter is a type of this file, `rustc_…` comes with the compiler
        let known = first.starts_with(|c: char| c.is_lowercase() || c == '_') && !first.starts_with("rustc_");
        (known && is_word(first) && !self.rust.standard.contains(first)).then_some(first)
    }

    fn python_root<'i>(&self, import: &'i Import) -> Option<&'i str> {
        let first = import.path.split('.').next()?;
        let second = import.path.split('.').nth(1).or(import.name.as_deref());
        let both = format!("{first}.{}", second.unwrap_or_default());
        let names = &self.python;
        let known =
            names.standard.contains(first) || names.host.contains(first) || names.host.contains(&both);
        // a name with a line before it is a compiled part of the project, or of the interpreter
        (is_word(first) && !known && !first.starts_with('_')).then_some(first)
    }

    fn npm_root<'i>(&self, path: &'i str) -> Option<&'i str> {
        let names = &self.javascript;
        let configured = names
            .configured
            .iter()
            .any(|start| path.starts_with(start.as_str()));
        if path.is_empty() || configured || path.contains([':', '!', '?', '\\', ' ', '*', '{', '<']) {
            return None;
        }
        let parts = if path.starts_with('@') { 2 } else { 1 };
        let end = path
            .match_indices('/')
            .nth(parts - 1)
            .map_or(path.len(), |(at, _)| at);
        let root = path.get(..end)?;
        let first = root.split('/').next().unwrap_or(root);
        let whole = parts == 1 || root.contains('/');
        // names of packages are in lower case since 2014; others are folders that a build tool knows
        let known = names.standard.contains(root) || names.host.contains(root) || names.host.contains(first);
        (whole && !known && !root.contains(char::is_uppercase)).then_some(root)
    }

    /// Whether a package of a manifest is what a root means; `visible` is the name that the code sees, where the manifest
    /// gives another.
    pub fn provides(&self, root: &Root, package: &str, visible: Option<&str>) -> bool {
        let own = visible.unwrap_or(package);
        match root.ecosystem {
            Ecosystem::Cargo => own.replace('-', "_") == root.name || self.rust.is_alias(&root.name, package),
            Ecosystem::Python => self.python.is_alias(&root.name, package) || reads_like(&root.name, package),
            Ecosystem::Npm => {
                own == root.name
                    || own
                        .strip_prefix("@types/")
                        .is_some_and(|typed| typed == typed_name(&root.name))
                    || self.javascript.is_alias(&root.name, package)
            }
            Ecosystem::Go => {
                let rest = root.name.strip_prefix(package);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }

    /// Whether a package brings along what a root means, as a part that its users are expected to import.
    pub fn brings(&self, root: &Root, package: &str) -> bool {
        let brings = |names: &Names| {
            names
                .brings
                .get(&root.name)
                .is_some_and(|by| by.iter().any(|one| one == package))
        };
        match root.ecosystem {
            Ecosystem::Python => brings(&self.python),
            Ecosystem::Npm => brings(&self.javascript),
            Ecosystem::Cargo | Ecosystem::Go => false,
        }
    }

    /// The names under which code may import a package, as far as they follow from its name.
    pub fn roots_of(&self, ecosystem: Ecosystem, package: &str, visible: Option<&str>) -> Vec<String> {
        let own = visible.unwrap_or(package);
        let aliases = |names: &Names| {
            let told = names
                .aliases
                .iter()
                .filter(|(_, by)| by.iter().any(|one| one == package));
            told.map(|(root, _)| root.clone()).collect::<Vec<_>>()
        };
        let mut roots = match ecosystem {
            Ecosystem::Cargo => aliases(&self.rust),
            Ecosystem::Python => aliases(&self.python),
            Ecosystem::Npm => aliases(&self.javascript),
            Ecosystem::Go => Vec::new(),
        };
        roots.push(match ecosystem {
            Ecosystem::Cargo | Ecosystem::Python => own.replace(['-', '.'], "_"),
            Ecosystem::Npm | Ecosystem::Go => own.to_owned(),
        });
        roots
    }
}

impl Names {
    fn is_alias(&self, root: &str, package: &str) -> bool {
        let packages = self.aliases.get(root);
        packages.is_some_and(|packages| packages.iter().any(|one| one == package))
    }
}

/// Of a path such as `github.com/a/b/c`; a first part without a dot is the standard library, or the module's own.
fn go_root(path: &str) -> Option<&str> {
    path.split('/').next()?.contains('.').then_some(path)
}

/// `scope__name` for `@scope/name`, as packages of types are called.
fn typed_name(root: &str) -> String {
    root.trim_start_matches('@').replace('/', "__")
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether a distribution is called as the module that it holds, give or take what such names put before and after:
/// `pyjwt` for `jwt`, `python-dotenv` for `dotenv`, `google-cloud-storage` for `google`.
fn reads_like(module: &str, distribution: &str) -> bool {
    let plain = |text: &str| {
        let kept = text.chars().filter(char::is_ascii_alphanumeric);
        kept.collect::<String>().to_lowercase()
    };
    let distribution = requirement::normal(distribution);
    let (module, whole) = (plain(module), plain(&distribution));
    // stubs hold no module
    let stubs = distribution.starts_with("types-") || distribution.ends_with("-stubs");
    let long = module.len() >= 3;
    module == whole || !stubs && long && (whole.starts_with(&module) || whole.ends_with(&module))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(path: &str) -> Import {
        Import {
            line: 1,
            path: path.to_owned(),
            name: None,
            alias: None,
            relative: path.starts_with('.'),
        }
    }

    fn root(language: LanguageId, path: &str) -> Option<String> {
        Table::new()
            .unwrap()
            .root(&import(path), language)
            .map(|root| root.name)
    }

    #[test]
    fn a_package_is_the_part_of_an_import_that_somebody_publishes() {
        use LanguageId::{Go, Python, Rust, TypeScript};
        for (language, path, wanted) in [
            (Rust, "serde_json::Value", Some("serde_json")),
            (Rust, "::regex::Regex", Some("regex")),
            (Rust, "std::fs", None),
            (Rust, "Shape::Square", None),
            (Python, "numpy.linalg", Some("numpy")),
            (Python, "os.path", None),
            (Python, "google.colab", None),
            (Python, "_speedups", None),
            (TypeScript, "react-dom/client", Some("react-dom")),
            (TypeScript, "@scope/name/part", Some("@scope/name")),
            (TypeScript, "node:fs", None),
            (TypeScript, "fs/promises", None),
            (TypeScript, "@/lib/a", None),
            (TypeScript, "virtual:pwa", None),
            (TypeScript, "@theme/Layout", None),
            (Go, "net/http", None),
            (Go, "github.com/a/b/c", Some("github.com/a/b/c")),
        ] {
            assert_eq!(root(language, path).as_deref(), wanted, "{path}");
        }
    }

    #[test]
    fn a_package_provides_what_its_name_says_and_what_the_table_knows() {
        let table = Table::new().unwrap();
        let provides = |ecosystem, name: &str, package: &str| {
            let name = name.to_owned();
            table.provides(&Root { ecosystem, name }, package, None)
        };
        for (ecosystem, name, package, wanted) in [
            (Ecosystem::Python, "cv2", "opencv-python-headless", true),
            (Ecosystem::Python, "jwt", "pyjwt", true),
            (Ecosystem::Python, "google", "google-cloud-storage", true),
            (Ecosystem::Python, "yaml", "ruamel-yaml", true),
            (Ecosystem::Python, "requests", "types-requests", false),
            (Ecosystem::Python, "numpy", "pandas", false),
            (Ecosystem::Cargo, "serde_json", "serde_json", true),
            (Ecosystem::Cargo, "serde_json", "serde", false),
            (Ecosystem::Cargo, "md5", "md-5", true),
            (Ecosystem::Npm, "estree", "@types/estree", true),
            (Ecosystem::Npm, "@a/b", "@types/a__b", true),
            (Ecosystem::Npm, "react", "react-dom", false),
            (Ecosystem::Go, "github.com/a/b/c", "github.com/a/b", true),
            (Ecosystem::Go, "github.com/a/bc", "github.com/a/b", false),
        ] {
            assert_eq!(provides(ecosystem, name, package), wanted, "{name} {package}");
        }
    }
}
