//! Which blocks of a Markdown text are the author's own words? The only file that names the Markdown library.
//!
//! Quotes, code, HTML, folded sections, images and the targets of links are not. Code blocks are kept aside: a pasted
//! summary of a test run is compared with the reports.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A heading, with its depth from 1.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// An item of a list, without the lists inside it.
    Item,
    /// A row of a table that is not its head.
    Row,
    /// A block of code.
    Fence,
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A code span, without its quotes.
    Code(String),
    /// A line break that the renderer does not show.
    Wrap,
    /// A line break that it shows, or the border of a cell.
    Break,
}

/// A block of the author's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// What it says, each piece with its bytes in the source.
    pub pieces: Vec<(Piece, Range<usize>)>,
    /// Whether the box in front of it is ticked, where it has one.
    pub ticked: Option<bool>,
    /// All of it is set in bold: authors write headings that way.
    pub is_bold: bool,
}

impl Block {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            pieces: Vec::new(),
            ticked: None,
            is_bold: false,
        }
    }

    /// Its words without marks of any kind, as one line.
    pub fn plain(&self) -> String {
        let mut text = String::new();
        for (piece, _) in &self.pieces {
            match piece {
                Piece::Text(words) | Piece::Code(words) => text.push_str(words),
                Piece::Wrap | Piece::Break => text.push(' '),
            }
        }
        text
    }
}

/// The blocks of a text, in the order in which they stand.
pub fn blocks(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut reader = Reader::default();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.end_block();
    reader.blocks
}

/// What a reading from top to bottom must remember.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    open: Option<Block>,
    /// Open quotes, images and struck out words: what they hold is dropped.
    dropped: usize,
    /// Open `<details>`.
    folded: usize,
    /// In the head of a table.
    head: bool,
    /// Open bold spans, and whether words of the block stood outside of them.
    bold: usize,
    outside_bold: bool,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(words) => self.piece(Piece::Text(words.into_string()), range),
            Event::Code(words) => self.piece(Piece::Code(words.into_string()), range),
            Event::SoftBreak => self.piece(Piece::Wrap, range),
            Event::HardBreak => self.piece(Piece::Break, range),
            Event::TaskListMarker(ticked) => {
                if let Some(block) = &mut self.open {
                    block.ticked = Some(ticked);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, range),
            Event::Rule => self.end_block(),
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) | Tag::Image { .. } | Tag::Strikethrough => self.dropped += 1,
            Tag::Paragraph => self.begin(Kind::Paragraph),
            Tag::Heading { level, .. } => self.begin(Kind::Heading(*level as u8)),
            Tag::Item => {
                self.end_block();
                self.begin(Kind::Item);
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.end_block();
                self.begin(Kind::Fence);
            }
            Tag::TableHead => self.head = true,
            Tag::TableRow => self.begin(Kind::Row),
            Tag::List(_) => self.end_block(),
            Tag::Strong => self.bold += 1,
            Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) | TagEnd::Image | TagEnd::Strikethrough => {
                self.dropped = self.dropped.saturating_sub(1);
            }
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::TableHead => self.head = false,
            TagEnd::TableCell => self.piece(Piece::Break, 0..0),
            // the words of a loose list's item stand in a paragraph of their own
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::CodeBlock
            | TagEnd::TableRow
            | TagEnd::List(_) => self.end_block(),
            TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::Emphasis
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// A paragraph inside an item belongs to it; a second one there is a paragraph.
    fn begin(&mut self, kind: Kind) {
        let in_item = kind == Kind::Paragraph
            && self
                .open
                .as_ref()
                .is_some_and(|block| block.kind == Kind::Item && block.pieces.is_empty());
        if !in_item {
            self.end_block();
            self.open = Some(Block::new(kind));
        }
    }

    fn end_block(&mut self) {
        if let Some(mut block) = self.open.take() {
            block.is_bold = !self.outside_bold && !block.pieces.is_empty();
            if block
                .pieces
                .iter()
                .any(|(piece, _)| !matches!(piece, Piece::Break))
            {
                self.blocks.push(block);
            }
        }
        self.outside_bold = false;
    }

    fn piece(&mut self, piece: Piece, range: Range<usize>) {
        if self.dropped > 0 || self.folded > 0 || self.head {
            return;
        }
        let says = match &piece {
            Piece::Text(words) => words.chars().any(char::is_alphanumeric),
            Piece::Code(_) => true,
            Piece::Wrap | Piece::Break => false,
        };
        self.outside_bold |= says && self.bold == 0;
        self.open
            .get_or_insert_with(|| Block::new(Kind::Paragraph))
            .pieces
            .push((piece, range));
    }

    /// Folded sections hold what bots and issue trackers wrote: release notes, the prompt, logs.
    fn html(&mut self, html: &str, range: Range<usize>) {
        let lower = html.to_ascii_lowercase();
        let (opens, closes) = (
            lower.matches("<details").count(),
            lower.matches("</details").count(),
        );
        self.folded = (self.folded + opens).saturating_sub(closes);
        if lower.contains("<br") {
            self.piece(Piece::Break, range);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(Kind, String)> {
        let blocks = blocks(text);
        let plain = |block: &Block| (block.kind, block.plain().trim().to_owned());
        blocks.iter().map(plain).collect()
    }

    fn words(text: &str) -> Vec<String> {
        said(text).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn paragraphs_headings_items_and_rows_are_blocks() {
        let text = "# What\n\nOne\nline.\n\n- a\n  - b\n\n- c\n\n| x | y |\n|---|---|\n| 1 | 2 |\n";
        let own = |kind, words: &str| (kind, words.to_owned());
        assert_eq!(
            said(text),
            [
                own(Kind::Heading(1), "What"),
                own(Kind::Paragraph, "One line."),
                own(Kind::Item, "a"),
                own(Kind::Item, "b"),
                own(Kind::Item, "c"),
                own(Kind::Row, "1 2"),
            ]
        );
    }

    #[test]
    fn what_others_said_is_dropped() {
        assert_eq!(words("> quoted\n\nmine"), ["mine"]);
        assert_eq!(words("<!-- hidden -->\n\nmine ![alt](x.png)"), ["mine"]);
        assert_eq!(words("~~struck~~ mine"), ["mine"]);
        assert_eq!(
            words("<details><summary>Prompt</summary>\n\nAdd a file.\n\n</details>\n\nmine"),
            ["mine"]
        );
        assert_eq!(
            words("see [the page](https://example.org/a.rs)"),
            ["see the page"]
        );
    }

    #[test]
    fn code_is_kept_aside_and_boxes_are_read() {
        let blocks = blocks("```text\n3 passed\n```\n- [x] done\n- [ ] open\n");
        assert_eq!(blocks[0].kind, Kind::Fence);
        let boxes: Vec<_> = blocks.iter().map(|block| block.ticked).collect();
        assert_eq!(boxes, [None, Some(true), Some(false)]);
    }

    #[test]
    fn a_bold_line_is_seen() {
        assert!(blocks("**Testing**")[0].is_bold);
        assert!(blocks("**Testing:**")[0].is_bold);
        assert!(!blocks("**Testing** was done")[0].is_bold);
    }

    #[test]
    fn deep_nesting_ends() {
        for hostile in [
            "> ".repeat(20_000),
            "- ".repeat(20_000),
            "[".repeat(50_000),
            "*a ".repeat(20_000),
        ] {
            blocks(&hostile);
        }
    }
}
