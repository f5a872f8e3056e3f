//! Do the names that imports go by agree with what installed packages say of themselves?
//!
//! ```text
//! cargo run --example aliases -- FOLDER…
//! ```
//!
//! A folder holds installed packages of Python (`*.dist-info/METADATA` beside `top_level.txt` or `RECORD`), or sources of
//! crates (`*/Cargo.toml`, as below `registry/src`). Each name that a package may be imported by is asked of
//! `rules/imports.yaml`: it is the package's own name in another spelling, it is an alias there, or it is unknown, so that its
//! import would look undeclared. Aliases of a package that is there and has no such name are listed as wrong.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    path::Path,
};

use countersign::{
    evidence::manifests::Ecosystem,
    packages::{Root, Table},
};

/// The names by which each package is imported, by its own.
type Named = BTreeMap<String, BTreeSet<String>>;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut python, mut rust) = (Named::new(), Named::new());
    for folder in std::env::args().skip(1) {
        for entry in fs::read_dir(&folder)?.flatten() {
            let path = entry.path();
            if let Some((name, roots)) = distribution(&path) {
                python.entry(name).or_default().extend(roots);
            } else if let Some((name, root)) = krate(&path) {
                rust.entry(name).or_default().insert(root);
            }
        }
    }
    let table = Table::new()?;
    compare("Python", Ecosystem::Python, &python, &table);
    compare("Rust", Ecosystem::Cargo, &rust, &table);
    Ok(())
}

fn compare(language: &str, ecosystem: Ecosystem, named: &Named, table: &Table) {
    let (mut own, mut alias, mut unknown) = (0, 0, Vec::new());
    for (package, roots) in named {
        for name in roots {
            let root = Root {
                ecosystem,
                name: name.clone(),
            };
            let follows = package.replace(['-', '.'], "_").to_lowercase() == name.to_lowercase();
            match (table.provides(&root, package, None), follows) {
                (true, true) => own += 1,
                (true, false) => alias += 1,
                (false, _) => unknown.push(format!("{name} of {package}")),
            }
        }
    }
    println!(
        "{language}: {} packages, {own} names follow from theirs, {alias} are known by other names, {} unknown: {}",
        named.len(),
        unknown.len(),
        unknown.join(", ")
    );
    let wrong = named.iter().flat_map(|(package, roots)| {
        let told = table.roots_of(ecosystem, package, None).into_iter();
        let follows = package.replace(['-', '.'], "_").to_lowercase();
        let told = told.filter(move |root| root.to_lowercase() != follows);
        let known: BTreeSet<String> = roots.iter().map(|root| root.to_lowercase()).collect();
        told.filter(move |root| !known.contains(&root.to_lowercase()))
            .map(move |root| format!("{root} of {package}"))
    });
    let wrong: Vec<String> = wrong.collect();
    println!(
        "{language}: {} aliases name packages that have no such name: {}",
        wrong.len(),
        wrong.join(", ")
    );
}

/// A package of Python and what may be imported of it, by its folder of metadata.
fn distribution(folder: &Path) -> Option<(String, BTreeSet<String>)> {
    if !folder.extension()?.to_str()?.ends_with("-info") {
        return None;
    }
    let metadata =
        fs::read_to_string(folder.join("METADATA")).or_else(|_| fs::read_to_string(folder.join("PKG-INFO")));
    let name = metadata
        .ok()?
        .lines()
        .find_map(|line| line.strip_prefix("Name: ").map(str::to_owned))?;
    let name = name.trim().to_lowercase().replace(['_', '.'], "-");
    let listed = fs::read_to_string(folder.join("top_level.txt"));
    let roots: BTreeSet<String> = match listed {
        Ok(listed) => listed.lines().map(str::to_owned).collect(),
        Err(_) => fs::read_to_string(folder.join("RECORD"))
            .ok()?
            .lines()
            .filter_map(recorded)
            .collect(),
    };
    // compiled parts, and tests that were installed by mistake
    let counts = |root: &String| {
        !root.starts_with('_')
            && !root.contains('/')
            && !matches!(root.as_str(), "" | "test" | "tests" | "docs" | "examples")
    };
    Some((name, roots.into_iter().filter(counts).collect()))
}

/// The module that a line of a RECORD is part of.
fn recorded(line: &str) -> Option<String> {
    let path = line.split(',').next()?;
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match rest {
        "" => first.strip_suffix(".py").map(str::to_owned),
        "__init__.py" => Some(first.to_owned()),
        _ => None,
    }
}

/// A crate and the name of its library.
fn krate(folder: &Path) -> Option<(String, String)> {
    let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml")).ok()?.parse().ok()?;
    let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
    let is_program = !folder.join("src/lib.rs").exists() && manifest.get("lib").is_none();
    let library = manifest
        .get("lib")
        .and_then(|lib| lib.get("name"))
        .and_then(|name| name.as_str());
    let root = library.map_or_else(|| name.replace('-', "_"), str::to_owned);
    (!is_program).then_some((name, root))
}
