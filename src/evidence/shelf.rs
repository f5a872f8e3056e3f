//! Where are the facts of many files kept, when there may be more of them than fit into memory?
//!
//! As they travelled: in memory up to a number of bytes, and what comes later in a temporary file that has no name and is
//! gone with this process. Whoever asks gets the facts of one file, unpacked part by part. What a report says does not depend
//! on where they lay.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    code::{FileFacts, Packed},
    finding::Unproven,
    limits,
};

/// Facts that were asked for last and stay unpacked, whatever their size: both sides of a few files, since one question
/// about a file is followed by others.
const LAST: usize = 8;

/// Keeps the facts of files.
pub(super) struct Shelf {
    room: Room,
    kept: Mutex<Kept>,
}

/// How much a shelf holds in memory, and where it puts the rest.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Bytes of packed facts.
    pub packed: usize,
    /// Bytes of packed facts whose parts stay unpacked once somebody looked at them. Unpacked they take about three times
    /// as much.
    pub unpacked: usize,
    /// Makes the temporary file.
    pub file: fn() -> io::Result<File>,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            packed: limits::PACKED_BYTES,
            unpacked: limits::UNPACKED_BYTES,
            file: tempfile::tempfile,
        }
    }
}

/// What a shelf holds, in bytes of packed facts and in files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Files of which something is known.
    pub files: usize,
    /// Bytes in memory.
    pub in_memory: usize,
    /// Bytes in the temporary file.
    pub on_disk: u64,
    /// Files whose facts are unpacked.
    pub unpacked: usize,
    /// How often facts were taken off the shelf and were not unpacked yet.
    pub unpackings: usize,
}

/// The place of one file on a shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(usize);

#[derive(Default)]
struct Kept {
    slots: Vec<Slot>,
    spilled: Spilled,
    /// The facts of the last files that were asked for, of those that do not stay unpacked.
    last: VecDeque<(Place, Arc<FileFacts>)>,
    /// Bytes of packed facts of files that stay unpacked.
    stays: usize,
    holding: Holding,
}

enum Slot {
    Memory(Packed),
    Unpacked(Arc<FileFacts>),
    Disk { start: u64, length: usize },
}

/// The temporary file.
#[derive(Default)]
enum Spilled {
    #[default]
    NotYet,
    Open(File),
    /// It takes no more; what it took can be read back.
    Full(File),
    /// There is none: everything stays in memory.
    Never,
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf").field("holding", &self.holding()).finish()
    }
}

impl Shelf {
    pub(super) fn new(room: Room) -> Self {
        Self {
            room,
            kept: Mutex::default(),
        }
    }

    /// Keeps the facts of a file.
    pub(super) fn put(&self, packed: Packed) -> Place {
        let mut kept = self.kept();
        let size = packed.bytes().len();
        let fits = kept.holding.in_memory.saturating_add(size) <= self.room.packed;
        let spilled = if fits {
            None
        } else {
            kept.spill(packed.bytes(), self.room.file)
        };
        let slot = spilled.unwrap_or_else(|| {
            kept.holding.in_memory += size;
            Slot::Memory(packed)
        });
        kept.slots.push(slot);
        kept.holding.files += 1;
        Place(kept.slots.len() - 1)
    }

    /// The facts of a file.
    ///
    /// # Errors
    /// They lie in the temporary file, and it cannot be read.
    pub(super) fn take(&self, place: Place) -> Result<Arc<FileFacts>, Unproven> {
        let mut kept = self.kept();
        if let Some((_, facts)) = kept.last.iter().find(|(known, _)| *known == place) {
            return Ok(Arc::clone(facts));
        }
        let (packed, in_memory) = match kept.slots.get(place.0) {
            Some(Slot::Unpacked(facts)) => return Ok(Arc::clone(facts)),
            Some(Slot::Memory(packed)) => (packed.clone(), true),
            Some(Slot::Disk { start, length }) => {
                let (start, length) = (*start, *length);
                (kept.read_back(start, length).map_err(unreadable)?, false)
            }
            None => return Err(unreadable(io::ErrorKind::NotFound.into())),
        };
        kept.holding.unpackings += 1;
        let facts = Arc::new(packed.unpack());
        let size = packed.bytes().len();
        if in_memory && kept.stays.saturating_add(size) <= self.room.unpacked {
            kept.stays += size;
            kept.holding.unpacked += 1;
            if let Some(slot) = kept.slots.get_mut(place.0) {
                *slot = Slot::Unpacked(Arc::clone(&facts));
            }
            return Ok(facts);
        }
        kept.last.truncate(LAST - 1);
        kept.last.push_front((place, Arc::clone(&facts)));
        Ok(facts)
    }

    /// What it holds now.
    pub(super) fn holding(&self) -> Holding {
        let kept = self.kept();
        Holding {
            unpacked: kept.holding.unpacked + kept.last.len(),
            ..kept.holding
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Puts bytes into the temporary file; `None` where there is none or it takes no more.
    fn spill(&mut self, bytes: &[u8], make: fn() -> io::Result<File>) -> Option<Slot> {
        let mut file = match std::mem::take(&mut self.spilled) {
            Spilled::NotYet => make().ok(),
            Spilled::Open(file) => Some(file),
            full @ (Spilled::Full(_) | Spilled::Never) => {
                self.spilled = full;
                return None;
            }
        };
        let start = self.holding.on_disk;
        let written = file.as_mut().is_some_and(|file| {
            let at = file.seek(SeekFrom::Start(start));
            at.and_then(|_| file.write_all(bytes)).is_ok()
        });
        self.spilled = match file {
            Some(file) if written => Spilled::Open(file),
            Some(file) => Spilled::Full(file),
            None => Spilled::Never,
        };
        if !written {
            return None;
        }
        let length = bytes.len();
        self.holding.on_disk += length as u64;
        Some(Slot::Disk { start, length })
    }

    fn read_back(&mut self, start: u64, length: usize) -> io::Result<Packed> {
        let file = match &mut self.spilled {
            Spilled::Open(file) | Spilled::Full(file) => file,
            Spilled::NotYet | Spilled::Never => return Err(io::ErrorKind::NotFound.into()),
        };
        let mut bytes = vec![0; length];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut bytes)?;
        Packed::from_bytes(&bytes).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

fn unreadable(error: io::Error) -> Unproven {
    Unproven::Unreadable(format!(
        "what is known of its code was put into a temporary file and cannot be read back: {}",
        error.kind()
    ))
}
