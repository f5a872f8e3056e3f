//! How does a Cobertura report become line coverage?
//!
//! Read are the `filename` of each `class` and its `line` elements; rates and totals are not used.

use super::{Files, line_number};
use crate::evidence::markup::{self, Step, attribute};

/// Reads a report.
///
/// # Errors
/// It is not well-formed, not a Cobertura report, or a line lacks its number; says where.
pub fn read(text: &str) -> Result<Files, String> {
    let mut files = Files::default();
    let mut depth = 0usize;
    let mut class: Option<(usize, String)> = None;
    markup::walk(text, &mut |step| {
        match step {
            Step::Open(name, attributes) => {
                if depth == 0 && name != "coverage" {
                    return Err(format!(
                        "the root element is `{}`, not `coverage`",
                        crate::escape::line(&name)
                    ));
                }
                depth += 1;
                if name == "class" {
                    let file = attribute(&attributes, "filename").ok_or("a class has no `filename`")?;
                    files.name(file);
                    class = Some((depth, file.to_owned()));
                } else if name == "line"
                    && let Some((_, file)) = &class
                {
                    let (line, hits) = data_of(&attributes)?;
                    files.add(file, line, hits)?;
                }
            }
            Step::Close(_) => {
                if class.as_ref().is_some_and(|(opened, _)| *opened == depth) {
                    class = None;
                }
                depth = depth.saturating_sub(1);
            }
            Step::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(files)
}

fn data_of(attributes: &[(String, String)]) -> Result<(u32, u64), String> {
    let line = attribute(attributes, "number").ok_or("a line has no `number`")?;
    let hits = attribute(attributes, "hits").ok_or("a line has no `hits`")?;
    let bad = |_| format!("`{}` is no number of hits", crate::escape::line(hits));
    Ok((line_number(line)?, hits.parse().map_err(bad)?))
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
        let lines: Vec<(u32, u64)> = read(text).unwrap().0["a/b.py"].clone().into_iter().collect();
        assert_eq!(lines, [(2, 1), (3, 0)]);
    }

    #[test]
    fn other_documents_and_odd_numbers_are_refused() {
        assert!(read("<testsuites/>").unwrap_err().contains("not `coverage`"));
        let odd = |line: &str| format!("<coverage><class filename='a'>{line}</class></coverage>");
        for line in [
            "<line number='0' hits='1'/>",
            "<line number='1' hits='-1'/>",
            "<line number='1'/>",
        ] {
            assert!(read(&odd(line)).is_err(), "{line}");
        }
    }
}
