//! Which versions of its tools does a project declare, in the files at its root?

use super::{Range, Tool};
use crate::{
    evidence::{change::Change, manifests::document::Node},
    finding::{Side, Unproven},
    limits,
    path::RepoPath,
};

/// What one file declares about one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The tool.
    pub tool: Tool,
    /// The versions that are meant.
    pub range: Range,
    /// As written.
    pub text: String,
    /// The file.
    pub path: RepoPath,
    /// Its 1-based line.
    pub line: u32,
    /// It says with which version people work, and not which versions are supported: another one may be tested too.
    pub is_pin: bool,
}

/// Something that a file asks for: the tool, the words, the line, the range.
type Asked = (Tool, String, u32, Option<Range>);

struct Source {
    file: &'static str,
    is_pin: bool,
    read: fn(&str) -> Vec<Asked>,
}

const SOURCES: &[Source] = &[
    Source {
        file: "package.json",
        is_pin: false,
        read: package_json,
    },
    Source {
        file: "pyproject.toml",
        is_pin: false,
        read: pyproject,
    },
    Source {
        file: "setup.cfg",
        is_pin: false,
        read: setup_cfg,
    },
    Source {
        file: "Cargo.toml",
        is_pin: false,
        read: cargo,
    },
    Source {
        file: "go.mod",
        is_pin: false,
        read: go_mod,
    },
    Source {
        file: ".nvmrc",
        is_pin: true,
        read: node_pin,
    },
    Source {
        file: ".node-version",
        is_pin: true,
        read: node_pin,
    },
    Source {
        file: ".python-version",
        is_pin: true,
        read: python_pin,
    },
    Source {
        file: "rust-toolchain.toml",
        is_pin: true,
        read: rust_toolchain,
    },
    Source {
        file: "rust-toolchain",
        is_pin: true,
        read: rust_toolchain,
    },
];

/// Everything that the files at the root of one side declare and that is understood.
///
/// # Errors
/// A file cannot be read from the repository.
pub fn of(change: &Change, side: Side) -> Result<Vec<Declared>, Unproven> {
    let mut all = Vec::new();
    for source in SOURCES {
        let Ok(path) = RepoPath::new(source.file) else {
            continue;
        };
        let Some(version) = change.entry(side, &path)? else {
            continue;
        };
        let text = change.text(&version)?;
        if text.len() > limits::MANIFEST_BYTES {
            continue;
        }
        let declared = |(tool, text, line, range): Asked| {
            Some(Declared {
                tool,
                range: range?,
                text,
                path: path.clone(),
                line,
                is_pin: source.is_pin,
            })
        };
        all.extend((source.read)(&text).into_iter().filter_map(declared));
    }
    Ok(all)
}

fn at(document: &Node, keys: &[&str], tool: Tool, range: fn(&str) -> Option<Range>) -> Option<Asked> {
    let node = document.at(keys)?;
    let text = node.text()?;
    Some((tool, text.to_owned(), node.line, range(text)))
}

fn package_json(text: &str) -> Vec<Asked> {
    let Ok(document) = Node::of_json(text) else {
        return Vec::new();
    };
    at(&document, &["engines", "node"], Tool::Node, Range::npm)
        .into_iter()
        .collect()
}

fn pyproject(text: &str) -> Vec<Asked> {
    let Ok(document) = Node::of_toml(text) else {
        return Vec::new();
    };
    let standard = at(
        &document,
        &["project", "requires-python"],
        Tool::Python,
        Range::pep440,
    );
    let poetry = ["tool", "poetry", "dependencies", "python"];
    let poetry = at(&document, &poetry, Tool::Python, |text| {
        Range::pep440(text).or_else(|| Range::npm(text))
    });
    standard.into_iter().chain(poetry).collect()
}

fn setup_cfg(text: &str) -> Vec<Asked> {
    let asked = (1..).zip(text.lines()).filter_map(|(number, line)| {
        let (key, value) = line.split_once('=')?;
        let value = value.trim().to_owned();
        let range = Range::pep440(&value);
        (key.trim() == "python_requires").then_some((Tool::Python, value, number, range))
    });
    asked.collect()
}

fn cargo(text: &str) -> Vec<Asked> {
    let Ok(document) = Node::of_toml(text) else {
        return Vec::new();
    };
    let own = at(
        &document,
        &["package", "rust-version"],
        Tool::Rust,
        Range::at_least,
    );
    let all = ["workspace", "package", "rust-version"];
    own.or_else(|| at(&document, &all, Tool::Rust, Range::at_least))
        .into_iter()
        .collect()
}

fn go_mod(text: &str) -> Vec<Asked> {
    let asked = (1..).zip(text.lines()).filter_map(|(number, line)| {
        let mut words = line.split("//").next()?.split_whitespace();
        let version = words.next().filter(|word| *word == "go").and(words.next())?;
        // the command takes no toolchain that is older: `1.22rc1` is as good as `1.22`
        Some((Tool::Go, version.to_owned(), number, Range::at_least(version)))
    });
    asked.take(1).collect()
}

/// The words of a file that holds nothing else, comments left out.
fn pins(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let lines = (1..).zip(text.lines());
    let words = lines.map(|(number, line)| (number, line.split('#').next().unwrap_or_default().trim()));
    words.filter(|(_, word)| !word.is_empty()).take(20)
}

fn node_pin(text: &str) -> Vec<Asked> {
    let pin = pins(text).take(1);
    pin.map(|(line, word)| (Tool::Node, word.to_owned(), line, Range::exactly(word)))
        .collect()
}

fn python_pin(text: &str) -> Vec<Asked> {
    let pins: Vec<(u32, &str)> = pins(text).collect();
    // several lines are several versions to work with, in order of preference
    match pins.as_slice() {
        [(line, word)] => vec![(Tool::Python, (*word).to_owned(), *line, Range::exactly(word))],
        _ => Vec::new(),
    }
}

fn rust_toolchain(text: &str) -> Vec<Asked> {
    let asked = match Node::of_toml(text) {
        Ok(document) => at(&document, &["toolchain", "channel"], Tool::Rust, Range::exactly),
        Err(_) => pins(text)
            .next()
            .map(|(line, word)| (Tool::Rust, word.to_owned(), line, Range::exactly(word))),
    };
    asked.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    fn declared(file: &str, text: &str) -> Vec<String> {
        let files = [(
            RepoPath::new(file).unwrap(),
            (Mode::File, text.as_bytes().to_vec()),
        )];
        let change = memory::change(Default::default(), files.into_iter().collect());
        let all = of(&change, Side::Head).unwrap();
        let shown = all
            .iter()
            .map(|one| format!("{} {} {}", one.tool.key(), one.text, one.line));
        shown.collect()
    }

    #[test]
    fn every_file_says_what_it_asks_for() {
        let table = [
            (
                "package.json",
                "{\n \"engines\": {\n  \"node\": \">=20\"\n }\n}",
                "node >=20 3",
            ),
            (
                "pyproject.toml",
                "[project]\nrequires-python = \">=3.9\"\n",
                "python >=3.9 2",
            ),
            (
                "pyproject.toml",
                "[tool.poetry.dependencies]\npython = \"^3.9\"\n",
                "python ^3.9 2",
            ),
            (
                "setup.cfg",
                "[options]\npython_requires = >=3.8\n",
                "python >=3.8 2",
            ),
            (
                "Cargo.toml",
                "[package]\nname = \"a\"\nrust-version = \"1.80\"\n",
                "rust 1.80 3",
            ),
            (
                "Cargo.toml",
                "[workspace.package]\nrust-version = \"1.80\"\n",
                "rust 1.80 2",
            ),
            (
                "go.mod",
                "module example.org/a\n\ngo 1.22.1 // least\n",
                "go 1.22.1 3",
            ),
            (".nvmrc", "v20\n", "node v20 1"),
            (".python-version", "# work with\n3.12\n", "python 3.12 2"),
            (
                "rust-toolchain.toml",
                "[toolchain]\nchannel = \"1.80.0\"\n",
                "rust 1.80.0 2",
            ),
            ("rust-toolchain", "1.80\n", "rust 1.80 1"),
        ];
        for (file, text, asked) in table {
            assert_eq!(declared(file, text), [asked], "{file}");
        }
    }

    #[test]
    fn what_names_no_version_declares_nothing() {
        let table = [
            ("package.json", "{\"engines\": {\"node\": 20}}"),
            ("package.json", "no json"),
            (".nvmrc", "lts/*\n"),
            (".python-version", "3.12\n3.11\n"),
            ("rust-toolchain.toml", "[toolchain]\nchannel = \"stable\"\n"),
            ("rust-toolchain", "nightly-2024-01-01\n"),
            ("Cargo.toml", "[package]\nrust-version.workspace = true\n"),
            ("pyproject.toml", "[project]\nrequires-python = 3\n"),
            ("sub/package.json", "{\"engines\": {\"node\": \">=20\"}}"),
        ];
        for (file, text) in table {
            assert_eq!(declared(file, text), [""; 0], "{file}");
        }
    }
}
