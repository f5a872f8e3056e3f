//! On which file of the repository does an import land?
//!
//! Only what the tree decides: relative paths, modules below the root of their package, members of a workspace by their
//! names. What lands nowhere is somebody else's, or for a loader to find.

use std::collections::BTreeMap;

use crate::{
    code::{
        LanguageId,
        facts::{FileFacts, Import},
    },
    evidence::{Evidence, Supplied},
    finding::Side,
    imports,
    own_modules::module_folder,
    packages::{Table, project::Project},
    path::{RepoPath, above},
};

/// One side of the change, as a place where imports land.
#[derive(Debug)]
pub struct Ground {
    /// Paths by the name of the file or folder that a module is called by.
    by_name: BTreeMap<String, Vec<String>>,
    paths: Vec<String>,
    /// Folders of the project's own packages, by the name that code imports.
    packages: BTreeMap<String, String>,
}

impl Ground {
    /// The ground of one side.
    ///
    /// # Errors
    /// The tree of that side is not known (a patch).
    pub fn of(evidence: &Evidence, table: &Table, side: Side) -> Supplied<Self> {
        let paths: Vec<String> = evidence
            .change
            .every_path(side)?
            .iter()
            .map(|path| path.lossy().into_owned())
            .collect();
        let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in &paths {
            by_name
                .entry(module_name(path).to_owned())
                .or_default()
                .push(path.clone());
        }
        let packages = Project::of(evidence, table, side)?.own_packages();
        Ok(Self {
            by_name,
            paths,
            packages,
        })
    }

    /// The file on which an import lands.
    pub fn land(
        &self,
        import: &Import,
        language: LanguageId,
        from: &RepoPath,
        facts: &FileFacts,
    ) -> Option<RepoPath> {
        let near = || imports::targets(import, language, from, facts);
        let found = match language {
            LanguageId::Rust => self.rust(&import.path, from),
            LanguageId::Python if import.relative => {
                near()?.into_iter().find_map(|path| self.known(&path.lossy()))
            }
            LanguageId::Python => self.dotted(&import.path, import.name.as_deref(), &[".py", "/__init__.py"]),
            LanguageId::Java => self.dotted(&import.path, import.name.as_deref(), &[".java"]),
            LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx if import.relative => {
                near()?.into_iter().find_map(|path| self.known(&path.lossy()))
            }
            LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => {
                self.member(&import.path, "package.json")
            }
            LanguageId::Go => self.go(&import.path),
        };
        RepoPath::new(found?).ok()
    }

    fn known(&self, path: &str) -> Option<String> {
        self.paths
            .binary_search_by(|known| known.as_str().cmp(path))
            .ok()
            .map(|_| path.to_owned())
    }

    /// The longest beginning of a dotted path that is a file; the one nearest to the root, where several are.
    fn dotted(&self, path: &str, name: Option<&str>, ends: &[&str]) -> Option<String> {
        let mut parts: Vec<&str> = path.split('.').chain(name).filter(|part| *part != "*").collect();
        while let Some(last) = parts.last().copied() {
            let stem = parts.join("/");
            let fits = |path: &&String| {
                ends.iter().any(|end| {
                    let rest = path
                        .strip_suffix(end)
                        .and_then(|path| path.strip_suffix(stem.as_str()));
                    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
                })
            };
            let found = self
                .by_name
                .get(last)
                .into_iter()
                .flatten()
                .filter(fits)
                .min_by_key(|path| path.len());
            if found.is_some() {
                return found.cloned();
            }
            parts.pop();
        }
        None
    }

    fn rust(&self, path: &str, from: &RepoPath) -> Option<String> {
        let mut parts: Vec<&str> = path
            .split("::")
            .map(|part| part.trim_start_matches("r#"))
            .collect();
        let whole = from.lossy().into_owned();
        let first = *parts.first()?;
        let root = match first {
            "crate" => crate_root(&whole),
            "self" => module_folder(&whole),
            "super" => above(&module_folder(&whole)),
            name => format!("{}/src", self.packages.get(name)?)
                .trim_start_matches('/')
                .to_owned(),
        };
        parts.remove(0);
        let mut root = root;
        while parts.first() == Some(&"super") {
            root = above(&root);
            parts.remove(0);
        }
        loop {
            let stem = joined(&root, &parts.join("/"));
            let ends = ["{}.rs", "{}/mod.rs", "{}/lib.rs", "{}/main.rs"];
            let found = ends
                .iter()
                .find_map(|end| self.known(&end.replace("{}", stem.trim_end_matches('/'))));
            if found.is_some() || parts.pop().is_none() {
                return found;
            }
        }
    }

    fn member(&self, path: &str, file: &str) -> Option<String> {
        let owned = self.packages.iter().filter(|(name, _)| {
            path.strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let (_, folder) = owned.max_by_key(|(name, _)| name.len())?;
        self.known(&joined(folder, file))
    }

    fn go(&self, path: &str) -> Option<String> {
        let owned = self.packages.iter().filter_map(|(name, folder)| {
            let rest = path.strip_prefix(name.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| joined(folder, rest.trim_start_matches('/')))
        });
        let folder = owned.max_by_key(String::len)?;
        let inside = if folder.is_empty() {
            String::new()
        } else {
            format!("{}/", folder.trim_end_matches('/'))
        };
        let start = self.paths.partition_point(|path| path.as_str() < inside.as_str());
        let mut below = self
            .paths
            .get(start..)?
            .iter()
            .take_while(|path| path.starts_with(&inside));
        let direct = |path: &&String| {
            let rest = path.strip_prefix(&inside);
            rest.is_some_and(|rest| !rest.contains('/') && rest.ends_with(".go"))
        };
        below.find(direct).cloned()
    }
}

/// What a module in a file is called: the file's stem, or its folder's name where the file stands for the folder.
fn module_name(path: &str) -> &str {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    match stem {
        "__init__" => folder.rsplit('/').next().unwrap_or(folder),
        stem => stem,
    }
}

/// The folder of the sources of the crate that a file belongs to.
fn crate_root(file: &str) -> String {
    match file.rfind("src/") {
        Some(at) => file.get(..at + "src".len()).unwrap_or_default().to_owned(),
        None => above(file),
    }
}

fn joined(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    const TREE: &[(&str, &str)] = &[
        ("Cargo.toml", "[workspace]\nmembers = ['crates/*']\n"),
        ("crates/web/Cargo.toml", "[package]\nname = \"shop-web\"\n"),
        ("crates/web/src/lib.rs", ""),
        ("crates/web/src/cart/price.rs", ""),
        ("crates/core/Cargo.toml", "[package]\nname = \"shop-core\"\n"),
        ("crates/core/src/lib.rs", ""),
        ("crates/core/src/money.rs", ""),
        ("py/shop/__init__.py", ""),
        ("py/shop/totals.py", ""),
        ("js/a/package.json", "{\"name\": \"@shop/a\"}"),
        ("js/b/src/view.ts", ""),
        ("js/b/src/model.ts", ""),
        ("go.mod", "module example.com/shop\n"),
        ("db/store.go", ""),
        ("java/src/main/java/com/acme/Till.java", ""),
    ];

    fn lands(language: LanguageId, from: &str, path: &str, name: Option<&str>) -> Option<String> {
        let file = |(path, text): &(&str, &str)| {
            (
                RepoPath::new(*path).unwrap(),
                (Mode::File, text.as_bytes().to_vec()),
            )
        };
        let evidence = Evidence::of(memory::change(
            memory::Files::new(),
            TREE.iter().map(file).collect(),
        ));
        let ground = Ground::of(&evidence, &Table::new().unwrap(), Side::Head).unwrap();
        let import = Import {
            line: 1,
            path: path.to_owned(),
            name: name.map(str::to_owned),
            alias: None,
            relative: path.starts_with('.'),
        };
        let landed = ground.land(
            &import,
            language,
            &RepoPath::new(from).unwrap(),
            &FileFacts::default(),
        );
        landed.map(|path| path.to_string())
    }

    #[test]
    fn an_import_lands_where_its_language_looks() {
        use LanguageId::{Go, Java, Python, Rust, TypeScript};
        for (language, from, path, name, wanted) in [
            (
                Rust,
                "crates/web/src/lib.rs",
                "crate::cart::price::Net",
                Some("Net"),
                Some("crates/web/src/cart/price.rs"),
            ),
            (
                Rust,
                "crates/web/src/lib.rs",
                "shop_core::money::Cent",
                None,
                Some("crates/core/src/money.rs"),
            ),
            (
                Rust,
                "crates/core/src/money.rs",
                "super::Shop",
                None,
                Some("crates/core/src/lib.rs"),
            ),
            (Rust, "crates/core/src/money.rs", "serde::Serialize", None, None),
            (
                Python,
                "py/main.py",
                "shop.totals",
                Some("total"),
                Some("py/shop/totals.py"),
            ),
            (
                Python,
                "py/main.py",
                "shop",
                Some("VERSION"),
                Some("py/shop/__init__.py"),
            ),
            (Python, "py/main.py", "numpy", None, None),
            (
                TypeScript,
                "js/b/src/view.ts",
                "./model",
                None,
                Some("js/b/src/model.ts"),
            ),
            (
                TypeScript,
                "js/b/src/view.ts",
                "@shop/a/part",
                None,
                Some("js/a/package.json"),
            ),
            (Go, "main.go", "example.com/shop/db", None, Some("db/store.go")),
            (
                Java,
                "java/src/main/java/com/acme/Shop.java",
                "com.acme.Till",
                None,
                Some("java/src/main/java/com/acme/Till.java"),
            ),
        ] {
            assert_eq!(lands(language, from, path, name).as_deref(), wanted, "{path}");
        }
    }
}
