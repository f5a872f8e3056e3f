//! How does a PIT report become mutants?
//!
//! The format is `mutations.xml`. It names a class and the name of a source file; the path is put together from the
//! package of the class and that name.

use super::{Mutant, Parsed, Status};
use crate::{
    evidence::markup::{self, Step, attribute},
    limits,
};

/// The name of the format.
pub const FORMAT: &str = "pit";

/// What is gathered of one `<mutation>`.
#[derive(Default)]
struct Open {
    status: String,
    fields: Vec<(String, String)>,
}

impl Open {
    fn field(&self, name: &str) -> &str {
        attribute(&self.fields, name).unwrap_or_default().trim()
    }
}

#[derive(Default)]
struct Reader {
    path: Vec<String>,
    open: Option<Open>,
    mutants: Vec<Mutant>,
}

/// Reads a report.
///
/// # Errors
/// It is not well-formed, not a PIT report, or a mutant lacks its status or its class; says where.
pub fn read(text: &str) -> Result<Parsed, String> {
    let mut reader = Reader::default();
    markup::walk(text, &mut |step| reader.step(step))?;
    let mut parsed = Parsed::of(FORMAT);
    parsed.mutants = reader.mutants;
    Ok(parsed)
}

impl Reader {
    fn step(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Open(name, attributes) => self.begin(name, &attributes),
            Step::Text(text) => {
                self.text(&text);
                Ok(())
            }
            Step::Close(_) => self.end(),
        }
    }

    fn begin(&mut self, name: String, attributes: &[(String, String)]) -> Result<(), String> {
        match self.path.len() {
            0 if name != "mutations" => {
                return Err(format!(
                    "the root element is `{}`, not `mutations` as in a whole report of PIT",
                    crate::escape::line(&name)
                ));
            }
            1 if name == "mutation" => {
                let status = attribute(attributes, "status").ok_or("a mutation has no status")?;
                self.open = Some(Open {
                    status: status.to_owned(),
                    ..Open::default()
                });
            }
            2 => {
                if let Some(open) = &mut self.open {
                    open.fields.push((name.clone(), String::new()));
                }
            }
            _ => {}
        }
        self.path.push(name);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.path.len() != 3 {
            return;
        }
        if let Some((_, value)) = self.open.as_mut().and_then(|open| open.fields.last_mut())
            && value.len() + text.len() <= limits::XML_VALUE_BYTES
        {
            value.push_str(text);
        }
    }

    fn end(&mut self) -> Result<(), String> {
        self.path.pop();
        if self.path.len() == 1
            && let Some(open) = self.open.take()
        {
            self.mutants.push(mutant(&open)?);
        }
        if self.mutants.len() > limits::MUTANTS {
            return Err(format!("it lists more than {} mutants", limits::MUTANTS));
        }
        Ok(())
    }
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

    fn report(status: &str, line: &str) -> String {
        format!(
            "<mutations><mutation status='{status}'><sourceFile>A.java</sourceFile>\
             <mutatedClass>org.x.A$B</mutatedClass><mutatedMethod>&lt;init&gt;</mutatedMethod>\
             <lineNumber>{line}</lineNumber><mutator>org.pitest.MathMutator</mutator>\
             <killingTests>org.x.ATest.a|org.x.ATest.b</killingTests></mutation></mutations>"
        )
    }

    #[test]
    fn the_path_comes_from_package_and_source_file() {
        let mutant = read(&report("KILLED", "7")).unwrap().mutants.remove(0);
        assert_eq!((mutant.file.as_str(), mutant.line), ("org/x/A.java", Some(7)));
        assert_eq!(mutant.function.as_deref(), Some("org.x.A$B.<init>"));
        assert_eq!(mutant.tests, ["org.x.ATest.a", "org.x.ATest.b"]);
    }

    #[test]
    fn unknown_states_and_lines_are_refused() {
        assert!(
            read(&report("FINE", "7"))
                .unwrap_err()
                .contains("`FINE` is no status")
        );
        assert!(read(&report("KILLED", "-7")).is_err());
        assert!(read(&report("KILLED", "99999999")).is_err());
        assert_eq!(read(&report("KILLED", "0")).unwrap().mutants[0].line, None);
    }
}
