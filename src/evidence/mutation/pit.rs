//! How does a PIT report become mutants?
//!
//! The format is `mutations.xml`. It names a class and the name of a source file; the path is put together from the
//! package of the class and that name.

use super::{Mutant, Parsed, Status};
use crate::{
    evidence::xml::{At, Document, Element, Event, Fault},
    limits,
};

/// The name of the format.
pub const FORMAT: &str = "pit";

/// What is gathered of one `<mutation>`.
struct Open {
    at: At,
    status: String,
    fields: Vec<(String, String)>,
}

impl Open {
    fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).unwrap_or_default()
    }
}

#[derive(Default)]
struct Reader {
    depth: usize,
    open: Option<Open>,
    mutants: Vec<Mutant>,
}

/// Reads a report.
///
/// # Errors
/// It is not well-formed, not a PIT report, or a mutant lacks its status or its class; says where.
pub fn read(bytes: &[u8]) -> Result<Parsed, String> {
    let mut parsed = Parsed::of(FORMAT);
    parsed.mutants = mutants(bytes).map_err(|fault| fault.to_string())?;
    Ok(parsed)
}

fn mutants(bytes: &[u8]) -> Result<Vec<Mutant>, Fault> {
    let mut document = Document::new(bytes)?;
    let mut reader = Reader::default();
    loop {
        match document.next()? {
            Event::Open(element) => reader.begin(&element)?,
            Event::Text(text) => reader.text(&text),
            Event::Close => reader.end()?,
            Event::Ignored => {}
            Event::End => return Ok(reader.mutants),
        }
    }
}

impl Reader {
    fn begin(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        match (self.depth, element.name()) {
            (0, "mutations") => {}
            (0, other) => {
                let problem = format!(
                    "the root element is `{}`, not `mutations` as in a whole report of PIT",
                    crate::escape::line(other)
                );
                return Err(element.at().fault(problem));
            }
            (1, "mutation") => self.open = Some(open(element)?),
            (2, name) => {
                if let Some(open) = &mut self.open {
                    open.fields.push((name.to_owned(), String::new()));
                }
            }
            _ => {}
        }
        self.depth += 1;
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.depth != 3 {
            return;
        }
        if let Some((_, value)) = self.open.as_mut().and_then(|open| open.fields.last_mut())
            && value.len() + text.len() <= limits::XML_VALUE_BYTES
        {
            value.push_str(text);
        }
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.depth = self.depth.saturating_sub(1);
        if self.depth != 1 {
            return Ok(());
        }
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        if self.mutants.len() >= limits::MUTANTS {
            let problem = format!("it lists more than {} mutants", limits::MUTANTS);
            return Err(open.at.fault(problem));
        }
        self.mutants
            .push(mutant(&open).map_err(|problem| open.at.fault(problem))?);
        Ok(())
    }
}

fn open(element: &Element<'_>) -> Result<Open, Fault> {
    let status = element.attribute("status")?;
    let status = status.ok_or_else(|| element.at().fault("a mutation has no status"))?;
    Ok(Open {
        at: element.at(),
        status: status.into_owned(),
        fields: Vec::new(),
    })
}

fn mutant(open: &Open) -> Result<Mutant, String> {
    let class = open.field("mutatedClass");
    if class.is_empty() {
        return Err("a mutation has no `mutatedClass`".to_owned());
    }
    let line = line(open.field("lineNumber"))?;
    let tests = [
        open.field("killingTests"),
        open.field("killingTest"),
        open.field("succeedingTests"),
    ];
    let tests = tests
        .iter()
        .flat_map(|list| list.split('|'))
        .filter(|test| !test.is_empty());
    Ok(Mutant {
        file: path(class, open.field("sourceFile")),
        line,
        last_line: line,
        column: None,
        id: None,
        anchor: None,
        below_function: None,
        original: None,
        function: Some(format!("{class}.{}", open.field("mutatedMethod"))),
        operator: open.field("mutator").to_owned(),
        replacement: Some(open.field("description").to_owned()).filter(|text| !text.is_empty()),
        status: status(&open.status)?,
        tests: tests.map(str::to_owned).collect(),
    })
}

/// PIT writes 0 where the class file has no line numbers.
fn line(text: &str) -> Result<Option<u32>, String> {
    match text.parse::<u32>() {
        Ok(0) => Ok(None),
        Ok(line) if line <= limits::LINE_NUMBER => Ok(Some(line)),
        Ok(_) | Err(_) => Err(format!("`{}` is no line number", crate::escape::line(text))),
    }
}

fn path(class: &str, source_file: &str) -> String {
    match class.rsplit_once('.') {
        Some((package, _)) => format!("{}/{source_file}", package.replace('.', "/")),
        None => source_file.to_owned(),
    }
}

fn status(name: &str) -> Result<Status, String> {
    Ok(match name {
        "KILLED" => Status::Killed,
        "SURVIVED" => Status::Survived,
        "NO_COVERAGE" => Status::NoCoverage,
        "TIMED_OUT" => Status::Timeout,
        "NON_VIABLE" => Status::CompileError,
        "MEMORY_ERROR" | "RUN_ERROR" => Status::RuntimeError,
        "NOT_STARTED" | "STARTED" => Status::Pending,
        _ => {
            return Err(format!("`{}` is no status of PIT", crate::escape::line(name)));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(status: &str, line: &str) -> Result<Parsed, String> {
        let text = format!(
            "<mutations><mutation status='{status}'><sourceFile>A.java</sourceFile>\
             <mutatedClass>org.x.A$B</mutatedClass><mutatedMethod>&lt;init&gt;</mutatedMethod>\
             <lineNumber>{line}</lineNumber><mutator>org.pitest.MathMutator</mutator>\
             <killingTests>org.x.ATest.a|org.x.ATest.b</killingTests></mutation></mutations>"
        );
        read(text.as_bytes())
    }

    #[test]
    fn the_path_comes_from_package_and_source_file() {
        let mutant = report("KILLED", "7").unwrap().mutants.remove(0);
        assert_eq!((mutant.file.as_str(), mutant.line), ("org/x/A.java", Some(7)));
        assert_eq!(mutant.function.as_deref(), Some("org.x.A$B.<init>"));
        assert_eq!(mutant.tests, ["org.x.ATest.a", "org.x.ATest.b"]);
    }

    #[test]
    fn unknown_states_and_lines_are_refused() {
        assert!(report("FINE", "7").unwrap_err().contains("`FINE` is no status"));
        assert!(report("KILLED", "-7").is_err());
        assert!(report("KILLED", "99999999").is_err());
        assert_eq!(report("KILLED", "0").unwrap().mutants[0].line, None);
    }
}
