//! How is untrusted XML read as a stream? The only file that names the XML library.
//!
//! A reader of a format sees three things: an element opens, text, an element closes. Everything that makes XML
//! dangerous or ambiguous is settled here: one root and nothing but white space and comments around it, every
//! element closed at the end of the file, bounded depth, attributes and token size, entities of a DOCTYPE never
//! resolved, encodings decoded or refused by name. The library reports neither open elements at the end of the file
//! nor text outside the root, and leaves references in text to its caller.

use std::{
    borrow::Cow,
    fmt,
    io::{self, BufRead, Cursor, Read},
};

use quick_xml::{
    encoding::DecodingReader,
    events::{BytesStart, Event as Raw},
    reader::Reader,
};

use crate::limits;

/// Where and why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// 1-based line where the offending token begins.
    pub line: u64,
    /// 1-based column in bytes.
    pub column: u64,
    /// What is wrong, in lower case.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} column {}: {}", self.line, self.column, self.problem)
    }
}

/// A place in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    line: u64,
    column: u64,
}

impl At {
    /// The first byte.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The start of a line.
    pub const fn line(line: u64) -> Self {
        Self { line, column: 1 }
    }

    /// Something wrong here.
    pub fn fault(self, problem: impl Into<String>) -> Fault {
        Fault {
            line: self.line,
            column: self.column,
            problem: problem.into(),
        }
    }
}

/// What comes next in a document.
#[derive(Debug)]
pub enum Event<'a> {
    /// An element opens. An empty element opens and closes.
    Open(Element<'a>),
    /// Text, a CDATA section or a resolved reference inside an element.
    Text(Cow<'a, str>),
    /// The innermost open element closes.
    Close,
    /// A declaration, a comment, an instruction, white space outside the root: nothing that counts.
    Ignored,
    /// The document has ended, whole.
    End,
}

/// An element that opens.
#[derive(Debug)]
pub struct Element<'a> {
    start: BytesStart<'a>,
    at: At,
}

impl Element<'_> {
    /// Its name without a prefix.
    pub fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// Where it begins.
    pub fn at(&self) -> At {
        self.at
    }

    /// The namespace that the element itself declares for its name; empty where it declares none.
    ///
    /// # Errors
    /// As [`Element::attribute`].
    pub fn namespace(&self) -> Result<Cow<'_, str>, Fault> {
        let wanted = match self.start.name().prefix() {
            Some(prefix) => format!("xmlns:{}", prefix.into_inner()),
            None => "xmlns".to_owned(),
        };
        Ok(self.attribute(&wanted)?.unwrap_or_default())
    }

    /// The value of an attribute, references resolved; `None` where it is not written.
    ///
    /// # Errors
    /// The value passes [`limits::XML_VALUE_BYTES`] or names an unknown entity.
    pub fn attribute(&self, name: &str) -> Result<Option<Cow<'_, str>>, Fault> {
        let Some(value) = self.raw(name)? else {
            return Ok(None);
        };
        if value.len() > limits::XML_VALUE_BYTES {
            let problem = format!(
                "limit-xml-value: the attribute `{name}` has {} bytes; the limit is {}",
                value.len(),
                limits::XML_VALUE_BYTES
            );
            return Err(self.at.fault(problem));
        }
        self.resolved(value).map(Some)
    }

    /// As [`Element::attribute`], for text that is only shown: cut at [`limits::KEPT_TEXT_BYTES`] instead of refused.
    ///
    /// # Errors
    /// The part that is kept names an unknown entity.
    pub fn kept_text(&self, name: &str) -> Result<Option<String>, Fault> {
        let Some(value) = self.raw(name)? else {
            return Ok(None);
        };
        let mut kept = cut(&value);
        let was_cut = kept.len() < value.len();
        // the cut may have split a reference: what follows the last `&` without a `;` is dropped
        if was_cut
            && let Some((before, after)) = kept.rsplit_once('&')
            && !after.contains(';')
        {
            kept = before;
        }
        self.resolved(Cow::Borrowed(kept))
            .map(|text| Some(text.into_owned()))
    }

    fn raw(&self, name: &str) -> Result<Option<Cow<'_, str>>, Fault> {
        let found = self
            .start
            .try_get_attribute(name)
            .map_err(|error| self.at.fault(error.to_string()))?;
        Ok(found.map(|attribute| attribute.value))
    }

    fn resolved<'v>(&self, value: Cow<'v, str>) -> Result<Cow<'v, str>, Fault> {
        if !value.contains('&') {
            return Ok(value);
        }
        let mut text = String::with_capacity(value.len());
        let mut rest: &str = &value;
        while let Some((before, after)) = rest.split_once('&') {
            text.push_str(before);
            let (name, tail) = after
                .split_once(';')
                .ok_or_else(|| self.at.fault("an `&` in an attribute value begins no reference"))?;
            text.push(reference(name).ok_or_else(|| unknown_entity(self.at, name))?);
            rest = tail;
        }
        text.push_str(rest);
        Ok(Cow::Owned(text))
    }

    /// Counts and checks the attributes.
    fn check(&self) -> Result<(), Fault> {
        for (place, attribute) in self.start.attributes().enumerate() {
            if place >= limits::XML_ATTRIBUTES {
                let problem = format!(
                    "limit-xml-attributes: `<{}>` has more than {} attributes",
                    shown(self.name()),
                    limits::XML_ATTRIBUTES
                );
                return Err(self.at.fault(problem));
            }
            attribute.map_err(|error| self.at.fault(format!("bad attribute: {error}")))?;
        }
        Ok(())
    }
}

/// The first byte that is neither white space nor part of a byte order mark or of a wide character: tells XML from
/// other formats, in every encoding that is read here.
pub fn first_byte(start: &[u8]) -> Option<u8> {
    let is_mark = |byte: u8| matches!(byte, b'\xEF' | b'\xBB' | b'\xBF' | b'\xFE' | b'\xFF' | b'\0');
    let mut bytes = start.iter().copied();
    bytes.find(|byte| !is_mark(*byte) && !byte.is_ascii_whitespace())
}

/// The longest beginning of a text that a report keeps.
pub fn cut(text: &str) -> &str {
    let end = text.floor_char_boundary(limits::KEPT_TEXT_BYTES.min(text.len()));
    text.get(..end).unwrap_or(text)
}

/// The character that a reference stands for: one of the five that XML knows, or a number. A number that no text may
/// hold becomes U+FFFD: runners write `&#0;` for what a test printed, and it hides nothing.
fn reference(name: &str) -> Option<char> {
    let number = |digits: &str, radix| {
        let plain = !digits.is_empty() && digits.len() <= 10 && digits.chars().all(|c| c.is_digit(radix));
        let code = u32::from_str_radix(digits, radix).ok().filter(|_| plain)?;
        Some(
            char::from_u32(code)
                .filter(|c| *c != '\0')
                .unwrap_or(char::REPLACEMENT_CHARACTER),
        )
    };
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        other => match other.strip_prefix('#')? {
            digits if digits.starts_with('x') => number(digits.get(1..)?, 16),
            digits => number(digits, 10),
        },
    }
}

fn unknown_entity(at: At, name: &str) -> Fault {
    at.fault(format!(
        "the entity `&{};` is not known; entities of a DOCTYPE are never resolved",
        shown(name)
    ))
}

/// A name from the document, cut and made safe to show.
fn shown(name: &str) -> String {
    crate::escape::line(&crate::escape::cut(name, 80)).into_owned()
}

/// A document read from its beginning to its end.
pub struct Document<'r> {
    reader: Reader<Bounded<Box<dyn BufRead + 'r>>>,
    token: Vec<u8>,
    open: Vec<Box<str>>,
    has_root: bool,
    notes: Vec<String>,
}

impl<'r> Document<'r> {
    /// A document from its bytes.
    ///
    /// # Errors
    /// The bytes cannot be read, or declare an encoding that is not decoded here.
    pub fn new(bytes: impl BufRead + 'r) -> Result<Self, Fault> {
        let (text, note) = decoded(bytes)?;
        let mut reader = Reader::from_reader(Bounded::new(text));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        Ok(Self {
            reader,
            token: Vec::new(),
            open: Vec::new(),
            has_root: false,
            notes: note.into_iter().collect(),
        })
    }

    /// What is odd about the document as a whole and changes nothing.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// What comes next.
    ///
    /// # Errors
    /// The document is not well formed, ends too early, or passes a limit.
    #[expect(clippy::should_implement_trait, reason = "an event borrows from the document")]
    pub fn next(&mut self) -> Result<Event<'_>, Fault> {
        self.token.clear();
        let at = self.reader.get_mut().begin();
        let event = match self.reader.read_event_into(&mut self.token) {
            Ok(event) => event,
            Err(error) => {
                let over = self.reader.get_ref().is_spent();
                return Err(at.fault(problem_of(&error, over, self.open.last().map(AsRef::as_ref))));
            }
        };
        let outside = self.open.is_empty();
        match event {
            Raw::Start(start) => {
                let element = Element { start, at };
                if outside && self.has_root {
                    return Err(at.fault(format!("a second root element `<{}>`", shown(element.name()))));
                }
                if self.open.len() >= limits::XML_DEPTH {
                    return Err(at.fault(format!(
                        "limit-xml-depth: more than {} elements inside each other",
                        limits::XML_DEPTH
                    )));
                }
                element.check()?;
                self.has_root = true;
                self.open.push(element.name().into());
                Ok(Event::Open(element))
            }
            Raw::End(_) | Raw::Empty(_) => {
                self.open.pop();
                Ok(Event::Close)
            }
            Raw::Text(text) if outside => blank(at, &text),
            Raw::Text(text) => Ok(Event::Text(text.into_inner())),
            Raw::CData(_) if outside => Err(at.fault("text outside the root element")),
            Raw::CData(text) => Ok(Event::Text(text.into_inner())),
            Raw::GeneralRef(_) if outside => Err(at.fault("text outside the root element")),
            Raw::GeneralRef(name) => match reference(&name) {
                Some(character) => Ok(Event::Text(Cow::Owned(character.to_string()))),
                None => Err(unknown_entity(at, &name)),
            },
            Raw::Comment(_) | Raw::Decl(_) | Raw::PI(_) | Raw::DocType(_) => Ok(Event::Ignored),
            Raw::Eof => match self.open.last() {
                Some(name) => Err(at.fault(format!("the file ends inside `<{}>`", shown(name)))),
                None if self.has_root => Ok(Event::End),
                None => Err(at.fault("the file holds no XML element")),
            },
        }
    }
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

fn blank<'a>(at: At, text: &str) -> Result<Event<'a>, Fault> {
    if text.trim().is_empty() {
        Ok(Event::Ignored)
    } else {
        Err(at.fault("text outside the root element"))
    }
}

fn problem_of(error: &quick_xml::Error, over: bool, inside: Option<&str>) -> String {
    if over {
        return format!(
            "limit-xml-token: a tag or a text of more than {} bytes",
            limits::XML_TOKEN_BYTES
        );
    }
    let place = inside
        .map(|name| format!(" inside `<{}>`", shown(name)))
        .unwrap_or_default();
    format!(
        "not well formed{place}: {}",
        crate::escape::line(&error.to_string())
    )
}

/// Counts lines, and refuses a token that passes [`limits::XML_TOKEN_BYTES`] while it is read, not after.
struct Bounded<R> {
    inner: R,
    left: usize,
    at: At,
}

impl<R> Bounded<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            left: limits::XML_TOKEN_BYTES,
            at: At::START,
        }
    }

    /// A new token begins: where.
    fn begin(&mut self) -> At {
        self.left = limits::XML_TOKEN_BYTES;
        self.at
    }

    fn is_spent(&self) -> bool {
        self.left == 0
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other("the token is too long"));
        }
        let bytes = self.inner.fill_buf()?;
        Ok(bytes.get(..self.left).unwrap_or(bytes))
    }

    fn consume(&mut self, amount: usize) {
        // what was filled is still there, so this reads nothing
        if let Ok(bytes) = self.inner.fill_buf() {
            let used = bytes.get(..amount).unwrap_or(bytes);
            match used.iter().rposition(|byte| *byte == b'\n') {
                Some(last) => {
                    self.at.line += used.iter().filter(|byte| **byte == b'\n').count() as u64;
                    self.at.column = (used.len() - last) as u64;
                }
                None => self.at.column += used.len() as u64,
            }
        }
        self.left = self.left.saturating_sub(amount);
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

/// Bytes at the beginning that are looked at for the declaration.
const DECLARATION_BYTES: usize = 512;

/// The bytes as UTF-8. The byte order mark decides, then the shape of the first bytes, then the declaration: a
/// declared UTF-16 over one-byte text is a common mistake and read as UTF-8.
fn decoded<'r>(mut bytes: impl BufRead + 'r) -> Result<(Box<dyn BufRead + 'r>, Option<String>), Fault> {
    let mut head = Vec::new();
    let mut first = bytes.by_ref().take(DECLARATION_BYTES as u64);
    first
        .read_to_end(&mut head)
        .map_err(|error| At::START.fault(format!("cannot be read: {error}")))?;
    let wide = [b"\xFE\xFF".as_slice(), b"\xFF\xFE", b"\0<", b"<\0"];
    if wide.iter().any(|start| head.starts_with(start)) {
        return Ok((
            Box::new(DecodingReader::new(Cursor::new(head).chain(bytes))),
            None,
        ));
    }
    let marked = head.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec);
    let has_mark = marked.is_some();
    let head = marked.unwrap_or(head);
    let declared = if has_mark { None } else { declared_encoding(&head) };
    let rest = Cursor::new(head).chain(bytes);
    match declared.as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => Ok((Box::new(rest), None)),
        Some(wide) if wide.starts_with("utf-16") || wide.starts_with("ucs-2") => {
            let note =
                format!("declares the encoding {wide} and is written in another; it was read as UTF-8");
            Ok((Box::new(rest), Some(note)))
        }
        Some(
            "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1" | "windows-1252" | "cp1252",
        ) => Ok((Box::new(SingleByte::new(rest)), None)),
        Some(other) => Err(At::START.fault(format!(
            "declares the encoding `{}`, which is not read; write the report as UTF-8",
            shown(other)
        ))),
    }
}

/// The encoding that an XML declaration names, in lower case.
fn declared_encoding(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let after = declaration
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = after.get(1..)?.split_once(quote)?.0;
    Some(value.trim().to_ascii_lowercase())
}

/// Text of one byte a character, as UTF-8. ISO-8859-1 is read as its superset Windows-1252, as browsers do
/// (WHATWG Encoding Standard, section 4.2): the difference is 27 printable characters where the other has control codes.
struct SingleByte<R> {
    inner: R,
    text: Vec<u8>,
    used: usize,
}

impl<R> SingleByte<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            text: Vec::new(),
            used: 0,
        }
    }
}

/// What Windows-1252 has at 0x80 to 0x9F.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    let high = byte
        .checked_sub(0x80)
        .and_then(|place| HIGH.get(usize::from(place)));
    high.copied().unwrap_or(char::from(byte))
}

impl<R: BufRead> BufRead for SingleByte<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used >= self.text.len() {
            let bytes = self.inner.fill_buf()?;
            let text: String = bytes.iter().map(|byte| windows_1252(*byte)).collect();
            let amount = bytes.len();
            self.inner.consume(amount);
            self.text = text.into_bytes();
            self.used = 0;
        }
        Ok(self.text.get(self.used..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.used += amount;
    }
}

impl<R: BufRead> Read for SingleByte<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}
