//! Which mutant is switched on in this process? Compiled on its own and linked into every crate of the project.
//!
//! Not a module of this program: `compile.rs` hands the text to `rustc`. It must not fail, and cost next to nothing
//! where nothing is switched on. What it is told stands in the variable `__COUNTERSIGN`, or, for processes whose
//! environment was cleared, in a file that is named like the process group they belong to:
//!
//! - `run N L`: mutant `N` is on; after `L` counted steps the process leaves with [`ENDLESS`];
//! - `see PATH`: none is on; the places that are reached and the steps are written to `PATH`.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
    sync::{
        Mutex, Once,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// Exit code of a process that went on for too long.
const ENDLESS: i32 = 86;
/// Where processes without our variable look; made only while tests run.
const CONTROL: Option<&str> = option_env!("COUNTERSIGN_CONTROL");

/// What a function gives whose type has no name: its own value, or that of a fault. What it cannot stand for does not
/// compile.
#[derive(Clone)]
pub enum Either<A, B> {
    One(A),
    Two(B),
}

macro_rules! both {
    ($self:ident, $inner:ident => $call:expr) => {
        match $self {
            Either::One($inner) => $call,
            Either::Two($inner) => $call,
        }
    };
}

impl<A: Iterator, B: Iterator<Item = A::Item>> Iterator for Either<A, B> {
    type Item = A::Item;

    fn next(&mut self) -> Option<A::Item> {
        both!(self, inner => inner.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        both!(self, inner => inner.size_hint())
    }

    fn nth(&mut self, n: usize) -> Option<A::Item> {
        both!(self, inner => inner.nth(n))
    }

    fn fold<R, F: FnMut(R, A::Item) -> R>(self, first: R, go: F) -> R {
        both!(self, inner => inner.fold(first, go))
    }
}

impl<A: DoubleEndedIterator, B: DoubleEndedIterator<Item = A::Item>> DoubleEndedIterator for Either<A, B> {
    fn next_back(&mut self) -> Option<A::Item> {
        both!(self, inner => inner.next_back())
    }
}

impl<A: ExactSizeIterator, B: ExactSizeIterator<Item = A::Item>> ExactSizeIterator for Either<A, B> {}

const UNREAD: u32 = u32::MAX;
const SEEING: u32 = u32::MAX - 1;

static ACTIVE: AtomicU32 = AtomicU32::new(UNREAD);
static STEPS: AtomicU64 = AtomicU64::new(0);
static LIMIT: AtomicU64 = AtomicU64::new(u64::MAX);
static READ: Once = Once::new();
static RECORD: Mutex<Option<File>> = Mutex::new(None);
/// One bit for each place that was reached; places beyond are written each time.
static SEEN: [AtomicU64; 4096] = [const { AtomicU64::new(0) }; 4096];

/// Which of the faults of a place is on: 0 is none, else counted from 1. The place has the numbers from `low` on.
#[inline(never)]
pub fn m(low: u32, count: u32) -> u32 {
    let active = ACTIVE.load(Relaxed);
    let own = active.wrapping_sub(low);
    if own < count {
        step();
        return own + 1;
    }
    if active >= SEEING { unusual(low, count) } else { 0 }
}

/// One round of a loop.
#[inline(never)]
pub fn t() {
    let active = ACTIVE.load(Relaxed);
    if active == 0 {
        return;
    }
    if active == UNREAD {
        read();
        return t();
    }
    step();
}

#[cold]
fn unusual(low: u32, count: u32) -> u32 {
    if ACTIVE.load(Relaxed) == UNREAD {
        read();
        return m(low, count);
    }
    reached(low);
    step();
    0
}

fn step() {
    let steps = STEPS.fetch_add(1, Relaxed) + 1;
    if steps > LIMIT.load(Relaxed) {
        std::process::exit(ENDLESS);
    }
    if steps >= 1024 && steps.is_power_of_two() && ACTIVE.load(Relaxed) == SEEING {
        record(&format!("c {steps}\n"));
    }
}

fn reached(low: u32) {
    let is_new = SEEN
        .get(low as usize / 64)
        .is_none_or(|word| word.fetch_or(1 << (low % 64), Relaxed) & (1 << (low % 64)) == 0);
    if is_new {
        record(&format!("s {low}\n"));
    }
}

fn record(line: &str) {
    if let Ok(mut file) = RECORD.lock() {
        if let Some(file) = file.as_mut() {
            // a place that cannot be written down is found missing by the caller: the file does not end as it should
            let _ = file.write_all(line.as_bytes());
        }
    }
}

fn read() {
    READ.call_once(|| {
        let (told, cleared) = match std::env::var("__COUNTERSIGN") {
            Ok(told) => (Some(told), false),
            Err(_) => (of_group(), true),
        };
        let active = obey(told.as_deref().unwrap_or_default(), cleared);
        ACTIVE.store(active, Relaxed);
    });
}

fn obey(told: &str, cleared: bool) -> u32 {
    if let Some(path) = told.strip_prefix("see ") {
        let opened = OpenOptions::new().create(true).append(true).open(path);
        if let (Ok(mut record), Ok(mut file)) = (RECORD.lock(), opened) {
            let _ = file.write_all(if cleared { b"e\n" } else { b"p\n" });
            *record = Some(file);
            return SEEING;
        }
        return 0;
    }
    let mut words = told.split(' ').skip(1);
    let mut next = || words.next().and_then(|word| word.parse::<u64>().ok());
    let number = next().and_then(|number| u32::try_from(number).ok());
    LIMIT.store(next().unwrap_or(u64::MAX), Relaxed);
    number.filter(|number| *number < SEEING).unwrap_or(0)
}

/// What the process group of this process is told. The file is written right after the group's first process has
/// begun, so it may be a moment late.
fn of_group() -> Option<String> {
    let control = Path::new(CONTROL?);
    if !control.join("on").exists() {
        return None;
    }
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let group = stat.rsplit_once(") ")?.1.split(' ').nth(2)?.to_owned();
    for _ in 0..100 {
        match fs::read_to_string(control.join(&group)) {
            Ok(told) if !told.is_empty() => return Some(told),
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    }
    None
}
