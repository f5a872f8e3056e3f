//! Does a script run what it downloads, or speak to a host that no script spoke to before?

use std::collections::BTreeSet;

use super::{Opened, permission_widened::is_in_force};
use crate::{
    checks::Settings,
    escape,
    evidence::{Evidence, change::FileChange},
    finding::{Abstain, Finding, Judged, Side},
    glob::Globs,
};

/// Files whose lines are commands.
const SCRIPTS: &[&str] = &[
    "**/*.{sh,bash,zsh,ps1}",
    "**/Dockerfile*",
    "**/*.dockerfile",
    "**/Makefile",
    "**/justfile",
    "**/package.json",
    "**/.envrc",
    ".github/workflows/**/*.{yml,yaml}",
    ".github/actions/**/*.{yml,yaml}",
    "**/action.{yml,yaml}",
    ".gitlab-ci.yml",
    ".circleci/**",
    "**/devcontainer.json",
];
/// Commands that fetch.
const FETCHES: &[&str] = &[
    "curl",
    "wget",
    "iwr",
    "irm",
    "Invoke-WebRequest",
    "Invoke-RestMethod",
];
/// Programs that run what they read.
const RUNNERS: &[&str] = &[
    "sh", "bash", "zsh", "dash", "ksh", "fish", "python", "python3", "node", "perl", "ruby", "iex", "pwsh",
];
/// Words before a program that change nothing about what runs.
const BEFORE: &[&str] = &["sudo", "env", "exec", "command", "-E"];
/// Hosts of forges, registries and tool makers, and names that mean no host.
const KNOWN: &[&str] = &[
    "github.com",
    "githubusercontent.com",
    "gitlab.com",
    "ghcr.io",
    "docker.io",
    "docker.com",
    "npmjs.org",
    "npmjs.com",
    "yarnpkg.com",
    "pypi.org",
    "pythonhosted.org",
    "python.org",
    "crates.io",
    "rustup.rs",
    "rust-lang.org",
    "golang.org",
    "go.dev",
    "nodejs.org",
    "nodesource.com",
    "debian.org",
    "ubuntu.com",
    "alpinelinux.org",
    "fedoraproject.org",
    "microsoft.com",
    "mozilla.org",
    "astral.sh",
    "bun.sh",
    "deno.land",
    "apache.org",
    "maven.org",
    "gradle.org",
    "w3.org",
    "json-schema.org",
    "schemastore.org",
    "localhost",
    "example.com",
    "example.org",
    "test",
    "local",
    "invalid",
    "internal",
];
const WORDS: &[&str] = &[
    "download", "install", "curl", "wget", "network", "mirror", "host", "url", "endpoint", "webhook", "link",
];

/// Judges the item.
///
/// # Errors
/// No script changed, or what the other scripts say cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let scripts = Globs::built_in(SCRIPTS);
    let files = evidence.change.files().iter();
    let changed: Vec<&FileChange> = files
        .filter(|file| is_in_force(file, settings) && scripts.matches(file.path()))
        .collect();
    if changed.is_empty() {
        return Err(Abstain::not_applicable("no script and no workflow changed"));
    }
    let mut known = None;
    let mut found: Vec<Finding> = Vec::new();
    for file in changed {
        let run = runs(file);
        let mut opened: Vec<Opened> = run.into_iter().collect();
        for (line, host) in hosts(file) {
            if opened.iter().any(|one| one.line == line) {
                continue;
            }
            let seen: &mut BTreeSet<String> = match &mut known {
                Some(seen) => seen,
                None => known.insert(hosts_at_base(evidence, &scripts)?),
            };
            if seen.insert(host.clone()) {
                let says = format!("no script spoke to `{}` before", escape::line(&host));
                opened.push(one(line, says));
            }
        }
        found.extend(
            opened
                .into_iter()
                .filter_map(|one| super::weighed(file, one, evidence, settings)),
        );
    }
    Ok(found)
}

/// The first added line that runs what it downloads, where the file gains one.
fn runs(file: &FileChange) -> Option<Opened> {
    let gone = file.removed().filter(|line| runs_unread(&line.text)).count();
    let new: Vec<_> = file.added().filter(|line| runs_unread(&line.text)).collect();
    let line = new.first().filter(|_| new.len() > gone)?;
    let from = host(&line.text).map_or_else(String::new, |host| format!(" from `{}`", escape::line(&host)));
    Some(one(line.number, format!("what is downloaded{from} runs unread")))
}

/// Whether a line fetches something and hands it to a program that runs it.
fn runs_unread(line: &str) -> bool {
    let start = line.trim_start();
    if start.starts_with('#') || start.starts_with("//") {
        return false;
    }
    let fetches = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
        words.any(|word| FETCHES.contains(&word))
    };
    let mut parts = line.split('|');
    let mut fetched = parts.next().is_some_and(fetches);
    for part in parts {
        let mut words = part.split_whitespace().skip_while(|word| BEFORE.contains(word));
        let first = words
            .next()
            .unwrap_or_default()
            .trim_end_matches([')', '"', '\'', '`', ';']);
        let name = first.rsplit('/').next().unwrap_or(first);
        if fetched && RUNNERS.contains(&name) {
            return true;
        }
        fetched |= fetches(part);
    }
    let inside = ["<(curl", "<(wget", "\"$(curl", "\"$(wget"];
    let runs = ["sh ", "bash ", "eval ", "source ", ". <("];
    inside.iter().any(|mark| line.contains(mark)) && runs.iter().any(|mark| line.contains(mark))
}

/// The hosts on added lines that are commands.
fn hosts(file: &FileChange) -> Vec<(u32, String)> {
    // a manifest names home pages and registries beside its scripts
    if file.path().name() == "package.json" {
        return Vec::new();
    }
    let commands = file
        .added()
        .filter(|line| !line.text.trim_start().starts_with('#'));
    let named = commands.filter_map(|line| Some((line.number, host(&line.text)?)));
    named.filter(|(_, host)| !is_known(host)).collect()
}

fn is_known(host: &str) -> bool {
    let means = |known: &str| {
        let rest = host.strip_suffix(known);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    KNOWN.iter().any(|known| means(known)) || host.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// The host of the first address on a line; none where a variable names it.
fn host(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("://")?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !".-@".contains(c));
    let (host, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
    let host = host.rsplit('@').next().unwrap_or(host).trim_matches('.');
    let open = after.starts_with(['$', '{', '<', '%', '*']);
    (host.contains('.') && !open).then(|| host.to_lowercase())
}

/// Every host that a script of the base names.
fn hosts_at_base(evidence: &Evidence, scripts: &Globs) -> Result<BTreeSet<String>, Abstain> {
    let mut hosts = BTreeSet::new();
    for path in evidence.change.every_path(Side::Base)? {
        if !scripts.matches(path) {
            continue;
        }
        let Some(version) = evidence.change.entry(Side::Base, path)? else {
            continue;
        };
        // a script that is no text names no host
        let text = evidence.change.text(&version).unwrap_or_default();
        hosts.extend(text.lines().filter_map(host));
    }
    Ok(hosts)
}

fn one(line: u32, says: String) -> Opened {
    Opened {
        line,
        says,
        words: WORDS,
        class: "ci",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_unread_is_told_from_what_is_only_fetched() {
        for line in [
            "curl -fsSL https://get.pay.dev/install | sh",
            "RUN wget -qO- https://get.pay.dev | sudo -E bash -s -- -y",
            "bash <(curl -s https://get.pay.dev/up)",
            "sh -c \"$(curl -fsSL https://get.pay.dev)\"",
        ] {
            assert!(runs_unread(line), "{line}");
        }
        for line in [
            "# curl https://get.pay.dev | sh",
            "curl -fsSL https://get.pay.dev/a.tgz | tar xz",
            "cat install.sh | sh",
            "curl -s https://api.pay.dev/v1 | jq .sh",
        ] {
            assert!(!runs_unread(line), "{line}");
        }
    }

    #[test]
    fn a_host_is_read_up_to_its_path_and_not_guessed() {
        assert_eq!(
            host("curl https://u@Get.Pay.dev:8/x").as_deref(),
            Some("get.pay.dev")
        );
        assert_eq!(host("curl https://${HOST}/x"), None);
        assert_eq!(host("curl https://get.pay.${TLD}/x"), None);
        assert!(is_known("api.github.com") && !is_known("notgithub.com"));
    }
}
