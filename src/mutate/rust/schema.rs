//! Which faults of a workspace can live together in one build, and what became of the others?

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use super::{
    compile,
    render::{self, Plan, Rendered},
    sites::{Shape, Site, Sites},
};
use crate::{error::Error, path::RepoPath};

/// What is known about a mutant before a test runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is in the build.
    Live,
    /// The compiler refuses it: what it says.
    Unviable(String),
    /// The compiler computes it: what it makes of it is seen in the same build. If that tells nothing, it needs one of its
    /// own: why.
    Twin(String),
    /// It is a constant of the same value.
    Same,
    /// It is a constant of the same value as with another mutant, which tells what becomes of both.
    As(u32),
    /// It needs a build of its own, because no switch can stand there.
    Alone(String),
    /// It cannot be measured here.
    Not(String),
}

/// A file with faults.
pub(super) struct File {
    /// Its path in the repository.
    pub(super) path: RepoPath,
    /// Where it is in the copy.
    pub(super) place: PathBuf,
    /// Its text without faults.
    pub(super) text: String,
    /// What it has.
    pub(super) sites: Sites,
    /// For each fault the number of its mutant, if that was asked for.
    pub(super) asked: Vec<Option<u32>>,
    /// How paths to the switch begin in its edition.
    pub(super) switch: &'static str,
    /// Functions that are not `const` in the build.
    pub(super) released: BTreeSet<usize>,
    /// Functions that something needs to be `const`.
    pub(super) kept: BTreeSet<usize>,
    /// What was made of it.
    pub(super) rendered: Rendered,
    /// What stands in the copy now.
    written: Option<String>,
}

impl File {
    pub(super) fn new(
        path: RepoPath,
        place: PathBuf,
        text: String,
        sites: Sites,
        switch: &'static str,
    ) -> Self {
        Self {
            asked: vec![None; sites.faults.len()],
            path,
            place,
            text,
            sites,
            switch,
            released: BTreeSet::new(),
            kept: BTreeSet::new(),
            rendered: Rendered::default(),
            written: None,
        }
    }

    /// Writes a text to its place, if it does not stand there.
    fn put(&mut self, text: String) -> Result<(), Error> {
        if self.written.as_ref() != Some(&text) {
            compile::write(&self.place, text.as_bytes())?;
            self.written = Some(text);
        }
        Ok(())
    }
}

/// All files with faults and what became of each mutant; its number, counted from 1, is its place.
pub(super) struct Schema {
    pub(super) files: Vec<File>,
    pub(super) fates: Vec<Fate>,
}

impl Schema {
    /// The fate of a mutant.
    pub(super) fn fate(&self, number: u32) -> Option<&Fate> {
        self.fates.get((number as usize).checked_sub(1)?)
    }

    /// The mutant that tells what becomes of one: itself, unless a constant has the same value with another.
    pub(super) fn told_by(&self, number: u32) -> u32 {
        let mut told = number;
        // each names one before it
        while let Some(Fate::As(other)) = self.fate(told) {
            told = *other;
        }
        told
    }

    pub(super) fn condemn(&mut self, number: u32, fate: Fate) -> bool {
        let place = (number as usize).checked_sub(1);
        let Some(own) = place.and_then(|place| self.fates.get_mut(place)) else {
            return false;
        };
        let is_new = matches!(own, Fate::Live | Fate::Twin(_));
        if is_new {
            *own = fate;
        }
        is_new
    }

    /// Says that a mutant cannot be measured, whatever else is known of it.
    pub(super) fn leave_out(&mut self, number: u32, fate: Fate) {
        let place = (number as usize).checked_sub(1);
        if let Some(own) = place.and_then(|place| self.fates.get_mut(place)) {
            *own = fate;
        }
    }

    /// Mutants that are in the build.
    pub(super) fn live(&self) -> Vec<u32> {
        let numbered = (1_u32..).zip(&self.fates);
        numbered
            .filter(|(_, fate)| **fate == Fate::Live)
            .map(|(number, _)| number)
            .collect()
    }

    /// Sets aside what no switch can stand for.
    pub(super) fn set_aside(&mut self) {
        for (number, fate) in self.files.iter().flat_map(File::not_constant).collect::<Vec<_>>() {
            self.condemn(number, fate);
        }
        let aside: Vec<(u32, Fate)> = self.files.iter().flat_map(File::unswitched).collect();
        for (number, fate) in aside {
            self.condemn(number, fate);
        }
    }

    /// Puts the live mutants into the copy.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(super) fn write(&mut self) -> Result<(), Error> {
        let fates = &self.fates;
        for file in &mut self.files {
            let numbers = file.live(fates);
            let twins = file.with_fate(fates, |fate| matches!(fate, Fate::Twin(_)));
            let sites = file.sites.sites.iter();
            let holders = sites.filter(|site| {
                site.faults
                    .iter()
                    .any(|fault| matches!(numbers.get(*fault), Some(Some(_))))
            });
            let constant = holders.filter_map(|site| site.function).filter(|index| {
                file.sites
                    .functions
                    .get(*index)
                    .is_some_and(|one| one.constant.is_some())
            });
            let constant: BTreeSet<usize> = constant.collect();
            file.released.extend(constant);
            file.rendered = Plan {
                text: &file.text,
                sites: &file.sites,
                numbers: &numbers,
                twins: &twins,
                released: &file.released,
                switch: file.switch,
            }
            .render();
            let is_changed = numbers.iter().chain(&twins).any(Option::is_some);
            let text = if is_changed || !file.released.is_empty() {
                file.rendered.text.clone()
            } else {
                file.rendered = Rendered::default();
                file.text.clone()
            };
            file.put(text)?;
        }
        Ok(())
    }

    /// Puts the original text of a file into the copy, with one fault in it if that is asked for.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn write_alone(&mut self, index: usize, fault: Option<usize>) -> Result<(), Error> {
        let Some(file) = self.files.get_mut(index) else {
            return Ok(());
        };
        let text = match fault.and_then(|fault| file.sites.faults.get(fault)) {
            None => file.text.clone(),
            Some(fault) => {
                let place = fault.span.start as usize..fault.span.end as usize;
                let before = file.text.get(..place.start).unwrap_or_default();
                let after = file.text.get(place.end..).unwrap_or_default();
                format!("{before}{}{after}", fault.replacement)
            }
        };
        file.put(text)
    }

    /// Makes functions `const` again; their mutants need builds of their own.
    pub(super) fn keep(&mut self, names: &BTreeSet<String>) -> bool {
        let mut condemned = Vec::new();
        let mut is_new = false;
        for file in &mut self.files {
            let named = file
                .sites
                .functions
                .iter()
                .enumerate()
                .filter(|(index, function)| names.contains(&function.name) && file.released.contains(index));
            let named: Vec<usize> = named.map(|(index, _)| index).collect();
            if named.is_empty() {
                continue;
            }
            is_new = true;
            file.kept.extend(&named);
            // what was released because it calls one of these may be `const` again; the compiler will say
            file.released.clear();
            for (place, site) in file.sites.sites.iter().enumerate() {
                if site.function.is_some_and(|function| named.contains(&function)) {
                    condemned.extend(file.numbers_at(place));
                }
            }
        }
        for number in condemned {
            self.condemn(
                number,
                Fate::Alone("something needs its function to be `const`".to_owned()),
            );
        }
        is_new
    }

    /// The file, the fault and the site of each mutant, by its number.
    pub(super) fn placed(&self) -> BTreeMap<u32, (usize, usize)> {
        let mut found = BTreeMap::new();
        for (index, file) in self.files.iter().enumerate() {
            for (fault, number) in file.asked.iter().enumerate() {
                found.extend(number.map(|number| (number, (index, fault))));
            }
        }
        found
    }

    /// The live mutants of each place, by the number under which it is recorded.
    pub(super) fn recorded(&self) -> BTreeMap<u32, Vec<u32>> {
        let mut found = BTreeMap::new();
        for file in &self.files {
            let numbers = file.live(&self.fates);
            let mut constants: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
            for site in &file.sites.sites {
                let live = site
                    .faults
                    .iter()
                    .filter_map(|fault| numbers.get(*fault).copied().flatten());
                let live: Vec<u32> = live.collect();
                match (site.constant, live.first()) {
                    // one switch stands for all that is in a constant
                    (Some(constant), _) => constants.entry(constant).or_default().extend(live),
                    (None, Some(first)) => {
                        found.insert(*first, live);
                    }
                    (None, None) => {}
                }
            }
            let constants = constants.into_values();
            found.extend(constants.filter_map(|all| Some((*all.iter().min()?, all))));
        }
        found
    }
}

/// What becomes of a value in a `const` function; `None` where it is surely computed by the compiler.
fn in_constant(value: &str) -> Option<Fate> {
    const METHODS_OF_TRAITS: &[&str] = &[
        "Default::default()",
        "from_iter(",
        ".into()",
        ".to_owned()",
        ".try_into()",
        "Box::leak(",
        "Vec::leak(",
        "::std::iter::",
    ];
    if METHODS_OF_TRAITS.iter().any(|method| value.contains(method)) {
        return Some(Fate::Unviable(
            "E0015 a `const` function cannot compute it".to_owned(),
        ));
    }
    let calls = ["::new(", "::from(", "vec!["]
        .iter()
        .any(|call| value.contains(call));
    calls.then(|| Fate::Alone("the value may be none for a `const` function".to_owned()))
}

impl File {
    /// The fault of a mutant, by its place among those of the file, and where it is.
    pub(super) fn site_of(&self, number: u32) -> Option<(usize, &Site)> {
        let fault = self.asked.iter().position(|asked| *asked == Some(number))?;
        let mut sites = self.sites.sites.iter();
        Some((fault, sites.find(|site| site.faults.contains(&fault))?))
    }

    pub(super) fn live(&self, fates: &[Fate]) -> Vec<Option<u32>> {
        self.with_fate(fates, |fate| *fate == Fate::Live)
    }

    /// For each fault the number of its mutant, if its fate is such.
    fn with_fate(&self, fates: &[Fate], is_such: impl Fn(&Fate) -> bool) -> Vec<Option<u32>> {
        let is_such = |number: &u32| {
            let fate = fates.get((*number as usize).saturating_sub(1));
            fate.is_some_and(&is_such)
        };
        self.asked.iter().map(|number| number.filter(is_such)).collect()
    }

    /// What no switch can stand for, and why.
    fn unswitched(&self) -> Vec<(u32, Fate)> {
        let mut found = Vec::new();
        for site in render::too_large(&self.sites) {
            let why = "the expression is too large for a switch";
            found.extend(
                self.numbers_at(site)
                    .map(|number| (number, Fate::Alone(why.to_owned()))),
            );
        }
        for (place, site) in self.sites.sites.iter().enumerate() {
            let Some(why) = site.obstacle else { continue };
            let fate = if site.constant.is_some() {
                Fate::Twin
            } else {
                Fate::Alone
            };
            found.extend(
                self.numbers_at(place)
                    .map(|number| (number, fate(why.to_owned()))),
            );
        }
        found
    }

    pub(super) fn numbers(&self) -> Vec<u32> {
        self.asked.iter().flatten().copied().collect()
    }

    fn numbers_at(&self, site: usize) -> impl Iterator<Item = u32> {
        let faults = self.sites.sites.get(site).map(|site| site.faults.clone());
        let asked = |fault: usize| self.asked.get(fault).copied().flatten();
        faults.into_iter().flatten().filter_map(asked)
    }

    /// Values that a `const` function cannot compute. Behind a switch it is not `const`, and they would compile.
    fn not_constant(&self) -> Vec<(u32, Fate)> {
        let mut found = Vec::new();
        for site in &self.sites.sites {
            let constant = site.function.is_some_and(|function| self.is_constant(function));
            if !constant || !matches!(site.shape, Shape::Value { .. } | Shape::Unnamed { .. }) {
                continue;
            }
            for fault in &site.faults {
                let number = self.asked.get(*fault).copied().flatten();
                let value = self
                    .sites
                    .faults
                    .get(*fault)
                    .map(|fault| fault.replacement.as_str());
                if let (Some(number), Some(fate)) = (number, value.and_then(in_constant)) {
                    found.push((number, fate));
                }
            }
        }
        found
    }

    pub(super) fn is_constant(&self, function: usize) -> bool {
        let function = self.sites.functions.get(function);
        function.is_some_and(|one| one.constant.is_some())
    }
}
