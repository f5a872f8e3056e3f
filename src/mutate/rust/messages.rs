//! What does the compiler say, and about which places?

use serde::Deserialize;

/// A place in a message.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Spot {
    /// The file, as the compiler was given it.
    pub(super) file_name: String,
    /// The first byte.
    pub(super) byte_start: usize,
    /// The byte after the last.
    pub(super) byte_end: usize,
    /// What the message is about, not what explains it.
    pub(super) is_primary: bool,
    expansion: Option<Box<Expansion>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Expansion {
    span: Spot,
}

/// One message of the compiler.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Message {
    /// What it says.
    pub(super) message: String,
    level: String,
    code: Option<Code>,
    spans: Vec<Spot>,
    children: Vec<Message>,
}

#[derive(Clone, Debug, Deserialize)]
struct Code {
    code: String,
}

impl Message {
    /// It keeps the crate from being made.
    pub(super) fn is_error(&self) -> bool {
        self.level.starts_with("error")
    }

    /// `E0277`; empty where it has none.
    pub(super) fn code(&self) -> &str {
        self.code.as_ref().map_or("", |code| code.code.as_str())
    }

    /// Every place that it names, those of macros that were expanded included.
    pub(super) fn spots(&self) -> Vec<&Spot> {
        let own = self.spans.iter();
        let all = own.chain(self.children.iter().flat_map(|child| child.spans.iter()));
        all.flat_map(Spot::with_expansions).collect()
    }

    /// What it is about.
    pub(super) fn primary(&self) -> Vec<&Spot> {
        let primary = self.spans.iter().filter(|spot| spot.is_primary);
        primary.flat_map(Spot::with_expansions).collect()
    }

    /// Notes and helps.
    pub(super) fn notes(&self) -> impl Iterator<Item = &str> {
        self.children.iter().map(|child| child.message.as_str())
    }
}

impl Spot {
    fn with_expansions(&self) -> Vec<&Self> {
        let mut found = vec![self];
        let mut next = self.expansion.as_deref();
        while let Some(expansion) = next.filter(|_| found.len() < 64) {
            found.push(&expansion.span);
            next = expansion.span.expansion.as_deref();
        }
        found
    }
}
