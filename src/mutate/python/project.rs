//! Which folder do the tests of a file run in, and with which interpreter?

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use crate::mutate::process::Environment;

/// Files that say where a project begins.
const MARKERS: &[&str] = &["pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini"];

/// The innermost folder around a file in which a project begins, or else the root.
pub(super) fn folder(file: &Path, root: &Path) -> PathBuf {
    let around = file
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(root));
    let found = around
        .into_iter()
        .find(|folder| MARKERS.iter().any(|marker| folder.join(marker).is_file()));
    found.unwrap_or(root).to_owned()
}

/// How an interpreter is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interpreter {
    /// The program.
    pub(super) program: OsString,
    /// What stands before the arguments of Python itself.
    pub(super) arguments: Vec<OsString>,
    /// Variables that it needs.
    pub(super) variables: Vec<(&'static str, OsString)>,
}

impl Interpreter {
    fn of(program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// How messages name it.
    pub(super) fn name(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.arguments);
        words
            .map(|word| word.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Where to look for an interpreter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search<'a> {
    /// The user's word.
    pub(super) given: Option<&'a Path>,
    /// The variables that our commands have.
    pub(super) environment: &'a Environment,
    /// The project's folder in the user's tree, which is only read.
    pub(super) user: &'a Path,
    /// The root of the user's tree.
    pub(super) root: &'a Path,
    /// The project's folder in the copy.
    pub(super) copy: &'a Path,
    /// Where `uv` may put an environment.
    pub(super) scratch: &'a Path,
}

impl Search<'_> {
    /// The interpreter that has the project's packages: the one that the user names, that of the active virtual
    /// environment, that of the project's own, the one that `uv` makes, the first on the path.
    pub(super) fn interpreter(self) -> Interpreter {
        if let Some(given) = self.given {
            return Interpreter::of(given);
        }
        let active = ["VIRTUAL_ENV", "CONDA_PREFIX"].iter().find_map(|name| {
            let folder = self.environment.get(name)?;
            within(Path::new(folder))
        });
        let own = || {
            let around = self
                .user
                .ancestors()
                .take_while(|folder| folder.starts_with(self.root));
            around.into_iter().find_map(|folder| {
                [".venv", "venv"]
                    .iter()
                    .find_map(|name| within(&folder.join(name)))
            })
        };
        if let Some(found) = active.or_else(own) {
            return Interpreter::of(found);
        }
        let is_locked = self
            .copy
            .ancestors()
            .any(|folder| folder.join("uv.lock").is_file());
        match self.on_path("uv").filter(|_| is_locked) {
            Some(uv) => self.made_by(&uv),
            None => Interpreter::of(self.on_path("python3").unwrap_or_else(|| PathBuf::from("python"))),
        }
    }

    /// `uv` installs the copy, and puts the environment beside it: the user's tree is not written.
    fn made_by(self, uv: &Path) -> Interpreter {
        let arguments = ["run", "--frozen", "--project"].map(OsString::from).into_iter();
        Interpreter {
            program: uv.into(),
            arguments: arguments.chain([self.copy.into(), "python".into()]).collect(),
            variables: vec![("UV_PROJECT_ENVIRONMENT", self.scratch.join("venv").into())],
        }
    }

    fn on_path(self, name: &str) -> Option<PathBuf> {
        let path = self.environment.get("PATH")?;
        std::env::split_paths(path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    }
}

/// The interpreter of a virtual environment.
fn within(folder: &Path) -> Option<PathBuf> {
    let python = folder.join("bin").join("python");
    python.is_file().then_some(python)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_project_begins_at_the_innermost_marker() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("libs/a/src")).unwrap();
        fs::write(root.join("pyproject.toml"), "").unwrap();
        assert_eq!(super::folder(&root.join("libs/a/src/m.py"), root), root);
        fs::write(root.join("libs/a/setup.py"), "").unwrap();
        assert_eq!(
            super::folder(&root.join("libs/a/src/m.py"), root),
            root.join("libs/a")
        );
    }

    #[test]
    fn the_user_is_asked_first_then_the_environments_then_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let touch = |name: &str| {
            let file = root.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "").unwrap();
            file
        };
        let mut environment = Environment::default();
        let on_path = touch("bin/python3");
        environment.set("PATH", root.join("bin"));
        let found = |environment: &Environment, given: Option<&Path>| {
            let search = Search {
                given,
                environment,
                user: &root.join("tree"),
                root: &root.join("tree"),
                copy: &root.join("copy"),
                scratch: root,
            };
            search.interpreter()
        };
        assert_eq!(found(&environment, None), Interpreter::of(on_path));
        touch("copy/uv.lock");
        touch("bin/uv");
        assert!(found(&environment, None).name().contains("uv run --frozen"));
        let own = touch("tree/.venv/bin/python");
        assert_eq!(found(&environment, None), Interpreter::of(own));
        let active = touch("active/bin/python");
        environment.set("VIRTUAL_ENV", root.join("active"));
        assert_eq!(found(&environment, None), Interpreter::of(active));
        assert_eq!(found(&environment, Some(Path::new("mine"))).name(), "mine");
    }
}
