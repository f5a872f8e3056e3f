//! Do the manifests gain and lose the packages that the author says?
//!
//! A manifest of a kind that is not read here leaves a claim open; it never refutes one.

use crate::{
    checks::Settings,
    checks::dependencies::is_own,
    claims::{self, Standing, against},
    evidence::{
        Evidence,
        change::{Change, FileChange},
        claims::{Claim, Form},
        manifests::{self, DependencyChange},
    },
    finding::{Side, Unproven},
    glob::Globs,
    kinds::FileKind,
    limits,
    path::RepoPath,
    risk,
};

/// The forms that this check decides.
pub const FORMS: &[Form] = &[Form::DepAdded, Form::DepRemoved, Form::DepNone, Form::DepBumped];

/// Files that name packages too and are not read here.
const UNREAD: &[&str] = &[
    "**/{pom.xml,build.gradle,build.gradle.kts,settings.gradle,settings.gradle.kts,libs.versions.toml,Gemfile,composer.json}",
    "**/{mix.exs,Package.swift,pubspec.yaml,build.sbt,setup.py,conanfile.py,conanfile.txt,vcpkg.json,deno.json,deno.jsonc}",
    "**/{Directory.Packages.props,environment.yml,environment.yaml,build.zig.zon}",
    "**/*.{gemspec,csproj,fsproj,cabal}",
];

/// Every claim about packages, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let all = evidence.claims()?;
    if all.of(FORMS).next().is_none() {
        return Ok(Vec::new());
    }
    let changed = manifests::changes(&evidence.change, &|path| is_own(path, settings));
    let one = |claim: &Claim| match &changed {
        Ok(changed) => Packages {
            claim,
            changed,
            change: &evidence.change,
            settings,
        }
        .told(),
        Err(unproven) => vec![Standing::Lacking(unproven.clone())],
    };
    Ok(claims::judge(all, FORMS, one))
}

/// A claim beside what the manifests say.
struct Packages<'a> {
    claim: &'a Claim,
    changed: &'a [DependencyChange],
    change: &'a Change,
    settings: &'a Settings,
}

impl Packages<'_> {
    fn told(&self) -> Vec<Standing> {
        let each = |judge: fn(&Self, &str) -> Result<Standing, Unproven>| {
            let targets = self.claim.targets.iter();
            targets
                .map(|name| judge(self, name).unwrap_or_else(Standing::Lacking))
                .collect()
        };
        match self.claim.form {
            Some(Form::DepAdded) => each(Self::added),
            Some(Form::DepRemoved) => each(Self::removed),
            Some(Form::DepBumped) => each(Self::bumped),
            Some(_) | None => vec![self.none()],
        }
    }

    fn added(&self, name: &str) -> Result<Standing, Unproven> {
        let mut entries = self.of(name).filter(|entry| entry.after.is_some());
        if let Some(entry) = entries.next() {
            return Ok(match &entry.before {
                None => Standing::Supported(None),
                Some(_) => Standing::supported(format!("base already named `{}`", entry.name)),
            });
        }
        let shown = crate::escape::line(name);
        if let Some((path, _)) = declared(self.change, name)? {
            return Ok(Standing::unverifiable(format!(
                "`{path}` named `{shown}` before the change"
            )));
        }
        if self.claim.prose.is_some() && self.is_spoken_of(name) {
            return Ok(Standing::unverifiable(format!(
                "an added line speaks of `{shown}`"
            )));
        }
        if let Some(path) = self.elsewhere(name) {
            return Ok(Standing::unverifiable(format!(
                "`{path}` names `{shown}` on an added line, and is not read as a manifest"
            )));
        }
        let says = format!("`{shown}` is said to be a new dependency, and no manifest of head names it");
        Ok(against(self.claim, says)
            .because(self.summary())
            .fix("add the package to the manifest, or take the claim back")
            .into())
    }

    fn removed(&self, name: &str) -> Result<Standing, Unproven> {
        let shown = crate::escape::line(name);
        let still = declared(self.change, name)?;
        if self.of(name).any(|entry| entry.after.is_none()) {
            let note = still.map(|(path, _)| format!("`{path}` still names `{shown}`"));
            return Ok(Standing::Supported(note));
        }
        let Some((path, line)) = still else {
            return Ok(Standing::unverifiable(format!(
                "no manifest names `{shown}`, before or after the change"
            )));
        };
        Ok(against(
            self.claim,
            format!("`{shown}` is said to be removed, and `{path}` still names it"),
        )
        .because(format!("{path}:{line}"))
        .fix("remove the package from the manifest, or take the claim back")
        .into())
    }

    /// The new version stands on an added line that names the package, or in the lock beside it; another one on the
    /// only such line refutes.
    fn bumped(&self, name: &str) -> Result<Standing, Unproven> {
        let to = self.claim.to.as_deref().unwrap_or_default();
        let shown = crate::escape::line(name);
        let lines = self
            .change
            .files()
            .iter()
            .flat_map(|file| file.added().map(move |line| (file.path(), line)));
        let lines: Vec<_> = lines.collect();
        if lines.iter().any(|(_, line)| line.text.contains(to)) {
            return Ok(Standing::Supported(None));
        }
        let entries: Vec<&DependencyChange> = self.of(name).filter(|entry| entry.after.is_some()).collect();
        let [entry] = entries.as_slice() else {
            return Ok(Standing::unverifiable(format!(
                "it cannot be told which version of `{shown}` head has"
            )));
        };
        let says = format!(
            "`{shown}` is said to be at {}, and no added line has that version",
            crate::escape::line(to)
        );
        Ok(against(self.claim, says)
            .because(format!("{}:{} names it", entry.manifest, entry.line))
            .fix("state the version that the manifest has")
            .into())
    }

    fn none(&self) -> Standing {
        let new: Vec<&DependencyChange> = self
            .changed
            .iter()
            .filter(|entry| entry.before.is_none() && entry.after.is_some() && !entry.internal)
            .filter(|entry| self.claim.prose.is_none() || !is_for_development(&entry.section))
            .collect();
        let Some(first) = new.first() else {
            return match self.unread().next() {
                Some(file) => Standing::unverifiable(format!(
                    "`{}` changed, and is not read as a manifest",
                    file.path()
                )),
                None => Standing::Supported(None),
            };
        };
        let says = match new.len() {
            1 => format!(
                "no dependency is said to be added, and `{}` is new",
                crate::escape::line(&first.name)
            ),
            count => format!("no dependency is said to be added, and {count} are new"),
        };
        let finding = new
            .iter()
            .take(limits::NAMED)
            .fold(against(self.claim, says), |finding, entry| {
                let name = crate::escape::line(&entry.name);
                finding.because(format!(
                    "{}:{}: `{name}` in {}",
                    entry.manifest,
                    entry.line,
                    crate::escape::line(&entry.section)
                ))
            });
        finding
            .fix("name the new packages in the claims, or do without them")
            .into()
    }

    /// Whether an added line has the name: it may be a package of a kind that no manifest shows.
    fn is_spoken_of(&self, name: &str) -> bool {
        let name = normal(bare(name));
        let mut lines = self.change.files().iter().flat_map(FileChange::added);
        lines.any(|line| normal(&line.text).contains(&name))
    }

    fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a DependencyChange> {
        self.changed.iter().filter(move |entry| same(&entry.name, name))
    }

    fn unread(&self) -> impl Iterator<Item = &FileChange> {
        let unread = Globs::new(UNREAD).unwrap_or_default();
        self.change
            .files()
            .iter()
            .filter(move |file| unread.matches(file.path()))
    }

    /// A changed file that is no manifest known here and names the package on an added line.
    fn elsewhere(&self, name: &str) -> Option<&RepoPath> {
        let could = |file: &&FileChange| match self.settings.kinds.of(file.path()) {
            FileKind::Lock | FileKind::Other => true,
            FileKind::Source | FileKind::Test | FileKind::Docs | FileKind::Generated | FileKind::Vendored => {
                false
            }
        };
        let name = bare(name);
        let files = self.change.files().iter().filter(could).chain(self.unread());
        files
            .filter(|file| file.added().any(|line| risk::holds_word(&line.text, name)))
            .map(FileChange::path)
            .next()
    }

    fn summary(&self) -> String {
        let names: Vec<String> = self
            .changed
            .iter()
            .filter(|entry| entry.before.is_none())
            .take(limits::NAMED)
            .map(|entry| format!("`{}`", crate::escape::line(&entry.name)))
            .collect();
        if names.is_empty() {
            "the change adds no dependency".to_owned()
        } else {
            format!("the change adds {}", names.join(", "))
        }
    }
}

/// Whether a section of a manifest lists what only its developers need: in prose, "no new dependencies" may leave them
/// out.
fn is_for_development(section: &str) -> bool {
    let lower = section.to_lowercase();
    ["dev", "test", "lint", "doc", "build", "types"]
        .iter()
        .any(|word| lower.contains(word))
}

/// The manifest of the head that names a package, and the line. Manifests that cannot be read say nothing.
fn declared(change: &Change, name: &str) -> Result<Option<(RepoPath, u32)>, Unproven> {
    let paths = change.paths(Side::Head)?;
    for path in paths
        .iter()
        .filter(|path| manifests::ecosystem(path).is_some())
        .take(limits::MANIFESTS)
    {
        let Some(version) = change
            .entry(Side::Head, path)?
            .filter(|version| version.mode.is_file())
        else {
            continue;
        };
        let Ok(manifest) = change
            .bytes(&version)
            .and_then(|bytes| manifests::read(path, &bytes))
        else {
            continue;
        };
        let entry = manifest.declared.iter().find(|entry| {
            same(&entry.name, name) || entry.visible.as_ref().is_some_and(|visible| same(visible, name))
        });
        if let Some(entry) = entry {
            return Ok(Some((path.clone(), entry.line)));
        }
    }
    Ok(None)
}

/// Whether two names mean one package, whatever the ecosystem: case, `_`, `-` and `.` do not matter, nor does the
/// major version of a Go module.
fn same(name: &str, written: &str) -> bool {
    normal(name) == normal(bare(written))
}

fn normal(name: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let name = match name.rsplit_once("/v") {
        Some((head, version)) if digits(version) => head,
        Some(_) | None => name,
    };
    name.to_lowercase().replace(['_', '.'], "-")
}

/// A name without the version that authors write behind it: `serde 1.0`, `react@19`, `requests>=2`, `uvicorn[standard]`.
fn bare(written: &str) -> &str {
    let written = written.trim().trim_matches('`');
    let end = written
        .find([' ', '=', '<', '>', '~', '^', '!', '[', ';'])
        .unwrap_or(written.len());
    let name = written.get(..end).unwrap_or(written);
    match name.rsplit_once('@') {
        Some((head, _)) if !head.is_empty() => head,
        Some(_) | None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    const CARGO: &str = "[package]\nname = \"own\"\nversion = \"1.0.0\"\n[dependencies]\nserde = \"1\"\n";

    fn told(after: &[(&str, &str)], claim: &str) -> (&'static str, String) {
        let files = |list: &[(&str, &str)]| -> memory::Files {
            let file = |(path, text): &(&str, &str)| {
                (
                    RepoPath::new(path).unwrap(),
                    (Mode::File, text.as_bytes().to_vec()),
                )
            };
            list.iter().map(file).collect()
        };
        let before = [("Cargo.toml", CARGO), ("pom.xml", "<project/>\n")];
        let evidence = Evidence::of(memory::change(files(&before), files(after)))
            .with_claims(Ok(crate::claims::tests::claims(claim)));
        let settings = Settings::new(crate::policy::Policy::default()).unwrap();
        let (_, standing) = standings(&evidence, &settings).unwrap().remove(0);
        (standing.name(), standing.why().unwrap_or_default())
    }

    #[test]
    fn names_are_compared_as_registries_do() {
        for (name, written) in [
            ("serde_json", "serde-json 1.0"),
            ("@scope/pkg", "@scope/pkg@2"),
            ("github.com/a/b/v3", "github.com/a/b"),
            ("uvicorn", "uvicorn[standard]>=0.30"),
        ] {
            assert!(same(name, written), "{name} {written}");
        }
        assert!(!same("serde", "serde_json"));
    }

    #[test]
    fn packages_are_told_from_the_manifests() {
        let more = format!("{CARGO}toml = \"1\"\n");
        let less = CARGO.replace("serde = \"1\"\n", "");
        let pom = (
            "pom.xml",
            "<project>\n<artifactId>junit</artifactId>\n</project>\n",
        );
        let same_pom = ("pom.xml", "<project/>\n");
        let table: [(&str, (&str, &str), &str, &str); 10] = [
            (&more, same_pom, "- {form: dep-added, target: toml}", "supported"),
            (&more, same_pom, "- {form: dep-added, target: regex}", "refuted"),
            (
                CARGO,
                same_pom,
                "- {form: dep-added, target: serde}",
                "not checked",
            ),
            (CARGO, pom, "- {form: dep-added, target: junit}", "not checked"),
            (
                &less,
                same_pom,
                "- {form: dep-removed, target: serde}",
                "supported",
            ),
            (CARGO, same_pom, "- {form: dep-removed, target: serde}", "refuted"),
            (
                CARGO,
                same_pom,
                "- {form: dep-removed, target: rand}",
                "not checked",
            ),
            (&more, same_pom, "- {form: dep-none}", "refuted"),
            (&less, same_pom, "- {form: dep-none}", "supported"),
            (CARGO, pom, "- {form: dep-none}", "not checked"),
        ];
        for (cargo, pom, claim, name) in table {
            let (told, why) = told(&[("Cargo.toml", cargo), pom], claim);
            assert_eq!(told, name, "{claim}: {why}");
        }
    }

    #[test]
    fn a_manifest_that_does_not_parse_leaves_the_claim_unproven() {
        let broken = [("Cargo.toml", "[dependencies\n"), ("pom.xml", "<project/>\n")];
        assert_eq!(told(&broken, "- {form: dep-none}").0, "unproven");
    }
}
