//! Does the change put a file of credentials into the repository?

use crate::{
    checks::Settings,
    evidence::{
        Evidence, Supplied,
        change::{FileChange, Status},
        manifests,
    },
    finding::{Abstain, Finding, Judged, Level, Place, unless_unknown},
    foreign,
    glob::Globs,
    kinds::FileKind,
    path::RepoPath,
    risk::{self, Standing},
};

/// Files that hold credentials by their nature.
const ALWAYS: &[&str] = &[
    "**/id_{rsa,dsa,ecdsa,ed25519}",
    "**/*.{p12,pfx,jks,keystore,kdbx,ppk}",
    "**/.netrc",
    "**/_netrc",
    "**/.pgpass",
    "**/.aws/credentials",
    "**/.docker/config.json",
    "**/.git-credentials",
    "**/.htpasswd",
];
/// Files that may hold a private key or a secret: their text decides.
const PERHAPS: &[&str] = &[
    "**/*.{pem,key}",
    "**/.env",
    "**/.env.*",
    "**/*.env",
    "**/credentials.json",
    "**/*service-account*.json",
    "**/*service_account*.json",
    "**/.npmrc",
    "**/.pypirc",
    "**/kubeconfig",
];
/// Parts of names of files that show how the real one looks.
const SAMPLES: &[&str] = &[
    "example", "sample", "template", "dist", "default", "schema", "test", "tpl",
];
/// Parts of names whose values are secret.
const SECRET: &[&str] = &[
    "key",
    "token",
    "secret",
    "password",
    "passwd",
    "credential",
    "auth",
];
/// Values that are none.
const FILLERS: &[&str] = &[
    "example",
    "changeme",
    "change_me",
    "your",
    "xxx",
    "placeholder",
    "dummy",
    "test",
    "todo",
    "none",
    "null",
    "true",
    "false",
    "local",
    "secret",
    "password",
    "${",
    "<",
];
/// A shorter value is hardly one that somebody generated.
const LEAST: usize = 12;

/// Judges the item.
///
/// # Errors
/// No such file is new or changed, or one cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (always, perhaps) = (Globs::built_in(ALWAYS), Globs::built_in(PERHAPS));
    let files = evidence
        .change
        .files()
        .iter()
        .filter(|file| file.after().is_some_and(|version| version.mode.is_file()));
    let named: Vec<&FileChange> = files
        .filter(|file| always.matches(file.path()) || perhaps.matches(file.path()) && !is_sample(file.path()))
        .collect();
    if named.is_empty() {
        return Err(Abstain::not_applicable(
            "no file that may hold credentials changed",
        ));
    }
    let (mut found, mut unknown) = (Vec::new(), None);
    for file in named {
        let held = match always.matches(file.path()) {
            true => {
                Ok((file.status == Status::Added).then(|| "files of this name hold credentials".to_owned()))
            }
            false => held(file, evidence),
        };
        match held {
            Ok(held) => found.extend(held.and_then(|why| accuse(file, why, evidence, settings))),
            Err(why) => unknown = Some(why),
        }
    }
    unless_unknown(found, unknown)
}

fn is_sample(path: &RepoPath) -> bool {
    let name = path.name().to_lowercase();
    SAMPLES.iter().any(|part| name.contains(part))
}

/// What of the file's new lines is secret; the value itself is never shown.
fn held(file: &FileChange, evidence: &Evidence) -> Supplied<Option<String>> {
    let Some(version) = file.after() else {
        return Ok(None);
    };
    let text = evidence.change.text(version)?;
    let added = |number: u32| file.status == Status::Added || file.adds_line(number);
    for (number, line) in (1..).zip(text.lines()).filter(|(number, _)| added(*number)) {
        if line.contains("PRIVATE KEY-----") {
            return Ok(Some(format!("line {number} begins a private key")));
        }
        if let Some(name) = secret_name(line) {
            return Ok(Some(format!(
                "line {number} gives `{}` a value",
                crate::escape::line(name)
            )));
        }
    }
    Ok(None)
}

/// The name that a line gives a value which looks generated.
fn secret_name(line: &str) -> Option<&str> {
    let (name, value) = line.split_once('=').or_else(|| line.split_once(':'))?;
    let name = name
        .trim()
        .trim_start_matches("export ")
        .trim_matches(['"', '\'', ' ']);
    let value = value.trim().trim_end_matches(',').trim_matches(['"', '\'']);
    let (lower, plain) = (name.to_lowercase(), value.to_lowercase());
    let secret =
        SECRET.iter().any(|part| lower.contains(part)) && !name.starts_with('#') && !lower.contains("public");
    let filler =
        FILLERS.iter().any(|filler| plain.contains(filler)) || value.contains("://") || value.contains(' ');
    let mixed = value.chars().any(|c| c.is_ascii_digit()) && value.chars().any(|c| c.is_ascii_alphabetic());
    (secret && !filler && mixed && value.len() >= LEAST).then_some(name)
}

fn accuse(file: &FileChange, why: String, evidence: &Evidence, settings: &Settings) -> Option<Finding> {
    let class = settings
        .risks
        .of(file, &settings.kinds)
        .find(|class| class.id == "security-setting");
    let standing = class.map_or(Standing::Hidden, |class| {
        risk::standing(class, file, evidence, &settings.policy)
    });
    let says = format!("`{}` puts credentials into the repository", file.path());
    let finding = Finding::new(Place::File(file.path().clone()), says).because(why).fix(
        "take the file out of the change and out of its commits, replace what it held, and commit an example without values instead",
    );
    // a self-signed key of an example guards nothing
    let data = foreign::is_aside(file.path())
        || manifests::is_elsewhere(file.path())
        || settings.kinds.of(file.path()) == FileKind::Test;
    match standing {
        Standing::Approved => None,
        Standing::Declared(place) => Some(
            finding
                .because(format!("named by the author in {place}"))
                .at_most(Level::Warn),
        ),
        Standing::Hidden if data => Some(finding.at_most(Level::Warn)),
        Standing::Hidden => Some(finding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_value_is_told_from_a_filler() {
        assert_eq!(secret_name("API_KEY=4f9c21aa07be38d1"), Some("API_KEY"));
        assert_eq!(
            secret_name("export DB_PASSWORD='k3jR9vQz77pLm2'"),
            Some("DB_PASSWORD")
        );
        for line in [
            "API_KEY=your-key-goes-here-1",
            "API_KEY=",
            "PORT=80808080808080",
            "AUTH_URL=https://id.example.org/v1",
            "# API_KEY=4f9c21aa07be38d1",
            "PUBLIC_KEY=4f9c21aa07be38d1",
            "API_KEY=${API_KEY_FROM_CI_01}",
        ] {
            assert_eq!(secret_name(line), None, "{line}");
        }
    }
}
