//! Was the mutation report made for other code than this head?
//!
//! A report ties itself to code by the tree it names, by the sources it embeds, by the text it says it replaced, by a
//! commit, or at the least by line numbers. Where it names no tree, only changed files are compared: a build of the merge
//! with the base branch differs elsewhere. Where it names one, all of it must be that of the head: other tests are other
//! judges.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{FileChange, ObjectId},
        mutation::{Embedded, Mutant, MutationRun},
        names::{Meaning, Names},
        sites::{Site, Sites},
    },
    finding::{Abstain, Finding, Judged, Place, Side, Unproven},
    path::RepoPath,
};

const FIX: &str = "run the mutation tester on the head of the change and pass that report";

/// Judges the item.
///
/// # Errors
/// No report was given, or it says nothing that could be compared with the head.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let run = evidence.mutation_as_read()?;
    let compared = compare(evidence, run)?;
    if compared.findings.is_empty() {
        evidence.mutation()?;
    }
    if compared.findings.is_empty() && !compared.tied {
        return Err(Abstain::not_applicable(
            "the report carries neither source nor commit of a changed file: nothing to compare with the head",
        ));
    }
    Ok(compared.findings)
}

/// What shows that the run is about other code. Empty where nothing shows it.
///
/// # Errors
/// The report names a commit and nobody can tell how it is related to the head.
pub(super) fn findings(evidence: &Evidence, run: &MutationRun) -> Result<Vec<Finding>, Unproven> {
    compare(evidence, run).map(|compared| compared.findings)
}

#[derive(Default)]
struct Compared<'a> {
    findings: Vec<Finding>,
    /// Something in the report was found at head as the report says.
    tied: bool,
    /// Files whose whole source is that of the head.
    same: BTreeSet<&'a RepoPath>,
    /// Files that already have a finding.
    accused: BTreeSet<&'a RepoPath>,
}

fn compare<'a>(evidence: &'a Evidence, run: &'a MutationRun) -> Result<Compared<'a>, Unproven> {
    let mut names = Names::new(&evidence.change, Side::Head);
    let mut sites = Sites::new(&evidence.change);
    let mut compared = Compared::default();
    for source in &run.sources {
        if let Meaning::Changed(file) = names.meaning(&source.file) {
            compared.source(evidence, file, source);
        }
    }
    let mut mutated = BTreeMap::new();
    for mutant in &run.mutants {
        if let Meaning::Changed(file) = names.meaning(&mutant.file) {
            mutated.insert(file.path(), file);
            compared.mutant(&mut sites, file, mutant);
        }
    }
    if compared.findings.is_empty() {
        compared.tree(evidence, run)?;
    }
    let whole =
        run.tree.is_some() || !mutated.is_empty() && mutated.keys().all(|path| compared.same.contains(path));
    if let Some(commit) = &run.commit
        && !whole
        && compared.findings.is_empty()
    {
        compared.commit(evidence, run, commit)?;
    }
    Ok(compared)
}

impl<'a> Compared<'a> {
    fn source(&mut self, evidence: &Evidence, file: &'a FileChange, source: &Embedded) {
        // without the text (a patch, an opaque file) there is nothing to compare with
        let Some(Ok(text)) = file.after().map(|version| evidence.change.text(version)) else {
            return;
        };
        if source.is(&text) {
            self.tied = true;
            self.same.insert(file.path());
            return;
        }
        let before = file.before().map(|version| evidence.change.text(version));
        let of_base = matches!(before, Some(Ok(before)) if source.is(&before));
        let says = if of_base {
            "the mutation report was made before this change: it embeds the source of the base"
        } else {
            "the mutation report embeds a source that is not the file at head"
        };
        let evidence = format!(
            "source in the report: SHA-256 {}",
            source.sha256.get(..12).unwrap_or_default()
        );
        self.accuse(file, says.to_owned(), evidence);
    }

    fn mutant(&mut self, sites: &mut Sites<'a>, file: &'a FileChange, mutant: &Mutant) {
        if self.accused.contains(file.path()) || self.same.contains(file.path()) {
            return;
        }
        let Ok(Site::Line(number)) = sites.of(file, mutant) else {
            return;
        };
        let Ok(lines) = sites.lines(file) else { return };
        let line = usize::try_from(number)
            .ok()
            .and_then(|number| lines.get(number.checked_sub(1)?));
        let Some(line) = line else {
            let says = format!(
                "the mutation report has a mutant on line {number} of a file of {} lines",
                lines.len()
            );
            return self.accuse(file, says, format!("mutant: {}", super::fault(mutant)));
        };
        let Some(original) = &mutant.original else {
            return;
        };
        if stands_there(line, mutant.column, original) {
            self.tied = true;
            return;
        }
        let says = format!("the mutation report replaced text that is not on line {number} at head");
        let line = crate::escape::line(line.trim()).into_owned();
        self.accuse(
            file,
            says,
            format!("mutant: {}; line {number} is `{line}`", super::fault(mutant)),
        );
    }

    /// Compares the tree that the report names with the head; the reports themselves may lie in it.
    fn tree(&mut self, evidence: &Evidence, run: &MutationRun) -> Result<(), Unproven> {
        let Some(tree) = &run.tree else { return Ok(()) };
        let own = evidence.change.head_tree(&run.own_places)?;
        // evidence that was not there yet when the mutants were measured makes no other code
        let is_own = |own: &ObjectId| *own.0 == **tree;
        if is_own(&own) || is_own(&evidence.change.head_tree(&run.evidence_places)?) {
            self.tied = true;
            return Ok(());
        }
        let short = tree.get(..12).unwrap_or(tree);
        let says = format!(
            "the mutation report was made on tree {short}, and that of the head is {}",
            own.short()
        );
        let file = run
            .reports
            .first()
            .map_or_else(String::new, |report| report.input.file.clone());
        let place = Place::Evidence { file, line: None };
        self.findings.push(Finding::new(place, says).fix(FIX));
        Ok(())
    }

    fn commit(&mut self, evidence: &Evidence, run: &MutationRun, commit: &str) -> Result<(), Unproven> {
        let head = evidence.change.source().head_commit();
        if head.is_some_and(|head| *head.0 == *commit) {
            self.tied = true;
            return Ok(());
        }
        let short = commit.get(..12).unwrap_or(commit);
        if !matches!(evidence.change.head_reaches(commit), Ok(Some(true))) {
            return Err(Unproven::Stale(format!(
                "the mutation report was made for commit {short}, which is not the head; {FIX}"
            )));
        }
        let file = run
            .reports
            .first()
            .map_or_else(String::new, |report| report.input.file.clone());
        let says = format!("the mutation report was made for commit {short}, which lies before the head");
        let place = Place::Evidence { file, line: None };
        self.findings.push(Finding::new(place, says).fix(FIX));
        Ok(())
    }

    fn accuse(&mut self, file: &'a FileChange, says: String, evidence: String) {
        if self.accused.insert(file.path()) {
            let place = Place::File(file.path().clone());
            self.findings
                .push(Finding::new(place, says).because(evidence).fix(FIX));
        }
    }
}

/// Whether the replaced text is what a line holds: from a 1-based column on, or as the whole line.
fn stands_there(line: &str, column: Option<u32>, original: &str) -> bool {
    match column.and_then(|column| usize::try_from(column).ok()) {
        None => line.trim() == original,
        Some(column) => {
            let rest: String = line.chars().skip(column.saturating_sub(1)).collect();
            rest.starts_with(original)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_text_is_looked_for_at_its_column() {
        assert!(stands_there("    a + b", Some(7), "+"));
        assert!(!stands_there("    a + b", Some(8), "+"));
        assert!(stands_there("é + b", Some(3), "+"), "columns count characters");
        assert!(stands_there("    a + b  ", None, "a + b"));
    }
}
