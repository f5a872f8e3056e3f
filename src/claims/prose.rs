//! What does a text of the author claim, clause by clause?
//!
//! The stages one after the other: blocks, sections, clauses, modality, forms. What a claim comes to is decided by the
//! checks, which do not know where it was read.

use std::{collections::BTreeSet, ops::Range};

use super::{
    anchors,
    blocks::{self, Block, Kind},
    clauses::{self, Clause},
    forms::{self, Draft},
    modality::{self, Why},
    pasted,
    sections::{Section, Sections},
    verbs,
};
use crate::{
    evidence::{
        change::Change,
        claims::{
            Claim, Claims, Form, Prose,
            document::{self, Document},
        },
    },
    finding::Side,
    limits,
};

/// One clause with what it became.
#[derive(Clone, Debug)]
pub struct Told {
    /// The clause; of a pasted summary, the line.
    pub clause: Clause,
    /// It stands in the title, not in the body.
    pub is_title: bool,
    /// As it stands in the source.
    pub quote: String,
    /// What it claims, or why it was left alone.
    pub became: Result<Vec<Draft>, Why>,
}

/// Lines of the repository's templates of pull-request texts: nobody claims them.
#[derive(Clone, Debug, Default)]
pub struct Templates(BTreeSet<String>);

/// Where forges look for them.
const TEMPLATES: &[&str] = &[
    ".github/pull_request_template.md",
    ".github/pull_request_template/",
    "pull_request_template.md",
    "docs/pull_request_template.md",
    ".gitlab/merge_request_templates/",
];

impl Templates {
    /// The templates of the base of a change; none where its tree is not known.
    pub fn of(change: &Change) -> Self {
        let paths = change.paths(Side::Base).unwrap_or_default();
        let is_template = |path: &String| TEMPLATES.iter().any(|known| path.starts_with(known));
        let mut lines = BTreeSet::new();
        let meant = paths
            .iter()
            .filter(|path| is_template(&path.lossy().to_lowercase()));
        for path in meant.take(limits::NAMED) {
            let version = change.entry(Side::Base, path).ok().flatten();
            let text = version.and_then(|version| change.text(&version).ok());
            lines.extend(
                text.iter()
                    .flat_map(|text| blocks::blocks(text))
                    .map(|block| normal(&block)),
            );
        }
        Self(lines)
    }

    /// Of a text.
    pub fn from_text(text: &str) -> Self {
        Self(blocks::blocks(text).iter().map(normal).collect())
    }

    fn hold(&self, block: &Block) -> bool {
        block.ticked != Some(true) && self.0.contains(&normal(block))
    }
}

fn normal(block: &Block) -> String {
    block
        .plain()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// Every clause of a document, with what it became.
pub fn read(document: &Document, templates: &Templates) -> Vec<Told> {
    let mut told = Vec::new();
    if let Some(title) = &document.title {
        let blocks = blocks::blocks(title);
        let clauses = blocks
            .iter()
            .take(1)
            .flat_map(|block| clauses::of_block(block, 0, Section::Bare));
        told.extend(clauses.map(|clause| one(clause, title, true)));
    }
    let blocks = blocks::blocks(&document.body);
    let mut sections = Sections::default();
    for (place, block) in blocks.iter().enumerate() {
        let Some(section) = sections.of(block) else {
            continue;
        };
        if block.kind == Kind::Fence {
            told.extend(output(block, place, section, &document.body));
            continue;
        }
        let clauses = clauses::of_block(block, place, section).into_iter();
        let template = templates.hold(block);
        told.extend(clauses.map(|clause| Told {
            became: if template {
                Err(Why::Template)
            } else {
                became(&clause)
            },
            quote: quote(&document.body, &clause.range),
            clause,
            is_title: false,
        }));
    }
    told
}

fn one(clause: Clause, text: &str, is_title: bool) -> Told {
    Told {
        became: became(&clause),
        quote: quote(text, &clause.range),
        clause,
        is_title,
    }
}

fn became(clause: &Clause) -> Result<Vec<Draft>, Why> {
    modality::read(clause).and_then(|reading| forms::read(&reading))
}

fn quote(text: &str, range: &Range<usize>) -> String {
    let quoted = text.get(range.clone()).unwrap_or_default();
    quoted.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The summary of a test run that a block of code holds; of several, the author has shown what came before.
fn output(block: &Block, place: usize, section: Section, body: &str) -> Option<Told> {
    let text = block.plain();
    let [summary] = pasted::summaries(&text).try_into().ok()?;
    let first = block.pieces.first()?.1.start;
    let end = block.pieces.last()?.1.end;
    let line = text
        .lines()
        .nth(summary.line)
        .unwrap_or_default()
        .trim()
        .to_owned();
    let start = body
        .get(first..end)
        .and_then(|inner| inner.find(&line))
        .map_or(first, |at| first + at);
    let mut draft = Draft::new(Form::PastedOutput).about(summary.runner);
    draft.count = summary.counts;
    let clause = Clause {
        tokens: Vec::new(),
        asides: Vec::new(),
        range: start..start + line.len(),
        section,
        ticked: None,
        kind: Kind::Fence,
        block: place,
        part: 0,
        asks: false,
        tail: Vec::new(),
    };
    Some(Told {
        became: if section.claims() {
            Ok(vec![draft])
        } else {
            Err(Why::Section)
        },
        quote: line,
        clause,
        is_title: false,
    })
}

/// What a text tells to have been done, whatever it was done to, each with its line: enough to contradict a change that
/// holds nothing at all. A squash merge tells of states that are gone, and what is put off or denied is no deed.
pub fn deeds(document: &Document) -> Vec<(String, u32)> {
    let lines = Lines::of(&document.body);
    let line = |told: &Told| match told.is_title {
        true => of_title(document),
        false => document.line(lines.of_byte(told.clause.range.start)),
    };
    let told = read(document, &Templates::default());
    let mut deeds = told
        .iter()
        .filter(|told| !document.squash && is_deed(&told.clause));
    let shown = deeds.by_ref().take(limits::NAMED);
    shown.map(|told| (told.quote.clone(), line(told))).collect()
}

fn is_deed(clause: &Clause) -> bool {
    let told = modality::read(clause).is_ok_and(|reading| {
        let verb = reading.tokens.first().and_then(verbs::read);
        verb.is_some() && reading.postponed().is_none() && reading.cue_before(2).is_none()
    });
    told && clause.section.accuses()
}

/// The claims of everything that was told in a document, in the order in which they stand.
pub fn claims(document: &Document, place: usize, told: &[Told]) -> Vec<Claim> {
    let named = named(told);
    let lines = Lines::of(&document.body);
    let mut claims = Vec::new();
    for one in told {
        let drafts = one.became.iter().flatten();
        claims.extend(drafts.map(|draft| claim(document, place, one, draft, &named, &lines)));
    }
    claims.truncate(limits::PROSE_CLAIMS);
    claims
}

fn claim(
    document: &Document,
    place: usize,
    told: &Told,
    draft: &Draft,
    named: &[String],
    lines: &Lines,
) -> Claim {
    let of_body = if told.is_title {
        1
    } else {
        lines.of_byte(told.clause.range.start)
    };
    let line = if told.is_title {
        of_title(document)
    } else {
        document.line(of_body)
    };
    let set = draft.scope.as_deref() == Some(forms::NAMED_SET);
    Claim {
        form: Some(draft.form),
        form_name: draft.form.name().to_owned(),
        targets: if set {
            named.to_vec()
        } else {
            draft.targets.clone()
        },
        to: draft.to.clone(),
        count: draft.count.clone(),
        scope: draft.scope.clone().filter(|_| !set),
        status: draft.status,
        said: Some(told.quote.clone()),
        file: document.name().to_owned(),
        line: Some(line),
        rank: document.rank,
        prose: Some(Prose {
            mild: mild(document, told, draft)
                .or((set && named.is_empty()).then_some("the text names no path")),
            strict: draft.strict,
            ticked: told.clause.ticked == Some(true),
            joined: document.squash,
            span: (!told.is_title).then(|| (place, told.clause.range.clone())),
            commit: document.commit.clone(),
        }),
    }
}

/// The line of a title: of a commit, the first.
fn of_title(document: &Document) -> u32 {
    if document.commit.is_some() {
        1
    } else {
        document.line(1)
    }
}

fn mild(document: &Document, told: &Told, draft: &Draft) -> Option<&'static str> {
    let section = (!told.clause.section.accuses()).then_some("its section may be about something else");
    let cut = document.truncated.then_some("the end of the text is missing");
    cut.or(section).or(draft.mild)
}

/// Every path that a text names.
fn named(told: &[Told]) -> Vec<String> {
    let words = told
        .iter()
        .flat_map(|one| one.clause.tokens.iter().chain(one.clause.asides.iter().flatten()));
    let paths: BTreeSet<String> = words
        .filter_map(anchors::path)
        .flat_map(|path| path.paths)
        .collect();
    paths.into_iter().collect()
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(breaks).collect())
    }

    /// The 1-based line of a byte.
    fn of_byte(&self, byte: usize) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= byte)).unwrap_or(u32::MAX)
    }
}

/// The 1-based line and column of a clause in its text; columns count characters.
pub fn place(text: &str, range: &Range<usize>) -> (u32, u32) {
    let head = text.get(..range.start).unwrap_or_default();
    let line = head.matches('\n').count() + 1;
    let column = head.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (
        u32::try_from(line).unwrap_or(u32::MAX),
        u32::try_from(column).unwrap_or(u32::MAX),
    )
}

/// Everything the author says, with the claims of the texts among the statements: of those that were given, and of
/// texts beside them.
#[must_use]
pub fn extracted(mut all: Claims, beside: &[Document], templates: &Templates) -> Claims {
    let mut found = Vec::new();
    for (place, document) in all.documents.iter().chain(beside).enumerate() {
        found.extend(claims(document, place, &read(document, templates)));
        if document.is_whole_file() {
            let source = || document.body.clone();
            all.sources
                .entry(document.name().to_owned())
                .or_insert_with(source);
        }
    }
    all.claims.extend(found);
    all
}

/// The texts that nobody handed in and that speak all the same: the messages of the commits, where no text was given.
pub fn beside(all: &Claims, change: &Change) -> Vec<Document> {
    if all.documents.is_empty() {
        document::of_commits(change).unwrap_or_default()
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn became(text: &str) -> Vec<(String, String)> {
        let document = Document::text("pr.md", text);
        let told = read(&document, &Templates::from_text("- [ ] I have added tests\n"));
        claims(&document, 0, &told)
            .iter()
            .map(|claim| (claim.place().to_string(), claim.form_name.clone()))
            .collect()
    }

    #[test]
    fn claims_stand_at_their_lines() {
        let text =
            "# Summary\n\nFirst.\n\n- Added `src/a.rs`\n- All tests\n  pass\n\n```\n3 passed in 0.1s\n```\n";
        let own = |place: &str, form: &str| (place.to_owned(), form.to_owned());
        assert_eq!(
            became(text),
            [
                own("pr.md:5", "file-created"),
                own("pr.md:6", "all-pass"),
                own("pr.md:10", "pasted-output")
            ]
        );
    }

    #[test]
    fn what_the_template_says_is_claimed_by_a_tick_only() {
        assert!(became("- [ ] I have added tests\n").is_empty());
        assert_eq!(became("- [x] I have added tests\n").len(), 1);
    }

    #[test]
    fn what_will_be_is_no_claim_and_would_be_one_without_the_word() {
        for (told, untold) in [
            ("All tests will pass", "All tests pass"),
            ("This PR will add `src/a.rs`", "This PR adds `src/a.rs`"),
            (
                "This change will only touch `docs/`",
                "This change only touches `docs/`",
            ),
            (
                "No new dependencies will be added",
                "No new dependencies are added",
            ),
        ] {
            let document = Document::text("m", told);
            let left = read(&document, &Templates::default()).remove(0).became;
            assert_eq!(left.unwrap_err(), Why::Future, "{told}");
            let document = Document::text("m", untold);
            let became = read(&document, &Templates::default()).remove(0).became;
            assert_eq!(became.unwrap().len(), 1, "{untold}");
        }
    }

    #[test]
    fn a_squash_message_and_an_unknown_section_are_never_held_against_anybody() {
        let mut document = Document::text("m", "Added `src/a.rs`");
        document.squash = true;
        let told = read(&document, &Templates::default());
        assert!(claims(&document, 0, &told)[0].is_joined());
        let document = Document::text("m", "# Retries\nAdded `src/a.rs`");
        let told = read(&document, &Templates::default());
        assert!(claims(&document, 0, &told)[0].mild().is_some());
    }

    #[test]
    fn no_other_files_means_those_that_the_text_names() {
        let document = Document::text("m", "Updated `src/a.rs`. No other files were modified.");
        let told = read(&document, &Templates::default());
        let claims = claims(&document, 0, &told);
        assert_eq!(claims[1].targets, ["src/a.rs"]);
        assert_eq!(claims[1].mild(), None);
    }

    #[test]
    fn deeds_are_told_by_their_verbs_and_plans_are_none() {
        let text = "Adjusts the helpers.\n\nNo need to fix anything.\n\n# Plan\n- Remove the rest\n";
        let document = Document::text("pr.md", text).titled("Fix the union checks");
        let quotes: Vec<String> = deeds(&document).into_iter().map(|(quote, _)| quote).collect();
        assert_eq!(quotes, ["Fix the union checks", "Adjusts the helpers"]);
    }

    /// Pieces of which texts are made, well formed and not.
    const PIECES: &[&str] = &[
        "Added ",
        "`src/a.rs`",
        "`",
        "``",
        "(",
        ")",
        "\"",
        "“",
        " - ",
        "- [x] ",
        "- [ ] ",
        "\n",
        "\n\n",
        "# Plan\n",
        "# Files changed\n",
        "| a | b |\n|---|---|\n",
        "<details>",
        "</details>",
        "<!--",
        "> ",
        "```\n",
        "3 passed in 0.1s",
        "All tests pass",
        "14/14 ",
        "é",
        "日本",
        "\u{0}",
        "\u{feff}",
        "no ",
        "to ",
        "and ",
        "removed ",
        "**",
        "~~",
        "[a](b)",
        "![",
        "99999999999999999999",
        "%",
        ": ",
        "is now ",
        "set ",
        "5",
        "coverage ",
        "100%",
        "…",
        "https://x.y/a.rs",
        "\t",
        "\r",
        "$",
        "Co-authored-by: a\n",
        "1. ",
    ];

    proptest::proptest! {
        #[test]
        fn any_text_is_read_and_every_clause_stands_in_it(places in proptest::collection::vec(0..PIECES.len(), 0..40)) {
            let text: String = places.iter().map(|place| PIECES[*place]).collect();
            let document = Document::text("m", &text).titled(&text);
            let told = read(&document, &Templates::from_text(&text));
            for one in told.iter().filter(|one| !one.is_title) {
                proptest::prop_assert!(document.body.get(one.clause.range.clone()).is_some(), "{:?}", one);
            }
            claims(&document, 0, &told);
        }
    }

    #[test]
    fn hostile_text_ends() {
        for text in [
            "(".repeat(50_000),
            "\"".repeat(50_001),
            "`a.rs`,".repeat(20_000),
            "if ".repeat(20_000),
            "| a ".repeat(20_000),
        ] {
            became(&text);
        }
    }
}
