//! Which mutants are there to be measured?
//!
//! Files of the change are hostile: each goes through a parser process first, and only one that it survived is parsed
//! here, on a thread with more stack than that process had.

use std::thread;

use super::{Caps, Mutant, Scope, ScopedFile, Universe, mutant, python, rust};
use crate::{
    code::{
        LanguageId,
        parser::{Parser, Source},
    },
    finding::Unproven,
    glob::Globs,
    limits,
    path::RepoPath,
};

/// What is to be measured of a scope.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The files, and those in which no mutant could be planned.
    pub scope: Scope,
    /// The mutants.
    pub universe: Universe,
}

impl Plan {
    /// Finds the mutants of a scope.
    pub fn new(mut scope: Scope, files: &Globs, caps: Caps, parser: &Parser) -> Self {
        if !files.is_empty() {
            scope.keep(|path| files.matches(path));
        }
        let mut faults = Vec::new();
        let mut planned = Vec::new();
        let parsed = survived(&scope.files, parser);
        for (file, survived) in std::mem::take(&mut scope.files).into_iter().zip(parsed) {
            match survived.and_then(|()| named(&file)) {
                Ok(mutants) => {
                    faults.push(mutants);
                    planned.push(file);
                }
                Err(why) => scope.unplanned.push((file.path, why)),
            }
        }
        scope.files = planned;
        scope.unplanned.sort();
        let universe = Universe::new(&scope, faults, caps);
        Self { scope, universe }
    }

    /// The file of a mutant.
    pub fn file(&self, path: &RepoPath) -> Option<&ScopedFile> {
        let found = self.scope.files.binary_search_by(|file| file.path.cmp(path));
        self.scope.files.get(found.ok()?)
    }
}

/// Whether a parser process survived each file.
fn survived(files: &[ScopedFile], parser: &Parser) -> Vec<Result<(), String>> {
    let load = |index: usize| {
        let file = files
            .get(index)
            .ok_or_else(|| Unproven::Unreadable("there is no such file".to_owned()))?;
        Ok(Source {
            name: file.path.to_string(),
            language: file.language,
            bytes: file.text.clone().into_bytes(),
        })
    };
    let parsed = parser.read(files.len(), &load);
    let told = parsed.into_iter().map(|facts| {
        let facts = facts.map_err(|why| why.to_string())?;
        match facts.errors.first() {
            None => Ok(()),
            Some(error) => Err(format!("it does not parse at line {}", error.line)),
        }
    });
    told.collect()
}

/// The mutants of a file, on a thread of their own.
fn named(file: &ScopedFile) -> Result<Vec<Mutant>, String> {
    let faults = thread::scope(|scope| {
        let planner = thread::Builder::new()
            .name("planner".to_owned())
            .stack_size(limits::PLANNER_STACK);
        let started = planner.spawn_scoped(scope, || match file.language {
            LanguageId::Rust => rust::faults(&file.text),
            LanguageId::Python => python::faults(&file.text),
            LanguageId::JavaScript
            | LanguageId::TypeScript
            | LanguageId::Tsx
            | LanguageId::Go
            | LanguageId::Java => Ok(Vec::new()),
        });
        let started = started.map_err(|error| format!("no thread could be started: {error}"))?;
        // a panic in there is a fault of ours that must not end the run
        started
            .join()
            .unwrap_or_else(|_| Err("its planner failed".to_owned()))
    })?;
    Ok(mutant::name(&file.path, file.language, faults))
}
