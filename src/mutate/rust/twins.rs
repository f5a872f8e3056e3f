//! What stands beside a constant that has faults, and where it is used?

use std::ops::Range;

use super::{
    constants::Constant,
    render::{Edit, Mark, Placed, Plan, flat, numbered},
    sites::Site,
};

/// Twins of one constant that are compared with each other.
const COMPARED: usize = 32;

impl Plan<'_> {
    /// The faults of a constant as constants beside it, and a switch at each of its uses.
    pub(super) fn constant(&self, index: usize) -> Vec<Placed<'_>> {
        let Some(constant) = self.sites.constants.get(index) else {
            return Vec::new();
        };
        let sites = self.sites.sites.iter().enumerate();
        let own: Vec<(usize, &Site)> = sites.filter(|(_, site)| site.constant == Some(index)).collect();
        let faults = || own.iter().flat_map(|(_, site)| site.faults.iter().copied());
        let mut live = numbered(faults(), self.numbers);
        live.sort_by_key(|(_, number)| *number);
        let looked_at = numbered(faults(), self.twins);
        let beside = Placed {
            range: constant.end..constant.end,
            edit: self.beside(constant, &live, &looked_at),
        };
        let mut found = vec![beside];
        if let (Some((site, _)), false) = (own.first(), live.is_empty()) {
            found.extend(constant.uses.iter().map(|place| {
                let path = self.text.get(place.clone()).unwrap_or_default();
                let choice = self.choice(path, &live);
                let marks = vec![(0..choice.len(), Mark::Site(*site))];
                Placed {
                    range: place.clone(),
                    edit: Edit::Marked(choice, marks),
                }
            }));
        }
        found
    }

    /// The twins of a constant, and what tells those of the same value.
    fn beside(&self, constant: &Constant, live: &[(usize, u32)], looked_at: &[(usize, u32)]) -> Edit<'_> {
        let (mut text, mut marks) = (String::new(), Vec::new());
        let name = &constant.name;
        for (fault, number) in live.iter().chain(looked_at) {
            let value = flat(self.with_fault(constant.value.clone(), *fault));
            let twin = format!(
                " {}const {}: {} = {value};",
                constant.word,
                twin(name, *number),
                constant.kind
            );
            marks.push((text.len()..text.len() + twin.len(), Mark::Mutant(*number)));
            text.push_str(&twin);
        }
        let compared = looked_at.get(..looked_at.len().min(COMPARED)).unwrap_or_default();
        for (place, (_, number)) in compared.iter().enumerate().filter(|_| constant.is_plain()) {
            let before = compared.get(..place).unwrap_or_default().iter();
            let others = before.map(|(_, other)| (twin(name, *other), Mark::Like(*number, *other)));
            let all = std::iter::once((name.clone(), Mark::Same(*number))).chain(others);
            for (other, mark) in all {
                // an array of no elements is none of one
                let twin = twin(name, *number);
                let told = format!(" const _: [(); ({twin} == {other}) as usize] = [];");
                marks.push((text.len()..text.len() + told.len(), mark));
                text.push_str(&told);
            }
        }
        Edit::Marked(text, marks)
    }

    /// What stands for a constant where it is used, by its name or a path to it.
    fn choice(&self, path: &str, live: &[(usize, u32)]) -> String {
        let (low, count) = Self::span(live);
        let arms = live
            .iter()
            .map(|(_, number)| format!("{} => {}, ", number - low + 1, twin(path, *number)));
        let arms: String = arms.collect();
        format!(
            "(match {}::m({low}, {count}) {{ 0 => {path}, {arms}_ => {path} }})",
            self.switch
        )
    }

    /// The original text of a stretch with one fault in it.
    fn with_fault(&self, stretch: Range<usize>, fault: usize) -> String {
        let Some(fault) = self.sites.faults.get(fault) else {
            return String::new();
        };
        let text = |range: Range<usize>| self.text.get(range).unwrap_or_default();
        let (start, end) = (fault.span.start as usize, fault.span.end as usize);
        format!(
            "{}{}{}",
            text(stretch.start..start),
            fault.replacement,
            text(end..stretch.end)
        )
    }
}

/// The name of a constant with a fault.
fn twin(name: &str, number: u32) -> String {
    format!("{name}__COUNTERSIGN_{number}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{
        super::{render::Rendered, sites::Sites},
        *,
    };

    fn render(text: &str, looked_at: bool) -> Rendered {
        let sites = Sites::read(text).unwrap();
        let numbers: Vec<Option<u32>> = (1..).map(Some).take(sites.faults.len()).collect();
        let none = vec![None; numbers.len()];
        Plan {
            text,
            sites: &sites,
            numbers: if looked_at { &none } else { &numbers },
            twins: if looked_at { &numbers } else { &none },
            released: &BTreeSet::new(),
            switch: "m",
        }
        .render()
    }

    #[test]
    fn a_constant_has_twins_and_each_use_a_switch() {
        let text = "fn f(a: u32) { const N: u32 = 2 * 3; g(N - a); }";
        let rendered = render(text, false);
        assert!(
            rendered.text.contains(
                "const N: u32 = 2 * 3; const N__COUNTERSIGN_2: u32 = 2 + 3; const N__COUNTERSIGN_3: u32 = 2 / 3; g("
            ),
            "{}",
            rendered.text
        );
        let hidden = render(
            "mod h { pub(super) const N: u32 = 7 - 3; } fn f() -> u32 { h::N }",
            false,
        )
        .text;
        let choice =
            "(match m::m(1, 2) { 0 => h::N, 1 => h::N__COUNTERSIGN_1, 2 => h::N__COUNTERSIGN_2, _ => h::N })";
        assert!(hidden.contains(choice), "{hidden}");
        let choice = "(match m::m(2, 2) { 0 => N, 1 => N__COUNTERSIGN_2, 2 => N__COUNTERSIGN_3, _ => N })";
        assert!(
            rendered.text.contains(&format!("{choice} - a")),
            "{}",
            rendered.text
        );
        let at = rendered.text.find("2 + 3").unwrap();
        let marked = rendered
            .marks
            .iter()
            .any(|(range, mark)| range.contains(&at) && *mark == Mark::Mutant(2));
        assert!(marked);
    }

    #[test]
    fn a_constant_that_cannot_be_switched_is_looked_at() {
        let rendered = render("pub const N: u32 = 2 * 3;", true);
        let expected = "pub const N: u32 = 2 * 3; pub const N__COUNTERSIGN_1: u32 = 2 + 3; pub const N__COUNTERSIGN_2: u32 = 2 / 3; \
                        const _: [(); (N__COUNTERSIGN_1 == N) as usize] = []; \
                        const _: [(); (N__COUNTERSIGN_2 == N) as usize] = []; \
                        const _: [(); (N__COUNTERSIGN_2 == N__COUNTERSIGN_1) as usize] = [];";
        assert_eq!(rendered.text, expected);
    }
}
