//! Was the same block of code added twice, or a function that was there already?
//!
//! Tokens are compared, so formatting and comments do not count, while another name or number does: tables and lists of
//! options are not blocks. Code outside of functions, whatever is about tests, examples, generated files, and what moved is left alone.

use std::collections::{HashMap, HashSet};

use crate::{
    checks::{Settings, edits::is_own_code},
    code::facts::{Definition, DefinitionKind, FileFacts, hash},
    evidence::{Evidence, change::FileChange},
    finding::{Abstain, Finding, Judged, Place, Unproven},
    kinds::{FileKind, Kinds},
    limits,
    path::RepoPath,
};

/// How many tokens in a row are compared.
const BLOCK: usize = 50;
/// Shorter copies are calls with the same arguments and lists of parameters more often than logic, in tokens.
const TELLING: usize = 80;
/// As [`TELLING`], in lines.
const LINES: u32 = 8;
/// Methods of one name in different types are the same on purpose up to this size, in tokens.
const TWIN: usize = 120;
/// Words of code that does something, in any language; a list of parameters or arguments has none.
const DOES: &[&str] = &[
    "catch", "const", "else", "except", "for", "if", "let", "match", "raise", "return", "switch", "throw",
    "try", "var", "while", "with", "yield", ":=",
];
/// How many of them a block has at least.
const DEEDS: usize = 2;
/// Folders of code that is there to be read alone, and repeats itself.
const EXAMPLES: &[&str] = &[
    "benches",
    "benchmarks",
    "demo",
    "demos",
    "docs",
    "example",
    "examples",
];
/// The base of the rolling sum over the tokens of a block; any odd number would do.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// Judges the item.
///
/// # Errors
/// No code of a language that is read was added, or a file could not be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut files, mut unread) = (Vec::new(), None);
    for both in evidence.changed_code() {
        let path = both.file.path();
        if !is_judged(path, &settings.kinds) {
            continue;
        }
        match (both.before(), both.after()) {
            (Ok(_), Ok(after)) => {
                files.extend(after.map(|after| Added::new(both.file, after)));
            }
            (Err(why), _) | (_, Err(why)) => unread = Some(why),
        }
    }
    let before = evidence
        .changed_code()
        .filter_map(|both| both.before().ok().flatten());
    let known = Known::of(&files, before);
    conclude(&files, &known, unread)
}

/// Production code that is not read as an example.
fn is_judged(path: &RepoPath, kinds: &Kinds) -> bool {
    let example = path
        .parts()
        .any(|part| EXAMPLES.contains(&part.as_ref()) || part.contains("test"));
    is_own_code(path, kinds) && kinds.of(path) == FileKind::Source && !example
}

/// What the changed files hold before the change.
struct Known {
    /// The sums of their blocks, of those that are added: what stands there has moved, if it did not stay.
    blocks: HashSet<u64>,
    /// How many functions have a body.
    bodies: HashMap<u64, usize>,
}

impl Known {
    fn of<'e>(files: &[Added<'_>], before: impl Iterator<Item = &'e FileFacts>) -> Self {
        let added: HashSet<u64> = files.iter().flat_map(Added::sums).map(|(_, sum)| sum).collect();
        let (mut blocks, mut bodies) = (HashSet::new(), HashMap::new());
        for facts in before {
            let sums = sums(facts.tokens.hashes());
            blocks.extend(sums.filter(|sum| added.contains(sum)));
            for one in facts.definitions.iter().filter(|one| one.kind.is_function()) {
                *bodies.entry(one.body).or_default() += 1;
            }
        }
        Self { blocks, bodies }
    }
}

fn conclude(files: &[Added<'_>], known: &Known, unread: Option<Unproven>) -> Judged {
    let mut findings = blocks(files, &known.blocks);
    findings.extend(functions(files, &known.bodies));
    findings.sort();
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if files.is_empty() => Err(Abstain::not_applicable("no production code was edited")),
        Some(_) | None => Ok(findings),
    }
}

/// A file at head, and which of its tokens lie on added lines inside functions that are no tests.
struct Added<'e> {
    path: &'e RepoPath,
    facts: &'e FileFacts,
    added: HashSet<u32>,
    inside: Vec<i64>,
    runs: Vec<(usize, usize)>,
}

impl<'e> Added<'e> {
    fn new(file: &'e FileChange, facts: &'e FileFacts) -> Self {
        let added: HashSet<u32> = file.added().map(|line| line.number).collect();
        let inside = inside_functions(facts);
        let counts =
            |line: u32| added.contains(&line) && inside.get(line as usize).is_some_and(|depth| *depth > 0);
        Self {
            path: file.path(),
            facts,
            runs: runs(facts.tokens.lines(), counts),
            added,
            inside,
        }
    }

    /// The longer functions, no tests: those that are new from end to end, or those of which no end is.
    fn bodies(&self, new: bool) -> impl Iterator<Item = &Definition> {
        let is_long = |one: &&Definition| one.kind.is_function() && one.size as usize >= BLOCK;
        let counts = |line: u32| self.inside.get(line as usize).is_some_and(|depth| *depth > 0);
        let functions = self.facts.definitions.iter().filter(is_long);
        functions.filter(move |one| {
            let ends = [one.header, one.span.last];
            counts(one.header) && ends.iter().all(|line| self.added.contains(line) == new)
        })
    }

    /// The added blocks: the place of the first token of each, and its sum.
    fn sums(&self) -> impl Iterator<Item = (usize, u64)> {
        let runs = self.runs.iter();
        runs.flat_map(|(from, to)| (*from..).zip(sums(self.facts.tokens.hashes_in(*from..*to))))
    }

    /// The first and the last line of some tokens.
    fn lines(&self, from: usize, length: usize) -> (u32, u32) {
        let line = |index: usize| self.facts.tokens.line(index).unwrap_or(1);
        (line(from), line(from + length.saturating_sub(1)))
    }
}

/// For each line how many functions, and no test, are around it; counted in one pass however deep they nest.
fn inside_functions(facts: &FileFacts) -> Vec<i64> {
    const TEST: i64 = 1_000_000_000;
    let mut steps = vec![0_i64; facts.lines as usize + 3];
    // declarations of one function for a type checker repeat its parameters
    let is_declaration = |one: &Definition| one.decorators.iter().any(|name| name.ends_with("overload"));
    let functions = facts.definitions.iter();
    let functions = functions.filter(|one| one.kind.is_function() && !is_declaration(one));
    let functions = functions.map(|one| (one.span, 1));
    let suites = facts.definitions.iter().filter(|one| is_suite(one));
    let tests = facts.tests.iter().map(|one| one.span);
    let tests = tests.chain(suites.map(|one| one.span)).map(|span| (span, -TEST));
    for (span, weight) in functions.chain(tests) {
        for (line, step) in [(span.first as usize, weight), (span.last as usize + 1, -weight)] {
            if let Some(place) = steps.get_mut(line) {
                *place += step;
            }
        }
    }
    let mut depth = 0;
    steps
        .iter()
        .map(|step| {
            depth += step;
            depth
        })
        .collect()
}

/// A module of tests beside the code it tests.
fn is_suite(one: &Definition) -> bool {
    one.kind == DefinitionKind::Module && matches!(one.name.as_str(), "tests" | "test")
}

fn runs(lines: impl Iterator<Item = u32>, counts: impl Fn(u32) -> bool) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let (mut start, mut end) = (None, 0);
    for (index, line) in lines.enumerate() {
        end = index + 1;
        match (counts(line), start) {
            (true, None) => start = Some(index),
            (false, Some(from)) => {
                runs.push((from, index));
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    runs.extend(start.map(|from| (from, end)));
    runs.retain(|(from, to)| to - from >= BLOCK);
    runs
}

/// The sum of each block of [`BLOCK`] tokens, in order, in one pass.
fn sums(tokens: impl Iterator<Item = u64> + Clone) -> impl Iterator<Item = u64> {
    let oldest = (1..BLOCK).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
    let mut sum = 0_u64;
    // the token that leaves the block as another one enters it
    let gone = std::iter::repeat_n(0, BLOCK).chain(tokens.clone());
    let rolling = tokens.zip(gone).map(move |(token, gone)| {
        sum = sum.wrapping_sub(gone.wrapping_mul(oldest));
        sum = sum.wrapping_mul(FACTOR).wrapping_add(token);
        sum
    });
    rolling.skip(BLOCK - 1)
}

fn blocks(files: &[Added<'_>], known: &HashSet<u64>) -> Vec<Finding> {
    let mut first: HashMap<u64, (&Added<'_>, usize)> = HashMap::new();
    let mut findings = Vec::new();
    for file in files {
        for (from, to) in &file.runs {
            let tokens = file.facts.tokens.hashes_in(*from..*to);
            let mut skip = 0;
            for (place, sum) in (*from..).zip(sums(tokens)) {
                let (other, there) = *first.entry(sum).or_insert((file, place));
                let apart = other.path != file.path || place.saturating_sub(there) >= BLOCK;
                if place < skip || !apart || known.contains(&sum) {
                    continue;
                }
                let length = alike(file, place, *to, other, there);
                if is_telling(file, place, other, there, length) {
                    skip = place + length;
                    findings.push(accuse(
                        file,
                        file.lines(place, length),
                        other,
                        other.lines(there, length),
                        length,
                    ));
                }
            }
        }
    }
    findings
}

/// How many tokens from here on are the same as from there on.
fn alike(file: &Added<'_>, here: usize, end: usize, other: &Added<'_>, there: usize) -> usize {
    let own = file.facts.tokens.hashes_in(here..end);
    let run = other.runs.iter().find(|(from, to)| (*from..*to).contains(&there));
    let there_end = run.map_or(there, |(_, to)| *to);
    let others = other.facts.tokens.hashes_in(there..there_end);
    own.zip(others).take_while(|(a, b)| a == b).count()
}

/// Whether a copy is long enough to be mended apart, given where it stands.
fn is_telling(file: &Added<'_>, here: usize, other: &Added<'_>, there: usize, length: usize) -> bool {
    let (first, last) = file.lines(here, length);
    let around = |file: &Added<'_>, at: usize| {
        let line = file.facts.tokens.line(at)?;
        let one = file.facts.definition_at(line)?;
        Some((one.name.clone(), one.qualified.clone()))
    };
    let twins = match (around(file, here), around(other, there)) {
        (Some(one), Some(two)) => one.0 == two.0 && (one.1 != two.1 || file.path != other.path),
        (None, _) | (_, None) => false,
    };
    let least = if twins { TWIN } else { TELLING };
    length >= least && last + 1 - first >= LINES && does_something(file, here, length)
}

fn does_something(file: &Added<'_>, from: usize, length: usize) -> bool {
    let deeds: HashSet<u64> = DOES.iter().map(|word| hash(word)).collect();
    let block = file.facts.tokens.hashes_in(from..from + length);
    block.filter(|token| deeds.contains(token)).count() >= DEEDS
}

fn accuse(file: &Added<'_>, lines: (u32, u32), other: &Added<'_>, there: (u32, u32), size: usize) -> Finding {
    Finding::new(
        Place::lines(file.path, lines.0, lines.1),
        format!(
            "{size} tokens repeat lines {} to {} of `{}`, which are new too",
            there.0, there.1, other.path
        ),
    )
}

/// Added functions whose body another function of the changed files has, which the change left alone.
fn functions(files: &[Added<'_>], known: &HashMap<u64, usize>) -> Vec<Finding> {
    let old: HashMap<u64, (&RepoPath, &Definition)> = files
        .iter()
        .flat_map(|file| file.bodies(false).map(|one| (one.body, (file.path, one))))
        .collect();
    let added = files
        .iter()
        .flat_map(|file| file.bodies(true).map(move |one| (file, one)));
    let mut now: HashMap<u64, usize> = HashMap::new();
    for one in files.iter().flat_map(|file| &file.facts.definitions) {
        *now.entry(one.body).or_default() += usize::from(one.kind.is_function());
    }
    // as many as before: it has moved
    let more = |one: &Definition| now.get(&one.body) > known.get(&one.body);
    let same = added.filter(|(_, one)| more(one)).filter_map(|(file, one)| {
        let (path, same) = old.get(&one.body)?;
        if one.name == same.name && (one.size as usize) < TWIN {
            return None;
        }
        let says = format!(
            "`{}` has the {} tokens of `{}` in `{path}`",
            one.qualified, one.size, same.qualified
        );
        let place = Place::lines(file.path, one.span.first, one.span.last);
        Some(Finding::new(place, says))
    });
    same.take(limits::NAMED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_blocks_have_equal_sums_wherever_they_stand() {
        let block: Vec<u64> = (1..=60).collect();
        let mut twice: Vec<u64> = block.clone();
        twice.push(999);
        twice.extend(&block);
        let sums: Vec<u64> = sums(twice.iter().copied()).collect();
        assert_eq!(sums.len(), twice.len() - BLOCK + 1);
        assert_eq!(sums[0], sums[61]);
        assert_eq!(sums[10], sums[71]);
        assert_ne!(sums[0], sums[1]);
    }

    #[test]
    fn runs_are_unbroken_and_long_enough() {
        let lines: Vec<u32> = (0..200).map(|token| token / 2).collect();
        assert_eq!(
            runs(lines.iter().copied(), |line| line != 50),
            [(0, 100), (102, 200)]
        );
        assert!(runs(lines.into_iter(), |line| line % 10 != 0).is_empty());
    }
}
