//! Which packages does the change bring in?

pub mod added;
pub mod boundary;
pub mod install_script;
pub mod lock_drift;
pub mod new_import_root;
pub mod removed_in_use;
pub mod suspicious_name;
pub mod tool_server;
pub mod undeclared_import;
pub mod unpinned;

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        claims::Form,
        locks,
        manifests::{Ecosystem, identity},
    },
    finding::{Finding, Level},
    kinds::FileKind,
    path::RepoPath,
    risk::{self, Standing},
};

/// Whether a path is the project's own by the team's patterns too.
pub(super) fn is_own(path: &RepoPath, settings: &Settings) -> bool {
    !matches!(settings.kinds.of(path), FileKind::Vendored | FileKind::Generated)
}

/// Whether the change touches a lock file of the project.
fn touches_a_lock(evidence: &Evidence, settings: &Settings) -> bool {
    let mut files = evidence.change.files().iter();
    files.any(|file| locks::format(file.path()).is_some() && is_own(file.path(), settings))
}

/// How a package stands: approved by the task or the policy, named by the author, or neither.
fn standing(evidence: &Evidence, settings: &Settings, ecosystem: Ecosystem, names: &[&str]) -> Standing {
    if is_approved(evidence, settings, ecosystem, names) {
        return Standing::Approved;
    }
    let named = risk::declared(evidence, |text| {
        let named = |name: &&str| {
            let name = identity(ecosystem, name);
            names_package(text, ecosystem, &name)
                || says_its_words(text, &name)
                || takes_up_its_family(text, &name)
        };
        names.iter().any(named) || declares_some(text)
    });
    named.map_or(Standing::Hidden, Standing::Declared)
}

fn is_approved(evidence: &Evidence, settings: &Settings, ecosystem: Ecosystem, names: &[&str]) -> bool {
    let task = evidence.task().ok();
    if risk::approves("dependency", evidence, &settings.policy) {
        return true;
    }
    let lists = [
        task.map_or(&[][..], |task| &task.dependencies),
        &settings.policy.dependencies.approved,
    ];
    names.iter().any(|name| {
        let name = identity(ecosystem, name);
        lists
            .iter()
            .copied()
            .flatten()
            .any(|approved| match approved.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => identity(ecosystem, approved) == name,
            })
    })
}

/// Whether a line of a text says that dependencies came in, without naming them: "add the azure dependencies".
fn declares_some(text: &str) -> bool {
    let comes = [
        "add",
        "adds",
        "added",
        "adding",
        "introduce",
        "introduces",
        "introduced",
        "install",
        "installs",
        "new",
    ];
    text.lines().any(|line| {
        let line = line.to_lowercase();
        let words: Vec<&str> = line
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let denied = words
            .iter()
            .any(|word| matches!(*word, "no" | "not" | "without" | "any" | "zero" | "t"));
        let said = words.iter().position(|word| comes.contains(word));
        let of = words
            .iter()
            .rposition(|word| matches!(*word, "dependency" | "dependencies" | "deps"));
        !denied && said.zip(of).is_some_and(|(said, of)| said < of && of - said <= 5)
    })
}

/// Whether a text names a package as a word: case, `-` and `_` do not matter; of a Go module the last part is
/// enough, and of an npm package with a scope a long one.
fn names_package(text: &str, ecosystem: Ecosystem, name: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let (text, name) = (plain(text), plain(&identity(ecosystem, name)));
    let also = match ecosystem {
        Ecosystem::Go => name.rsplit('/').next().unwrap_or(&name).to_owned(),
        Ecosystem::Python => name.replace('-', "."),
        // of `@astrojs/starlight` people say Starlight; shorter parts (`check`, `core`) occur in any sentence
        Ecosystem::Npm => match name.strip_prefix('@').and_then(|name| name.split_once('/')) {
            Some((_, own)) if own.len() >= 8 => own.to_owned(),
            Some(_) | None => String::new(),
        },
        Ecosystem::Cargo => String::new(),
    };
    risk::holds_word(&text, &name) || risk::holds_word(&text, &also)
}

/// Whether a line of a text holds every word of a package's own name, or, where that is one word, of its scope too: "the
/// Prisma engine" is `@prisma/engines`.
fn says_its_words(text: &str, name: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let text = text.to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words = words.map(|word| word.trim_end_matches('s').to_owned());
        words.filter(|word| !word.is_empty()).collect()
    };
    let own = words(name.rsplit('/').next().unwrap_or(name));
    let asked = if own.len() == 1 { words(name) } else { own };
    asked.len() > 1
        && text.lines().any(|line| {
            let said = words(line);
            asked.iter().all(|word| said.contains(word))
        })
}

/// Words at the end of a package's name that tell it from its kin.
const KIN: &[&str] = &[
    "api", "build", "cli", "client", "common", "core", "derive", "js", "lib", "macros", "node", "py", "rs",
    "sdk", "types", "utils",
];
/// Verbs by which something is taken into use.
const TAKES_UP: &[&str] = &[
    "add", "adopt", "integrat", "introduc", "install", "migrat", "mov", "port", "replac", "support",
    "switch", "updat", "upgrad", "us",
];

/// Whether a line of a text says that the family of a package is taken up: "switch to Radix UI" brings
/// `@radix-ui/react-collapsible`, "use rig" brings `rig-core`.
fn takes_up_its_family(text: &str, name: &str) -> bool {
    let Some(family) = family(name) else {
        return false;
    };
    text.lines().any(|line| {
        let line = line.to_lowercase();
        let words: Vec<&str> = line
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let pairs = words.windows(2).map(|pair| pair.concat());
        let named = words.contains(&family.as_str()) || pairs.into_iter().any(|pair| pair == family);
        let ends = ["", "e", "ed", "es", "ing", "s", "d"];
        let takes = |word: &&str| {
            let mut verbs = TAKES_UP.iter();
            verbs.any(|verb| word.strip_prefix(verb).is_some_and(|end| ends.contains(&end)))
        };
        named && words.iter().any(takes)
    })
}

/// The name that the packages of one maker or one tool share, in letters and digits: the scope of an npm package, or what
/// stands before words such as `core` and `sdk`. None where it is no more than the package itself.
fn family(name: &str) -> Option<String> {
    let plain = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let family = match name.strip_prefix('@').and_then(|name| name.split_once('/')) {
        Some(("types", _)) => return None,
        Some((scope, _)) => plain(scope),
        None => {
            let words: Vec<&str> = name.split(['-', '_']).collect();
            let own = words.iter().rposition(|word| !KIN.contains(word))?;
            let own = words.get(..=own).filter(|own| own.len() < words.len())?;
            own.concat()
        }
    };
    (family.len() >= 3).then_some(family)
}

/// The finding at the weight that the standing leaves it: none, a warning, or the check's own.
fn weighed(finding: Finding, standing: Standing) -> Option<Finding> {
    match standing {
        Standing::Approved => None,
        Standing::Declared(place) => {
            let finding = finding.because(format!("named by the author in {place}"));
            Some(finding.at_most(Level::Warn))
        }
        Standing::Hidden => Some(finding.because("neither the task, the policy nor the author names it")),
    }
}

/// Where the author says that no dependency was added.
fn denial(evidence: &Evidence) -> Option<String> {
    let claims = evidence.claims().ok()?;
    let claim = claims.of(&[Form::DepNone]).next()?;
    Some(format!(
        "{} says: {}",
        claim.place(),
        crate::escape::line(&claim.quote())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_named_as_people_write_it() {
        for (ecosystem, name, text) in [
            (Ecosystem::Cargo, "serde_json", "use serde-json for reports"),
            (Ecosystem::Python, "pyyaml", "adds PyYAML"),
            (Ecosystem::Npm, "@types/node", "bump `@types/node`"),
            (
                Ecosystem::Npm,
                "@astrojs/starlight",
                "rebuild the site with Starlight",
            ),
            (Ecosystem::Go, "github.com/stretchr/testify", "use testify"),
            (Ecosystem::Go, "gopkg.in/yaml.v3", "parse with gopkg.in/yaml"),
        ] {
            assert!(names_package(text, ecosystem, name), "{text}");
        }
        assert!(!names_package("serde_json_path", Ecosystem::Cargo, "serde_json"));
        assert!(!names_package("adds node", Ecosystem::Npm, "@types/node"));
    }

    #[test]
    fn a_package_is_named_by_all_its_words_in_one_line() {
        for (name, text) in [
            (
                "@prisma/engines",
                "load the bundled Prisma engine from a dependency",
            ),
            ("@tauri-apps/plugin-opener", "added tauri-plugin-opener"),
            ("tree-sitter", "parse with tree sitter"),
        ] {
            assert!(says_its_words(text, name), "{text}");
        }
        for (name, text) in [
            ("@prisma/engines", "start the engine\nmodels by Prisma"),
            ("requests", "handle requests"),
        ] {
            assert!(!says_its_words(text, name), "{text}");
        }
    }

    #[test]
    fn a_package_is_declared_by_its_family() {
        for (name, text) in [
            ("rig-core", "fix: Use rig (#998)"),
            (
                "@radix-ui/react-collapsible",
                "switch from Headless UI to Radix UI",
            ),
            ("@tailwindcss/vite", "Upgrade website to Tailwind CSS v4"),
            ("opentelemetry-api", "Add OpenTelemetry tracing support"),
        ] {
            assert!(takes_up_its_family(text, name), "{text}");
        }
        for (name, text) in [
            ("rig-core", "Describe how the rig is built"),
            ("serde_yaml", "use serde"),
            ("@types/node", "use node types"),
            ("left-pad", "add left margin"),
        ] {
            assert!(!takes_up_its_family(text, name), "{text}");
        }
    }

    #[test]
    fn dependencies_are_declared_in_a_word_and_denied_in_another() {
        for text in [
            "Add azure obo dependencies, auth token injection",
            "adds a new dependency",
            "deps: add two deps",
        ] {
            assert!(declares_some(text), "{text}");
        }
        for text in [
            "no new dependencies",
            "adds a parser without new dependencies",
            "upgrade dependencies",
            "add a parser",
        ] {
            assert!(!declares_some(text), "{text}");
        }
    }
}
