//! How many imports that no manifest declares does the gate notice?
//!
//! ```text
//! cargo run --release --example undeclared -- REPOSITORY… [--each N]
//! ```
//!
//! For up to N packages an ecosystem that the newest commit declares and a file imports by the package's own name: the base is
//! that commit without the lines that declare the package, without the files that import it, and without lock files; the change
//! brings one of those files back, in Rust one with a `use` where there is one. Manifests and imports are read from the text of their lines, not by the readers of the
//! gate. `dependencies-undeclared-import` should name the package.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    path::Path,
};

use countersign::{
    checks::{CHECKS, Settings, claims::Told},
    evidence::{Evidence, change},
    policy::Policy,
};
use git2::{FileMode, Oid, Repository, Tree, build::TreeUpdateBuilder};

const CHECK: &str = "dependencies-undeclared-import";
/// Folders whose manifests and code are material for tests, or somebody else's.
const LEFT_OUT: &[&str] = &[
    "fixtures",
    "testdata",
    "templates",
    "vendor",
    "node_modules",
    "samples",
    "__fixtures__",
];
const LOCKS: &[&str] = &[
    "Cargo.lock",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "uv.lock",
    "poetry.lock",
    "go.sum",
    "bun.lock",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut folders, mut each) = (Vec::new(), 30);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--each" => {
                each = arguments
                    .next()
                    .and_then(|number| number.parse().ok())
                    .unwrap_or(each)
            }
            _ => folders.push(argument),
        }
    }
    let mut tally: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for folder in folders {
        let bench = Bench::new(Path::new(&folder))?;
        for (ecosystem, packages) in bench.declared() {
            let imported = packages.into_iter().filter_map(|(package, lines)| {
                let files = bench.importers(ecosystem, &package);
                (!files.is_empty()).then_some((package, lines, files))
            });
            for (package, lines, files) in imported.take(each) {
                let [tried, caught, less] = tally.entry(ecosystem).or_default();
                *tried += 1;
                match bench.judge(&lines, &files)? {
                    Some(true) => *caught += 1,
                    Some(false) => *less += 1,
                    None => println!(
                        "missed: {folder} {ecosystem} {package} in {}",
                        files.first().map_or("", |file| file)
                    ),
                }
            }
        }
    }
    for (ecosystem, [tried, caught, less]) in tally {
        println!("{ecosystem:10} tried {tried:4} denied {caught:4} warned about {less:4}");
    }
    Ok(())
}

/// Lines of manifests: the file, and the 0-based line.
type Lines = Vec<(String, usize)>;

/// A repository that borrows the objects of another.
struct Bench {
    folder: tempfile::TempDir,
    repository: Repository,
    tree: Oid,
    files: BTreeMap<String, (Oid, String)>,
}

impl Bench {
    fn new(of: &Path) -> Result<Self, Box<dyn Error>> {
        let lender = Repository::open(of)?;
        let folder = tempfile::tempdir()?;
        let made = Repository::init_bare(folder.path())?;
        let objects = lender.commondir().join("objects").canonicalize()?;
        std::fs::write(
            made.path().join("objects/info/alternates"),
            format!("{}\n", objects.display()),
        )?;
        let head = lender.head()?.peel_to_commit()?.id();
        let repository = Repository::open(folder.path())?;
        let tree = repository.find_commit(head)?.tree()?.id();
        let mut files = BTreeMap::new();
        repository
            .find_tree(tree)?
            .walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
                let path = format!("{folder}{}", entry.name().unwrap_or_default());
                let blob = repository.find_blob(entry.id()).ok();
                let text = blob.and_then(|blob| String::from_utf8(blob.content().to_vec()).ok());
                if let Some(text) = text.filter(|_| !path.split('/').any(|part| LEFT_OUT.contains(&part))) {
                    files.insert(path, (entry.id(), text));
                }
                git2::TreeWalkResult::Ok
            })?;
        Ok(Self {
            folder,
            repository,
            tree,
            files,
        })
    }

    /// Where each package of each ecosystem is declared.
    fn declared(&self) -> BTreeMap<&'static str, BTreeMap<String, Lines>> {
        let mut found: BTreeMap<&str, BTreeMap<String, Lines>> = BTreeMap::new();
        for (path, (_, text)) in &self.files {
            let name = path.rsplit('/').next().unwrap_or(path);
            let Some(ecosystem) = ecosystem_of(name) else {
                continue;
            };
            let mut section = String::new();
            for (at, line) in text.lines().enumerate() {
                if let Some(package) = declares(name, &mut section, line) {
                    let lines = found.entry(ecosystem).or_default().entry(package).or_default();
                    lines.push((path.clone(), at));
                }
            }
        }
        found
    }

    /// The files that import a package under its own name.
    fn importers(&self, ecosystem: &str, package: &str) -> Vec<String> {
        let own = package.replace('-', "_");
        let begins = |text: &str, name: &str, ends: &[char]| {
            text.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(ends))
        };
        let imports = |line: &str| match ecosystem {
            "cargo" => {
                let whole = |at: usize| {
                    !line
                        .get(..at)
                        .unwrap_or_default()
                        .ends_with(|c: char| c.is_alphanumeric() || c == '_')
                };
                let paths = [
                    format!("{own}::"),
                    format!("use {own};"),
                    format!("extern crate {own}"),
                ];
                let found = |path: &String| line.match_indices(path.as_str()).any(|(at, _)| whole(at));
                !line.trim_start().starts_with("//") && paths.iter().any(found)
            }
            "python" => {
                let line = line.trim_start();
                let path = line
                    .strip_prefix("import ")
                    .or_else(|| line.strip_prefix("from "));
                path.is_some_and(|path| begins(path, &own, &['.', ' ', ',']))
            }
            "npm" => {
                let from = line.split_once(" from ").or_else(|| line.split_once("import "));
                from.is_some_and(|(_, from)| {
                    let from = from.trim_start_matches(['\'', '"']);
                    from.len() < line.len() && begins(from, package, &['/', '\'', '"'])
                })
            }
            _ => {
                line.trim()
                    .rsplit('"')
                    .nth(1)
                    .is_some_and(|path| begins(path, package, &['/']))
                    && !line.contains("//")
            }
        };
        let ends: &[&str] = match ecosystem {
            "cargo" => &["rs"],
            "python" => &["py"],
            "npm" => &["ts", "tsx", "js", "jsx", "mjs", "mts"],
            _ => &["go"],
        };
        let files = self
            .files
            .iter()
            .filter(|(path, _)| path.rsplit('.').next().is_some_and(|end| ends.contains(&end)));
        let mut found: Vec<(bool, String)> = files
            .filter(|(_, (_, text))| text.lines().any(imports))
            .map(|(path, (_, text))| {
                // a path of Rust needs no import, and only imports are judged
                let by_path =
                    ecosystem == "cargo" && !text.lines().any(|line| line.contains(&format!("use {own}")));
                (by_path, path.clone())
            })
            .collect();
        found.sort();
        found.into_iter().map(|(_, path)| path).collect()
    }

    /// Whether the check finds the import at its own level (`true`) or at less.
    fn judge(&self, lines: &Lines, files: &[String]) -> Result<Option<bool>, Box<dyn Error>> {
        let mut update = TreeUpdateBuilder::new();
        let manifests: BTreeSet<&String> = lines.iter().map(|(path, _)| path).collect();
        for path in manifests {
            let Some((_, text)) = self.files.get(path) else {
                continue;
            };
            let is_gone = |at: usize| lines.iter().any(|(of, line)| of == path && *line == at);
            let kept = text.lines().enumerate().filter(|(at, _)| !is_gone(*at));
            let kept: String = kept.flat_map(|(_, line)| [line, "\n"]).collect();
            // JSON knows no comma before the end of a list
            let kept = kept
                .replace(",\n  }", "\n  }")
                .replace(",\n    }", "\n    }")
                .replace(",\n\t}", "\n\t}");
            update.upsert(
                path.as_str(),
                self.repository.blob(kept.as_bytes())?,
                FileMode::Blob,
            );
        }
        let locks = self
            .files
            .keys()
            .filter(|path| LOCKS.iter().any(|lock| path.ends_with(lock)));
        for path in files.iter().chain(locks) {
            update.remove(path.as_str());
        }
        let tree = self.repository.find_tree(self.tree)?;
        let base = self
            .repository
            .find_tree(update.create_updated(&self.repository, &tree)?)?;
        let Some((path, (blob, _))) = files.first().and_then(|path| self.files.get_key_value(path)) else {
            return Ok(None);
        };
        let head = TreeUpdateBuilder::new()
            .upsert(path.as_str(), *blob, FileMode::Blob)
            .create_updated(&self.repository, &base)?;
        let before = self.commit(&base, &[])?;
        let after = self.commit(
            &self.repository.find_tree(head)?,
            &[&self.repository.find_commit(before)?],
        )?;
        let range = change::git::range(
            self.folder.path(),
            Some(&before.to_string()),
            Some(&after.to_string()),
        )?;
        let evidence = Evidence::of(range);
        let settings = Settings::new(Policy::default())?;
        let told = Told::of(&evidence, &settings);
        let run = CHECKS.iter().filter(|check| check.id == CHECK);
        let found = run.flat_map(|check| check.judge(&evidence, &settings, &told).unwrap_or_default());
        Ok(found.map(|finding| finding.at_most.is_none()).max())
    }

    fn commit(&self, tree: &Tree<'_>, parents: &[&git2::Commit<'_>]) -> Result<Oid, git2::Error> {
        let author = git2::Signature::new(
            "undeclared",
            "undeclared@example.com",
            &git2::Time::new(1_700_000_000, 0),
        )?;
        self.repository
            .commit(None, &author, &author, "update", tree, parents)
    }
}

fn ecosystem_of(name: &str) -> Option<&'static str> {
    match name {
        "Cargo.toml" => Some("cargo"),
        "package.json" => Some("npm"),
        "pyproject.toml" => Some("python"),
        "go.mod" => Some("go"),
        _ => None,
    }
}

/// The package that a line of a manifest declares; `section` is the one that the lines before began.
fn declares(manifest: &str, section: &mut String, line: &str) -> Option<String> {
    let text = line.trim();
    let word = |text: &str| -> Option<String> {
        let end = text
            .find(|c: char| !(c.is_alphanumeric() || "-_./@".contains(c)))
            .unwrap_or(text.len());
        text.get(..end).filter(|word| !word.is_empty()).map(str::to_owned)
    };
    match manifest {
        "Cargo.toml" => {
            if text.starts_with('[') {
                text.clone_into(section);
                return None;
            }
            let inside = section.ends_with("dependencies]") && text.contains('=') && !line.starts_with(' ');
            let name = word(text).filter(|_| inside)?;
            (!text.contains("package =") && !text.contains("path ="))
                .then(|| name.trim_end_matches(".workspace").to_owned())
        }
        "package.json" => {
            if text.ends_with('{') {
                text.clone_into(section);
                return None;
            }
            let inside = ["\"dependencies\"", "\"devDependencies\"", "\"peerDependencies\""]
                .iter()
                .any(|name| section.starts_with(name));
            let rest = text
                .strip_prefix('"')
                .filter(|_| inside && !text.contains("workspace:"))?;
            if rest.starts_with("@types/") {
                None
            } else {
                word(rest)
            }
        }
        "pyproject.toml" => {
            if text.starts_with('[') || text.ends_with('[') {
                text.clone_into(section);
                return None;
            }
            let inside = section.ends_with("= [")
                && !["classifiers", "keywords", "select", "ignore"]
                    .iter()
                    .any(|name| section.contains(name));
            let rest = text.strip_prefix('"').filter(|_| inside)?;
            word(rest).map(|name| name.to_lowercase())
        }
        _ => {
            if text.ends_with('(') || text == ")" {
                text.clone_into(section);
                return None;
            }
            let inside = section.starts_with("require") && !text.contains("// indirect");
            word(text).filter(|_| inside)
        }
    }
}
