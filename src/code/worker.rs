//! What does the process do that parses for the gate, and may die of it?
//!
//! The same program, started again with [`ARGUMENT`]. It reads questions from its standard input and answers on its
//! standard output until the input ends. A file that eats memory, time or stack ends this process; the gate goes on
//! without that file. Measured attacks: files of 805 bytes abort `syn`, files of 30 kB make a grammar take 8 GB.
//!
//! A question is a language (one byte), a length and the bytes; an answer is a tag, a length and the facts as
//! `wire.rs` writes them.

use std::{
    io::{self, Read, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    facts::FileFacts,
    languages::{self, LanguageId},
    wire::Wire,
};
use crate::limits;

/// The argument that makes the program a parser process.
pub const ARGUMENT: &str = "__parse";
/// What the process says first: another program, or an older one, is told by its silence.
pub(crate) const GREETING: &[u8] =
    concat!("countersign parser ", env!("CARGO_PKG_VERSION"), " 1\n").as_bytes();

const FACTS: u8 = 0;
const REFUSED: u8 = 1;

/// Bytes before the body of a message: a tag or a language, and a length.
const HEAD: usize = 5;

/// Bytes reserved on the word of a length; more is taken as it comes.
const READ_AHEAD: usize = 256 * 1024;

/// How often the watch looks.
const TICK: Duration = Duration::from_millis(20);

/// Processor time in milliseconds that a file of this size may take.
pub(crate) fn budget(bytes: usize) -> u64 {
    let size = u64::try_from(bytes).unwrap_or(u64::MAX);
    limits::PARSER_MILLISECONDS + size.saturating_mul(limits::PARSER_MILLISECONDS_PER_MIB) / (1024 * 1024)
}

/// What the parsing thread is about, for the watch: the clock readings at which it is given up; zero while it waits.
#[derive(Default)]
struct Watch {
    processor: AtomicU64,
    wall: AtomicU64,
}

/// Runs the process: answers until the input ends. `true` where it ended in order.
pub fn serve() -> bool {
    restrict();
    let began = Instant::now();
    let watch = Arc::new(Watch::default());
    let shared = Arc::clone(&watch);
    let parsing = thread::Builder::new()
        .stack_size(limits::PARSER_STACK)
        .spawn(move || answer(&mut io::stdin().lock(), &mut io::stdout().lock(), &shared, began));
    let Ok(parsing) = parsing else { return false };
    while !parsing.is_finished() {
        thread::sleep(TICK);
        let over = |limit: &AtomicU64, now: u64| {
            let limit = limit.load(Ordering::Relaxed);
            limit != 0 && now > limit
        };
        if over(&watch.processor, processor_time(began)) || over(&watch.wall, millis(began.elapsed())) {
            // nothing can stop a parser from outside its thread; the gate expects this end
            std::process::abort();
        }
    }
    matches!(parsing.join(), Ok(Ok(())))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Memory and core files of this process. Where the system has no such limits, the watch alone holds.
fn restrict() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let most = |bytes: u64| Rlimit {
            current: Some(bytes),
            maximum: Some(bytes),
        };
        // a limit that cannot be set leaves the process as it is: the watch still holds
        setrlimit(Resource::As, most(limits::PARSER_MEMORY)).ok();
        setrlimit(Resource::Core, most(0)).ok();
    }
}

/// Processor time of this process in milliseconds; never zero.
fn processor_time(began: Instant) -> u64 {
    #[cfg(unix)]
    {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
        let rest = u64::try_from(now.tv_nsec).unwrap_or(0);
        let _ = began;
        (seconds * 1_000 + rest / 1_000_000).max(1)
    }
    #[cfg(not(unix))]
    millis(began.elapsed()).max(1)
}

fn answer(input: &mut dyn Read, output: &mut dyn Write, watch: &Watch, began: Instant) -> io::Result<()> {
    output.write_all(GREETING)?;
    output.flush()?;
    let mut message = Vec::new();
    while let Some((language, bytes)) = read_question(input)? {
        let limit = processor_time(began) + budget(bytes.len());
        watch.wall.store(
            millis(began.elapsed()) + limits::PARSER_SILENCE,
            Ordering::Relaxed,
        );
        watch.processor.store(limit, Ordering::Relaxed);
        let text = String::from_utf8_lossy(&bytes);
        let out_of_time = || processor_time(began) > limit;
        let facts = languages::parse(language, &text, &out_of_time);
        watch.processor.store(0, Ordering::Relaxed);
        watch.wall.store(0, Ordering::Relaxed);
        write_answer(output, &facts, &mut message)?;
    }
    Ok(())
}

pub(crate) fn write_question(output: &mut dyn Write, language: LanguageId, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    let mut message = Vec::with_capacity(HEAD + bytes.len());
    language.write(&mut message);
    length.write(&mut message);
    message.extend_from_slice(bytes);
    output.write_all(&message)?;
    output.flush()
}

/// The next question; `None` at the end of the input.
fn read_question(input: &mut dyn Read) -> io::Result<Option<(LanguageId, Vec<u8>)>> {
    let mut code = [0_u8];
    if input.read(&mut code)? == 0 {
        return Ok(None);
    }
    let language = LanguageId::read(&mut code.as_slice());
    let language = language.ok_or_else(|| io::Error::other("no such language"))?;
    let length = read_length(input, limits::SYNTAX_BYTES)?;
    Ok(Some((language, read_bytes(input, length)?)))
}

/// One write for one answer: each wakes the other side.
fn write_answer(
    output: &mut dyn Write,
    answer: &Result<FileFacts, String>,
    message: &mut Vec<u8>,
) -> io::Result<()> {
    message.clear();
    message.resize(HEAD, 0);
    let tag = match answer {
        Ok(facts) => {
            facts.write(message);
            FACTS
        }
        Err(why) => {
            why.write(message);
            REFUSED
        }
    };
    let length = u32::try_from(message.len() - HEAD).map_err(io::Error::other)?;
    if let Some(head) = message.first_chunk_mut() {
        let [first, second, third, fourth] = length.to_le_bytes();
        *head = [tag, first, second, third, fourth];
    }
    output.write_all(message)?;
    output.flush()
}

/// The next answer: facts, or why there are none.
///
/// # Errors
/// The process ended, or what it says is no answer.
pub(crate) fn read_answer(input: &mut dyn Read) -> io::Result<Result<FileFacts, String>> {
    let mut tag = [0_u8];
    input.read_exact(&mut tag)?;
    let length = read_length(input, limits::PARSER_ANSWER_BYTES)?;
    let body = read_bytes(input, length)?;
    let from = &mut body.as_slice();
    let answer = match tag[0] {
        FACTS => FileFacts::read(from).map(Ok),
        REFUSED => String::read(from).map(Err),
        _ => None,
    };
    answer.ok_or_else(|| io::Error::other("no such answer"))
}

fn read_length(input: &mut dyn Read, most: usize) -> io::Result<usize> {
    let mut bytes = [0_u8; 4];
    input.read_exact(&mut bytes)?;
    let length = usize::try_from(u32::from_le_bytes(bytes)).map_err(io::Error::other)?;
    if length > most {
        return Err(io::Error::other(format!("{length} bytes are too many")));
    }
    Ok(length)
}

/// Exactly so many bytes: a length alone reserves little.
fn read_bytes(input: &mut dyn Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length.min(READ_AHEAD));
    let wanted = u64::try_from(length).map_err(io::Error::other)?;
    input.take(wanted).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}
