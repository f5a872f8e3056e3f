//! How many files that are broken on purpose does the gate notice?
//!
//! ```text
//! cargo run --release --example break -- REPOSITORY [--files N]
//! ```
//!
//! Takes up to N files a language of the newest commit, breaks each in four ways, and judges each break as a commit of
//! its own: a closing bracket is gone; the second half is gone; a file that another imports is gone; it has another
//! name. Who imports what is read from the text of the lines, not by the parsers of the gate.

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
use git2::{FileMode, Oid, Repository, build::TreeUpdateBuilder};

const ENDINGS: &[(&str, &str)] = &[
    ("rs", "Rust"),
    ("py", "Python"),
    ("ts", "TypeScript"),
    ("tsx", "TypeScript"),
    ("go", "Go"),
    ("java", "Java"),
];
/// Files that need not be code that works, or that nobody writes.
const LEFT_OUT: &[&str] = &[
    "fixtures",
    "testdata",
    "templates",
    "vendor",
    "generated",
    "node_modules",
    "samples",
    "snippets",
];
const WAYS: &[(&str, &[&str])] = &[
    ("bracket", &["edits-syntax"]),
    ("half", &["edits-syntax", "edits-truncated"]),
    ("deleted", &["edits-dangling-reference"]),
    ("renamed", &["edits-dangling-reference"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which repository?")?;
    let wanted = arguments
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or(30);
    let bench = Bench::new(Path::new(&folder))?;
    let mut tally: BTreeMap<(&str, &str), (usize, usize, usize)> = BTreeMap::new();
    for language in ENDINGS
        .iter()
        .map(|(_, language)| *language)
        .collect::<BTreeSet<_>>()
    {
        let files = bench.pick(language, wanted);
        let imported = bench.imported(language, wanted);
        for (way, checks) in WAYS {
            let chosen = if checks.contains(&"edits-dangling-reference") {
                &imported
            } else {
                &files
            };
            for path in chosen {
                let Some(commit) = bench.broken(way, path)? else {
                    continue;
                };
                let caught = bench.judge(&commit, checks)?;
                let (tried, own, less) = tally.entry((language, way)).or_default();
                *tried += 1;
                *own += usize::from(caught == Some(true));
                *less += usize::from(caught == Some(false));
                if caught.is_none() {
                    println!("missed: {way} {path}");
                }
            }
        }
    }
    for ((language, way), (tried, caught, less)) in tally {
        println!("{language:12} {way:8} tried {tried:4} caught {caught:4} at less than its level {less:4}");
    }
    Ok(())
}

/// A repository that borrows the objects of another.
struct Bench {
    folder: tempfile::TempDir,
    repository: Repository,
    head: Oid,
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
        // one commit without history, so that nothing but the break is judged
        let tree = repository.find_commit(head)?.tree()?.id();
        let mut files = BTreeMap::new();
        repository
            .find_tree(tree)?
            .walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
                let path = format!("{folder}{}", entry.name().unwrap_or_default());
                let blob = repository.find_blob(entry.id()).ok();
                let text = blob.and_then(|blob| String::from_utf8(blob.content().to_vec()).ok());
                if let Some(text) = text {
                    files.insert(path, (entry.id(), text));
                }
                git2::TreeWalkResult::Ok
            })?;
        let head = commit(&repository, tree, None)?;
        Ok(Self {
            folder,
            repository,
            head,
            files,
        })
    }

    fn of(&self, language: &str) -> impl Iterator<Item = (&String, &String)> {
        let files = self.files.iter().filter(move |(path, (_, text))| {
            text.lines().count() >= 20
                && language_of(path) == Some(language)
                && !path.split('/').any(|part| LEFT_OUT.contains(&part))
        });
        files.map(|(path, (_, text))| (path, text))
    }

    /// Files spread over the repository, the same on each run.
    fn pick(&self, language: &str, wanted: usize) -> Vec<String> {
        spread(self.of(language).map(|(path, _)| path.clone()).collect(), wanted)
    }

    /// Files that a line of another file imports.
    fn imported(&self, language: &str, wanted: usize) -> Vec<String> {
        let all = self
            .of(language)
            .flat_map(|(path, text)| text.lines().filter_map(|line| self.target(path, line)));
        spread(all.collect::<BTreeSet<_>>().into_iter().collect(), wanted)
    }

    /// What a line of a file imports, by its words.
    fn target(&self, path: &str, line: &str) -> Option<String> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let there = |inside: &str, endings: &[&str]| {
            let inside = inside.trim_start_matches('/');
            endings
                .iter()
                .map(|end| format!("{inside}{end}"))
                .find(|path| self.files.contains_key(path))
        };
        let suffix = |end: String| self.files.keys().find(|path| path.ends_with(&end)).cloned();
        let word = |text: &'_ str| {
            text.split(|c: char| c.is_whitespace() || ";,\"'".contains(c))
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        match language_of(path)? {
            "Rust" => {
                let module = line
                    .strip_prefix("pub ")
                    .unwrap_or(line)
                    .strip_prefix("mod ")?
                    .strip_suffix(';')?;
                let stem = name.strip_suffix(".rs")?;
                let inside = if matches!(stem, "lib" | "main" | "mod") {
                    folder.to_owned()
                } else {
                    format!("{folder}/{stem}")
                };
                there(&format!("{inside}/{module}"), &[".rs", "/mod.rs"])
            }
            "Python" => {
                let module = word(
                    line.strip_prefix("from ")
                        .or_else(|| line.strip_prefix("import "))?,
                );
                match module.strip_prefix('.') {
                    Some(rest) if rest.starts_with('.') || rest.is_empty() => None,
                    Some(rest) => there(&format!("{folder}/{}", rest.replace('.', "/")), &[".py"]),
                    None if module.contains('.') => suffix(format!("/{}.py", module.replace('.', "/"))),
                    None => None,
                }
            }
            "TypeScript" => {
                let from = line.split(" from ").nth(1)?.trim().trim_matches([';', '"', '\'']);
                there(
                    &format!("{folder}/{}", from.strip_prefix("./")?.trim_end_matches(".js")),
                    &[".ts", ".tsx", "/index.ts"],
                )
            }
            "Java" => {
                let class = line.strip_prefix("import ")?.strip_suffix(';')?.trim();
                suffix(format!("/{}.java", class.replace('.', "/")))
            }
            // a package is a folder, for which its first file stands
            "Go" => {
                let quoted = line.trim().strip_suffix('"')?.rsplit('"').next()?;
                let (_, manifest) = self.files.get("go.mod")?;
                let module = manifest.lines().find_map(|line| line.strip_prefix("module "))?;
                let package = quoted.strip_prefix(module.trim())?.strip_prefix('/')?;
                self.package(package).next().cloned()
            }
            _ => None,
        }
    }

    /// The files of a Go package.
    fn package<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a String> {
        self.files.keys().filter(move |path| {
            path.rsplit_once('/')
                .is_some_and(|(around, name)| around == folder && name.ends_with(".go"))
        })
    }

    /// What goes when a file goes: all of its package in Go.
    fn whole<'a>(&'a self, path: &'a str) -> Vec<&'a str> {
        match path.rsplit_once('/') {
            Some((folder, name)) if name.ends_with(".go") => {
                self.package(folder).map(String::as_str).collect()
            }
            Some(_) | None => vec![path],
        }
    }

    fn broken(&self, way: &str, path: &str) -> Result<Option<Oid>, Box<dyn Error>> {
        let Some((_, text)) = self.files.get(path) else {
            return Ok(None);
        };
        let mut update = TreeUpdateBuilder::new();
        let lines: Vec<&str> = text.lines().collect();
        match way {
            "bracket" => {
                let alone = |line: &str| {
                    let line = line.trim().trim_end_matches([',', ';', ':']);
                    !line.is_empty() && line.chars().all(|c| "})]".contains(c))
                };
                let closing: Vec<usize> = (0..lines.len())
                    .filter(|at| lines.get(*at).is_some_and(|line| alone(line)))
                    .collect();
                let Some(gone) = closing.get(path.len() * 7 % closing.len().max(1)) else {
                    return Ok(None);
                };
                let rest = lines.iter().enumerate().filter(|(at, _)| at != gone);
                let rest: String = rest.flat_map(|(_, line)| [*line, "\n"]).collect();
                update.upsert(path, self.repository.blob(rest.as_bytes())?, FileMode::Blob);
            }
            "half" => {
                let half: String = lines
                    .iter()
                    .take(lines.len() / 2)
                    .flat_map(|line| [*line, "\n"])
                    .collect();
                update.upsert(path, self.repository.blob(half.as_bytes())?, FileMode::Blob);
            }
            "deleted" => {
                for path in self.whole(path) {
                    update.remove(path);
                }
            }
            _ => {
                for path in self.whole(path) {
                    let (stem, end) = path.rsplit_once('.').ok_or("no ending")?;
                    // a Go package goes by its folder
                    let to = match stem.rsplit_once('/') {
                        Some((folder, name)) if end == "go" => format!("{folder}_other/{name}.go"),
                        _ => format!("{stem}_other.{end}"),
                    };
                    let (blob, _) = self.files.get(path).ok_or("no such file")?;
                    update.remove(path).upsert(to, *blob, FileMode::Blob);
                }
            }
        }
        let base = self.repository.find_commit(self.head)?;
        let tree = update.create_updated(&self.repository, &base.tree()?)?;
        Ok(Some(commit(&self.repository, tree, Some(&base))?))
    }

    /// Whether one of the checks finds something at its own level (`true`) or at less.
    fn judge(&self, head: &Oid, checks: &[&str]) -> Result<Option<bool>, Box<dyn Error>> {
        let (base, head) = (self.head.to_string(), head.to_string());
        let evidence = Evidence::of(change::git::range(self.folder.path(), Some(&base), Some(&head))?);
        let settings = Settings::new(Policy::default())?;
        let run = CHECKS.iter().filter(|check| checks.contains(&check.id));
        let told = Told::of(&evidence, &settings);
        let found = run.flat_map(|check| check.judge(&evidence, &settings, &told).unwrap_or_default());
        Ok(found.map(|finding| finding.at_most.is_none()).max())
    }
}

fn commit(repository: &Repository, tree: Oid, parent: Option<&git2::Commit<'_>>) -> Result<Oid, git2::Error> {
    let author = git2::Signature::new("break", "break@example.com", &git2::Time::new(1_700_000_000, 0))?;
    let parents: Vec<_> = parent.into_iter().collect();
    repository.commit(
        None,
        &author,
        &author,
        "update",
        &repository.find_tree(tree)?,
        &parents,
    )
}

fn language_of(path: &str) -> Option<&'static str> {
    let end = path.rsplit_once('.')?.1;
    ENDINGS
        .iter()
        .find(|(one, _)| *one == end)
        .map(|(_, language)| *language)
}

fn spread(all: Vec<String>, wanted: usize) -> Vec<String> {
    let step = (all.len() / wanted.max(1)).max(1);
    all.into_iter().step_by(step).take(wanted).collect()
}
