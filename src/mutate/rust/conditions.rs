//! Under which conditions is a piece of code compiled, and do they hold for one run of the compiler?
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enumerations of the syntax tree are open: what is not known may hold"
)]

use std::collections::BTreeSet;

use syn::{Attribute, Expr, Lit, Meta, Token, punctuated::Punctuated};

/// A predicate of `#[cfg(…)]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// `unix`, or `feature = "serde"`, as `rustc --print cfg` writes it.
    Set(String),
    /// All of these.
    All(Vec<Condition>),
    /// One of these.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// A form that is not known here; taken to hold, so that code is never taken for absent by mistake.
    Unknown,
}

/// What one run of the compiler has set, one line of `rustc --print cfg` each.
pub(super) type Settings = BTreeSet<String>;

impl Condition {
    /// The condition of an attribute, if it is one.
    pub(super) fn of(attribute: &Attribute) -> Option<Self> {
        if !attribute.path().is_ident("cfg") {
            return None;
        }
        Some(
            attribute
                .parse_args::<Meta>()
                .map_or(Self::Unknown, |meta| Self::read(&meta, 16)),
        )
    }

    fn read(meta: &Meta, depth: usize) -> Self {
        let Some(depth) = depth.checked_sub(1) else {
            return Self::Unknown;
        };
        match meta {
            Meta::Path(path) => path
                .get_ident()
                .map_or(Self::Unknown, |name| Self::Set(name.to_string())),
            Meta::NameValue(pair) => match (&pair.value, pair.path.get_ident()) {
                (Expr::Lit(literal), Some(name)) => match &literal.lit {
                    Lit::Str(value) => Self::Set(format!("{name}=\"{}\"", value.value())),
                    _ => Self::Unknown,
                },
                _ => Self::Unknown,
            },
            Meta::List(list) => {
                let inner = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
                let Ok(inner) = inner else { return Self::Unknown };
                let mut parts: Vec<Self> = inner.iter().map(|meta| Self::read(meta, depth)).collect();
                match list.path.get_ident().map(ToString::to_string).as_deref() {
                    Some("all") => Self::All(parts),
                    Some("any") => Self::Any(parts),
                    Some("not") if parts.len() == 1 => {
                        Self::Not(Box::new(parts.pop().unwrap_or(Self::Unknown)))
                    }
                    _ => Self::Unknown,
                }
            }
        }
    }

    /// Whether it holds; `None` where that cannot be told.
    fn holds(&self, settings: &Settings) -> Option<bool> {
        match self {
            Self::Set(name) => Some(settings.contains(name)),
            Self::All(parts) => {
                let each: Vec<_> = parts.iter().map(|part| part.holds(settings)).collect();
                if each.contains(&Some(false)) {
                    return Some(false);
                }
                each.iter().all(Option::is_some).then_some(true)
            }
            Self::Any(parts) => {
                let each: Vec<_> = parts.iter().map(|part| part.holds(settings)).collect();
                if each.contains(&Some(true)) {
                    return Some(true);
                }
                each.iter().all(Option::is_some).then_some(false)
            }
            Self::Not(part) => part.holds(settings).map(|holds| !holds),
            Self::Unknown => None,
        }
    }

    /// Whether code under it may have been compiled.
    pub(super) fn may_hold(&self, settings: &Settings) -> bool {
        self.holds(settings) != Some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_hold(attribute: &str, settings: &[&str]) -> bool {
        let item: syn::ItemFn = syn::parse_str(&format!("{attribute} fn f() {{}}")).unwrap();
        let condition = Condition::of(&item.attrs[0]).unwrap();
        let settings = settings.iter().map(|one| (*one).to_owned()).collect();
        condition.may_hold(&settings)
    }

    #[test]
    fn conditions_are_judged_by_what_the_compiler_has_set() {
        let set = &["unix", "feature=\"std\"", "debug_assertions"];
        for (attribute, expected) in [
            ("#[cfg(unix)]", true),
            ("#[cfg(windows)]", false),
            ("#[cfg(feature = \"std\")]", true),
            ("#[cfg(feature = \"serde\")]", false),
            ("#[cfg(not(feature = \"std\"))]", false),
            ("#[cfg(all(unix, feature = \"std\"))]", true),
            ("#[cfg(any(windows, not(unix)))]", false),
            ("#[cfg(any(windows, version(\"1.0\")))]", true),
            ("#[cfg(not(version(\"1.0\")))]", true),
            ("#[cfg(all(windows, version(\"1.0\")))]", false),
        ] {
            assert_eq!(may_hold(attribute, set), expected, "{attribute}");
        }
    }
}
