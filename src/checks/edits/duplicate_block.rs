//! Was the same block of code added twice, or a function that was there already?
//!
//! Tokens are compared, so formatting and comments do not count, while another name or number does: tables and lists of
//! options are not blocks. Code outside of functions, whatever is about tests, examples, generated files, and what moved is left alone.

use std::collections::{HashMap, HashSet};

use crate::{
    checks::{Settings, edits::is_own_code},
    code::facts::{Definition, DefinitionKind, FileFacts, hash},
    evidence::{
        Evidence, Supplied,
        change::FileChange,
        code::{Both, Facts},
    },
    finding::{Abstain, Finding, Judged, Place},
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
        if !is_judged(both.file.path(), &settings.kinds) {
            continue;
        }
        match (both.before(), both.after()) {
            (Ok(_), Ok(after)) => files.extend(after.map(|after| Added::new(both, &after))),
            (Err(why), _) | (_, Err(why)) => unread = Some(why),
        }
    }
    let mut findings = found(&files, evidence).unwrap_or_else(|why| {
        unread = Some(why);
        Vec::new()
    });
    findings.sort();
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if files.is_empty() => Err(Abstain::not_applicable("no production code was edited")),
        Some(_) | None => Ok(findings),
    }
}

fn found(files: &[Added<'_>], evidence: &Evidence) -> Supplied<Vec<Finding>> {
    let twice = Twice::of(files)?;
    let added: HashSet<u64> = files
        .iter()
        .flat_map(|file| &file.new)
        .map(|one| one.body)
        .collect();
    let known = Known::of(evidence, &twice, &added);
    let mut findings = blocks(files, &twice, &known.blocks)?;
    findings.extend(functions(files, &added, &known.bodies)?);
    Ok(findings)
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
    /// The sums of their blocks, of those that may be added twice: what stands there has moved, if it did not stay.
    blocks: HashSet<u64>,
    /// How many functions have a body, of the bodies of added ones.
    bodies: HashMap<u64, usize>,
}

impl Known {
    fn of(evidence: &Evidence, twice: &Twice, added: &HashSet<u64>) -> Self {
        let (mut blocks, mut bodies) = (HashSet::new(), HashMap::new());
        if twice.is_empty() && added.is_empty() {
            return Self { blocks, bodies };
        }
        for both in evidence.changed_code() {
            let Ok(Some(facts)) = both.before() else { continue };
            if !twice.is_empty() {
                blocks.extend(sums(facts.tokens.hashes()).filter(|sum| twice.holds(*sum)));
            }
            count(&facts, added, &mut bodies);
        }
        Self { blocks, bodies }
    }
}

/// Counts the functions that have one of some bodies.
fn count(facts: &FileFacts, bodies: &HashSet<u64>, into: &mut HashMap<u64, usize>) {
    let functions = facts.definitions.iter().filter(|one| one.kind.is_function());
    for one in functions.filter(|one| bodies.contains(&one.body)) {
        *into.entry(one.body).or_default() += 1;
    }
}

/// Which sums stand more than once among the added blocks: each of those, and a few that share a bit with another. Two
/// bits a sum, whatever the change: the sums themselves would take more room than all files that are held.
struct Twice {
    once: Vec<u64>,
    twice: Vec<u64>,
    any: bool,
}

impl Twice {
    /// Bits for each added line, a power of two: about four for each token.
    const BITS_A_LINE: usize = 64;
    /// Most bits of each kind: 4 MiB.
    const MOST: usize = 1 << 25;

    fn of(files: &[Added<'_>]) -> Supplied<Self> {
        let lines: usize = files.iter().map(|file| file.both.file.added().count()).sum();
        let bits = lines.saturating_mul(Self::BITS_A_LINE).next_power_of_two();
        let words = bits.clamp(64, Self::MOST) / 64;
        let mut twice = Self {
            once: vec![0; words],
            twice: vec![0; words],
            any: false,
        };
        for file in files.iter().filter(|file| !file.runs.is_empty()) {
            let Some(facts) = file.both.after()? else { continue };
            file.sums(&facts).for_each(|(_, sum)| twice.add(sum));
        }
        Ok(twice)
    }

    fn place(&self, sum: u64) -> (usize, u64) {
        // the low bits of a sum depend on the low bits of its tokens alone
        let mixed = sum.wrapping_mul(FACTOR).rotate_left(32);
        let word = usize::try_from(mixed >> 6).unwrap_or(usize::MAX) & (self.once.len() - 1);
        (word, 1 << (mixed & 63))
    }

    fn add(&mut self, sum: u64) {
        let (word, bit) = self.place(sum);
        let (Some(once), Some(twice)) = (self.once.get_mut(word), self.twice.get_mut(word)) else {
            return;
        };
        *twice |= *once & bit;
        *once |= bit;
        self.any |= *twice & bit != 0;
    }

    fn holds(&self, sum: u64) -> bool {
        let (word, bit) = self.place(sum);
        self.twice.get(word).is_some_and(|bits| bits & bit != 0)
    }

    const fn is_empty(&self) -> bool {
        !self.any
    }
}

/// A file at head: which of its tokens lie on added lines inside functions that are no tests, and its longer functions, no
/// tests, that are new from end to end.
struct Added<'e> {
    both: Both<'e>,
    path: &'e RepoPath,
    runs: Vec<(usize, usize)>,
    new: Vec<Function>,
}

/// A function by its place among the definitions of its file.
struct Function {
    place: usize,
    body: u64,
}

/// What stands on the lines of a file.
struct Lines {
    added: HashSet<u32>,
    inside: Vec<i64>,
}

impl Lines {
    fn of(file: &FileChange, facts: &FileFacts) -> Self {
        Self {
            added: file.added().map(|line| line.number).collect(),
            inside: inside_functions(facts),
        }
    }

    fn is_inside(&self, line: u32) -> bool {
        self.inside.get(line as usize).is_some_and(|depth| *depth > 0)
    }

    /// The longer functions that are new from end to end, or those of which no end is new.
    fn functions(&self, facts: &FileFacts, new: bool) -> Vec<Function> {
        let is_long = |one: &Definition| one.kind.is_function() && one.size as usize >= BLOCK;
        let counts = |one: &Definition| {
            let ends = [one.header, one.span.last];
            self.is_inside(one.header) && ends.iter().all(|line| self.added.contains(line) == new)
        };
        let all = facts.definitions.iter().enumerate();
        let functions = all.filter(|(_, one)| is_long(one) && counts(one));
        let function = |(place, one): (usize, &Definition)| Function {
            place,
            body: one.body,
        };
        functions.map(function).collect()
    }
}

impl<'e> Added<'e> {
    fn new(both: Both<'e>, facts: &FileFacts) -> Self {
        let mut added = Self {
            both,
            path: both.file.path(),
            runs: Vec::new(),
            new: Vec::new(),
        };
        if both.file.added().next().is_some() {
            let lines = Lines::of(both.file, facts);
            let counts = |line: u32| lines.added.contains(&line) && lines.is_inside(line);
            added.runs = runs(facts.tokens.lines(), counts);
            added.new = lines.functions(facts, true);
        }
        added
    }

    /// The added blocks: the place of the first token of each, and its sum.
    fn sums(&self, facts: &FileFacts) -> impl Iterator<Item = (usize, u64)> {
        let runs = self.runs.iter();
        runs.flat_map(|(from, to)| (*from..).zip(sums(facts.tokens.hashes_in(*from..*to))))
    }
}

/// A file whose facts are at hand.
struct Held<'a> {
    file: &'a Added<'a>,
    facts: Facts,
}

impl<'a> Held<'a> {
    fn new(file: &'a Added<'a>) -> Supplied<Option<Self>> {
        let facts = file.both.after()?;
        Ok(facts.map(|facts| Self { file, facts }))
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

fn blocks(files: &[Added<'_>], twice: &Twice, known: &HashSet<u64>) -> Supplied<Vec<Finding>> {
    let mut first: HashMap<u64, (usize, usize)> = HashMap::new();
    let mut findings = Vec::new();
    if twice.is_empty() {
        return Ok(findings);
    }
    for (number, file) in files.iter().enumerate() {
        if file.runs.is_empty() {
            continue;
        }
        let Some(held) = Held::new(file)? else { continue };
        for (from, to) in &file.runs {
            let tokens = held.facts.tokens.hashes_in(*from..*to);
            let mut skip = 0;
            let repeated = (*from..).zip(sums(tokens)).filter(|(_, sum)| twice.holds(*sum));
            for (place, sum) in repeated {
                let (other, there) = *first.entry(sum).or_insert((number, place));
                let apart = other != number || place.saturating_sub(there) >= BLOCK;
                if place < skip || !apart || known.contains(&sum) {
                    continue;
                }
                let Some(other) = files.get(other) else { continue };
                let Some(other) = Held::new(other)? else { continue };
                let length = alike(&held, place, *to, &other, there);
                if is_telling(&held, place, &other, there, length) {
                    skip = place + length;
                    findings.push(accuse(
                        file,
                        held.lines(place, length),
                        other.file,
                        other.lines(there, length),
                        length,
                    ));
                }
            }
        }
    }
    Ok(findings)
}

/// How many tokens from here on are the same as from there on.
fn alike(file: &Held<'_>, here: usize, end: usize, other: &Held<'_>, there: usize) -> usize {
    let own = file.facts.tokens.hashes_in(here..end);
    let mut runs = other.file.runs.iter();
    let run = runs.find(|(from, to)| (*from..*to).contains(&there));
    let there_end = run.map_or(there, |(_, to)| *to);
    let others = other.facts.tokens.hashes_in(there..there_end);
    own.zip(others).take_while(|(a, b)| a == b).count()
}

/// Whether a copy is long enough to be mended apart, given where it stands.
fn is_telling(file: &Held<'_>, here: usize, other: &Held<'_>, there: usize, length: usize) -> bool {
    let (first, last) = file.lines(here, length);
    let around = |file: &Held<'_>, at: usize| {
        let line = file.facts.tokens.line(at)?;
        let one = file.facts.definition_at(line)?;
        Some((one.name.clone(), one.qualified.clone()))
    };
    let is_elsewhere = file.file.path != other.file.path;
    let twins = match (around(file, here), around(other, there)) {
        (Some(one), Some(two)) => one.0 == two.0 && (one.1 != two.1 || is_elsewhere),
        (None, _) | (_, None) => false,
    };
    let least = if twins { TWIN } else { TELLING };
    length >= least && last + 1 - first >= LINES && does_something(file, here, length)
}

fn does_something(file: &Held<'_>, from: usize, length: usize) -> bool {
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
fn functions(
    files: &[Added<'_>],
    added: &HashSet<u64>,
    known: &HashMap<u64, usize>,
) -> Supplied<Vec<Finding>> {
    let mut old: HashMap<u64, (&Added<'_>, usize)> = HashMap::new();
    let mut now: HashMap<u64, usize> = HashMap::new();
    let mut findings = Vec::new();
    if added.is_empty() {
        return Ok(findings);
    }
    for file in files {
        let Some(facts) = file.both.after()? else { continue };
        count(&facts, added, &mut now);
        if facts.definitions.iter().any(|one| added.contains(&one.body)) {
            let left = Lines::of(file.both.file, &facts).functions(&facts, false);
            let same = left.into_iter().filter(|one| added.contains(&one.body));
            old.extend(same.map(|one| (one.body, (file, one.place))));
        }
    }
    let all = files
        .iter()
        .flat_map(|file| file.new.iter().map(move |one| (file, one)));
    for (file, one) in all {
        // as many as before: it has moved
        let is_more = now.get(&one.body) > known.get(&one.body);
        let Some((other, place)) = old.get(&one.body).filter(|_| is_more) else {
            continue;
        };
        findings.extend(same_body((file, one.place), (other, *place))?);
        if findings.len() >= limits::NAMED {
            break;
        }
    }
    Ok(findings)
}

fn same_body(
    (file, one): (&Added<'_>, usize),
    (other, two): (&Added<'_>, usize),
) -> Supplied<Option<Finding>> {
    let (Some(own), Some(theirs)) = (file.both.after()?, other.both.after()?) else {
        return Ok(None);
    };
    let (Some(one), Some(same)) = (own.definitions.get(one), theirs.definitions.get(two)) else {
        return Ok(None);
    };
    if one.name == same.name && (one.size as usize) < TWIN {
        return Ok(None);
    }
    let says = format!(
        "`{}` has the {} tokens of `{}` in `{}`",
        one.qualified, one.size, same.qualified, other.path
    );
    let place = Place::lines(file.path, one.span.first, one.span.last);
    Ok(Some(Finding::new(place, says)))
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
