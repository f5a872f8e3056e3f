//! Which lines does a hunk of a patch replace?

use super::parse::{Problem, Reader};
use crate::evidence::change::{Hunk, Line};

/// The ranges in the header of a hunk: first line and number of lines, old and new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranges {
    old: (u32, u32),
    new: (u32, u32),
}

impl Ranges {
    /// The ranges of a `@@ -1,2 +3,4 @@` line; `None` where it is not one.
    pub fn of(line: &[u8]) -> Option<Self> {
        let text =
            std::str::from_utf8(line.strip_prefix(b"@@ -")?.split(|byte| *byte == b'@').next()?).ok()?;
        let (old, new) = text.trim_end().split_once(" +")?;
        Some(Self {
            old: range(old)?,
            new: range(new)?,
        })
    }

    /// The first line after it on the old side.
    pub fn end(&self) -> u64 {
        u64::from(self.old.0) + u64::from(self.old.1)
    }

    /// The first line of the old side.
    pub fn start(&self) -> u64 {
        u64::from(self.old.0)
    }
}

fn range(text: &str) -> Option<(u32, u32)> {
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    let digits = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().ok())
            .flatten()
    };
    Some((digits(start)?, digits(count)?))
}

/// The lines of a hunk, without context, as neighbouring replacements; and all bytes of each side.
#[derive(Debug, Default)]
pub struct Body {
    /// The replacements.
    pub hunks: Vec<Hunk>,
    /// What is removed, as bytes.
    pub removed: Vec<u8>,
    /// What is added, as bytes.
    pub added: Vec<u8>,
}

/// Reads the lines that the header announces.
///
/// # Errors
/// There are more or fewer of them.
pub fn body(reader: &mut Reader<'_>, ranges: Ranges) -> Result<Body, Problem> {
    let mut open = Open {
        body: Body::default(),
        hunk: Hunk::default(),
        last: Last::Context,
        old: Count::of(ranges.old),
        new: Count::of(ranges.new),
    };
    while open.old.left > 0 || open.new.left > 0 {
        let Some(line) = reader.take() else {
            return Err(reader.problem("the patch ends inside a hunk"));
        };
        open.line(line).map_err(|what| reader.problem(what))?;
    }
    if let Some(line) = reader.peek()
        && line.starts_with(b"\\")
    {
        open.no_line_break();
        reader.take();
    }
    open.close();
    match reader.peek() {
        Some(line) if goes_on(line) => {
            reader.take();
            Err(reader.problem("the hunk has more lines than its header says"))
        }
        Some(_) | None => Ok(open.body),
    }
}

/// Whether a line after the last one counted looks like one more; a mail's signature and the next header do not.
fn goes_on(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let is_other = line.starts_with(b"--- ") || line == b"-- " || line == b"--" || line == b"---";
    line.starts_with(b" ") || line.starts_with(b"+") || (line.starts_with(b"-") && !is_other)
}

struct Count {
    number: u32,
    left: u32,
}

impl Count {
    fn of((start, count): (u32, u32)) -> Self {
        Self {
            number: start,
            left: count,
        }
    }

    fn take(&mut self) -> Result<u32, &'static str> {
        let number = self.number;
        self.left = self
            .left
            .checked_sub(1)
            .ok_or("the hunk has other lines than its header says")?;
        self.number = number.checked_add(1).ok_or("the line number is too large")?;
        Ok(number)
    }
}

enum Last {
    Context,
    Removed,
    Added,
}

struct Open {
    body: Body,
    hunk: Hunk,
    last: Last,
    old: Count,
    new: Count,
}

impl Open {
    fn line(&mut self, line: &[u8]) -> Result<(), &'static str> {
        let (mark, text) = line.split_first().unwrap_or((&b' ', line));
        match mark {
            b'-' => {
                let number = self.old.take()?;
                self.hunk.removed.push(line_of(number, text));
                extend(&mut self.body.removed, text);
                self.last = Last::Removed;
            }
            b'+' => {
                let number = self.new.take()?;
                self.hunk.added.push(line_of(number, text));
                extend(&mut self.body.added, text);
                self.last = Last::Added;
            }
            b'\\' => self.no_line_break(),
            // mail programs drop the space of an empty context line
            b' ' | b'\r' => {
                self.old.take()?;
                self.new.take()?;
                self.last = Last::Context;
                self.close();
            }
            _ => return Err("the hunk has fewer lines than its header says"),
        }
        Ok(())
    }

    fn no_line_break(&mut self) {
        match self.last {
            Last::Context => {}
            Last::Removed => {
                self.body.removed.pop();
            }
            Last::Added => {
                self.body.added.pop();
            }
        }
    }

    fn close(&mut self) {
        let hunk = std::mem::take(&mut self.hunk);
        if hunk != Hunk::default() {
            self.body.hunks.push(hunk);
        }
    }
}

fn extend(bytes: &mut Vec<u8>, text: &[u8]) {
    bytes.extend_from_slice(text);
    bytes.push(b'\n');
}

fn line_of(number: u32, text: &[u8]) -> Line {
    Line {
        number,
        text: String::from_utf8_lossy(text).into(),
    }
}
