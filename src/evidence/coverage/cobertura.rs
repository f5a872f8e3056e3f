//! How does a Cobertura report become line coverage?
//!
//! Read are the `filename` of each `class` and its `line` elements; rates and totals are not used.

use super::{Files, line_number};
use crate::evidence::xml::{Document, Element, Event, Fault};

/// Reads a report.
///
/// # Errors
/// It is not well-formed, not a Cobertura report, or a line lacks its number; says where.
pub fn read(bytes: &[u8]) -> Result<Files, String> {
    let mut reader = Reader::default();
    document(bytes, &mut reader).map_err(|fault| fault.to_string())?;
    Ok(reader.files)
}

fn document(bytes: &[u8], reader: &mut Reader) -> Result<(), Fault> {
    let mut document = Document::new(bytes)?;
    loop {
        match document.next()? {
            Event::Open(element) => reader.begin(&element)?,
            Event::Close => reader.end(),
            Event::Text(_) | Event::Ignored => {}
            Event::End => return Ok(()),
        }
    }
}

#[derive(Default)]
struct Reader {
    files: Files,
    depth: usize,
    /// The file of the innermost open class, and how deep that class is.
    class: Option<(usize, String)>,
}

impl Reader {
    fn begin(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        let name = element.name();
        if self.depth == 0 && name != "coverage" {
            let problem = format!(
                "the root element is `{}`, not `coverage`",
                crate::escape::line(name)
            );
            return Err(element.at().fault(problem));
        }
        self.depth += 1;
        if name == "class" {
            let file = required(element, "filename")?;
            self.files.name(&file);
            self.class = Some((self.depth, file));
        } else if name == "line"
            && let Some((_, file)) = &self.class
        {
            let (line, hits) = data_of(element)?;
            let added = self.files.add(file, line, hits);
            added.map_err(|problem| element.at().fault(problem))?;
        }
        Ok(())
    }

    fn end(&mut self) {
        if self
            .class
            .as_ref()
            .is_some_and(|(opened, _)| *opened == self.depth)
        {
            self.class = None;
        }
        self.depth = self.depth.saturating_sub(1);
    }
}

fn required(element: &Element<'_>, attribute: &str) -> Result<String, Fault> {
    let value = element.attribute(attribute)?;
    let missing = || format!("a {} has no `{attribute}`", element.name());
    value
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| element.at().fault(missing()))
}

fn data_of(element: &Element<'_>) -> Result<(u32, u64), Fault> {
    let line = line_number(&required(element, "number")?);
    let hits = required(element, "hits")?;
    let bad = |_| format!("`{}` is no number of hits", crate::escape::line(&hits));
    let fault = |problem: String| element.at().fault(problem);
    Ok((line.map_err(fault)?, hits.parse().map_err(bad).map_err(fault)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_method_and_of_its_class_is_one_line() {
        let text = r#"<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="1"><sources><source>/app/src</source></sources><packages><package name="a"><classes>
<class name="b" filename="a/b.py"><methods><method name="f"><lines><line number="2" hits="1"/></lines></method></methods>
<lines><line number="2" hits="1"/><line number="3" hits="0"/></lines></class>
</classes></package></packages></coverage>"#;
        let lines: Vec<(u32, u64)> = read(text.as_bytes()).unwrap().0["a/b.py"]
            .clone()
            .into_iter()
            .collect();
        assert_eq!(lines, [(2, 1), (3, 0)]);
    }

    #[test]
    fn other_documents_and_odd_numbers_are_refused() {
        assert!(read(b"<testsuites/>").unwrap_err().contains("not `coverage`"));
        let odd = |line: &str| format!("<coverage><class filename='a'>{line}</class></coverage>");
        for line in [
            "<line number='0' hits='1'/>",
            "<line number='1' hits='-1'/>",
            "<line number='1'/>",
        ] {
            assert!(read(odd(line).as_bytes()).is_err(), "{line}");
        }
    }
}
