//! How is an XML report walked without trusting it? The only file of the coverage and mutation readers that names the
//! XML library.
//!
//! No entity but the five of XML and character references is resolved; a document type may be named and must not
//! define anything; depth, attributes and text are bounded; exactly one root, closed at the end.

use quick_xml::{
    XmlVersion,
    events::{BytesRef, BytesStart, Event},
};

use crate::limits;

/// One step of the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An element begins: its name without prefix, and its attributes in the order of the file.
    Open(String, Vec<(String, String)>),
    /// Text inside the innermost open element.
    Text(String),
    /// The element of this name ends.
    Close(String),
}

/// Walks over a document.
///
/// # Errors
/// It is not well-formed, passes a limit, or `step` refuses it; the line is named.
pub fn walk(text: &str, step: &mut dyn FnMut(Step) -> Result<(), String>) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut walker = Walker { depth: 0, roots: 0 };
    loop {
        let event = reader.read_event().map_err(|error| {
            let at = reader.error_position();
            format!("{error} at line {}", line_of(text, at))
        })?;
        if matches!(event, Event::Eof) {
            break;
        }
        let at = reader.buffer_position();
        walker
            .event(event, step)
            .map_err(|problem| format!("{problem} at line {}", line_of(text, at)))?;
    }
    match (walker.depth, walker.roots) {
        (0, 1) => Ok(()),
        (0, _) => Err("it holds no element".to_owned()),
        (open, _) => Err(format!("it ends inside {open} open elements: it was cut short")),
    }
}

fn line_of(text: &str, at: u64) -> usize {
    let end = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
    let before = text.as_bytes().get(..end).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

struct Walker {
    depth: usize,
    roots: usize,
}

impl Walker {
    fn event(
        &mut self,
        event: Event<'_>,
        step: &mut dyn FnMut(Step) -> Result<(), String>,
    ) -> Result<(), String> {
        match event {
            Event::Start(start) => {
                self.open()?;
                step(open(&start)?)
            }
            Event::Empty(start) => {
                self.open()?;
                self.depth -= 1;
                step(open(&start)?)?;
                step(Step::Close(start.local_name().into_inner().to_owned()))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                step(Step::Close(end.local_name().into_inner().to_owned()))
            }
            Event::Text(text) => self.text(text.xml10_content().into_owned(), step),
            Event::CData(text) => self.text(text.into_inner().into_owned(), step),
            Event::GeneralRef(reference) => self.text(resolve(&reference)?, step),
            Event::DocType(doctype) if doctype.contains(['[', '<']) => {
                Err("its document type defines entities or elements; such a file is not read".to_owned())
            }
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self) -> Result<(), String> {
        if self.depth == 0 {
            self.roots += 1;
        }
        self.depth += 1;
        if self.roots > 1 {
            return Err("a second root element begins".to_owned());
        }
        if self.depth > limits::XML_DEPTH {
            return Err(format!("elements nest deeper than {}", limits::XML_DEPTH));
        }
        Ok(())
    }

    fn text(&self, text: String, step: &mut dyn FnMut(Step) -> Result<(), String>) -> Result<(), String> {
        if self.depth > 0 {
            return step(Step::Text(text));
        }
        if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() {
            Ok(())
        } else {
            Err("text stands outside the root element".to_owned())
        }
    }
}

fn open(start: &BytesStart<'_>) -> Result<Step, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value(XmlVersion::default())
            .map_err(|error| error.to_string())?;
        if value.len() > limits::XML_VALUE_BYTES || attributes.len() >= limits::XML_ATTRIBUTES {
            return Err("an element has too many or too long attributes".to_owned());
        }
        let name = attribute.key.local_name().into_inner().to_owned();
        attributes.push((name, value.into_owned()));
    }
    Ok(Step::Open(start.local_name().into_inner().to_owned(), attributes))
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character.to_string());
    }
    let name: &str = reference;
    let text = match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "apos" => "'",
        "quot" => "\"",
        _ => {
            return Err(format!(
                "the entity `&{}`; is not known",
                crate::escape::line(name)
            ));
        }
    };
    Ok(text.to_owned())
}

/// The value of an attribute.
pub fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(xml: &str) -> Result<String, String> {
        let mut text = String::new();
        walk(xml, &mut |step| {
            if let Step::Text(part) = step {
                text.push_str(&part);
            }
            Ok(())
        })?;
        Ok(text)
    }

    #[test]
    fn references_are_resolved_and_unknown_ones_refused() {
        assert_eq!(text_of("<a>x &lt;init&gt; &#x41;</a>").unwrap(), "x <init> A");
        assert!(text_of("<a>\n&file;</a>").unwrap_err().contains("line 2"));
        assert!(text_of("<a b='&file;'/>").is_err());
    }

    #[test]
    fn a_document_type_may_be_named_and_not_defined() {
        assert!(text_of("<!DOCTYPE coverage SYSTEM 'http://example.org/coverage-04.dtd'><a/>").is_ok());
        assert!(text_of("<!DOCTYPE a [<!ENTITY file SYSTEM 'file:///etc/passwd'>]><a>&file;</a>").is_err());
    }

    #[test]
    fn cut_short_doubled_deep_and_trailing_documents_are_refused() {
        assert!(text_of("<a><b>").unwrap_err().contains("cut short"));
        assert!(text_of("<a/><b/>").unwrap_err().contains("second root"));
        assert!(text_of("<a/>x").unwrap_err().contains("outside"));
        assert!(text_of("").unwrap_err().contains("no element"));
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(text_of(&nested(limits::XML_DEPTH)).is_ok());
        assert!(text_of(&nested(limits::XML_DEPTH + 1)).is_err());
    }
}
