//! What is known about the code on both sides of the change?
//!
//! Every changed source file is parsed once a side, and equal contents once; the first check that asks pays.

use std::{
    any::Any,
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::{
    Evidence,
    change::{Change, Content, FileChange, Version},
};
use crate::{
    code::{
        FileFacts, LanguageId,
        parser::{Parser, Source},
    },
    finding::{Side, Unproven},
    path::RepoPath,
};

type Known = Result<Arc<FileFacts>, Unproven>;

/// The facts of the changed files, once somebody asked for them.
#[derive(Debug, Default)]
pub struct Code {
    parser: Parser,
    files: OnceLock<BTreeMap<(RepoPath, Side), Known>>,
    worked_out: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
}

impl Code {
    /// Nothing parsed yet.
    pub fn new(parser: Parser) -> Self {
        Self {
            parser,
            files: OnceLock::new(),
            worked_out: Mutex::default(),
        }
    }

    /// What parses.
    pub fn parser(&self) -> &Parser {
        &self.parser
    }
}

/// Both sides of a changed source file. A side that does not exist is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Both<'e> {
    /// The change of the file.
    pub file: &'e FileChange,
    /// Its language: that of its path at head, or at base where it is gone.
    pub language: LanguageId,
    before: Option<&'e Known>,
    after: Option<&'e Known>,
}

impl<'e> Both<'e> {
    /// Facts before the change; `None` where the file is new.
    ///
    /// # Errors
    /// The file could not be read or parsed.
    pub fn before(&self) -> Result<Option<&'e FileFacts>, Unproven> {
        side(self.before)
    }

    /// Facts after the change; `None` where the file is gone.
    ///
    /// # Errors
    /// The file could not be read or parsed.
    pub fn after(&self) -> Result<Option<&'e FileFacts>, Unproven> {
        side(self.after)
    }
}

fn side(known: Option<&Known>) -> Result<Option<&FileFacts>, Unproven> {
    match known {
        None => Ok(None),
        Some(Ok(facts)) => Ok(Some(facts)),
        Some(Err(why)) => Err(why.clone()),
    }
}

impl Evidence {
    /// With another parser than the one that is found by itself.
    #[must_use]
    pub fn with_parser(mut self, parser: Parser) -> Self {
        self.code = Code::new(parser);
        self
    }

    /// What parses.
    pub fn parser(&self) -> &Parser {
        &self.code.parser
    }

    /// The facts of a changed source file on one side, by the path that it has there.
    ///
    /// # Errors
    /// It did not change, is in a language that is not read, or could not be read or parsed.
    pub fn code(&self, path: &RepoPath, side: Side) -> Result<&FileFacts, Unproven> {
        match self.parsed().get(&(path.clone(), side)) {
            Some(Ok(facts)) => Ok(facts),
            Some(Err(why)) => Err(why.clone()),
            None => Err(Unproven::Insufficient(format!(
                "`{path}` is no changed source file"
            ))),
        }
    }

    /// Every changed source file in a language that is read, in the order of the change, with both sides.
    pub fn changed_code(&self) -> impl Iterator<Item = Both<'_>> {
        let parsed = self.parsed();
        self.change.files().iter().filter_map(move |file| {
            let known = |version: Option<&Version>, side: Side| {
                let version = version?;
                parsed.get(&(version.path.clone(), side))
            };
            let before = known(file.before(), Side::Base);
            let after = known(file.after(), Side::Head);
            before.or(after)?;
            Some(Both {
                file,
                language: LanguageId::of(file.path()).or_else(|| LanguageId::of(&file.before()?.path))?,
                before,
                after,
            })
        })
    }

    /// The facts of any files of one side, changed or not, in their order: for names that must be searched beyond the
    /// change. They are parsed anew with each call.
    pub fn code_of(&self, side: Side, paths: &[RepoPath]) -> Vec<Result<FileFacts, Unproven>> {
        let load = |index: usize| {
            let path = paths.get(index).ok_or_else(|| missing("file"))?;
            let language = LanguageId::of(path).ok_or_else(|| missing(&path.to_string()))?;
            let version = self.change.entry(side, path)?;
            let version = version.ok_or_else(|| missing(&path.to_string()))?;
            source(&self.change, &version, language)
        };
        self.code.parser.read(paths.len(), &load)
    }

    /// An answer that several checks ask for, worked out once: it follows from the change and from `settings` alone.
    pub(crate) fn once<K, T>(&self, settings: &K, work: impl FnOnce() -> T) -> Arc<T>
    where
        K: Clone + PartialEq + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        let lock = || {
            self.code
                .worked_out
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let known = lock().iter().find_map(|one| {
            let (known, answer) = one.downcast_ref::<(K, Arc<T>)>()?;
            (known == settings).then(|| Arc::clone(answer))
        });
        known.unwrap_or_else(|| {
            let answer = Arc::new(work());
            lock().push(Arc::new((settings.clone(), Arc::clone(&answer))));
            answer
        })
    }

    fn parsed(&self) -> &BTreeMap<(RepoPath, Side), Known> {
        self.code
            .files
            .get_or_init(|| parse(&self.change, &self.code.parser))
    }
}

fn missing(what: &str) -> Unproven {
    Unproven::Insufficient(format!("`{what}` is no source file of that side"))
}

fn source(change: &Change, version: &Version, language: LanguageId) -> Result<Source, Unproven> {
    Ok(Source {
        name: version.path.to_string(),
        language,
        bytes: change.bytes(version)?,
    })
}

/// Both sides of every changed source file; equal contents in one language are parsed once.
fn parse(change: &Change, parser: &Parser) -> BTreeMap<(RepoPath, Side), Known> {
    let mut wanted: BTreeMap<(LanguageId, &str), usize> = BTreeMap::new();
    let mut contents: Vec<(&Version, LanguageId)> = Vec::new();
    let mut places: Vec<((RepoPath, Side), usize)> = Vec::new();
    for (version, side) in versions(change) {
        let Some(language) = LanguageId::of(&version.path) else {
            continue;
        };
        let index = *wanted.entry((language, &version.id.0)).or_insert_with(|| {
            contents.push((version, language));
            contents.len() - 1
        });
        places.push(((version.path.clone(), side), index));
    }
    let load = |index: usize| {
        let (version, language) = contents.get(index).ok_or_else(|| missing("file"))?;
        source(change, version, *language)
    };
    let parsed = parser.read(contents.len(), &load);
    let known: Vec<Known> = parsed.into_iter().map(|one| one.map(Arc::new)).collect();
    let found = places
        .into_iter()
        .filter_map(|(place, index)| Some((place, known.get(index)?.clone())));
    found.collect()
}

fn versions(change: &Change) -> impl Iterator<Item = (&Version, Side)> {
    let texts = change.files().iter().filter(|file| match file.content {
        Content::Text(_) => true,
        Content::Binary | Content::Opaque(_) => false,
    });
    texts.flat_map(|file| {
        let before = file.before().map(|version| (version, Side::Base));
        let after = file.after().map(|version| (version, Side::Head));
        let both = before.into_iter().chain(after);
        both.filter(|(version, _)| version.mode.is_file())
    })
}
