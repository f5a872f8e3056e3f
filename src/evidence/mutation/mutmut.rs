//! How do mutmut's results become mutants?
//!
//! mutmut 3 keeps one `mutants/<path>.meta` a source file: an exit code for every mutant, by a key that names module
//! and function and no line. Versions from 3.8 on put the mutated file and an index of its functions (`.spans`)
//! beside it; from these the place follows, counted from the head of the function. The summary
//! `mutmut-cicd-stats.json` has counts and no places at all.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Mutant, Parsed, Status,
    json::{self, Pairs},
};
use crate::limits;

/// The name of the format.
pub const FORMAT: &str = "mutmut";

/// What mutmut calls a fault: the reports do not say more.
const OPERATOR: &str = "mutmut";
/// Between class and method in a key.
const SEPARATOR: char = 'ǁ';

#[derive(Deserialize)]
struct Meta {
    exit_code_by_key: Pairs<Option<i64>>,
}

/// The files that stand beside a `.meta` file.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// The `.spans` file: where each generated function is in the mutated file.
    pub spans: &'a str,
    /// The mutated file.
    pub mutated: &'a str,
}

/// Reads a `.meta` file. `file` is its path as the caller named it: the source file's path follows from it.
///
/// # Errors
/// It does not have the shape of one, or a key is none of mutmut's; says which.
pub fn meta(file: &str, text: &str, beside: Option<Beside<'_>>) -> Result<Parsed, String> {
    let meta: Meta = json::read(text)?;
    let places = beside.and_then(Places::new);
    let mut parsed = Parsed::of(FORMAT);
    let mut unfinished = 0;
    for (key, exit_code) in meta.exit_code_by_key.0 {
        let status = status(exit_code);
        unfinished += usize::from(status == Status::Pending);
        parsed.mutants.push(mutant(file, &key, status, places.as_ref())?);
    }
    if unfinished > 0 {
        parsed.problems.push(format!(
            "the run was cut short: {unfinished} of {} mutants were not checked; run `mutmut run` again",
            parsed.mutants.len()
        ));
    }
    Ok(parsed)
}

/// What mutmut means by the exit code of a test run (`status_by_exit_code` of mutmut 3.8).
fn status(exit_code: Option<i64>) -> Status {
    match exit_code {
        Some(0) => Status::Survived,
        Some(1 | 3) => Status::Killed,
        Some(5 | 33) => Status::NoCoverage,
        Some(34) => Status::Ignored,
        Some(36 | -24 | 24 | 152 | 255) => Status::Timeout,
        // a type checker refused the mutant before any test ran
        Some(37) => Status::CompileError,
        // interrupted by the user, or not run yet
        Some(2) | None => Status::Pending,
        // "suspicious" and crashes: no test spoke
        Some(_) => Status::RuntimeError,
    }
}

fn mutant(file: &str, key: &str, status: Status, places: Option<&Places<'_>>) -> Result<Mutant, String> {
    let name = Name::of(key).ok_or_else(|| {
        format!(
            "`{}` is no key of mutmut: `module.x_function__mutmut_1`",
            crate::escape::line(key)
        )
    })?;
    let place = places.and_then(|places| places.of(&name));
    Ok(Mutant {
        file: source(file, name.module),
        line: None,
        last_line: None,
        column: None,
        id: None,
        anchor: None,
        below_function: place.as_ref().map(|place| place.below),
        original: place.as_ref().map(|place| place.original.clone()),
        replacement: place.map(|place| place.replacement),
        function: Some(name.function()),
        operator: OPERATOR.to_owned(),
        status,
        tests: Vec::new(),
    })
}

/// The source file: what follows `mutants/` in the path of the `.meta` file, else what the module says.
fn source(file: &str, module: &str) -> String {
    let source = file.strip_suffix(".meta").unwrap_or(file);
    match source.rsplit_once("mutants/") {
        Some((before, source)) if before.is_empty() || before.ends_with('/') => source.to_owned(),
        Some(_) | None => {
            let path = module.replace('.', "/");
            if source.ends_with("__init__.py") {
                format!("{path}/__init__.py")
            } else {
                format!("{path}.py")
            }
        }
    }
}

/// The parts of `module.x_function__mutmut_1` and `module.xǁClassǁmethod__mutmut_1`.
struct Name<'a> {
    module: &'a str,
    /// `x_function` or `xǁClassǁmethod`.
    mangled: &'a str,
    number: &'a str,
}

impl<'a> Name<'a> {
    fn of(key: &'a str) -> Option<Self> {
        let (whole, number) = key.rsplit_once("__mutmut_")?;
        let (module, mangled) = whole.rsplit_once('.')?;
        let known = mangled.starts_with("x_") || mangled.starts_with("xǁ");
        let counted = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        (known && counted).then_some(Self {
            module,
            mangled,
            number,
        })
    }

    fn function(&self) -> String {
        match self.mangled.strip_prefix("x_") {
            Some(function) => function.to_owned(),
            None => self
                .mangled
                .trim_start_matches('x')
                .trim_start_matches(SEPARATOR)
                .replace(SEPARATOR, "."),
        }
    }
}

#[derive(Deserialize)]
struct Spans {
    version: u32,
    spans: Pairs<(u32, u32)>,
}

/// Where a mutant differs from its original.
struct Place {
    below: u32,
    original: String,
    replacement: String,
}

/// The generated functions of a mutated file.
struct Places<'a> {
    lines: Vec<&'a str>,
    spans: BTreeMap<String, (u32, u32)>,
}

impl<'a> Places<'a> {
    /// `None` where the index is of another version or does not parse: then there are no places, as in mutmut itself.
    fn new(beside: Beside<'a>) -> Option<Self> {
        let index: Spans = json::read(beside.spans).ok()?;
        (index.version == 1).then(|| Self {
            lines: beside.mutated.lines().collect(),
            spans: index.spans.0.into_iter().collect(),
        })
    }

    fn of(&self, name: &Name<'_>) -> Option<Place> {
        let original = self.function(&format!("{}__mutmut_orig", name.mangled))?;
        let mutated = self.function(&format!("{}__mutmut_{}", name.mangled, name.number))?;
        // the first line differs anyway: it holds the generated name
        let mut pairs = original.iter().zip(mutated).enumerate().skip(1);
        let (below, (original, mutated)) = pairs.find(|(_, (original, mutated))| original != mutated)?;
        Some(Place {
            below: u32::try_from(below).ok()?,
            original: original.trim().to_owned(),
            replacement: mutated.trim().to_owned(),
        })
    }

    /// The lines of a generated function, from its `def` on.
    fn function(&self, name: &str) -> Option<&[&'a str]> {
        let (first, last) = self.spans.get(name)?;
        let first = usize::try_from(*first).ok()?.checked_sub(1)?;
        let lines = self.lines.get(first..usize::try_from(*last).ok()?)?;
        let head = lines
            .iter()
            .position(|line| line.contains(&format!("def {name}(")))?;
        lines.get(head..)
    }
}

#[derive(Deserialize)]
struct Stats {
    killed: usize,
    survived: usize,
    total: usize,
    no_tests: usize,
    skipped: usize,
    suspicious: usize,
    timeout: usize,
    check_was_interrupted_by_user: usize,
    segfault: usize,
}

/// Reads `mutmut-cicd-stats.json`: mutants without any place.
///
/// # Errors
/// It does not have the shape of one, counts too many mutants, or more than its total.
pub fn stats(text: &str) -> Result<Parsed, String> {
    let stats: Stats = json::read(text)?;
    let counts = [
        (stats.killed, Status::Killed),
        (stats.survived, Status::Survived),
        (stats.no_tests, Status::NoCoverage),
        (stats.skipped, Status::Ignored),
        (stats.suspicious, Status::RuntimeError),
        (stats.segfault, Status::RuntimeError),
        (stats.timeout, Status::Timeout),
        (stats.check_was_interrupted_by_user, Status::Pending),
    ];
    let counted = counts
        .iter()
        .fold(0usize, |sum, (count, _)| sum.saturating_add(*count));
    if stats.total > limits::MUTANTS || counted > stats.total {
        return Err(format!(
            "it counts {counted} mutants of {}; the limit is {}",
            stats.total,
            limits::MUTANTS
        ));
    }
    let mut parsed = Parsed::of(FORMAT);
    // "not checked" and "caught by type check" are in the total and nowhere else
    let unnamed = (stats.total - counted, Status::Pending);
    for (count, status) in counts.into_iter().chain([unnamed]) {
        parsed
            .mutants
            .extend(std::iter::repeat_n(Mutant::unplaced(OPERATOR, status), count));
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_functions_and_methods() {
        let function = |key| Name::of(key).map(|name| name.function());
        assert_eq!(
            function("shop.price.x_discount__mutmut_1").as_deref(),
            Some("discount")
        );
        assert_eq!(
            function("shop.price.xǁBasketǁ__init____mutmut_12").as_deref(),
            Some("Basket.__init__")
        );
        for bad in [
            "",
            "discount",
            "shop.price.discount__mutmut_1",
            "shop.x_a__mutmut_",
            "x_a__mutmut_1x",
        ] {
            assert_eq!(function(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_source_follows_from_the_path_or_from_the_module() {
        assert_eq!(
            source("mutants/src/shop/price.py.meta", "shop.price"),
            "src/shop/price.py"
        );
        assert_eq!(source("out/mutants/a.py.meta", "a"), "a.py");
        assert_eq!(source("reports/price.py.meta", "shop.price"), "shop/price.py");
        assert_eq!(source("reports/__init__.py.meta", "shop"), "shop/__init__.py");
    }

    #[test]
    fn exit_codes_mean_what_mutmut_means_by_them() {
        let table = [
            (Some(0), Status::Survived),
            (Some(1), Status::Killed),
            (Some(3), Status::Killed),
            (Some(33), Status::NoCoverage),
            (Some(34), Status::Ignored),
            (Some(35), Status::RuntimeError),
            (Some(36), Status::Timeout),
            (Some(-24), Status::Timeout),
            (Some(152), Status::Timeout),
            (Some(-11), Status::RuntimeError),
            (Some(139), Status::RuntimeError),
            (Some(37), Status::CompileError),
            (Some(2), Status::Pending),
            (None, Status::Pending),
        ];
        for (code, wanted) in table {
            assert_eq!(status(code), wanted, "{code:?}");
        }
    }

    #[test]
    fn counts_without_places_stay_without_places() {
        let text = r#"{"killed": 6, "survived": 7, "total": 18, "no_tests": 4, "skipped": 0, "suspicious": 0,
            "timeout": 0, "check_was_interrupted_by_user": 0, "segfault": 0}"#;
        let parsed = stats(text).unwrap();
        assert_eq!(parsed.mutants.len(), 18);
        assert!(parsed.mutants.iter().all(|mutant| mutant.file.is_empty()));
        assert!(stats(&text.replace("18", "16")).is_err());
        assert!(stats(&text.replace("18", "18000000")).is_err());
    }
}
