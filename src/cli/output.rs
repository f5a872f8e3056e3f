//! Where do reports and notes go? The only code that writes to a terminal or a file.
//!
//! A report is written whole or not at all: into a new file beside its place, which then takes that place. Devices
//! and pipes cannot be replaced and are written to.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::{
    error::Error,
    escape,
    report::{FORMATS, Format, Look, Report},
};

/// Columns of a report that does not go to a terminal.
const PLAIN_WIDTH: usize = 120;
/// Fewer columns than this leave no room for a source line.
const LEAST_WIDTH: usize = 40;

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
        let stdout = |path: &PathBuf| path == Path::new("-") || path == Path::new("/dev/stdout");
        Ok(Self {
            format,
            path: path.filter(|path| !stdout(path)),
        })
    }
}

/// Outputs that were opened before judging.
#[derive(Debug)]
pub struct Opened {
    outputs: Vec<(Format, Target)>,
}

#[derive(Debug)]
enum Target {
    /// Standard output.
    Stdout,
    /// A file that is written beside its place.
    Beside {
        name: PathBuf,
        place: PathBuf,
        file: NamedTempFile,
    },
    /// A device, a pipe or an open descriptor.
    Stream { name: PathBuf, file: File },
}

/// Opens every output.
///
/// # Errors
/// A place cannot be written to, or two reports are to go to one place.
pub fn open(wanted: &[Wanted]) -> Result<Opened, Error> {
    let mut seen = Vec::new();
    let mut outputs = Vec::new();
    for one in wanted {
        if seen.contains(&&one.path) {
            let place = one.path.as_deref().map_or("standard output".to_owned(), shown);
            return Err(Error::usage(
                format!("two reports are to go to {place}"),
                "give every `--report` but one a file of its own: `--report json=verdict.json`",
            ));
        }
        seen.push(&one.path);
        let target = one.path.as_deref().map(target).transpose()?;
        outputs.push((one.format, target.unwrap_or(Target::Stdout)));
    }
    Ok(Opened { outputs })
}

fn target(path: &Path) -> Result<Target, Error> {
    let name = path.to_owned();
    let Ok(known) = fs::metadata(path) else {
        return beside(name, path.to_owned());
    };
    if known.is_dir() {
        return Err(fail(path, "it is a folder; name a file in it".to_owned()));
    }
    if known.is_file() && !is_descriptor(path) {
        // a link keeps being a link: what it points to is replaced
        let place = fs::canonicalize(path).map_err(|error| fail(path, error.to_string()))?;
        return beside(name, place);
    }
    let file = OpenOptions::new().append(true).open(path);
    let file = file.map_err(|error| fail(path, error.to_string()))?;
    Ok(Target::Stream { name, file })
}

/// Whether a path means something that is already open (`/dev/stderr`, `/dev/fd/3`): it is written to, even where it
/// leads to a file.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

fn beside(name: PathBuf, place: PathBuf) -> Result<Target, Error> {
    let parent = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".countersign-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // as any new file: the umask decides who may read it
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder).map_err(|error| {
        // the library's own words name its temporary file
        let cause = if error.kind() == io::ErrorKind::NotFound {
            format!(
                "there is no folder {}; create it or choose another",
                shown(folder)
            )
        } else {
            format!("{}: {}; choose another folder", shown(folder), error.kind())
        };
        fail(&name, cause)
    })?;
    Ok(Target::Beside { name, place, file })
}

fn fail(path: &Path, cause: String) -> Error {
    Error::Write {
        target: path.display().to_string(),
        cause,
    }
}

fn shown(path: &Path) -> String {
    format!("`{}`", path.display())
}

impl Opened {
    /// Writes a report to every output, files before standard output.
    ///
    /// # Errors
    /// A disk is full or a pipe is closed.
    pub fn write(self, report: &Report, look: Look) -> Result<(), Error> {
        let plain = Look {
            color: false,
            width: PLAIN_WIDTH,
        };
        let mut printed = Vec::new();
        for (format, target) in self.outputs {
            let look = match target {
                Target::Stdout => look,
                Target::Beside { .. } | Target::Stream { .. } => plain,
            };
            let mut bytes = Vec::new();
            (format.write)(report, look, &mut bytes)
                .map_err(|error| fail(Path::new(format.name), error.to_string()))?;
            match target {
                Target::Stdout => printed = bytes,
                Target::Beside { name, place, file } => replace(&name, &place, file, &bytes)?,
                Target::Stream { name, mut file } => file
                    .write_all(&bytes)
                    .map_err(|error| fail(&name, error.to_string()))?,
            }
        }
        print(&printed)
    }
}

fn replace(name: &Path, place: &Path, mut file: NamedTempFile, bytes: &[u8]) -> Result<(), Error> {
    let written = file.write_all(bytes).and_then(|()| file.as_file().sync_all());
    let moved = written.and_then(|()| file.persist(place).map(drop).map_err(|error| error.error));
    moved.map_err(|error| fail(name, error.to_string()))
}

/// Refuses a place where something stands already.
///
/// # Errors
/// Something stands there.
pub fn refuse_existing(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(fail(path, "it is there already; name another file".to_owned())),
        Err(_) => Ok(()),
    }
}

/// Writes a new file, whole or not at all, and never over another one.
///
/// # Errors
/// Something stands there, or the place cannot be written to.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let Target::Beside { mut file, .. } = beside(path.to_owned(), path.to_owned())? else {
        return Err(fail(path, "it cannot be made as a new file".to_owned()));
    };
    file.write_all(bytes)
        .map_err(|error| fail(path, error.to_string()))?;
    let done = file.persist_noclobber(path);
    done.map(drop)
        .map_err(|error| fail(path, error.error.to_string()))
}

/// Refuses a place that cannot be written to, before the work that would be lost.
///
/// # Errors
/// It cannot be written to.
pub fn refuse_unwritable(path: &Path) -> Result<(), Error> {
    target(path).map(drop)
}

/// Writes a file, whole or not at all; what stands there is replaced.
///
/// # Errors
/// The place cannot be written to.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    match target(path)? {
        Target::Beside { name, place, file } => replace(&name, &place, file, bytes),
        Target::Stream { name, mut file } => file
            .write_all(bytes)
            .map_err(|error| fail(&name, error.to_string())),
        Target::Stdout => print(bytes),
    }
}

/// Writes to standard output.
///
/// # Errors
/// The pipe is closed or the disk is full.
pub fn print(bytes: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    let done = out.write_all(bytes).and_then(|()| out.flush());
    done.map_err(|error| fail(Path::new("standard output"), error.to_string()))
}

/// Writes a message to standard error; a closed one is nobody's concern.
pub fn note(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", escape::block(message));
}

/// Writes over the last line of standard error, which must be a terminal; nothing takes the line away.
pub fn status(text: &str) {
    let mut out = io::stderr().lock();
    let _ = write!(out, "\r\u{1b}[K{}", escape::line(text));
    let _ = out.flush();
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, as `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and `TERM` say.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a report on standard output may look.
pub fn look(color: Color) -> Look {
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    };
    let columns = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    Look {
        color,
        width: columns.map_or(PLAIN_WIDTH, |columns| columns.max(LEAST_WIDTH)),
    }
}
