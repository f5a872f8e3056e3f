//! Does a clause tell what was done, or what may, must, did or does not happen?
//!
//! The cues of CHECKS 4.3. A cue in front of what a claim is about takes the claim away; what follows a subordinate
//! conjunction is not claimed.

use std::{collections::BTreeMap, sync::OnceLock};

use super::{
    clauses::Clause,
    tokens::{Kind, Token},
    verbs,
};

/// Why a clause was left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It tells what will be done.
    Future,
    /// It holds under a condition only.
    Condition,
    /// It asks somebody to do something.
    Instruction,
    /// It tells what is not so.
    Negation,
    /// It tells how it was before.
    Earlier,
    /// It tells what was there already.
    Known,
    /// It tells what others did, or refers to something elsewhere.
    Elsewhere,
    /// The author is not sure.
    Uncertain,
    /// It is a question.
    Question,
    /// Its box is not ticked.
    OpenBox,
    /// The section it stands in tells of plans, problems, instructions or releases.
    Section,
    /// The template of the repository says it.
    Template,
    /// What it names only describes the word behind it.
    Describes,
    /// It names nothing that could be looked up.
    NoAnchor,
    /// It is of no known form.
    NoForm,
}

impl Why {
    /// What a reader is told.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Future => "it tells what will be done",
            Self::Condition => "it holds under a condition",
            Self::Instruction => "it asks somebody to do something",
            Self::Negation => "it tells what is not so",
            Self::Earlier => "it tells how things were before",
            Self::Known => "it tells what was there already",
            Self::Elsewhere => "it refers to something elsewhere",
            Self::Uncertain => "its author is not sure",
            Self::Question => "it is a question",
            Self::OpenBox => "its box is not ticked",
            Self::Section => "its section is not about what was done",
            Self::Template => "the repository's template says it",
            Self::Describes => "the name only describes the word behind it",
            Self::NoAnchor => "it names nothing that can be looked up",
            Self::NoForm => "it is of no form that can be checked",
        }
    }
}

/// A clause with what it may claim.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'c> {
    /// The clause.
    pub clause: &'c Clause,
    /// Its words from the first that says something: without ticks, "this PR", "also".
    pub tokens: &'c [Token],
    /// Those of them that stand in the main statement.
    pub main: &'c [Token],
    /// The first cue, and which of `tokens` begins it.
    pub cue: Option<(Why, usize)>,
}

impl Reading<'_> {
    /// The cue that takes away what stands at a place.
    pub fn cue_before(&self, place: usize) -> Option<Why> {
        self.cue.filter(|(_, at)| *at < place).map(|(why, _)| why)
    }

    /// Whether the main statement puts it off, "… in a later change", or tells that it was done elsewhere.
    pub fn postponed(&self) -> Option<Why> {
        let elsewhere = |at: &usize| {
            let rest = self.tokens.get(*at..).unwrap_or_default();
            ELSEWHERE.iter().any(|phrase| begins(rest, phrase))
        };
        let mut cues = (0..self.main.len()).filter_map(|at| cue_at(self.main, at));
        let other = (0..self.tokens.len()).find(elsewhere).map(|_| Why::Elsewhere);
        cues.find(|why| *why == Why::Future).or(other)
    }

    /// The cue that takes a whole sentence away, ones that it may hold left out.
    pub fn cue_but(&self, allowed: &[Why]) -> Option<Why> {
        let cues = (0..self.tokens.len()).filter_map(|at| cue_at(self.tokens, at));
        cues.into_iter().find(|why| !allowed.contains(why))
    }
}

/// Places of other work: what was done there is none of this change.
const ELSEWHERE: &[&str] = &[
    "previous commit",
    "previous commits",
    "earlier commit",
    "earlier commits",
    "last commit",
    "previous change",
    "previous pr",
    "earlier pr",
    "last pr",
    "another pr",
    "separate pr",
    "different pr",
    "other pr",
    "upstream",
];

/// Reads a clause.
///
/// # Errors
/// All of it is no claim, and why.
pub fn read(clause: &Clause) -> Result<Reading<'_>, Why> {
    if clause.ticked == Some(false) {
        return Err(Why::OpenBox);
    }
    if !clause.section.claims() {
        return Err(Why::Section);
    }
    if clause.asks {
        return Err(Why::Question);
    }
    let tokens = clause.tokens.get(prefix(&clause.tokens)..).unwrap_or_default();
    let main = tokens.get(..main_end(tokens)).unwrap_or_default();
    let cue = (0..tokens.len()).find_map(|at| cue_at(tokens, at).map(|why| (why, at)));
    Ok(Reading {
        clause,
        tokens,
        main,
        cue,
    })
}

/// Words in front of a verb that add nothing, longest first.
#[rustfmt::skip]
const SUBJECTS: &[&str] = &[
    "in this pr", "in this commit", "in this change", "this pull request", "this patch", "this change also",
    "this change", "this commit also", "this commit", "this pr also", "this pr", "the pr", "i have now",
    "i have also", "i have", "i've also", "i've", "i also", "i", "we have", "we've", "we also", "we", "it also",
    "has been", "also", "then", "and", "additionally", "finally", "now", "just", "furthermore", "moreover",
    "successfully", "completely", "done", "completed",
];

/// Kinds of a conventional commit.
const CONVENTIONAL: &[&str] = &[
    "feat", "fix", "docs", "chore", "refactor", "test", "tests", "perf", "build", "ci", "style", "revert",
    "feature", "bugfix",
];

/// How many tokens say nothing yet.
fn prefix(tokens: &[Token]) -> usize {
    let mut at = 0;
    loop {
        let rest = tokens.get(at..).unwrap_or_default();
        let Some(first) = rest.first() else { return at };
        if first.kind == Kind::Mark {
            at += 1;
            continue;
        }
        if let Some(width) = label(rest).or_else(|| topic(rest)) {
            at += width;
            continue;
        }
        if let Some(subject) = SUBJECTS.iter().find(|phrase| begins(rest, phrase)) {
            at += subject.split(' ').count();
        } else if is_pointed_at(rest) {
            at += 1;
        } else {
            return at;
        }
    }
}

/// "This adds …": the change is what is meant. What "it" does may be told of the program.
fn is_pointed_at(tokens: &[Token]) -> bool {
    let [subject, verb, ..] = tokens else { return false };
    let third = verbs::read(verb).is_some_and(|(_, tense)| tense == verbs::Tense::Third);
    subject.is("this") && third
}

/// `feat(api):` and `feat:` at the beginning of a subject.
fn label(tokens: &[Token]) -> Option<usize> {
    let [first, colon, ..] = tokens else { return None };
    let kind = first.lower.split(['(', '!']).next().unwrap_or_default();
    (CONVENTIONAL.contains(&kind) && colon.is_mark(":")).then_some(2)
}

/// "Retry handling: added …": words in front of a colon that only say what it is about.
fn topic(tokens: &[Token]) -> Option<usize> {
    let colon = tokens
        .iter()
        .take(TOPIC_WORDS + 1)
        .position(|token| token.is_mark(":"))?;
    let (words, rest) = tokens.split_at_checked(colon)?;
    let plain = words
        .iter()
        .all(|token| token.kind == Kind::Word && !super::anchors::is_bare_path(&token.text));
    let cued = (0..words.len()).any(|at| cue_at(words, at).is_some());
    let deed = rest.get(1).and_then(verbs::read).is_some();
    let heading: Vec<&str> = words.iter().map(|token| token.text.as_str()).collect();
    let claims = super::sections::class(&heading.join(" ")).claims();
    // "Address feedback: rename …" is told by its first words
    let mends = words
        .first()
        .and_then(verbs::read)
        .is_some_and(|(deed, _)| deed == verbs::Deed::Mend);
    (colon > 0 && plain && !cued && deed && claims && !mends).then_some(colon + 1)
}

/// Words of a topic.
const TOPIC_WORDS: usize = 6;

/// Whether tokens begin with the words of a phrase.
pub fn begins(tokens: &[Token], phrase: &str) -> bool {
    // most words differ in their first letters
    let first = tokens.first().filter(|token| token.kind == Kind::Word);
    if !first.is_some_and(|first| phrase.starts_with(first.lower.as_str())) {
        return false;
    }
    let mut words = 0;
    let all = phrase.split(' ').all(|word| {
        let is = tokens.get(words).is_some_and(|token| token.is(word));
        words += 1;
        is
    });
    all && words > 0
}

/// Words behind which nothing is claimed any more.
#[rustfmt::skip]
const SUBORDINATE: &[&str] = &[
    "so", "so that", "in order to", "because", "since", "as", "when", "whenever", "if", "once", "until",
    "unless", "which", "that", "where", "while", "whereas", "by", "via", "using", "like", "similar to",
    "same as", "based on", "see", "instead", "rather than", "mirroring", "matching", "mirrors", "matches",
    "following", "alongside", "consistent with", "for", "after", "before", "without", "with", "due to",
    "thanks to", "per", "according to", "such as", "used in", "used by", "already", "but", "though", "although",
    "except", "apart from", "other than", "allowing", "ensuring", "making", "including", "references",
    "referenced", "including", "plus", "e.g", "i.e", "next to", "on top", "under", "inside",
];

/// Where the main statement ends.
pub fn main_end(tokens: &[Token]) -> usize {
    let ends = |at: &usize| {
        let rest = tokens.get(*at..).unwrap_or_default();
        *at > 0 && (SUBORDINATE.iter().any(|phrase| begins(rest, phrase)) || is_purpose(rest))
    };
    (0..tokens.len()).find(ends).unwrap_or(tokens.len())
}

/// "to" in front of a verb; in front of a name or an article it tells where to.
fn is_purpose(rest: &[Token]) -> bool {
    let [to, next, ..] = rest else { return false };
    let names_place = next.kind != Kind::Word
        || super::anchors::is_bare_path(&next.text)
        || super::anchors::is_code_shaped(&next.text)
        || next.is_one_of(super::anchors::ARTICLES)
        || next.number().is_some();
    to.is("to") && !names_place
}

/// Cues that stand anywhere.
const CUES: &[(&str, Why)] = &[
    ("will", Why::Future),
    ("going to", Why::Future),
    ("later", Why::Future),
    ("follow-up", Why::Future),
    ("followup", Why::Future),
    ("follow up", Why::Future),
    ("plan to", Why::Future),
    ("plans to", Why::Future),
    ("planned", Why::Future),
    ("todo", Why::Future),
    ("to be added", Why::Future),
    ("to be", Why::Future),
    ("eventually", Why::Future),
    ("should be", Why::Future),
    ("needs to", Why::Future),
    ("need to", Why::Future),
    ("soon", Why::Future),
    ("in progress", Why::Future),
    ("pending", Why::Future),
    ("remaining", Why::Future),
    ("if", Why::Condition),
    ("when", Why::Condition),
    ("whenever", Why::Condition),
    ("once", Why::Condition),
    ("until", Why::Condition),
    ("unless", Why::Condition),
    ("would", Why::Condition),
    ("could", Why::Condition),
    ("may", Why::Condition),
    ("might", Why::Condition),
    ("can", Why::Condition),
    ("e.g", Why::Condition),
    ("for example", Why::Condition),
    ("such as", Why::Condition),
    ("in case", Why::Condition),
    ("assuming", Why::Condition),
    ("provided that", Why::Condition),
    ("optionally", Why::Condition),
    ("should", Why::Instruction),
    ("must", Why::Instruction),
    ("please", Why::Instruction),
    ("make sure", Why::Instruction),
    ("not", Why::Negation),
    ("no", Why::Negation),
    ("never", Why::Negation),
    ("without", Why::Negation),
    ("don't", Why::Negation),
    ("doesn't", Why::Negation),
    ("didn't", Why::Negation),
    ("isn't", Why::Negation),
    ("aren't", Why::Negation),
    ("cannot", Why::Negation),
    ("can't", Why::Negation),
    ("couldn't", Why::Negation),
    ("won't", Why::Negation),
    ("haven't", Why::Negation),
    ("hasn't", Why::Negation),
    ("unchanged", Why::Negation),
    ("untouched", Why::Negation),
    ("avoid", Why::Negation),
    ("avoids", Why::Negation),
    ("avoided", Why::Negation),
    ("instead of", Why::Negation),
    ("rather than", Why::Negation),
    ("previously", Why::Earlier),
    ("was", Why::Earlier),
    ("were", Why::Earlier),
    ("had", Why::Earlier),
    ("used to", Why::Earlier),
    ("before", Why::Earlier),
    ("originally", Why::Earlier),
    ("formerly", Why::Earlier),
    ("already", Why::Known),
    ("existing", Why::Known),
    ("still", Why::Known),
    ("keep", Why::Known),
    ("keeps", Why::Known),
    ("kept", Why::Known),
    ("preserves", Why::Known),
    ("preserved", Why::Known),
    ("upstream", Why::Elsewhere),
    ("another pr", Why::Elsewhere),
    ("separate pr", Why::Elsewhere),
    ("previous pr", Why::Elsewhere),
    ("earlier pr", Why::Elsewhere),
    ("previous commit", Why::Elsewhere),
    ("previous commits", Why::Elsewhere),
    ("earlier commit", Why::Elsewhere),
    ("earlier commits", Why::Elsewhere),
    ("last commit", Why::Elsewhere),
    ("previous change", Why::Elsewhere),
    ("last pr", Why::Elsewhere),
    ("different pr", Why::Elsewhere),
    ("other pr", Why::Elsewhere),
    ("parent branch", Why::Elsewhere),
    ("parent pr", Why::Elsewhere),
    ("see", Why::Elsewhere),
    ("based on", Why::Elsewhere),
    ("similar to", Why::Elsewhere),
    ("same as", Why::Elsewhere),
    ("like", Why::Elsewhere),
    ("matches", Why::Elsewhere),
    ("mirrors", Why::Elsewhere),
    ("used in", Why::Elsewhere),
    ("alongside", Why::Elsewhere),
    ("consistent with", Why::Elsewhere),
    ("link to", Why::Elsewhere),
    ("links to", Why::Elsewhere),
    ("reference to", Why::Elsewhere),
    ("references to", Why::Elsewhere),
    ("references", Why::Elsewhere),
    ("seems", Why::Uncertain),
    ("seem", Why::Uncertain),
    ("appears", Why::Uncertain),
    ("appear", Why::Uncertain),
    ("likely", Why::Uncertain),
    ("probably", Why::Uncertain),
    ("presumably", Why::Uncertain),
    ("i think", Why::Uncertain),
    ("i believe", Why::Uncertain),
    ("expected to", Why::Uncertain),
    ("hopefully", Why::Uncertain),
    ("perhaps", Why::Uncertain),
    ("maybe", Why::Uncertain),
    ("supposed to", Why::Uncertain),
    ("try to", Why::Uncertain),
    ("tries to", Why::Uncertain),
    ("attempt to", Why::Uncertain),
    ("attempts to", Why::Uncertain),
];

/// Cues at the beginning of a clause.
const OPENING: &[(&str, Why)] = &[
    ("next", Why::Future),
    ("then we", Why::Future),
    ("plan", Why::Future),
    ("ensure", Why::Instruction),
    ("verify", Why::Instruction),
    ("check", Why::Instruction),
    ("confirm", Why::Instruction),
    ("run", Why::Instruction),
    ("try", Why::Instruction),
    ("use", Why::Instruction),
    ("note", Why::Elsewhere),
    ("to", Why::Condition),
    ("after", Why::Condition),
    ("let", Why::Instruction),
    ("consider", Why::Instruction),
    ("old", Why::Earlier),
    ("first", Why::Earlier),
    ("initially", Why::Earlier),
    ("at first", Why::Earlier),
    ("out of scope", Why::Negation),
];

/// The cue that begins at a place. A verb at the beginning of a clause is none.
fn cue_at(tokens: &[Token], at: usize) -> Option<Why> {
    let rest = tokens.get(at..).unwrap_or_default();
    let here = rest.first().filter(|token| token.kind == Kind::Word)?;
    let opens = at == 0;
    if opens && (verbs::read(here).is_some() || is_head(tokens)) {
        return None;
    }
    let next = rest
        .get(1)
        .filter(|_| here.is_one_of(&["in", "by", "from", "with"]));
    if next.is_some_and(|next| next.text.starts_with('#')) {
        return Some(Why::Elsewhere);
    }
    let known = index().get(here.lower.as_str())?;
    let found = known
        .iter()
        .find(|cue| (opens || !cue.opening) && begins(rest, cue.phrase));
    found.map(|cue| cue.why)
}

/// A cue, and whether it counts only at the beginning of a clause.
struct Cue {
    phrase: &'static str,
    why: Why,
    opening: bool,
}

/// The cues by their first word: every word of a text is asked about.
fn index() -> &'static BTreeMap<&'static str, Vec<Cue>> {
    static INDEX: OnceLock<BTreeMap<&'static str, Vec<Cue>>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index: BTreeMap<&'static str, Vec<Cue>> = BTreeMap::new();
        for (cues, opening) in [(CUES, false), (OPENING, true)] {
            for &(phrase, why) in cues {
                let first = phrase.split(' ').next().unwrap_or(phrase);
                index.entry(first).or_default().push(Cue { phrase, why, opening });
            }
        }
        index
    })
}

/// "After: 5 of 5" tells how it is now.
fn is_head(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|first| first.is("after"))
        && tokens.get(1).is_some_and(|second| second.is_mark(":"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::{blocks::blocks, clauses::clauses};

    fn first(text: &str) -> Clause {
        clauses(&blocks(text)).remove(0)
    }

    #[test]
    fn a_clause_is_read_from_its_verb() {
        for text in [
            "This PR also updates `a.rs`",
            "- ✅ updates `a.rs`",
            "I have updates `a.rs`",
            "fix(api)!: updates `a.rs`",
            "feat: updates `a.rs`",
            "This updates `a.rs`",
        ] {
            let clause = first(text);
            let reading = read(&clause).unwrap();
            assert!(reading.tokens[0].is("updates"), "{text}: {:?}", reading.tokens);
        }
    }

    #[test]
    fn cues_are_found_in_front_of_what_they_take_away() {
        let table = [
            ("This will add `a.rs`", Why::Future),
            ("Next: split `a.rs`", Why::Future),
            ("If needed, add `a.rs`", Why::Condition),
            ("Please update `a.rs`", Why::Instruction),
            ("Ensure all tests pass", Why::Instruction),
            ("Did not touch `a.rs`", Why::Negation),
            ("Previously `a.rs` held it", Why::Earlier),
            ("Same as `a.rs`", Why::Elsewhere),
            ("It seems that `a.rs` is fine", Why::Uncertain),
            ("To reproduce: run it", Why::Condition),
        ];
        for (text, why) in table {
            let clause = first(text);
            let cue = read(&clause).unwrap().cue.map(|(why, _)| why);
            assert_eq!(cue, Some(why), "{text}");
        }
        let clause = first("After: 5 of 5 pass");
        assert_eq!(read(&clause).unwrap().cue, None);
    }

    #[test]
    fn questions_open_boxes_and_plans_are_no_claims() {
        assert_eq!(read(&first("Added tests?")).unwrap_err(), Why::Question);
        assert_eq!(read(&first("- [ ] Added tests")).unwrap_err(), Why::OpenBox);
        assert_eq!(read(&first("# Plan\nAdded tests")).unwrap_err(), Why::Section);
    }

    #[test]
    fn the_main_statement_ends_at_a_purpose_or_a_comparison() {
        let main = |text: &str| {
            let clause = first(text);
            let words: Vec<String> = read(&clause)
                .unwrap()
                .main
                .iter()
                .map(|token| token.text.clone())
                .collect();
            words.join(" ")
        };
        assert_eq!(main("Updated `a` to send the token"), "Updated a");
        assert_eq!(main("Added X to `a`"), "Added X to a");
        assert_eq!(main("Added X to the `a` list"), "Added X to the a list");
        assert_eq!(main("Touched `M` so that it works"), "Touched M");
        assert_eq!(main("Uses X like `a`"), "Uses X");
    }
}
