//! What does a verb at the beginning of a clause say was done?

use super::tokens::Token;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Something new was made.
    Make,
    /// Something that was there is different.
    Edit,
    /// Something is gone.
    Remove,
    /// Something bears another name, or lies elsewhere.
    Rename,
    /// A fault was mended, somewhere.
    Mend,
    /// Something stands in the place of something else.
    Replace,
    /// Something got a value.
    Set,
    /// Something was turned into, or taken out of, something else.
    Turn,
}

/// In which form a verb stands: an author who lists what was done keeps to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// `add`
    Base,
    /// `added`
    Past,
    /// `adds`
    Third,
    /// `adding`
    Gerund,
}

/// A verb with its forms.
struct Verb(Deed, [&'static str; 4]);

const VERBS: &[Verb] = &[
    Verb(Deed::Make, ["add", "added", "adds", "adding"]),
    Verb(Deed::Make, ["create", "created", "creates", "creating"]),
    Verb(
        Deed::Make,
        ["introduce", "introduced", "introduces", "introducing"],
    ),
    Verb(
        Deed::Make,
        ["implement", "implemented", "implements", "implementing"],
    ),
    Verb(Deed::Make, ["write", "wrote", "writes", "writing"]),
    Verb(Deed::Make, ["include", "included", "includes", "including"]),
    Verb(Deed::Make, ["install", "installed", "installs", "installing"]),
    Verb(Deed::Edit, ["update", "updated", "updates", "updating"]),
    Verb(Deed::Edit, ["modify", "modified", "modifies", "modifying"]),
    Verb(Deed::Edit, ["change", "changed", "changes", "changing"]),
    Verb(Deed::Edit, ["refactor", "refactored", "refactors", "refactoring"]),
    Verb(Deed::Edit, ["edit", "edited", "edits", "editing"]),
    Verb(Deed::Edit, ["extend", "extended", "extends", "extending"]),
    Verb(Deed::Edit, ["rewrite", "rewrote", "rewrites", "rewriting"]),
    Verb(Deed::Edit, ["touch", "touched", "touches", "touching"]),
    Verb(Deed::Edit, ["revise", "revised", "revises", "revising"]),
    Verb(Deed::Edit, ["adjust", "adjusted", "adjusts", "adjusting"]),
    Verb(Deed::Edit, ["improve", "improved", "improves", "improving"]),
    Verb(
        Deed::Edit,
        ["simplify", "simplified", "simplifies", "simplifying"],
    ),
    Verb(Deed::Edit, ["unify", "unified", "unifies", "unifying"]),
    Verb(Deed::Edit, ["expand", "expanded", "expands", "expanding"]),
    Verb(Deed::Edit, ["enhance", "enhanced", "enhances", "enhancing"]),
    Verb(
        Deed::Edit,
        ["restructure", "restructured", "restructures", "restructuring"],
    ),
    Verb(Deed::Edit, ["rework", "reworked", "reworks", "reworking"]),
    Verb(Deed::Edit, ["tweak", "tweaked", "tweaks", "tweaking"]),
    Verb(Deed::Edit, ["optimize", "optimized", "optimizes", "optimizing"]),
    Verb(Deed::Edit, ["clarify", "clarified", "clarifies", "clarifying"]),
    Verb(Deed::Turn, ["convert", "converted", "converts", "converting"]),
    Verb(Deed::Turn, ["extract", "extracted", "extracts", "extracting"]),
    Verb(Deed::Turn, ["migrate", "migrated", "migrates", "migrating"]),
    Verb(Deed::Remove, ["delete", "deleted", "deletes", "deleting"]),
    Verb(Deed::Remove, ["remove", "removed", "removes", "removing"]),
    Verb(Deed::Remove, ["drop", "dropped", "drops", "dropping"]),
    Verb(Deed::Rename, ["rename", "renamed", "renames", "renaming"]),
    Verb(Deed::Rename, ["move", "moved", "moves", "moving"]),
    Verb(Deed::Mend, ["fix", "fixed", "fixes", "fixing"]),
    Verb(Deed::Mend, ["resolve", "resolved", "resolves", "resolving"]),
    Verb(Deed::Mend, ["address", "addressed", "addresses", "addressing"]),
    Verb(Deed::Mend, ["correct", "corrected", "corrects", "correcting"]),
    Verb(Deed::Replace, ["replace", "replaced", "replaces", "replacing"]),
    Verb(Deed::Replace, ["swap", "swapped", "swaps", "swapping"]),
    Verb(Deed::Set, ["set", "set", "sets", "setting"]),
    Verb(Deed::Set, ["bump", "bumped", "bumps", "bumping"]),
    Verb(Deed::Set, ["upgrade", "upgraded", "upgrades", "upgrading"]),
    Verb(
        Deed::Set,
        ["downgrade", "downgraded", "downgrades", "downgrading"],
    ),
    Verb(Deed::Set, ["increase", "increased", "increases", "increasing"]),
    Verb(Deed::Set, ["raise", "raised", "raises", "raising"]),
    Verb(Deed::Set, ["lower", "lowered", "lowers", "lowering"]),
    Verb(Deed::Set, ["reduce", "reduced", "reduces", "reducing"]),
    Verb(Deed::Set, ["decrease", "decreased", "decreases", "decreasing"]),
];

/// What a word says was done, and in which form it stands.
pub fn read(token: &Token) -> Option<(Deed, Tense)> {
    if token.kind != super::tokens::Kind::Word {
        return None;
    }
    VERBS.iter().find_map(|Verb(deed, forms)| {
        // the past form decides where two forms are spelt alike
        let place = [1, 0, 2, 3]
            .into_iter()
            .find(|place| forms.get(*place) == Some(&token.lower.as_str()))?;
        let tense = match place {
            0 => Tense::Base,
            1 => Tense::Past,
            2 => Tense::Third,
            _ => Tense::Gerund,
        };
        Some((*deed, tense))
    })
}

/// Words that are a participle although they do not end in `ed`.
const PARTICIPLES: &[&str] = &[
    "written",
    "found",
    "seen",
    "shown",
    "built",
    "thrown",
    "held",
    "kept",
    "given",
    "rewritten",
    "made",
    "set",
];

/// Whether a word tells in passing what others did to something: "the bug introduced in `a.rs`".
pub fn is_participle(token: &Token) -> bool {
    token.kind == super::tokens::Kind::Word
        && (token.lower.ends_with("ed") || PARTICIPLES.contains(&token.lower.as_str()))
}
