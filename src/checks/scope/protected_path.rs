//! Was a protected path touched without being named in the task?
//!
//! Workflows, deployments, release scripts, hooks, code owners, agent instructions, the gate's own policy. A wildcard
//! unlocks none of them. Openly declared it warns; hidden it fails; the gate's own files stay out of a waiver's reach.

use crate::{
    checks::Settings,
    comments,
    evidence::{
        Evidence,
        change::{FileChange, Mode, Status},
    },
    finding::{Abstain, Finding, Judged, Level, Place, Unproven},
    path::RepoPath,
    risk::{self, Class, Standing},
};

/// Judges the item.
///
/// # Errors
/// Nothing was touched, or a submodule hides what was.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let files = evidence.change.files();
    if files.is_empty() {
        return Err(Abstain::not_applicable("no path was touched"));
    }
    let findings: Vec<Finding> = files
        .iter()
        .filter_map(|file| edits_the_judge(file, evidence).or_else(|| judge(file, evidence, settings)))
        .collect();
    if findings.is_empty() {
        no_submodule_hides_one(evidence, settings)?;
    }
    Ok(findings)
}

/// The task or the policy that the caller named, edited by the change that it judges.
fn edits_the_judge(file: &FileChange, evidence: &Evidence) -> Option<Finding> {
    let (path, what) = file
        .touched()
        .find_map(|path| Some((path, evidence.judge(path)?)))?;
    let says = format!(
        "`{path}` is {}: the very {what} that this change is judged by",
        file.status.name()
    );
    let fix = format!(
        "give a {what} from outside the change, or land the edit of `{path}` in a change of its own first"
    );
    Some(
        Finding::new(Place::File(path.clone()), says)
            .fix(fix)
            .unwaivable(),
    )
}

fn judge(file: &FileChange, evidence: &Evidence, settings: &Settings) -> Option<Finding> {
    let classes = settings
        .risks
        .classes()
        .iter()
        .filter(|class| class.protected && reaches(class, file, settings));
    let open: Vec<(&Class, Standing)> = classes
        .map(|class| (class, risk::standing(class, file, evidence, &settings.policy)))
        .filter(|(_, standing)| *standing != Standing::Approved)
        .collect();
    let (first, _) = open.first()?;
    let what: Vec<&str> = open.iter().map(|(class, _)| class.what.as_str()).collect();
    let path = protected_path(first, file);
    let says = format!("`{path}` is {}: {}", file.status.name(), what.join(" and "));
    let places: Option<Vec<&str>> = open.iter().map(|(_, standing)| declared_at(standing)).collect();
    let mut finding = Finding::new(Place::File(path.clone()), says);
    finding = match places.as_deref() {
        Some([place, ..]) => finding
            .because(format!("declared: {place}"))
            .fix(format!(
                "nothing, if it is wanted; {} approves it",
                approval(path, &first.id)
            ))
            .at_most(Level::Warn),
        Some([]) | None => finding
            .because("neither the task nor the author names it")
            .fix(fix(path, &first.id)),
    };
    if says_nothing_new(file) && open.iter().all(|(class, _)| class.id == "ci") {
        finding = finding
            .because("only comments and blank lines differ")
            .at_most(Level::Warn);
    }
    let judge = open.iter().any(|(class, _)| class.judge);
    Some(if judge { finding.unwaivable() } else { finding })
}

/// A comment in a workflow moves nothing; in instructions to an agent every line counts.
fn says_nothing_new(file: &FileChange) -> bool {
    let mut lines = file.added().chain(file.removed()).peekable();
    let extension = file.path().extension();
    file.status == Status::Modified
        && lines.peek().is_some()
        && lines.all(|line| comments::is_comment_or_blank(&extension, &line.text))
}

/// A link that stands where the folder of protected files stood replaces all of them.
fn reaches(class: &Class, file: &FileChange, settings: &Settings) -> bool {
    let link = file.after().is_some_and(|version| version.mode == Mode::Symlink);
    class.holds(file, &settings.kinds) || link && class.lies_below(file.path())
}

fn protected_path<'a>(class: &Class, file: &'a FileChange) -> &'a RepoPath {
    let matching = file.touched().find(|path| class.covers(path));
    matching.unwrap_or_else(|| file.path())
}

fn declared_at(standing: &Standing) -> Option<&str> {
    match standing {
        Standing::Declared(place) => Some(place),
        Standing::Approved | Standing::Hidden => None,
    }
}

fn fix(path: &RepoPath, class: &str) -> String {
    format!(
        "take it out of the change; or say in the claims or a commit message what was changed there and why; \
         or have it approved: {}",
        approval(path, class)
    )
}

fn approval(path: &RepoPath, class: &str) -> String {
    format!("`{path}` in the task's `allow`, or `{class}` in an `approve` list")
}

fn no_submodule_hides_one(evidence: &Evidence, settings: &Settings) -> Result<(), Unproven> {
    for file in evidence.change.files() {
        let submodule = [file.before(), file.after()]
            .into_iter()
            .flatten()
            .any(|side| side.mode == Mode::Submodule);
        let mut classes = settings.risks.classes().iter().filter(|class| class.protected);
        if let Some(class) = classes.find(|class| submodule && class.lies_below(file.path())) {
            return Err(Unproven::Insufficient(format!(
                "`{}` is a submodule: whether {} changed in it cannot be seen from here",
                file.path(),
                class.what
            )));
        }
    }
    Ok(())
}
