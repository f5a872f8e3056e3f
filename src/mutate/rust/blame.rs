//! Which mutants does a message of the compiler blame?

use std::{collections::BTreeSet, ops::Range, path::Path};

use super::{
    messages::{Message, Spot},
    render::Mark,
    schema::{Fate, File, Schema},
    sites::Shape,
};

/// The name of the function that a message says is not `const`.
pub(super) fn callee(message: &str) -> Option<String> {
    let quoted = message.split('`').nth(1)?;
    let plain = quoted.split('<').next().unwrap_or(quoted);
    // `Vec::<T>::len`: what stands between angle brackets is no part of the name
    let path = if quoted.contains('>') {
        quoted
            .rsplit('>')
            .next()
            .filter(|rest| !rest.is_empty())
            .unwrap_or(plain)
    } else {
        plain
    };
    let name = path.trim_end_matches("()").rsplit("::").next()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The byte after the part of a tuple, or of the arguments of a call, that goes on at a place.
fn part(value: &str, at: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (place, letter) in value.get(at..)?.char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth <= 0 => return Some(at + place),
            _ => {}
        }
    }
    Some(value.len())
}

/// Errors that the switch itself can bring about: lifetimes, moves and inference.
fn blames_the_switch(code: &str) -> bool {
    const CODES: &[&str] = &[
        "E0282", "E0283", "E0284", "E0373", "E0381", "E0382", "E0499", "E0502", "E0503", "E0505", "E0506",
        "E0515", "E0521", "E0597", "E0716",
    ];
    CODES.contains(&code)
}

impl Schema {
    /// Sets mutants aside that the messages of a build blame; whether there were any. `root` is the folder that the
    /// paths of the messages begin at.
    pub(super) fn blame(&mut self, messages: &[Message], root: &Path) -> bool {
        let mut is_new = false;
        for message in messages {
            is_new |= if message.code() == "E0015" {
                self.blame_constant(message, root)
            } else {
                self.blame_text(message, root)
            };
        }
        is_new
    }

    /// Sets aside every mutant of the files that the messages name.
    pub(super) fn blame_files(&mut self, messages: &[Message], root: &Path) -> bool {
        let named: BTreeSet<usize> = messages
            .iter()
            .flat_map(Message::spots)
            .filter_map(|spot| self.file_at(spot, root))
            .collect();
        let mut is_new = false;
        for index in named {
            let numbers = self.files.get(index).map(File::numbers).unwrap_or_default();
            for number in numbers {
                is_new |= self.condemn(
                    number,
                    Fate::Alone("its file does not build with switches".to_owned()),
                );
            }
        }
        is_new
    }

    fn file_at(&self, spot: &Spot, root: &Path) -> Option<usize> {
        let place = root.join(&spot.file_name);
        self.files.iter().position(|file| file.place == place)
    }

    fn blame_text(&mut self, message: &Message, root: &Path) -> bool {
        if let Some((number, fate)) = self.same(message, root) {
            // what else is said there, is said because a value cannot be computed
            return message.code() == "E0308" && self.condemn(number, fate);
        }
        let blamed = self.blame_mutant(message, root);
        blamed.unwrap_or_else(|| self.blame_site(message, root))
    }

    /// The mutant that a message shows to have the value of the original or of another mutant.
    fn same(&self, message: &Message, root: &Path) -> Option<(u32, Fate)> {
        message.primary().into_iter().find_map(|spot| {
            let file = self.files.get(self.file_at(spot, root)?)?;
            let marks = file.rendered.marks.iter();
            let mut around =
                marks.filter(|(range, _)| range.start <= spot.byte_start && spot.byte_end <= range.end);
            around.find_map(|(_, mark)| match mark {
                Mark::Same(number) => Some((*number, Fate::Same)),
                Mark::Like(number, other) => Some((*number, Fate::As(*other))),
                Mark::Mutant(_) | Mark::Site(_) => None,
            })
        })
    }

    /// Whether a mutant is set aside that was not before; `None` where the message names none. The same message comes
    /// once for each crate that a file belongs to.
    fn blame_mutant(&mut self, message: &Message, root: &Path) -> Option<bool> {
        let named = |spots: Vec<&Spot>| {
            let numbers: BTreeSet<u32> = spots
                .iter()
                .filter_map(|spot| {
                    let file = self.files.get(self.file_at(spot, root)?)?;
                    file.mutant_at(spot.byte_start..spot.byte_end)
                })
                .collect();
            numbers
        };
        let mut numbers = named(message.primary());
        let is_about = !numbers.is_empty();
        if numbers.is_empty() {
            numbers = named(message.spots());
        }
        let says = format!("{} {}", message.code(), message.message)
            .trim()
            .to_owned();
        let (mut is_new, mut is_blamed) = (false, false);
        for number in numbers {
            // a switch may shorten the life of a value, or leave the compiler without a type: the fault is not to blame
            let may_be_the_switch = match self.shape(number) {
                Some(Shape::Value { .. }) => false,
                Some(Shape::Unnamed { .. }) => !is_about,
                Some(Shape::Node | Shape::Guard | Shape::Arm { .. }) | None => {
                    blames_the_switch(message.code())
                }
            };
            is_blamed = true;
            if may_be_the_switch {
                is_new |= self.condemn(number, Fate::Alone(says.clone()));
                continue;
            }
            for other in self.likewise(number, message, root) {
                is_new |= self.condemn(other, Fate::Unviable(says.clone()));
            }
            is_new |= self.condemn(number, Fate::Unviable(says.clone()));
        }
        is_blamed.then_some(is_new)
    }

    /// Values of the same function that begin with the same part for which the compiler finds no type: of one function
    /// it says so once in each build.
    fn likewise(&self, number: u32, message: &Message, root: &Path) -> Vec<u32> {
        if !["E0282", "E0283", "E0284"].contains(&message.code()) {
            return Vec::new();
        }
        let alike = message.primary().into_iter().find_map(|spot| {
            let file = self.files.get(self.file_at(spot, root)?)?;
            let (fault, site) = file.site_of(number)?;
            let value = &file
                .sites
                .faults
                .get(fault)
                .filter(|fault| fault.value)?
                .replacement;
            let marks = &mut file.rendered.marks.iter();
            let (range, _) = marks.find(|(_, mark)| *mark == Mark::Mutant(number))?;
            let began = range.start + file.rendered.text.get(range.clone())?.find(value.as_str())?;
            let part = value.get(..part(value, spot.byte_end.checked_sub(began)?)?)?;
            let begins = |fault: &&usize| {
                let fault = file.sites.faults.get(**fault);
                fault.is_some_and(|fault| fault.value && fault.replacement.starts_with(part))
            };
            let others = site.faults.iter().filter(begins);
            Some(
                others
                    .filter_map(|fault| *file.asked.get(*fault)?)
                    .collect::<Vec<u32>>(),
            )
        });
        alike.unwrap_or_default()
    }

    /// How a mutant is switched. One that leaves a function with a value is to blame for what is said of it.
    fn shape(&self, number: u32) -> Option<Shape> {
        let mut files = self.files.iter();
        files.find_map(|file| Some(file.site_of(number)?.1.shape))
    }

    /// The original does not compile behind a switch: its faults need builds of their own.
    fn blame_site(&mut self, message: &Message, root: &Path) -> bool {
        let mut condemned = BTreeSet::new();
        for spots in [message.primary(), message.spots()] {
            for spot in spots {
                let Some(file) = self.file_at(spot, root).and_then(|index| self.files.get(index)) else {
                    continue;
                };
                condemned.extend(file.around(spot.byte_start..spot.byte_end, &self.fates));
            }
            if !condemned.is_empty() {
                break;
            }
        }
        let says = format!("{} {}", message.code(), message.message)
            .trim()
            .to_owned();
        let mut is_new = false;
        for number in condemned {
            is_new |= self.condemn(number, Fate::Alone(says.clone()));
        }
        is_new
    }

    /// A function that is no longer `const` is called where only a `const` one can be.
    fn blame_constant(&mut self, message: &Message, root: &Path) -> bool {
        for spot in message.primary() {
            let Some(index) = self.file_at(spot, root) else {
                continue;
            };
            let Some(file) = self.files.get_mut(index) else {
                continue;
            };
            let around = file
                .rendered
                .origin(spot.byte_start)
                .or_else(|| file.rendered.marks.is_empty().then_some(spot.byte_start))
                .and_then(|at| file.function_at(at));
            if let Some(function) = around
                && file.is_constant(function)
                && !file.kept.contains(&function)
                && !file.released.contains(&function)
            {
                file.released.insert(function);
                return true;
            }
        }
        let named = std::iter::once(message.message.as_str()).chain(message.notes());
        let names: BTreeSet<String> = named
            .filter(|text| text.contains("non-const"))
            .filter_map(callee)
            .collect();
        self.keep(&names) || self.blame_text(message, root)
    }
}

impl File {
    /// The innermost function around a byte of the original.
    fn function_at(&self, at: usize) -> Option<usize> {
        let around = self
            .sites
            .functions
            .iter()
            .enumerate()
            .filter(|(_, function)| function.span.contains(&at));
        around
            .min_by_key(|(_, function)| function.span.len())
            .map(|(index, _)| index)
    }

    /// The mutant in whose text a place lies.
    fn mutant_at(&self, place: Range<usize>) -> Option<u32> {
        self.rendered.marks.iter().find_map(|(range, mark)| match mark {
            Mark::Mutant(number) if range.start <= place.start && place.end <= range.end => Some(*number),
            Mark::Mutant(_) | Mark::Site(_) | Mark::Same(_) | Mark::Like(..) => None,
        })
    }

    /// The live mutants of the innermost site around a place, else of those inside it, else of its function.
    fn around(&self, place: Range<usize>, fates: &[Fate]) -> Vec<u32> {
        let numbers = self.live(fates);
        let live = |site: &usize| -> Vec<u32> {
            let own = self.sites.sites.get(*site);
            let constant = own.and_then(|site| site.constant);
            let all = self.sites.sites.iter();
            // one switch stands for all that is in a constant
            let beside = all.filter(|site| constant.is_some() && site.constant == constant);
            own.into_iter()
                .chain(beside)
                .flat_map(|site| &site.faults)
                .filter_map(|fault| numbers.get(*fault).copied().flatten())
                .collect()
        };
        let sites = || {
            self.rendered.marks.iter().filter_map(|(range, mark)| match mark {
                Mark::Site(site) => Some((range, site)),
                Mark::Mutant(_) | Mark::Same(_) | Mark::Like(..) => None,
            })
        };
        let outer = sites().filter(|(range, _)| range.start <= place.start && place.end <= range.end);
        if let Some((_, site)) = outer.min_by_key(|(range, _)| range.len()) {
            return live(site);
        }
        let inner = sites().filter(|(range, _)| place.start <= range.start && range.end <= place.end);
        let inner: Vec<u32> = inner.flat_map(|(_, site)| live(site)).collect();
        if !inner.is_empty() {
            return inner;
        }
        let Some(function) = self
            .rendered
            .origin(place.start)
            .and_then(|at| self.function_at(at))
        else {
            return Vec::new();
        };
        let own = self
            .sites
            .sites
            .iter()
            .enumerate()
            .filter(|(_, site)| site.function == Some(function));
        own.flat_map(|(index, _)| live(&index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_value_ends_at_its_comma() {
        let value = "(A::from(B::new(1, 2)), 0)";
        let first = "(A::from(B::new(1, 2))".len();
        assert_eq!(part(value, "(A::from".len()), Some(first));
        assert_eq!(part(value, "(A::from(B::new".len()), Some(first));
        assert_eq!(part("A::from(1)", 7), Some(10));
        assert_eq!(part("A", 9), None);
    }

    #[test]
    fn the_name_of_a_function_is_found_in_what_the_compiler_says() {
        for (message, expected) in [
            (
                "cannot call non-const function `fee::price` in constants",
                "price",
            ),
            (
                "cannot call non-const associated function `Price::new` in statics",
                "new",
            ),
            (
                "cannot call non-const method `Wrap::<T>::len` in constant functions",
                "len",
            ),
            (
                "cannot call non-const associated function `SmallVec::<[u8; 4]>::from_const` in constants",
                "from_const",
            ),
        ] {
            assert_eq!(callee(message).as_deref(), Some(expected), "{message}");
        }
    }
}
