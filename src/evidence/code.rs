//! What is known about the code on both sides of the change?
//!
//! Every changed source file is parsed once a side, and equal contents once; the first check that asks pays. Facts lie packed
//! on a shelf that holds no more of them in memory than it has room for, and are lent file by file: who keeps those of many
//! files keeps them in memory, so what is compared between files is a name or a hash.

use std::{
    any::Any,
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::{
    Evidence,
    change::{Change, Content, FileChange, Version},
    shelf::{Holding, Place, Room, Shelf},
};
use crate::{
    code::{
        FileFacts, LanguageId,
        parser::{Parser, Source},
    },
    finding::{Side, Unproven},
    path::RepoPath,
};

type Known = Result<Place, Unproven>;

/// The facts of one file, lent: they may be unpacked anew when they are asked for again.
pub type Facts = Arc<FileFacts>;

/// The facts of the changed files, once somebody asked for them.
#[derive(Debug, Default)]
pub struct Code {
    parser: Parser,
    room: Room,
    files: OnceLock<Files>,
    worked_out: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
}

#[derive(Debug)]
struct Files {
    shelf: Shelf,
    known: BTreeMap<(RepoPath, Side), Known>,
}

impl Code {
    /// Nothing parsed yet.
    pub fn new(parser: Parser) -> Self {
        Self {
            parser,
            ..Self::default()
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
    shelf: &'e Shelf,
    /// The change of the file.
    pub file: &'e FileChange,
    /// Its language: that of its path at head, or at base where it is gone.
    pub language: LanguageId,
    before: Option<&'e Known>,
    after: Option<&'e Known>,
}

impl Both<'_> {
    /// Facts before the change; `None` where the file is new.
    ///
    /// # Errors
    /// The file could not be read or parsed, or what is known of it cannot be read back.
    pub fn before(&self) -> Result<Option<Facts>, Unproven> {
        self.side(self.before)
    }

    /// Facts after the change; `None` where the file is gone.
    ///
    /// # Errors
    /// As [`Both::before`].
    pub fn after(&self) -> Result<Option<Facts>, Unproven> {
        self.side(self.after)
    }

    fn side(&self, known: Option<&Known>) -> Result<Option<Facts>, Unproven> {
        known.map(|known| lent(known, self.shelf)).transpose()
    }
}

fn lent(known: &Known, shelf: &Shelf) -> Result<Facts, Unproven> {
    known.clone().and_then(|place| shelf.take(place))
}

impl Evidence {
    /// With another parser than the one that is found by itself.
    #[must_use]
    pub fn with_parser(mut self, parser: Parser) -> Self {
        self.code = Code {
            room: self.code.room,
            ..Code::new(parser)
        };
        self
    }

    /// With other room for the facts of the changed files.
    #[must_use]
    pub fn with_room(mut self, room: Room) -> Self {
        self.code = Code {
            room,
            ..Code::new(self.code.parser)
        };
        self
    }

    /// How much room the facts of the changed files take now; nothing before somebody asked for them.
    pub fn holding(&self) -> Holding {
        let files = self.code.files.get();
        files.map(|files| files.shelf.holding()).unwrap_or_default()
    }

    /// What parses.
    pub fn parser(&self) -> &Parser {
        &self.code.parser
    }

    /// The facts of a changed source file on one side, by the path that it has there.
    ///
    /// # Errors
    /// It did not change, is in a language that is not read, or could not be read or parsed.
    pub fn code(&self, path: &RepoPath, side: Side) -> Result<Facts, Unproven> {
        let Files { shelf, known } = self.parsed();
        let known = known.get(&(path.clone(), side));
        let nothing = || Unproven::Insufficient(format!("`{path}` is no changed source file"));
        lent(known.ok_or_else(nothing)?, shelf)
    }

    /// Every changed source file in a language that is read, in the order of the change, with both sides.
    pub fn changed_code(&self) -> impl Iterator<Item = Both<'_>> {
        let Files { shelf, known } = self.parsed();
        self.change.files().iter().filter_map(move |file| {
            let known = |version: Option<&Version>, side: Side| {
                let version = version?;
                known.get(&(version.path.clone(), side))
            };
            let before = known(file.before(), Side::Base);
            let after = known(file.after(), Side::Head);
            before.or(after)?;
            Some(Both {
                shelf,
                file,
                language: LanguageId::of(file.path()).or_else(|| LanguageId::of(&file.before()?.path))?,
                before,
                after,
            })
        })
    }

    /// The facts of any files of one side, changed or not, in their order: for names that must be searched beyond the
    /// change. They are parsed anew with each call, and lent one after the other.
    pub fn code_of(
        &self,
        side: Side,
        paths: &[RepoPath],
    ) -> impl Iterator<Item = Result<Facts, Unproven>> + use<> {
        let load = |index: usize| {
            let path = paths.get(index).ok_or_else(|| missing("file"))?;
            let language = LanguageId::of(path).ok_or_else(|| missing(&path.to_string()))?;
            let version = self.change.entry(side, path)?;
            let version = version.ok_or_else(|| missing(&path.to_string()))?;
            source(&self.change, &version, language)
        };
        let shelf = Shelf::new(self.code.room.aside());
        let packed = self
            .code
            .parser
            .pack(paths.len(), &load, &|_| false, |packed| shelf.put(packed));
        packed.into_iter().map(move |known| lent(&known, &shelf))
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

    fn parsed(&self) -> &Files {
        self.code
            .files
            .get_or_init(|| parse(&self.change, &self.code.parser, self.code.room))
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
fn parse(change: &Change, parser: &Parser, room: Room) -> Files {
    let mut wanted: BTreeMap<(LanguageId, &str), usize> = BTreeMap::new();
    let mut contents: Vec<(&Version, LanguageId, Side)> = Vec::new();
    let mut places: Vec<((RepoPath, Side), usize)> = Vec::new();
    for (version, side) in versions(change) {
        let Some(language) = LanguageId::of(&version.path) else {
            continue;
        };
        let index = *wanted.entry((language, &version.id.0)).or_insert_with(|| {
            contents.push((version, language, side));
            contents.len() - 1
        });
        places.push(((version.path.clone(), side), index));
    }
    let load = |index: usize| {
        let (version, language, _) = contents.get(index).ok_or_else(|| missing("file"))?;
        source(change, version, *language)
    };
    // what comes after a base side is most often the head side of the same file
    let side = |index: usize| contents.get(index).map(|(_, _, side)| *side);
    let follows = |index: usize| {
        let before = index.checked_sub(1).and_then(side);
        before == Some(Side::Base) && side(index) == Some(Side::Head)
    };
    let shelf = Shelf::new(room);
    let parsed: Vec<Known> = parser.pack(contents.len(), &load, &follows, |packed| shelf.put(packed));
    let known = places
        .into_iter()
        .filter_map(|(place, index)| Some((place, parsed.get(index)?.clone())));
    Files {
        known: known.collect(),
        shelf,
    }
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
