//! What does the process do that parses for the gate, and may die of it?
//!
//! The same program, started again with [`ARGUMENT`]. It reads questions from its standard input and answers on its
//! standard output until the input ends. A file that eats memory, time or stack ends this process; the gate goes on
//! without that file. Measured attacks: files of 805 bytes abort `syn`, files of 30 kB make a grammar take 8 GB.
//!
//! A question is a tag (one byte), a length and the bytes: a file whose facts are asked for, the rules that later files are
//! held against, or a file to hold against them. An answer is a tag, a length and what was found, as `wire.rs` writes it.

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
    languages::{self, LanguageId},
    rules::{
        Hunter,
        matcher::{self, Matcher},
    },
    tree::Before,
    wire::Wire,
};
use crate::limits;

/// The argument that makes the program a parser process.
pub const ARGUMENT: &str = "__parse";
/// What the process says first: another program, or an older one, is told by its silence.
pub(crate) const GREETING: &[u8] =
    concat!("countersign parser ", env!("CARGO_PKG_VERSION"), " 3\n").as_bytes();

const ANSWERED: u8 = 0;
const REFUSED: u8 = 1;

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// A language and a text: what are its facts?
    Facts,
    /// These rules are meant from now on. Nothing is looked at yet.
    Rules,
    /// These rules are meant from now on: which of them do not compile?
    Try,
    /// A file: what do the rules find?
    Hunt,
}

impl Tag {
    const ALL: [Self; 4] = [Self::Facts, Self::Rules, Self::Try, Self::Hunt];

    const fn code(self) -> u8 {
        match self {
            Self::Facts => 0,
            Self::Rules => 1,
            Self::Try => 2,
            Self::Hunt => 3,
        }
    }

    fn of(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|tag| tag.code() == code)
    }
}

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

/// What a process keeps from one question to the next.
#[derive(Default)]
struct Known {
    hunter: Hunter,
    before: Before,
}

fn answer(input: &mut dyn Read, output: &mut dyn Write, watch: &Watch, began: Instant) -> io::Result<()> {
    output.write_all(GREETING)?;
    output.flush()?;
    let (mut body, mut message) = (Vec::new(), Vec::new());
    let mut known = Known::default();
    while let Some(tag) = read_question(input, &mut body)? {
        let allowed = budget(body.len()) + more_for(tag, &body, &known.hunter);
        let (asked, limit) = (Instant::now(), processor_time(began) + allowed);
        watch.wall.store(
            millis(began.elapsed()) + limits::PARSER_SILENCE,
            Ordering::Relaxed,
        );
        watch.processor.store(limit, Ordering::Relaxed);
        // asked some hundred times a file, and the system takes its time to answer; two threads cannot use more
        // processor time than twice what has passed
        let out_of_time = || millis(asked.elapsed()) >= allowed / 2 && processor_time(began) > limit;
        message.clear();
        message.resize(HEAD, 0);
        let answered = work(tag, &body, &mut known, &out_of_time, &mut message);
        watch.processor.store(0, Ordering::Relaxed);
        watch.wall.store(0, Ordering::Relaxed);
        write_answer(output, answered?, &mut message)?;
    }
    Ok(())
}

/// Time for compiling and asking rules, in milliseconds.
fn more_for(tag: Tag, body: &[u8], hunter: &Hunter) -> u64 {
    let of = |rules: usize| {
        u64::try_from(rules)
            .unwrap_or(u64::MAX)
            .saturating_mul(limits::RULE_MILLISECONDS)
    };
    match tag {
        Tag::Facts | Tag::Rules => 0,
        // a rule has fifty bytes at the least, and is compiled for three languages at the most
        Tag::Try => of(body.len() / 50).saturating_mul(3),
        Tag::Hunt => of(hunter.count()),
    }
}

/// Does what a question asks and appends the answer; whether there is one, or a reason for none.
fn work(
    tag: Tag,
    body: &[u8],
    Known { hunter, before }: &mut Known,
    out_of_time: &dyn Fn() -> bool,
    message: &mut Vec<u8>,
) -> io::Result<u8> {
    let from = &mut &*body;
    match tag {
        Tag::Facts => {
            let language = LanguageId::read(from).ok_or_else(|| io::Error::other("no such language"))?;
            let text = String::from_utf8_lossy(from);
            Ok(put(
                languages::parse_after(before, language, &text, out_of_time),
                message,
            ))
        }
        Tag::Rules | Tag::Try => {
            let rules = Vec::<Matcher>::read(from).ok_or_else(|| io::Error::other("no such rules"))?;
            hunter.learn(rules);
            let faults = if tag == Tag::Try {
                hunter.faults()
            } else {
                Vec::new()
            };
            Ok(put(Ok(faults), message))
        }
        Tag::Hunt => {
            let (hunt, text) = matcher::decode(body).ok_or_else(|| io::Error::other("no such hunt"))?;
            let text = String::from_utf8_lossy(text);
            Ok(put(hunter.hunt(&hunt, &text, out_of_time), message))
        }
    }
}

/// Appends an answer; its tag.
fn put<T: Wire>(answer: Result<T, String>, message: &mut Vec<u8>) -> u8 {
    match answer {
        Ok(found) => {
            found.write(message);
            ANSWERED
        }
        Err(why) => {
            why.write(message);
            REFUSED
        }
    }
}

/// Writes a question at once, out of a buffer that is used again: what is asked, and the text that it is asked of.
pub(crate) fn write_question(
    output: &mut dyn Write,
    buffer: &mut Vec<u8>,
    tag: Tag,
    [head, text]: [&[u8]; 2],
) -> io::Result<()> {
    let length = u32::try_from(head.len() + text.len()).map_err(io::Error::other)?;
    buffer.clear();
    tag.code().write(buffer);
    for part in [&length.to_le_bytes(), head, text] {
        buffer.extend_from_slice(part);
    }
    output.write_all(buffer)?;
    output.flush()
}

/// The next question, its body in a buffer that is used again; `None` at the end of the input.
fn read_question(input: &mut dyn Read, body: &mut Vec<u8>) -> io::Result<Option<Tag>> {
    let mut code = [0_u8];
    if input.read(&mut code)? == 0 {
        return Ok(None);
    }
    let tag = Tag::of(code[0]).ok_or_else(|| io::Error::other("no such question"))?;
    let length = read_length(input, limits::PARSER_QUESTION_BYTES)?;
    read_bytes(input, length, body)?;
    Ok(Some(tag))
}

/// One write for one answer: each wakes the other side.
fn write_answer(output: &mut dyn Write, tag: u8, message: &mut [u8]) -> io::Result<()> {
    let length = u32::try_from(message.len().saturating_sub(HEAD)).map_err(io::Error::other)?;
    if let Some(head) = message.first_chunk_mut() {
        let [first, second, third, fourth] = length.to_le_bytes();
        *head = [tag, first, second, third, fourth];
    }
    output.write_all(message)?;
    output.flush()
}

/// The next answer, read through a buffer that is used again: what was asked for, or why it is not there.
///
/// # Errors
/// The process ended, or what it says is no answer.
pub(crate) fn read_answer<T: Wire>(
    input: &mut dyn Read,
    buffer: &mut Vec<u8>,
) -> io::Result<Result<T, String>> {
    let mut tag = [0_u8];
    input.read_exact(&mut tag)?;
    let length = read_length(input, limits::PARSER_ANSWER_BYTES)?;
    read_bytes(input, length, buffer)?;
    let from = &mut buffer.as_slice();
    let answer = match tag[0] {
        ANSWERED => T::read(from).map(Ok),
        REFUSED => String::read(from).map(Err),
        _ => None,
    };
    buffer.shrink_to(READ_AHEAD);
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
fn read_bytes(input: &mut dyn Read, length: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.clear();
    bytes.reserve(length.min(READ_AHEAD));
    let wanted = u64::try_from(length).map_err(io::Error::other)?;
    input.take(wanted).read_to_end(bytes)?;
    if bytes.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}
