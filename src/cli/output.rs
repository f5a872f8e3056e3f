//! Where do reports and notes go? The only code that writes to a terminal or a file.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use crate::{
    error::Error,
    report::{FORMATS, Format, Look, Report},
};

/// A report that was asked for: a format, and a file or standard output.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The format.
    pub format: Format,
    /// The file; standard output where absent.
    pub path: Option<PathBuf>,
}

impl std::str::FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err(format!("`{text}` names no file after `=`")),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        let found = FORMATS.iter().find(|format| format.name == name);
        let format = *found.ok_or_else(|| {
            format!(
                "there is no report format `{name}`; choose from {}",
                names.join(", ")
            )
        })?;
        Ok(Self {
            format,
            path: path.filter(|path| path != Path::new("-")),
        })
    }
}

/// Outputs that were opened before judging.
#[derive(Debug)]
pub struct Opened {
    outputs: Vec<(Wanted, Option<tempfile::NamedTempFile>)>,
}

/// Opens every output: a file is written beside its place and moved there when it is whole.
///
/// # Errors
/// A place cannot be written to.
pub fn open(wanted: &[Wanted]) -> Result<Opened, Error> {
    let mut outputs = Vec::new();
    for one in wanted {
        let file = one.path.as_deref().map(beside).transpose()?;
        outputs.push((one.clone(), file));
    }
    Ok(Opened { outputs })
}

fn beside(path: &Path) -> Result<tempfile::NamedTempFile, Error> {
    let fail = |cause: String| Error::Write {
        target: path.display().to_string(),
        cause,
    };
    if path.is_dir() {
        return Err(fail("it is a folder; name a file in it".to_owned()));
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".countersign-")
        .tempfile_in(folder)
        .map_err(|error| {
            fail(format!(
                "{error}; create the folder `{}` or choose another",
                folder.display()
            ))
        })
}

impl Opened {
    /// Writes a report to every output, each whole or not at all.
    ///
    /// # Errors
    /// A disk is full or a pipe is closed.
    pub fn write(self, report: &Report, look: Look) -> Result<(), Error> {
        for (wanted, file) in self.outputs {
            let target = wanted
                .path
                .as_ref()
                .map_or("standard output".to_owned(), |path| path.display().to_string());
            let fail = |cause: String| Error::Write {
                target: target.clone(),
                cause,
            };
            let look = if file.is_some() {
                Look { color: false, ..look }
            } else {
                look
            };
            let mut bytes = Vec::new();
            (wanted.format.write)(report, look, &mut bytes).map_err(|error| fail(error.to_string()))?;
            match (file, &wanted.path) {
                (Some(mut file), Some(path)) => {
                    file.write_all(&bytes).map_err(|error| fail(error.to_string()))?;
                    file.as_file()
                        .sync_all()
                        .map_err(|error| fail(error.to_string()))?;
                    file.persist(path)
                        .map_err(|error| fail(error.error.to_string()))?;
                }
                _ => print(&bytes)?,
            }
        }
        Ok(())
    }
}

/// Writes to standard output.
///
/// # Errors
/// The pipe is closed or the disk is full.
pub fn print(bytes: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    let done = out.write_all(bytes).and_then(|()| out.flush());
    done.map_err(|error| Error::Write {
        target: "standard output".to_owned(),
        cause: error.to_string(),
    })
}

/// Writes a line to standard error; a closed one is nobody's concern.
pub fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Whether standard output is a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}
