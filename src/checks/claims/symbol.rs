//! Were the symbols that the author names added, removed or renamed as said?
//!
//! Refuted only where the name stands nowhere, or in manuals alone (added), or is still defined in just one place that the change does not
//! take it from (removed, renamed).

use crate::{
    checks::Settings,
    claims::{
        self, Standing, against,
        symbols::{Found, Symbol, mentions, whole},
    },
    evidence::{
        Evidence, Supplied,
        claims::{Claim, Form},
    },
    finding::Side,
    kinds::FileKind,
    limits,
    path::RepoPath,
};

/// The forms that this check decides.
pub const FORMS: &[Form] = &[
    Form::SymbolAdded,
    Form::SymbolRemoved,
    Form::SymbolRenamed,
    Form::SymbolChanged,
];

/// Every claim about symbols, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| -> Vec<Standing> {
        let targets = claim.targets.iter();
        targets
            .map(|target| standing(claim, target, evidence, settings))
            .collect()
    };
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn standing(claim: &Claim, target: &str, evidence: &Evidence, settings: &Settings) -> Standing {
    let symbol = match Symbol::new(target) {
        Ok(symbol) => symbol,
        Err(why) => return Standing::Unverifiable(why),
    };
    let told = if claim.form == Some(Form::SymbolAdded) {
        added(claim, &symbol, evidence, settings)
    } else if claim.form == Some(Form::SymbolRenamed) {
        renamed(claim, &symbol, evidence)
    } else if claim.form == Some(Form::SymbolChanged) {
        changed(claim, &symbol, evidence)
    } else {
        removed(claim, &symbol, evidence)
    };
    told.unwrap_or_else(Standing::Lacking)
}

fn added(claim: &Claim, symbol: &Symbol, evidence: &Evidence, settings: &Settings) -> Supplied<Standing> {
    let (_, new) = symbol.lines(&evidence.change);
    if new > 0 || symbol.is_file(&evidence.change) {
        return Ok(Standing::Supported(None));
    }
    let shown = symbol.shown();
    let known = mentions(&evidence.change, Side::Head, &symbol.word())?;
    let is_manual = |path: &RepoPath| settings.kinds.of(path) == FileKind::Docs;
    let planned = symbol.is_telling() && known.len() < limits::NAMED && known.iter().all(is_manual);
    Ok(match known.first() {
        Some(path) if planned => against(
            claim,
            format!("`{shown}` is said to be added, and only manuals have that name"),
        )
        .because(format!(
            "named in {path}, which the change does not touch there, and in no code of the head"
        ))
        .into(),
        Some(path) => Standing::unverifiable(format!(
            "no added line has `{shown}`; `{path}` has it, where the change did not put it"
        )),
        None => against(
            claim,
            format!("`{shown}` is said to be added, and no file of the head has that name"),
        )
        .because(format!(
            "searched: every file of the head, and {} changed files",
            evidence.change.files().len()
        ))
        .into(),
    })
}

fn removed(claim: &Claim, symbol: &Symbol, evidence: &Evidence) -> Supplied<Standing> {
    let (gone, new) = symbol.lines(&evidence.change);
    if gone > new {
        return Ok(Standing::Supported(None));
    }
    let (before, after) = symbol.defined(evidence)?;
    if after.len() < before.len() {
        return Ok(Standing::Supported(None));
    }
    let shown = symbol.shown();
    let still = match still_defined(symbol, evidence, &after)? {
        Still::At(found) => found,
        Still::Several(count) => {
            return Ok(Standing::unverifiable(format!(
                "head defines `{shown}` {count} times"
            )));
        }
        Still::Nowhere => {
            return Ok(Standing::unverifiable(format!(
                "neither side is seen to define `{shown}`"
            )));
        }
    };
    Ok(against(
        claim,
        format!("`{shown}` is said to be removed, and head still defines it"),
    )
    .because(format!("defined at {}:{}", still.path, still.line))
    .because(format!(
        "the change takes {gone} lines with it away and adds {new}"
    ))
    .into())
}

/// Whether a changed line has the name, or lies in the definition. One definition in a file that the change does not
/// touch at all refutes; anything else may be a change by what it calls.
fn changed(claim: &Claim, symbol: &Symbol, evidence: &Evidence) -> Supplied<Standing> {
    let (gone, new) = symbol.lines(&evidence.change);
    if gone + new > 0 || symbol.is_file(&evidence.change) {
        return Ok(Standing::Supported(None));
    }
    let inside = evidence.changed_code().any(|both| {
        let facts = both.after().ok().flatten();
        let mut defined = facts
            .iter()
            .flat_map(|facts| &facts.definitions)
            .filter(|one| symbol.is(one));
        defined.any(|one| {
            both.file
                .hunks()
                .iter()
                .any(|hunk| hunk.added.iter().any(|line| one.span.has_line(line.number)))
        })
    });
    if inside {
        return Ok(Standing::Supported(None));
    }
    let shown = symbol.shown();
    let (_, after) = symbol.defined(evidence)?;
    Ok(match still_defined(symbol, evidence, &after)? {
        Still::At(found) if evidence.change.file(&found.path).is_none() => against(
            claim,
            format!(
                "`{shown}` is said to be changed, and the change does not touch the file that defines it"
            ),
        )
        .because(format!("defined at {}:{}", found.path, found.line))
        .into(),
        Still::At(_) | Still::Several(_) | Still::Nowhere => {
            Standing::unverifiable(format!("no changed line has `{shown}`"))
        }
    })
}

fn renamed(claim: &Claim, symbol: &Symbol, evidence: &Evidence) -> Supplied<Standing> {
    let to = match Symbol::new(claim.to.as_deref().unwrap_or_default()) {
        Ok(to) => to,
        Err(why) => return Ok(Standing::Unverifiable(why)),
    };
    let ((gone, _), (_, new)) = (symbol.lines(&evidence.change), to.lines(&evidence.change));
    let (old, shown) = (symbol.shown(), to.shown());
    if new > 0 {
        let note = format!("no removed line has `{old}`");
        return Ok(Standing::Supported((gone == 0).then_some(note)));
    }
    if let Some(path) = mentions(&evidence.change, Side::Head, &to.word())?.first() {
        return Ok(Standing::unverifiable(format!(
            "`{path}` has `{shown}`, where the change did not put it"
        )));
    }
    let (_, after) = symbol.defined(evidence)?;
    Ok(match still_defined(symbol, evidence, &after)? {
        Still::At(still) => against(
            claim,
            format!("`{old}` is said to be `{shown}` now; head still defines the old name and has the new one nowhere"),
        )
        .because(format!("defined at {}:{}", still.path, still.line))
        .into(),
        Still::Several(_) | Still::Nowhere => Standing::unverifiable(format!(
            "head has no `{shown}`, and it cannot be told which `{old}` is meant"
        )),
    })
}

enum Still {
    At(Found),
    Several(usize),
    Nowhere,
}

/// Where the head defines a symbol, files that did not change included.
fn still_defined(symbol: &Symbol, evidence: &Evidence, changed: &[Found]) -> Supplied<Still> {
    match changed {
        [one] => return Ok(Still::At(one.clone())),
        [] => {}
        several => return Ok(Still::Several(several.len())),
    }
    let paths = mentions(&evidence.change, Side::Head, &symbol.word())?;
    if paths.len() >= limits::NAMED {
        return Ok(Still::Several(paths.len()));
    }
    let code = paths
        .into_iter()
        .filter(|path| crate::code::LanguageId::of(path).is_some());
    let code: Vec<_> = code.collect();
    let mut found = Vec::new();
    for (path, facts) in code.iter().zip(evidence.code_of(Side::Head, &code)) {
        let facts = facts?;
        whole(Ok(Some(facts.clone())))?;
        let meant = facts.definitions.iter().filter(|one| symbol.is(one));
        found.extend(meant.map(|one| Found {
            path: path.clone(),
            line: one.header,
        }));
    }
    let count = found.len();
    Ok(match (count, found.pop()) {
        (1, Some(one)) => Still::At(one),
        (0, _) => Still::Nowhere,
        (count, _) => Still::Several(count),
    })
}
