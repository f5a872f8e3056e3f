//! Does the change hand an agent or an editor a tool from outside that nobody asked for?
//!
//! `scope-protected-path` speaks of the file; this check of what it lets in. One edit is not denied twice.

use crate::{
    checks::Settings,
    evidence::{
        Evidence, Supplied,
        change::{FileChange, Status, Version},
        manifests::{self, document},
    },
    finding::{Abstain, Finding, Judged, Level, Place, unless_unknown},
    kinds::FileKind,
    limits,
    risk::{self, Standing},
    tools::{self, Kind, Tool},
};

/// Judges the item.
///
/// # Errors
/// No settings of tools changed, or they cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let files = evidence.change.files().iter();
    let looked: Vec<&FileChange> = files.filter(|file| is_setting(file, settings)).collect();
    if looked.is_empty() {
        return Err(Abstain::not_applicable("no settings of tools changed"));
    }
    let (mut found, mut unknown) = (Vec::new(), None);
    for file in looked {
        match brought_in(file, evidence) {
            Ok(tools) => found.extend(
                tools
                    .iter()
                    .filter_map(|(tool, before)| judge(file, tool, before.as_ref(), evidence, settings)),
            ),
            Err(why) => unknown = Some(why),
        }
    }
    unless_unknown(found, unknown)
}

fn is_setting(file: &FileChange, settings: &Settings) -> bool {
    let path = file.path();
    let own = match settings.kinds.of(path) {
        FileKind::Source | FileKind::Docs | FileKind::Lock | FileKind::Other => true,
        FileKind::Test | FileKind::Generated | FileKind::Vendored => false,
    };
    own && file.after().is_some() && tools::are_set_in(path) && !manifests::is_elsewhere(path)
}

/// Every tool that the head has and the base had not, or had otherwise.
fn brought_in(file: &FileChange, evidence: &Evidence) -> Supplied<Vec<(Tool, Option<Tool>)>> {
    let read = |version: Option<&Version>| -> Supplied<Vec<Tool>> {
        let Some(version) = version else {
            return Ok(Vec::new());
        };
        let bytes = evidence.change.bytes(version)?;
        let tools =
            document::text(&bytes, limits::MANIFEST_BYTES).and_then(|text| tools::read(&version.path, text));
        tools.map_err(|problem| problem.unreadable(&version.path))
    };
    let old = read(file.before().filter(|_| file.status != Status::Copied))?;
    let new = read(file.after())?.into_iter();
    let known = |tool: &Tool| {
        old.iter()
            .find(|old| old.kind == tool.kind && old.name == tool.name)
            .cloned()
    };
    let pairs = new.map(|tool| (known(&tool), tool));
    Ok(pairs
        .filter(|(before, tool)| before.as_ref().is_none_or(|before| before.said != tool.said))
        .map(|(before, tool)| (tool, before))
        .collect())
}

fn judge(
    file: &FileChange,
    tool: &Tool,
    before: Option<&Tool>,
    evidence: &Evidence,
    settings: &Settings,
) -> Option<Finding> {
    let name = crate::escape::line(&tool.name).into_owned();
    let kind = tool.kind.name();
    let says = match before {
        Some(_) => format!("the {kind} `{name}` is set up otherwise"),
        None => format!("the {kind} `{name}` is new"),
    };
    let said = crate::escape::line(&tool.said).into_owned();
    let finding = Finding::new(Place::line(file.path(), tool.line), says)
        .because(format!("now: {}", crate::escape::cut(&said, limits::SHOWN_BYTES)))
        .fix(format!(
            "take it out; or say in the claims or a commit message what `{name}` is for; or have it approved: `{name}` in `dependencies` of the task or `dependencies.approved` of the policy"
        ));
    let whole = risk::guarded(
        file,
        evidence,
        (&settings.risks, &settings.kinds, &settings.policy),
    );
    let finding = risk::beside(finding, standing(tool, evidence, settings), whole)?;
    // an editor asks before it follows a recommendation
    Some(match tool.kind {
        Kind::Extension => finding.at_most(Level::Warn),
        Kind::Server | Kind::Plugin | Kind::Admission => finding,
    })
}

fn standing(tool: &Tool, evidence: &Evidence, settings: &Settings) -> Standing {
    let task = evidence.task().ok();
    let lists = [
        task.map_or(&[][..], |task| &task.dependencies),
        &settings.policy.dependencies.approved,
    ];
    let listed = lists
        .iter()
        .copied()
        .flatten()
        .any(|approved| match approved.strip_suffix('*') {
            Some(start) => tool.name.starts_with(start),
            None => *approved == tool.name,
        });
    if listed || risk::approves("agent-config", evidence, &settings.policy) {
        return Standing::Approved;
    }
    let lower = tool.name.to_lowercase();
    let named = risk::declared(evidence, |text| {
        let text = text.to_lowercase();
        let words = tool.kind.words().iter().any(|word| risk::holds_word(&text, word));
        words || lower.len() >= 3 && risk::holds_word(&text, &lower)
    });
    named.map_or(Standing::Hidden, Standing::Declared)
}
