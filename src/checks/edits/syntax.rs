//! Does a file that parsed before, or that is new, not parse any more?
//!
//! The parser's word is taken only where the change gave it reason: base had no error at all. The finding stands at the
//! error that is nearest to what the change wrote. Parsers lag behind their languages: where no bracket was lost, syntax
//! that they are known not to read is only listed, and TypeScript and JavaScript, of which they lag most, only warn.

use crate::{
    checks::{Settings, edits::is_own_code},
    code::{LanguageId, facts::ParseError},
    evidence::{
        Evidence, Supplied,
        change::{FileChange, Version},
        code::Both,
    },
    finding::{Abstain, Finding, Judged, Level, Place, number},
};

/// What templates are written in: such a file is code only once it was filled in.
const TEMPLATE: &[&str] = &["{%", "{{", "<%", "${{"];

/// Syntax that compilers know, now or behind a switch, and the parsers at hand do not: each was tried. A line holds it
/// where it holds every part.
const NEWER: &[(LanguageId, &[&[&str]])] = &[
    (
        LanguageId::Rust,
        &[
            &["gen "],
            &["gen{"],
            &["yeet"],
            &["impl const"],
            &["~const"],
            &["become "],
            &["pin mut"],
            &["pin const"],
            &["reuse "],
            &[".use"],
            &["static |"],
        ],
    ),
    (
        LanguageId::Python,
        // defaults of type parameters (3.13), lazy imports (3.15)
        &[
            &["class ", "[", " = "],
            &["def ", "[", " = "],
            &["type ", "[", " = "],
            &["lazy "],
        ],
    ),
    // a value for `new` (1.26)
    (LanguageId::Go, &[&["new("]]),
    // statements before `super()` and modules as imports (25)
    (LanguageId::Java, &[&["import module"], &["super("], &["this("]]),
    (LanguageId::TypeScript, SCRIPT),
    (LanguageId::Tsx, SCRIPT),
    (LanguageId::JavaScript, SCRIPT),
];
const SCRIPT: &[&[&str]] = &[
    &["using "],
    &["accessor "],
    &["export type *"],
    &["import defer"],
    &["import source"],
    &["assert {"],
    &["typeof import("],
    // a template with types: sql<Row>`…`
    &[">`"],
    &["<in "],
    &["<out "],
    &[" out "],
    &["|>"],
    &["do {"],
];
/// What says that a JavaScript file has types that only another compiler reads.
const TYPED_SCRIPT: &str = "@flow";

/// Judges the item.
///
/// # Errors
/// No source file of a language that is read was edited, or one could not be parsed at all.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut findings, mut unread, mut any) = (Vec::new(), None, false);
    for both in evidence.changed_code() {
        if both.file.after().is_none() || !is_own_code(both.file.path(), &settings.kinds) {
            continue;
        }
        any = true;
        match look(&both, evidence) {
            Ok(found) => findings.extend(found),
            Err(why) => unread = Some(why),
        }
    }
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if !any => Err(Abstain::not_applicable(
            "no source file of a language that is parsed was edited",
        )),
        Some(_) | None => Ok(findings),
    }
}

fn look(both: &Both<'_>, evidence: &Evidence) -> Supplied<Option<Finding>> {
    let Some(after) = both.after()? else {
        return Ok(None);
    };
    if after.parses() || !both.before()?.is_none_or(|before| before.parses()) || is_template(both.file) {
        return Ok(None);
    }
    let sides = Sides::read(both, evidence)?;
    if both.language == LanguageId::JavaScript && sides.head.contains(TYPED_SCRIPT) {
        return Ok(None);
    }
    // an unclosed bracket may be noticed far from where it stands
    let near = after.errors.iter().find(|error| is_near(error, both.file));
    let Some(first) = near.or_else(|| after.errors.first()) else {
        return Ok(None);
    };
    let path = both.file.path();
    let before = if both.file.before().is_some() {
        "parsed before"
    } else {
        "is new"
    };
    let finding = Finding::new(
        Place::line(path, first.line),
        format!(
            "`{path}` {before} and has {}",
            number(
                after.errors.len(),
                "place that does not parse",
                "places that do not parse"
            )
        ),
    );
    let others = after.errors.iter().take(crate::limits::NAMED);
    let finding = others.fold(finding, |finding, error| {
        finding.because(format!("line {}: {}", error.line, error.says))
    });
    Ok(Some(if sides.keep_brackets() {
        doubt(finding, both.language, &sides.head, &after.errors)
    } else {
        finding
    }))
}

/// What an error weighs that is no lost bracket: the parser may be older than the code.
fn doubt(finding: Finding, language: LanguageId, head: &str, errors: &[ParseError]) -> Finding {
    let is_script = match language {
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => true,
        LanguageId::Rust | LanguageId::Python | LanguageId::Go | LanguageId::Java => false,
    };
    if is_newer(language, head, errors) {
        let why = "no bracket is lost, and these lines hold syntax that the parser does not know";
        finding.because(why).at_most(Level::Info)
    } else if is_script {
        let why = "no bracket is lost; the parser may be older than the language";
        finding.because(why).at_most(Level::Warn)
    } else {
        finding
    }
}

/// Both sides as text; the base is empty where the file is new.
struct Sides {
    base: String,
    head: String,
}

impl Sides {
    fn read(both: &Both<'_>, evidence: &Evidence) -> Supplied<Self> {
        let text = |side: Option<&Version>| side.map_or(Ok(String::new()), |side| evidence.change.text(side));
        Ok(Self {
            base: text(both.file.before())?,
            head: text(both.file.after())?,
        })
    }

    /// Whether as many brackets are open at the end as before. Those in strings are counted on both sides.
    fn keep_brackets(&self) -> bool {
        [('{', '}'), ('(', ')'), ('[', ']')].iter().all(|(open, close)| {
            let depth = |text: &str| {
                let count = |bracket: char| i64::try_from(text.matches(bracket).count()).unwrap_or(i64::MAX);
                count(*open).saturating_sub(count(*close))
            };
            depth(&self.base) == depth(&self.head)
        })
    }
}

/// Whether the first lines that do not parse, or those before them, hold syntax that the parser may not know.
fn is_newer(language: LanguageId, text: &str, errors: &[ParseError]) -> bool {
    let known = NEWER.iter().filter(|(one, _)| *one == language);
    let known: Vec<&[&str]> = known.flat_map(|(_, marks)| marks.iter().copied()).collect();
    let lines: Vec<&str> = text.lines().collect();
    let first = errors.first().map_or(1, |error| error.line) as usize;
    let around = lines.get(first.saturating_sub(2)..(first + 1).min(lines.len()));
    let mut around = around.unwrap_or_default().iter();
    around.any(|line| {
        known
            .iter()
            .any(|mark| mark.iter().all(|part| line.contains(part)))
    })
}

/// Whether an error lies on an added line, or on the line before or behind one that is gone.
fn is_near(error: &ParseError, file: &FileChange) -> bool {
    if file.adds_line(error.line) {
        return true;
    }
    let mut shift = 0_i64;
    file.hunks().iter().any(|hunk| {
        let gone = hunk.removed.first().map(|line| i64::from(line.number) + shift);
        shift +=
            i64::try_from(hunk.added.len()).unwrap_or(0) - i64::try_from(hunk.removed.len()).unwrap_or(0);
        gone.is_some_and(|line| (i64::from(error.line) - line).abs() <= 1)
    })
}

fn is_template(file: &FileChange) -> bool {
    file.added().any(|line| {
        TEMPLATE
            .iter()
            .any(|mark| line.text.trim_start().starts_with(mark))
    })
}
