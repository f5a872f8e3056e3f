//! How is a query held against a tree?
//!
//! By trying every way in which the nodes of a row can be filled, as the library does: places may lie apart unless a `.`
//! stands between them, and of two matches the one that captures more stands for both.

use std::{collections::BTreeMap, ops::Range};

use super::{Captured, Item, Kind, Part, Pattern, Query, Step};
use crate::{
    code::{
        rules::file::File,
        tree::{Children, Node},
    },
    limits,
};

/// A capture of a match.
pub(in crate::code::rules) type Captures<'a> = Vec<(&'a str, Node<'a>)>;

/// The matches of a query.
pub(in crate::code::rules) struct Found<'a> {
    pub(in crate::code::rules) matches: Vec<Captures<'a>>,
    /// There were more ways to match than were tried.
    pub(in crate::code::rules) overrun: bool,
}

/// The first matches of a query in a node, where they touch a range.
///
/// # Errors
/// The time for the file is used up.
pub(in crate::code::rules) fn matches<'a>(
    query: &'a Query,
    node: Node<'a>,
    file: &File<'_>,
    range: Option<&Range<usize>>,
    most: usize,
) -> Result<Found<'a>, String> {
    let mut found = Found {
        matches: Vec::new(),
        overrun: false,
    };
    let (alone, rows): (Vec<&Pattern>, Vec<&Pattern>) =
        query.patterns.iter().partition(|pattern| pattern.is_rooted());
    // a row may begin before the range that its later nodes touch
    for outer in node.inside(range.cloned()) {
        for pattern in &alone {
            found.add(query, pattern, outer, file);
        }
        for pattern in &rows {
            for first in outer.children() {
                found.add(query, pattern, first, file);
            }
        }
        if found.matches.len() >= most {
            break;
        }
    }
    if file.is_out_of_time() {
        return Err("takes the rules longer than its size allows".to_owned());
    }
    found.overrun |= found.matches.len() >= limits::RULE_CANDIDATES;
    Ok(found)
}

impl<'a> Found<'a> {
    /// The matches of a pattern that begin at a node.
    fn add(&mut self, query: &'a Query, pattern: &Pattern, root: Node<'a>, file: &File<'_>) {
        if !may_begin(pattern, root) {
            return;
        }
        let mut search = Search::new(file);
        search.begin(pattern, root);
        self.overrun |= search.overrun;
        for captured in longest(search.found) {
            if pattern.tests.iter().all(|test| test.holds(&captured, file)) {
                self.matches.push(named(query, captured));
            }
        }
    }
}

fn named<'a>(query: &'a Query, captured: Vec<(u16, Node<'a>)>) -> Captures<'a> {
    let each = captured.into_iter();
    each.filter_map(|(name, node)| Some((query.captures.get(usize::from(name))?.as_str(), node)))
        .collect()
}

/// Most patterns begin with a node of one kind: the quick answer for all other nodes.
fn may_begin(pattern: &Pattern, root: Node<'_>) -> bool {
    match pattern.row.first().map(|first| &first.part) {
        Some(Part::Node(Step {
            kind: Kind::Is(kind), ..
        })) => root.kind_id() == *kind,
        Some(Part::Node(_) | Part::Either(_)) | None => true,
    }
}

/// Without the matches all of whose captures another one has too.
fn longest(found: Vec<Vec<(u16, Node<'_>)>>) -> Vec<Vec<(u16, Node<'_>)>> {
    let mut kept: Vec<Vec<(u16, Node<'_>)>> = Vec::new();
    for one in found {
        if kept.iter().any(|other| holds_all(other, &one)) {
            continue;
        }
        kept.retain(|other| !holds_all(&one, other));
        kept.push(one);
    }
    kept
}

fn holds_all(more: &Captured<'_>, fewer: &Captured<'_>) -> bool {
    let mut more = more.iter();
    fewer.iter().all(|wanted| more.any(|one| one == wanted))
}

/// What may be passed over to reach the next place of a row.
#[derive(Clone, Copy, Debug)]
enum Gap {
    /// Everything.
    Any,
    /// Mere words and signs.
    Signs,
    Nothing,
}

impl Gap {
    fn passes(self, node: Node<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Signs => !node.is_named(),
            Self::Nothing => false,
        }
    }
}

/// What is done once a part is filled, with the siblings behind it.
type Then<'c, 'q, 't> = &'c mut dyn FnMut(&mut Search<'q, 't>, Children<'t>);

/// A row that is being filled.
#[derive(Clone, Copy)]
struct Row<'q> {
    items: &'q [Item],
    /// Nothing with a name may stand behind the last.
    closed: bool,
    /// It is at its first place, which is the first inside a node.
    at_start: bool,
    /// What may be passed over on the way to the next place, where that is not the place's own affair.
    gap: Option<Gap>,
    /// The place before was `_`, behind which a `.` means the very next node.
    after_any: bool,
}

struct Search<'q, 't> {
    file: &'q File<'q>,
    captured: Vec<(u16, Node<'t>)>,
    found: Vec<Vec<(u16, Node<'t>)>>,
    steps: usize,
    /// Repetitions of one place that follow one another.
    repeated: usize,
    overrun: bool,
}

impl<'q, 't> Search<'q, 't> {
    fn new(file: &'q File<'q>) -> Self {
        Self {
            file,
            captured: Vec::new(),
            found: Vec::new(),
            steps: 0,
            repeated: 0,
            overrun: false,
        }
    }

    /// Every match of a pattern that begins at a node.
    fn begin(&mut self, pattern: &'q Pattern, root: Node<'t>) {
        let row = Row {
            items: &pattern.row,
            closed: false,
            at_start: false,
            gap: Some(Gap::Nothing),
            after_any: false,
        };
        self.row(row, root.and_later_siblings(), &mut |search, _| {
            let captured = search.captured.clone();
            if search.found.len() < limits::RULE_MATCHES {
                search.found.push(captured);
            } else {
                search.overrun = true;
            }
        });
    }

    /// Counts a step; whether there may be more.
    fn spend(&mut self) -> bool {
        self.steps += 1;
        self.overrun |= self.steps > limits::RULE_STEPS;
        if self.steps.is_multiple_of(1024) {
            self.overrun |= self.file.is_out_of_time();
        }
        !self.overrun
    }

    fn row(&mut self, row: Row<'q>, rest: Children<'t>, then: Then<'_, 'q, 't>) {
        let Some((item, others)) = row.items.split_first() else {
            if !row.closed || !rest.into_iter().any(Node::is_named) {
                then(self, rest);
            }
            return;
        };
        let next = Row {
            items: others,
            at_start: false,
            gap: None,
            after_any: is_any(item),
            ..row
        };
        let own = match (item.anchored, row.after_any) {
            (false, _) => Gap::Any,
            (true, false) => Gap::Signs,
            (true, true) => Gap::Nothing,
        };
        self.item(item, rest, row.gap.unwrap_or(own), &mut |search, rest| {
            search.row(next, rest, then);
        });
        if item.times.may_be_none() {
            let gap = without(item, row);
            self.row(Row { gap, ..next }, rest, then);
        }
    }

    /// One or more occurrences.
    fn item(&mut self, item: &'q Item, rest: Children<'t>, gap: Gap, then: Then<'_, 'q, 't>) {
        if !item.times.may_be_many() {
            self.part(&item.part, rest, gap, then);
        } else if item.captures() {
            self.repeat(item, rest, gap, then);
        } else {
            // what is not captured leaves no trace but the place behind it: each is gone on from once
            let mut reached = BTreeMap::new();
            self.every_end(item, rest, gap, &mut reached);
            for end in reached.into_values() {
                then(self, end);
            }
        }
    }

    /// One occurrence and those that follow it without a gap.
    fn repeat(&mut self, item: &'q Item, rest: Children<'t>, gap: Gap, then: Then<'_, 'q, 't>) {
        if self.repeated >= limits::RULE_REPEATS {
            self.overrun = true;
            return;
        }
        self.repeated += 1;
        self.part(&item.part, rest, gap, &mut |search, rest| {
            search.repeat(item, rest, Gap::Nothing, then);
            then(search, rest);
        });
        self.repeated -= 1;
    }

    /// The places behind one or more occurrences, of which nothing else is known afterwards.
    fn every_end(
        &mut self,
        item: &'q Item,
        rest: Children<'t>,
        gap: Gap,
        reached: &mut BTreeMap<u32, Children<'t>>,
    ) {
        let mut ends = Vec::new();
        self.part(&item.part, rest, gap, &mut |_, rest| ends.push(rest));
        while let Some(end) = ends.pop() {
            if reached.insert(end.place(), end).is_none() {
                self.part(&item.part, end, Gap::Nothing, &mut |_, rest| ends.push(rest));
            }
        }
    }

    fn part(&mut self, part: &'q Part, rest: Children<'t>, gap: Gap, then: Then<'_, 'q, 't>) {
        match part {
            Part::Node(step) => self.seek(step, rest, gap, then),
            Part::Either(rows) => {
                for items in rows {
                    let row = Row {
                        items,
                        closed: false,
                        at_start: false,
                        gap: Some(gap),
                        after_any: false,
                    };
                    self.row(row, rest, then);
                }
            }
        }
    }

    /// Every sibling that is the node of a step, as far as the gap lets pass.
    fn seek(&mut self, step: &'q Step, mut rest: Children<'t>, gap: Gap, then: Then<'_, 'q, 't>) {
        while let Some(node) = rest.next() {
            if !self.spend() {
                return;
            }
            if is(step, node) {
                let before = self.captured.len();
                self.captured
                    .extend(step.captures.iter().map(|name| (*name, node)));
                let inside = Row {
                    items: &step.inside,
                    closed: step.closed,
                    at_start: true,
                    gap: None,
                    after_any: false,
                };
                self.row(inside, node.children(), &mut |search, _| then(search, rest));
                self.captured.truncate(before);
            }
            if !gap.passes(node) {
                return;
            }
        }
    }
}

/// What may be passed over to the next place where a place stays empty.
fn without(item: &Item, row: Row<'_>) -> Option<Gap> {
    if !item.anchored {
        // a `.` behind it has nothing to stand beside
        Some(Gap::Any)
    } else if row.at_start {
        // what comes is the first inside the node instead
        Some(Gap::Nothing)
    } else {
        row.gap
    }
}

fn is_any(item: &Item) -> bool {
    matches!(&item.part, Part::Node(step) if step.kind == Kind::Any && !step.missing)
}

/// Whether a node is that of a step, whatever stands in it.
fn is(step: &Step, node: Node<'_>) -> bool {
    let kind = match step.kind {
        Kind::Is(kind) => node.kind_id() == kind,
        Kind::Any if step.missing => true,
        Kind::Any => !node.is_error(),
        Kind::Named => node.is_named() && !node.is_error(),
    };
    kind && (!step.missing || node.is_missing())
        && (step.field == 0 || node.field_id() == step.field)
        && !step.lacks.iter().any(|field| node.has_field(*field))
}
