//! Which variables does a command of the project see?
//!
//! Those it needs to build and to find its tools, by an allow list. Whoever wrote the change wrote the tests too: what
//! the CI system keeps secret stays out of their reach, unless the caller lets a variable through by its name.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
};

/// Variables that go through.
const NAMES: &[&str] = &[
    // the user and the system
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "TERM",
    "CI",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "SOURCE_DATE_EPOCH",
    // the network, for builds that fetch what they need
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    // compilers
    "CC",
    "CXX",
    "AR",
    "LD",
    "RANLIB",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "PKG_CONFIG",
    "PKG_CONFIG_PATH",
    "LD_LIBRARY_PATH",
    "LIBRARY_PATH",
    "CPATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "SDKROOT",
    "DEVELOPER_DIR",
    "MACOSX_DEPLOYMENT_TARGET",
    "OPENSSL_DIR",
    "OPENSSL_LIB_DIR",
    "OPENSSL_INCLUDE_DIR",
    "PROTOC",
    "LIBCLANG_PATH",
    "CMAKE",
    "JAVA_HOME",
    // Rust
    "RUSTC",
    "RUSTDOC",
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    // Python
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "CONDA_DEFAULT_ENV",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONHASHSEED",
    "PYENV_ROOT",
    "PYENV_VERSION",
    // Nix sets its own search paths and compilers
    "NIX_CC",
    "NIX_CFLAGS_COMPILE",
    "NIX_LDFLAGS",
    "NIX_SSL_CERT_FILE",
];

/// Beginnings of names that go through, unless they end like a secret.
const BEGINNINGS: &[&str] = &[
    "LC_", "CARGO_", "RUSTUP_", "RUST_", "SCCACHE_", "CCACHE_", "UV_", "PYTEST_", "NEXTEST_",
];

/// Words in names whose values are secrets.
const SECRET: &[&str] = &[
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "CREDENTIAL",
    "KEY",
    "AUTH",
];

/// The variables of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// What goes through of some variables: those of the list, and those that the caller lets through by name.
    pub fn of(variables: impl Iterator<Item = (OsString, OsString)>, let_through: &[String]) -> Self {
        let through = |name: &OsStr| let_through.iter().any(|own| name == own.as_str()) || is_allowed(name);
        Self {
            variables: variables.filter(|(name, _)| through(name)).collect(),
        }
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) {
        self.variables
            .insert(name.as_ref().to_owned(), value.as_ref().to_owned());
    }

    /// Takes a variable away.
    pub fn remove(&mut self, name: impl AsRef<OsStr>) {
        self.variables.remove(name.as_ref());
    }

    /// The value of a variable.
    pub fn get(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        self.variables.get(name.as_ref()).map(OsString::as_os_str)
    }

    /// Every variable, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.variables.iter()
    }
}

fn is_allowed(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let is_secret = || {
        let upper = name.to_ascii_uppercase();
        SECRET.iter().any(|word| upper.contains(word))
    };
    NAMES.contains(&name) || BEGINNINGS.iter().any(|start| name.starts_with(start)) && !is_secret()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(given: &[&str], let_through: &[&str]) -> Vec<String> {
        let variables = given
            .iter()
            .map(|name| (OsString::from(name), OsString::from("v")));
        let let_through: Vec<String> = let_through.iter().map(|&name| name.to_owned()).collect();
        let through = Environment::of(variables, &let_through);
        through
            .iter()
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn what_a_build_needs_goes_through_and_secrets_do_not() {
        let given = [
            "PATH",
            "CARGO_HOME",
            "CARGO_REGISTRY_TOKEN",
            "CARGO_REGISTRIES_OWN_TOKEN",
            "UV_INDEX_OWN_PASSWORD",
            "GITHUB_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "GITHUB_EVENT_PATH",
            "LC_ALL",
            "LD_PRELOAD",
        ];
        assert_eq!(names(&given, &[]), ["CARGO_HOME", "LC_ALL", "PATH"]);
    }

    #[test]
    fn the_caller_may_let_a_variable_through() {
        assert_eq!(
            names(&["DATABASE_URL", "OTHER"], &["DATABASE_URL"]),
            ["DATABASE_URL"]
        );
    }
}
