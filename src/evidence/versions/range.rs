//! Which versions does a range allow? In the grammars of npm, of PEP 440, and of plain least versions.

use super::Version;

/// Some versions: those that meet every bound of at least one of the alternatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    alternatives: Vec<Vec<Bound>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    AtLeast([u64; 3]),
    Above([u64; 3]),
    AtMost([u64; 3]),
    Below([u64; 3]),
    /// Not from the first up to the second.
    Outside([u64; 3], [u64; 3]),
}

impl Bound {
    fn allows(self, version: [u64; 3]) -> bool {
        match self {
            Self::AtLeast(bound) => version >= bound,
            Self::Above(bound) => version > bound,
            Self::AtMost(bound) => version <= bound,
            Self::Below(bound) => version < bound,
            Self::Outside(first, end) => version < first || version >= end,
        }
    }
}

impl Range {
    /// Whether a version lies in it.
    pub fn allows(&self, version: Version) -> bool {
        let mut alternatives = self.alternatives.iter();
        alternatives.any(|bounds| bounds.iter().all(|bound| bound.allows(version.0)))
    }

    /// A version and everything after it: `1.80`.
    pub fn at_least(text: &str) -> Option<Self> {
        Self::one(vec![Bound::AtLeast(filled(&numbers(text.trim())?))])
    }

    /// Every version that begins so: `3.12`, `v20`.
    pub fn exactly(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::one(begins(&numbers(text.strip_prefix('v').unwrap_or(text))?))
    }

    /// `>=18 <21 || ^22.1`, as npm and poetry write it.
    pub fn npm(text: &str) -> Option<Self> {
        let alternatives = text.split("||").map(npm_bounds);
        Some(Self {
            alternatives: alternatives.collect::<Option<_>>()?,
        })
    }

    /// `>=3.9,<4,!=3.10.*`, as PEP 440 writes it.
    pub fn pep440(text: &str) -> Option<Self> {
        let clauses = text.split(',').map(str::trim).filter(|clause| !clause.is_empty());
        let bounds: Option<Vec<Vec<Bound>>> = clauses.map(pep440_bounds).collect();
        Self::one(bounds?.concat())
    }

    fn one(bounds: Vec<Bound>) -> Option<Self> {
        Some(Self {
            alternatives: vec![bounds],
        })
    }
}

/// The numbers of `1.2.3`; `None` for anything else.
pub(super) fn numbers(text: &str) -> Option<Vec<u64>> {
    let part = |part: &str| {
        let digits = !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| digits)
    };
    let parts: Option<Vec<u64>> = text.split('.').map(part).collect();
    parts.filter(|parts| parts.len() <= 4)
}

/// With zeros for what is not given.
pub(super) fn filled(parts: &[u64]) -> [u64; 3] {
    let part = |place: usize| parts.get(place).copied().unwrap_or_default();
    [part(0), part(1), part(2)]
}

/// The first version that does not begin with the first `kept` of these numbers.
fn after(parts: &[u64], kept: usize) -> [u64; 3] {
    let kept = kept.clamp(1, 3);
    let mut next = filled(parts);
    for (place, number) in next.iter_mut().enumerate() {
        if place + 1 == kept {
            *number += 1;
        } else if place + 1 > kept {
            *number = 0;
        }
    }
    next
}

fn begins(parts: &[u64]) -> Vec<Bound> {
    if parts.is_empty() {
        return Vec::new();
    }
    vec![
        Bound::AtLeast(filled(parts)),
        Bound::Below(after(parts, parts.len())),
    ]
}

fn npm_bounds(text: &str) -> Option<Vec<Bound>> {
    if let Some((low, high)) = text.split_once(" - ") {
        let (low, high) = (partial(low)?, partial(high)?);
        return Some(vec![
            Bound::AtLeast(filled(&low)),
            Bound::Below(after(&high, high.len())),
        ]);
    }
    let mut bounds = Vec::new();
    // a space may stand between an operator and its version
    let mut operator = String::new();
    for word in text.split([' ', '\t', ',']).filter(|word| !word.is_empty()) {
        let digits = word
            .find(|c| !matches!(c, '<' | '>' | '=' | '^' | '~'))
            .unwrap_or(word.len());
        let (signs, version) = word.split_at_checked(digits)?;
        operator.push_str(signs);
        if !version.is_empty() {
            bounds.extend(npm_bound(&std::mem::take(&mut operator), &partial(version)?)?);
        }
    }
    operator.is_empty().then_some(bounds)
}

/// The numbers that an npm version gives: fewer than three, or `x`, leave the rest open.
fn partial(text: &str) -> Option<Vec<u64>> {
    let text = text.trim();
    let text = text.strip_prefix('v').unwrap_or(text);
    // `-0` asks for the versions before the release too, of which none is kept apart
    let text = text.strip_suffix("-0").unwrap_or(text);
    let given: Vec<&str> = text
        .split('.')
        .take_while(|part| !matches!(*part, "x" | "X" | "*"))
        .collect();
    match given.as_slice() {
        [] => Some(Vec::new()),
        given => numbers(&given.join(".")),
    }
}

fn npm_bound(operator: &str, version: &[u64]) -> Option<Vec<Bound>> {
    let (low, end) = (filled(version), after(version, version.len()));
    if version.is_empty() {
        return matches!(operator, "" | "=" | ">=" | "<=" | "^" | "~").then(Vec::new);
    }
    Some(match operator {
        "" | "=" | "==" => begins(version),
        ">=" => vec![Bound::AtLeast(low)],
        ">" => vec![Bound::AtLeast(end)],
        "<" => vec![Bound::Below(low)],
        "<=" => vec![Bound::Below(end)],
        "~" | "~>" => vec![
            Bound::AtLeast(low),
            Bound::Below(after(version, version.len().min(2))),
        ],
        "^" => {
            let zeros = version.iter().take_while(|number| **number == 0).count();
            let kept = (zeros + 1).min(version.len());
            vec![Bound::AtLeast(low), Bound::Below(after(version, kept))]
        }
        _ => return None,
    })
}

fn pep440_bounds(clause: &str) -> Option<Vec<Bound>> {
    let operator = clause.find(|c| !matches!(c, '<' | '>' | '=' | '!' | '~'))?;
    let (operator, version) = clause.split_at_checked(operator)?;
    let version = version.trim();
    let version = numbers(version.strip_suffix(".*").unwrap_or(version))?;
    let (low, end) = (filled(&version), after(&version, version.len()));
    Some(match operator {
        ">=" => vec![Bound::AtLeast(low)],
        ">" => vec![Bound::Above(low)],
        "<" => vec![Bound::Below(low)],
        // strictly 3.12.1 lies above 3.12, and nobody who writes `<=3.12` means that
        "<=" if version.len() < 3 => vec![Bound::Below(end)],
        "<=" => vec![Bound::AtMost(low)],
        "==" => begins(&version),
        "!=" => vec![Bound::Outside(low, end)],
        "~=" if version.len() >= 2 => vec![
            Bound::AtLeast(low),
            Bound::Below(after(&version, version.len() - 1)),
        ],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(read: fn(&str) -> Option<Range>, table: &[(&str, &[&str], &[&str])]) {
        for (text, inside, outside) in table {
            let range = read(text).unwrap_or_else(|| panic!("`{text}` is a range"));
            let allows = |version: &&str| range.allows(Version(filled(&numbers(version).unwrap())));
            assert!(inside.iter().all(&allows), "{text}: {inside:?}");
            assert!(!outside.iter().any(&allows), "{text}: {outside:?}");
        }
    }

    #[test]
    fn npm_ranges_are_read_as_npm_reads_them() {
        let table: &[(&str, &[&str], &[&str])] = &[
            (">=18", &["18.0.0", "22.1.0"], &["16.20.2"]),
            (">= 18.17.0 < 21", &["18.17.0", "20.9.9"], &["18.16.9", "21.0.0"]),
            (
                "^18 || ^20.3 || >=22",
                &["18.9.0", "20.3.0", "23.0.0"],
                &["19.0.0", "20.2.9", "21.0.0"],
            ),
            ("20.x", &["20.0.0", "20.99.1"], &["19.9.9", "21.0.0"]),
            ("18", &["18.4.0"], &["19.0.0"]),
            ("~18.2", &["18.2.7"], &["18.3.0"]),
            ("16 - 18", &["16.0.0", "18.20.0"], &["19.0.0"]),
            ("*", &["1.0.0"], &[]),
            ("", &["1.0.0"], &[]),
            (">18", &["19.0.0"], &["18.20.0"]),
            ("^0.2.3", &["0.2.9"], &["0.3.0"]),
            ("^0.0.3", &["0.0.3"], &["0.0.4"]),
            ("v20.1.0", &["20.1.0"], &["20.1.1"]),
            ("<=18", &["18.99.0"], &["19.0.0"]),
            (">=3.9,<4.0", &["3.12.0"], &["4.0.0"]),
        ];
        check(Range::npm, table);
        for text in [
            "lts/*",
            ">=18-beta",
            "latest",
            ">=",
            "1.2.3.4.5",
            "!18",
            ">=99999999999999999999",
        ] {
            assert_eq!(Range::npm(text), None, "{text}");
        }
    }

    #[test]
    fn python_ranges_are_read_as_pep_440_says() {
        let table: &[(&str, &[&str], &[&str])] = &[
            (">=3.9", &["3.9.0", "3.13.1"], &["3.8.18"]),
            (">=3.9,<4,!=3.10.*", &["3.9.1", "3.11.0"], &["3.10.4", "4.0.0"]),
            ("~=3.9", &["3.12.0"], &["4.0.0", "3.8.0"]),
            ("~=3.9.2", &["3.9.9"], &["3.10.0"]),
            ("==3.11.*", &["3.11.7"], &["3.12.0"]),
            ("<=3.12", &["3.12.7"], &["3.13.0"]),
            ("<=3.12.1", &["3.12.1"], &["3.12.2"]),
            (">3.8", &["3.8.1", "3.9.0"], &["3.8.0"]),
        ];
        check(Range::pep440, table);
        for text in ["3.9", "===3.9", ">=3.9rc1", "~=3", ">="] {
            assert_eq!(Range::pep440(text), None, "{text}");
        }
    }

    #[test]
    fn a_pin_means_everything_that_begins_so() {
        check(
            Range::exactly,
            &[
                ("3.12", &["3.12.9"], &["3.13.0"]),
                ("v20", &["20.9.0"], &["21.0.0"]),
            ],
        );
        check(Range::at_least, &[("1.80", &["1.80.0", "2.0.0"], &["1.79.9"])]);
        assert_eq!(Range::exactly("lts/iron"), None);
        assert_eq!(Range::at_least("stable"), None);
    }
}
