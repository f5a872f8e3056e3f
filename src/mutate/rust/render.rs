//! How does a file look in which every fault of it can be switched on?
//!
//! Only bytes are put in: what stands there stays as it is, and where it was. The text of a fault stands in an arm of
//! its own and holds the original text otherwise, so that faults inside faults do not multiply. The first arm is the
//! original: what the compiler infers, it infers from there, and blames the others.

use std::{collections::BTreeSet, ops::Range};

use super::sites::{Shape, Site, Sites};

/// Bytes of one expression with all its faults; a longer one gets no switch.
const EXPRESSION_BYTES: usize = 64 * 1024;
/// Switches inside switches.
const DEPTH: usize = 40;

/// Which faults of a file are switched, and how.
pub(super) struct Plan<'a> {
    /// The text of the file.
    pub(super) text: &'a str,
    /// What it has.
    pub(super) sites: &'a Sites,
    /// For each fault the number of its mutant, if it is to be rendered.
    pub(super) numbers: &'a [Option<u32>],
    /// The same, for faults of constants of which only the value is looked at.
    pub(super) twins: &'a [Option<u32>],
    /// Functions that are not to be `const`.
    pub(super) released: &'a BTreeSet<usize>,
    /// How a path to the switch begins: `::__countersign`.
    pub(super) switch: &'a str,
}

/// What a stretch of the rendered text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The text of one mutant, by its number.
    Mutant(u32),
    /// A site with its original and its faults, by its index.
    Site(usize),
    /// What the compiler refuses if a mutant has the value of the original.
    Same(u32),
    /// The same for the value of another mutant, which is the second.
    Like(u32, u32),
}

/// A rendered file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rendered {
    /// Its text.
    pub(super) text: String,
    /// What stands where.
    pub(super) marks: Vec<(Range<usize>, Mark)>,
    /// Stretches copied from the original: where they begin here and there, and how long they are.
    copied: Vec<(usize, usize, usize)>,
}

impl Rendered {
    /// Where a byte of the rendered text comes from.
    pub(super) fn origin(&self, at: usize) -> Option<usize> {
        let after = self.copied.partition_point(|(here, _, _)| *here <= at);
        let (here, there, length) = self.copied.get(after.checked_sub(1)?)?;
        (at < here + length).then(|| there + (at - here))
    }
}

/// Sites that get no switch because of their size, with the reason.
pub(super) fn too_large(sites: &Sites) -> Vec<usize> {
    let nodes = || sites.sites.iter().enumerate().filter(|(_, site)| is_node(site));
    let mut around: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    let mut sorted: Vec<(usize, &Site)> = nodes().collect();
    sorted.sort_by_key(|(_, site)| (site.node.start, std::cmp::Reverse(site.node.end)));
    for (index, site) in sorted {
        while around.last().is_some_and(|end| *end <= site.node.start) {
            around.pop();
        }
        if around.len() >= DEPTH || site.node.len() * site.faults.len() > EXPRESSION_BYTES {
            found.push(index);
        } else {
            around.push(site.node.end);
        }
    }
    found
}

const fn is_node(site: &Site) -> bool {
    matches!(site.shape, Shape::Node | Shape::Guard)
}

pub(super) enum Edit<'a> {
    Node(usize, &'a Site),
    Insert(String, Option<(usize, Vec<u32>)>),
    /// A text in place of what stands there, and what its stretches are.
    Marked(String, Vec<(Range<usize>, Mark)>),
    Remove,
}

pub(super) struct Placed<'a> {
    pub(super) range: Range<usize>,
    pub(super) edit: Edit<'a>,
}

impl Plan<'_> {
    /// The text with its switches.
    pub(super) fn render(&self) -> Rendered {
        let mut edits = self.edits();
        edits.sort_by_key(|one| {
            // what encloses others comes before them; what is put in front of both, first
            let is_node = matches!(one.edit, Edit::Node(..)) || !one.range.is_empty();
            (one.range.start, is_node, std::cmp::Reverse(one.range.end))
        });
        let mut out = Rendered::default();
        self.emit(&mut out, 0..self.text.len(), &edits);
        out
    }

    /// The first number and the numbers of the live faults of a site, each with its fault.
    fn live(&self, site: &Site) -> Vec<(usize, u32)> {
        numbered(site.faults.iter().copied(), self.numbers)
    }

    fn edits(&self) -> Vec<Placed<'_>> {
        let mut edits = Vec::new();
        for (index, site) in self.sites.sites.iter().enumerate() {
            let live = self.live(site);
            if live.is_empty() || site.constant.is_some() {
                continue;
            }
            let numbers: Vec<u32> = live.iter().map(|(_, number)| *number).collect();
            let insert = |at: usize, text: String, marked| Placed {
                range: at..at,
                edit: Edit::Insert(text, marked),
            };
            let marked = Some((index, numbers));
            match site.shape {
                Shape::Node | Shape::Guard => edits.push(Placed {
                    range: site.node.clone(),
                    edit: Edit::Node(index, site),
                }),
                Shape::Arm { at } => edits.push(insert(at, self.arm(&live), marked)),
                Shape::Value { at } => edits.push(insert(at, self.value(&live, false), marked)),
                Shape::Unnamed { at, from, to } => {
                    edits.push(insert(at, self.value(&live, true), marked));
                    edits.push(insert(from, format!("{}::Either::One(", self.switch), None));
                    edits.push(insert(to, ")".to_owned(), None));
                }
            }
        }
        edits.extend(self.loops());
        edits.extend(self.releases());
        for index in 0..self.sites.constants.len() {
            edits.extend(self.constant(index));
        }
        edits
    }

    fn is_constant(&self, function: Option<usize>) -> bool {
        let Some(index) = function else { return false };
        let function = self.sites.functions.get(index);
        function.is_some_and(|one| one.constant.is_some()) && !self.released.contains(&index)
    }

    fn loops(&self) -> impl Iterator<Item = Placed<'_>> {
        let running = self
            .sites
            .loops
            .iter()
            .filter(|one| !self.is_constant(one.function));
        running.map(|one| Placed {
            range: one.at..one.at,
            edit: Edit::Insert(format!("{}::t(); ", self.switch), None),
        })
    }

    fn releases(&self) -> impl Iterator<Item = Placed<'_>> {
        let words = self.released.iter().filter_map(|index| {
            let function = self.sites.functions.get(*index)?;
            function.constant.clone()
        });
        words.map(|range| Placed {
            range,
            edit: Edit::Remove,
        })
    }

    fn arm(&self, live: &[(usize, u32)]) -> String {
        let low = live.first().map_or(0, |(_, number)| *number);
        format!(" if {}::m({low}, 1) == 0", self.switch)
    }

    /// The numbers of a site follow one another, but faults that did not compile leave gaps.
    pub(super) fn span(live: &[(usize, u32)]) -> (u32, u32) {
        let low = live.first().map_or(0, |(_, number)| *number);
        let high = live.last().map_or(0, |(_, number)| *number);
        (low, high - low + 1)
    }

    fn replacement(&self, fault: usize) -> &str {
        self.sites
            .faults
            .get(fault)
            .map_or("", |fault| fault.replacement.as_str())
    }

    /// The switch before a function's first statement; `wrapped`: its type has no name.
    fn value(&self, live: &[(usize, u32)], wrapped: bool) -> String {
        let (low, count) = Self::span(live);
        let arms = live.iter().enumerate().map(|(place, (fault, number))| {
            let value = self.replacement(*fault);
            let value = if wrapped {
                self.wrapped(value, place, live.len())
            } else {
                value.to_owned()
            };
            format!("{} => return {value}, ", number - low + 1)
        });
        let arms: String = arms.collect();
        format!("match {}::m({low}, {count}) {{ {arms}_ => {{}} }} ", self.switch)
    }

    /// One of so many values, in a type that can hold each of them and the original.
    fn wrapped(&self, value: &str, place: usize, count: usize) -> String {
        let inner = if place + 1 < count {
            format!("{}::Either::One({value})", self.switch)
        } else {
            value.to_owned()
        };
        let open = format!("{}::Either::Two(", self.switch).repeat(place + 1);
        format!("{open}{inner}{}", ")".repeat(place + 1))
    }

    fn copy(&self, out: &mut Rendered, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        if !text.is_empty() {
            out.copied.push((out.text.len(), range.start, text.len()));
            out.text.push_str(text);
        }
    }

    /// Writes a stretch of the text with the edits that lie in it.
    fn emit(&self, out: &mut Rendered, range: Range<usize>, edits: &[Placed<'_>]) {
        let mut at = range.start;
        let mut rest = edits;
        while let Some((first, others)) = rest.split_first() {
            self.copy(out, at..first.range.start);
            at = first.range.end;
            let inside = match &first.edit {
                Edit::Node(index, site) => {
                    let inside = others
                        .iter()
                        .position(|one| one.range.end > first.range.end || one.range.start >= first.range.end)
                        .unwrap_or(others.len());
                    let inner = others.get(..inside).unwrap_or_default();
                    self.node(out, *index, site, inner);
                    inside
                }
                Edit::Insert(text, marked) => {
                    insert(out, text, marked.as_ref());
                    0
                }
                Edit::Marked(text, marks) => {
                    let began = out.text.len();
                    out.text.push_str(text);
                    let marks = marks.iter().cloned();
                    out.marks
                        .extend(marks.map(|(range, mark)| (range.start + began..range.end + began, mark)));
                    0
                }
                Edit::Remove => 0,
            };
            rest = others.get(inside..).unwrap_or_default();
        }
        self.copy(out, at..range.end);
    }

    fn node(&self, out: &mut Rendered, index: usize, site: &Site, inner: &[Placed<'_>]) {
        let live = self.live(site);
        let (low, count) = Self::span(&live);
        let began = out.text.len();
        out.text
            .push_str(&format!("(match {}::m({low}, {count}) {{ 0 => (", self.switch));
        self.emit(out, site.node.clone(), inner);
        out.text.push(')');
        for (place, (fault, number)) in live.iter().enumerate() {
            if place + 1 == live.len() {
                out.text.push_str(", _ => ");
            } else {
                out.text.push_str(&format!(", {} => ", number - low + 1));
            }
            let mutated = out.text.len();
            out.text.push_str(&self.mutated(site, *fault));
            out.marks.push((mutated..out.text.len(), Mark::Mutant(*number)));
        }
        out.text.push_str(" })");
        out.marks.push((began..out.text.len(), Mark::Site(index)));
    }

    /// The original text of a node with one fault in it.
    fn mutated(&self, site: &Site, fault: usize) -> String {
        let Some(fault) = self.sites.faults.get(fault) else {
            return String::new();
        };
        let place = fault.span.start as usize..fault.span.end as usize;
        let text = |range: Range<usize>| self.text.get(range).unwrap_or_default();
        let (before, after) = (text(site.node.start..place.start), text(place.end..site.node.end));
        let mutated = match site.shape {
            // `x as usize << 3` would begin generic arguments
            Shape::Node if fault.replacement.starts_with('<') => {
                format!("({}{}{after})", guarded(before), fault.replacement)
            }
            Shape::Node => format!("({before}{}{after})", fault.replacement),
            Shape::Guard | Shape::Arm { .. } | Shape::Value { .. } | Shape::Unnamed { .. } => {
                fault.replacement.clone()
            }
        };
        flat(mutated)
    }
}

/// Those of the faults that have a number, with it.
pub(super) fn numbered(faults: impl Iterator<Item = usize>, numbers: &[Option<u32>]) -> Vec<(usize, u32)> {
    let numbered = faults.filter_map(|fault| {
        let number = *numbers.get(fault)?;
        Some((fault, number?))
    });
    numbered.collect()
}

/// On one line where that is safe: lines keep their numbers.
pub(super) fn flat(text: String) -> String {
    if text.contains("//") || text.contains('"') {
        text
    } else {
        text.replace('\n', " ")
    }
}

/// The text before an operator, with the cast in brackets that it may end in.
fn guarded(before: &str) -> String {
    let cast = before.rfind(" as ").filter(|at| {
        let named = before.get(at + 4..).unwrap_or_default().trim();
        !named.is_empty() && named.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':')
    });
    if cast.is_some() {
        format!("({before})")
    } else {
        before.to_owned()
    }
}

fn insert(out: &mut Rendered, text: &str, marked: Option<&(usize, Vec<u32>)>) {
    let began = out.text.len();
    out.text.push_str(text);
    let Some((site, numbers)) = marked else { return };
    let whole = began..out.text.len();
    if let [only] = numbers[..] {
        out.marks.push((whole.clone(), Mark::Mutant(only)));
    } else {
        let arms = text.match_indices(" => return ").zip(numbers);
        let starts: Vec<(usize, u32)> = arms.map(|((at, _), number)| (began + at, *number)).collect();
        for (place, (start, number)) in starts.iter().enumerate() {
            let end = starts.get(place + 1).map_or(whole.end, |(next, _)| *next);
            out.marks.push((*start..end, Mark::Mutant(*number)));
        }
    }
    out.marks.push((whole, Mark::Site(*site)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str) -> Rendered {
        let sites = Sites::read(text).unwrap();
        let numbers: Vec<Option<u32>> = (1..=u32::try_from(sites.faults.len()).unwrap())
            .map(Some)
            .collect();
        let released = BTreeSet::new();
        Plan {
            text,
            sites: &sites,
            numbers: &numbers,
            twins: &[],
            released: &released,
            switch: "m",
        }
        .render()
    }

    #[test]
    fn faults_inside_faults_hold_the_original_text() {
        let text = "fn f(a: S) { g(!a.b && c); }";
        let expected = "fn f(a: S) { match m::m(1, 1) { 1 => return (), _ => {} } \
                        g((match m::m(2, 1) { 0 => ((match m::m(3, 1) { 0 => (!a.b), _ => (a.b) }) && c), _ => (!a.b || c) })); }";
        assert_eq!(render(text).text, expected);
    }

    #[test]
    fn a_fault_is_what_another_operator_in_its_place_would_be() {
        for (text, mutated) in [
            ("a - b * c", "(a - b + c)"),
            ("a + b + c", "(a + b * c)"),
            ("a * b + c", "(a / b)"),
            ("x == a && b || c", "(x == a || b)"),
            ("a && b == c && d", "(a || b == c && d)"),
            ("a | b & c", "(a | b | c)"),
            ("a | b & c", "(b ^ c)"),
            ("a as usize >> 3", "((a as usize )<< 3)"),
            ("unsafe { a } + b", "(unsafe { a } - b)"),
        ] {
            let rendered = render(&format!("fn f() {{ let x = {text}; }}")).text;
            assert!(rendered.contains(&format!("=> {mutated}")), "{text}: {rendered}");
        }
    }

    #[test]
    fn the_values_of_an_unnamed_type_are_wrapped() {
        let text = "fn f(a: u8) -> impl Iterator<Item = u8> { g(); (0..a).map(|a| a) }";
        let rendered = render(text).text;
        let values = "match m::m(1, 3) { 1 => return m::Either::Two(m::Either::One(::std::iter::empty())), \
                      2 => return m::Either::Two(m::Either::Two(m::Either::One(::std::iter::once(0)))), \
                      3 => return m::Either::Two(m::Either::Two(m::Either::Two(::std::iter::once(1)))), _ => {} } ";
        let own = "g(); m::Either::One((0..a).map(|a| a)) }";
        assert!(rendered.contains(values) && rendered.ends_with(own), "{rendered}");
        let leaving =
            Sites::read("fn f() -> impl Iterator<Item = u8> { if g() { return h(); } h() }").unwrap();
        assert!(leaving.sites.iter().any(|site| site.obstacle.is_some()));
    }

    #[test]
    fn arms_are_deleted_by_a_guard_and_loops_are_counted() {
        let text = "fn f() -> ! { loop { match x { 1 => g(), y if y => h(), _ => {} } } }";
        let expected = "fn f() -> ! { loop { m::t(); match x { 1 if m::m(3, 1) == 0 => g(), \
                        y if (match m::m(1, 2) { 0 => (y), 1 => true, _ => false }) => h(), _ => {} } } }";
        let rendered = render(text).text;
        assert!(
            rendered == expected
                || rendered
                    == expected
                        .replace("m(3, 1)", "m(1, 1)")
                        .replace("m(1, 2)", "m(2, 2)"),
            "{rendered}"
        );
    }

    #[test]
    fn each_mutant_and_each_original_is_found_by_its_place() {
        let text = "fn f(a: u8) -> u8 { a + 1 }";
        let rendered = render(text);
        let at = |needle: &str| rendered.text.find(needle).unwrap();
        let mutant = |place: usize| {
            rendered.marks.iter().find_map(|(range, mark)| match mark {
                Mark::Mutant(number) if range.contains(&place) => Some(*number),
                Mark::Mutant(_) | Mark::Site(_) | Mark::Same(_) | Mark::Like(..) => None,
            })
        };
        assert_eq!(mutant(at("return 1")), Some(2));
        assert_eq!(mutant(at("(a * 1)")), Some(4));
        assert_eq!(mutant(at("(a + 1)")), None);
        assert_eq!(rendered.origin(at("a + 1)")), Some(20));
        assert_eq!(rendered.origin(at("(a * 1)")), None);
    }

    #[test]
    fn endless_chains_get_only_so_many_switches() {
        let text = format!("fn f() -> u8 {{ {} }}", vec!["a"; 2_000].join(" + "));
        let sites = Sites::read(&text).unwrap();
        assert!(too_large(&sites).len() > 1_900);
    }
}
