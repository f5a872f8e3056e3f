//! Where are the facts of many files kept, when there may be more of them than fit into memory?
//!
//! As they travelled: in memory up to a number of bytes, and what comes later in a temporary file that has no name and is
//! gone with this process. Whoever asks gets the facts of one file, unpacked part by part. What a report says does not depend
//! on where they lay.

use std::{
    collections::VecDeque,
    fs::File,
    hash::{DefaultHasher, Hasher as _},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    ops::Range,
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

/// Bytes of one piece of memory: large enough to be taken from the system and given back whole, so that what is kept does
/// not lie between what was only used for a moment.
const SEGMENT: usize = 1024 * 1024;

/// Keeps the facts of files.
pub(super) struct Shelf {
    room: Room,
    /// Makes the temporary file.
    make: fn() -> io::Result<File>,
    kept: Mutex<Kept>,
}

/// How much a shelf holds in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes of packed facts.
    pub packed: usize,
    /// Bytes of packed facts whose parts stay unpacked once somebody looked at them. Unpacked they take about three times
    /// as much.
    pub unpacked: usize,
}

impl Room {
    /// For files that are asked for once, one after the other, beside those of the change.
    pub(super) const fn aside(self) -> Self {
        Self {
            packed: self.packed / 4,
            unpacked: 0,
        }
    }
}

impl Default for Room {
    fn default() -> Self {
        Self {
            packed: limits::PACKED_BYTES,
            unpacked: limits::UNPACKED_BYTES,
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
    /// The bytes in memory, one file after another, none over two of them.
    segments: Vec<Vec<u8>>,
    spilled: Spilled,
    /// The facts of the last files that were asked for, of those that do not stay unpacked.
    last: VecDeque<(Place, Arc<FileFacts>)>,
    /// Bytes of packed facts of files that stay unpacked.
    stays: usize,
    holding: Holding,
}

enum Slot {
    Memory { segment: usize, place: Range<usize> },
    Unpacked(Arc<FileFacts>),
    Disk { start: u64, length: usize, sum: u64 },
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
        Self::with_file(room, tempfile::tempfile)
    }

    fn with_file(room: Room, make: fn() -> io::Result<File>) -> Self {
        Self {
            room,
            make,
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
            kept.spill(packed.bytes(), self.make)
        };
        let slot = spilled.unwrap_or_else(|| kept.hold(packed.bytes()));
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
            Some(Slot::Memory { segment, place }) => {
                let bytes = kept.segments.get(*segment).and_then(|all| all.get(place.clone()));
                let packed = bytes.map(Packed::again);
                (
                    packed.ok_or_else(|| unreadable(io::ErrorKind::NotFound.into()))?,
                    true,
                )
            }
            Some(Slot::Disk { start, length, sum }) => {
                let (start, length, sum) = (*start, *length, *sum);
                (kept.read_back(start, length, sum).map_err(unreadable)?, false)
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
    /// Keeps bytes in memory.
    fn hold(&mut self, bytes: &[u8]) -> Slot {
        self.holding.in_memory += bytes.len();
        let fits = |last: &Vec<u8>| last.capacity() - last.len() >= bytes.len();
        if !self.segments.last().is_some_and(fits) {
            self.segments.push(Vec::with_capacity(SEGMENT.max(bytes.len())));
        }
        let segment = self.segments.len() - 1;
        let start = self.segments.last_mut().map_or(0, |last| {
            last.extend_from_slice(bytes);
            last.len() - bytes.len()
        });
        Slot::Memory {
            segment,
            place: start..start + bytes.len(),
        }
    }

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
        let sum = sum(bytes);
        Some(Slot::Disk { start, length, sum })
    }

    fn read_back(&mut self, start: u64, length: usize, known: u64) -> io::Result<Packed> {
        let file = match &mut self.spilled {
            Spilled::Open(file) | Spilled::Full(file) => file,
            Spilled::NotYet | Spilled::Never => return Err(io::ErrorKind::NotFound.into()),
        };
        let mut bytes = vec![0; length];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut bytes)?;
        if sum(&bytes) != known {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Packed::again(&bytes))
    }
}

/// What tells bytes that were read back from others.
fn sum(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

fn unreadable(error: io::Error) -> Unproven {
    Unproven::Unreadable(format!(
        "what is known of its code was put into a temporary file and cannot be read back: {}",
        error.kind()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{LanguageId, languages::parse};

    const NOTHING: Room = Room {
        packed: 0,
        unpacked: 0,
    };

    /// Facts of files of different lengths.
    fn facts(number: usize) -> FileFacts {
        let text = format!("def test_{number}():\n    assert f({number}) == 1\n").repeat(number % 7 + 1);
        parse(LanguageId::Python, &text, &|| false).unwrap()
    }

    fn filled(shelf: &Shelf, count: usize) -> Vec<Place> {
        let packed = (0..count).map(|number| Packed::of(&facts(number)));
        packed.map(|packed| shelf.put(packed)).collect()
    }

    fn size(count: usize) -> usize {
        let sizes = (0..count).map(|number| Packed::of(&facts(number)).bytes().len());
        sizes.sum()
    }

    #[test]
    fn what_is_put_there_comes_back_wherever_it_lay() {
        for packed in [0, 500, 4_000, usize::MAX] {
            for unpacked in [0, 300, usize::MAX] {
                let shelf = Shelf::new(Room { packed, unpacked });
                let places = filled(&shelf, 40);
                for round in [0, 1] {
                    for (number, place) in places.iter().enumerate() {
                        assert_eq!(
                            *shelf.take(*place).unwrap(),
                            facts(number),
                            "{packed} {unpacked} {round}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn memory_is_bounded_by_the_room_however_many_files_there_are() {
        let room = Room {
            packed: 3_000,
            unpacked: 1_000,
        };
        for count in [40, 400] {
            let shelf = Shelf::new(room);
            let places = filled(&shelf, count);
            let most_unpacked = room.unpacked / Packed::of(&facts(0)).bytes().len() + LAST;
            for place in &places {
                shelf.take(*place).unwrap();
                let holding = shelf.holding();
                assert!(holding.in_memory <= room.packed, "{holding:?}");
                assert!(holding.unpacked <= most_unpacked, "{holding:?}");
            }
            let Holding {
                files,
                in_memory,
                on_disk,
                ..
            } = shelf.holding();
            assert_eq!((files, in_memory as u64 + on_disk), (count, size(count) as u64));
        }
    }

    #[test]
    fn what_is_asked_for_again_at_once_is_unpacked_once() {
        let shelf = Shelf::new(NOTHING);
        let places = filled(&shelf, 20);
        for place in &places {
            for _ in 0..3 {
                shelf.take(*place).unwrap();
            }
        }
        assert_eq!(shelf.holding().unpackings, places.len());
    }

    #[test]
    fn without_a_temporary_file_everything_stays_in_memory() {
        let none = || Err(io::ErrorKind::PermissionDenied.into());
        let full = || File::open(std::env::current_exe()?);
        for make in [none as fn() -> io::Result<File>, full] {
            let shelf = Shelf::with_file(NOTHING, make);
            let places = filled(&shelf, 9);
            assert_eq!(shelf.holding().in_memory, size(9));
            assert_eq!(shelf.holding().on_disk, 0);
            assert_eq!(*shelf.take(places[3]).unwrap(), facts(3));
        }
    }

    #[test]
    fn facts_that_cannot_be_read_back_are_unproven() {
        // it takes what is written, and gives nothing back
        let deaf = || {
            let (_, path) = tempfile::NamedTempFile::new()?.keep()?;
            let file = File::options().write(true).open(&path);
            std::fs::remove_file(path)?;
            file
        };
        let shelf = Shelf::with_file(NOTHING, deaf);
        let places = filled(&shelf, 2);
        let Err(Unproven::Unreadable(why)) = shelf.take(places[0]) else {
            panic!("it was read");
        };
        assert!(why.contains("temporary file"), "{why}");
    }

    #[test]
    fn bytes_that_were_changed_on_disk_are_unproven() {
        let shelf = Shelf::new(NOTHING);
        let places = filled(&shelf, 2);
        if let Spilled::Open(file) = &mut shelf.kept().spilled {
            file.seek(SeekFrom::Start(0)).unwrap();
            file.write_all(&[0xff; 16]).unwrap();
        }
        assert!(matches!(shelf.take(places[0]), Err(Unproven::Unreadable(_))));
        assert_eq!(*shelf.take(places[1]).unwrap(), facts(1));
    }
}
