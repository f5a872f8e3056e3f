//! Did what must change together change together?

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Content, FileChange, Line},
    },
    finding::{Abstain, Finding, Judged, Place, Unproven},
    glob::Globs,
    policy::{Pair, Pattern},
};

/// Judges the item.
///
/// # Errors
/// The policy has no pair rule, none applies, or the lines of a file that one is about cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let pairs = &settings.policy.edits.pairs;
    if pairs.is_empty() {
        return Err(Abstain::not_applicable("the policy has no `edits: pairs:`"));
    }
    let files = evidence.change.files();
    let (mut findings, mut unread, mut applied) = (Vec::new(), None, false);
    for pair in pairs {
        match Side::of(files, &pair.when, pair.when_line.as_ref(), churned) {
            Side::Unread(why) => unread = Some(why),
            Side::Missing => {}
            Side::Met(trigger) => {
                applied = true;
                match Side::of(files, &pair.then, pair.then_line.as_ref(), added) {
                    Side::Met(_) => {}
                    Side::Unread(why) => unread = Some(why),
                    Side::Missing => findings.push(finding(pair, trigger)),
                }
            }
        }
    }
    match unread {
        Some(why) if findings.is_empty() => Err(Unproven::Unreadable(why).into()),
        None if !applied => Err(Abstain::not_applicable("no file of a pair rule was touched")),
        Some(_) | None => Ok(findings),
    }
}

/// Whether one half of a rule is met by the change.
enum Side<'a> {
    Met(&'a FileChange),
    Missing,
    Unread(String),
}

impl<'a> Side<'a> {
    fn of(
        files: &'a [FileChange],
        globs: &Globs,
        pattern: Option<&Pattern>,
        lines: fn(&FileChange) -> Vec<&Line>,
    ) -> Self {
        let mut unread = None;
        for file in files
            .iter()
            .filter(|file| file.touched().any(|path| globs.matches(path)))
        {
            let Some(pattern) = pattern else {
                return Self::Met(file);
            };
            match &file.content {
                Content::Text(_) if lines(file).iter().any(|line| pattern.matches(&line.text)) => {
                    return Self::Met(file);
                }
                Content::Text(_) => {}
                Content::Binary => unread = Some(format!("`{}` is not text", file.path())),
                Content::Opaque(why) => unread = Some(format!("`{}` cannot be read: {why}", file.path())),
            }
        }
        unread.map_or(Self::Missing, Self::Unread)
    }
}

fn churned(file: &FileChange) -> Vec<&Line> {
    file.added().chain(file.removed()).collect()
}

fn added(file: &FileChange) -> Vec<&Line> {
    file.added().collect()
}

fn finding(pair: &Pair, trigger: &FileChange) -> Finding {
    let path = trigger.path();
    let wanted = pair.then.patterns().join(", ");
    let line = pair.then_line.as_ref().map_or(String::new(), |line| {
        format!(" with an added line that matches `{}`", line.as_str())
    });
    Finding::new(
        Place::File(path.clone()),
        format!("`{path}` changed, and no file of `{wanted}` did{line}"),
    )
    .because(format!("pair rule: {}", crate::escape::line(&pair.name)))
    .fix(format!("change `{wanted}` too, or have the rule changed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        path::RepoPath,
        policy::Policy,
    };

    const POLICY: &str = "edits:\n  pairs:\n    - name: routes have clients\n      if: api/**\n      when-line: route\n      then: web/**\n      then-line: fetch\n";

    fn judged(after: &[(&str, &[u8])], policy: &str) -> Judged {
        let files = after
            .iter()
            .map(|(path, text)| (RepoPath::new(path).unwrap(), (Mode::File, text.to_vec())));
        let evidence = Evidence::of(memory::change([].into(), files.collect()));
        let policy = Policy::parse("p", policy.as_bytes(), &[].into()).unwrap();
        run(&evidence, &Settings::new(policy).unwrap())
    }

    #[test]
    fn the_second_half_must_follow_the_first() {
        let route: (&str, &[u8]) = ("api/a.py", b"route('/a')\n");
        assert_eq!(judged(&[route], POLICY).unwrap()[0].place.to_string(), "api/a.py");
        assert_eq!(
            judged(&[route, ("web/a.ts", b"other\n")], POLICY).unwrap().len(),
            1
        );
        assert_eq!(
            judged(&[route, ("web/a.ts", b"fetch('/a')\n")], POLICY),
            Ok(Vec::new())
        );
    }

    #[test]
    fn a_rule_whose_files_are_untouched_judges_nothing() {
        for (after, policy) in [
            (("api/a.py", b"comment\n" as &[u8]), POLICY),
            (("x", b"route\n"), "{}"),
        ] {
            assert!(matches!(judged(&[after], policy), Err(Abstain::NotApplicable(_))));
        }
    }

    #[test]
    fn a_half_that_cannot_be_read_is_unproven() {
        let outcome = judged(&[("api/a.py", b"route\n"), ("web/a.ts", b"\0fetch")], POLICY);
        assert!(matches!(outcome, Err(Abstain::Unproven(_))));
    }
}
