//! Which values might a function return instead of what it computes, judged by the type that it names?
//!
//! A guess by the last part of the type's name; a guess that does not compile is dropped by the compiler. The table is
//! that of cargo-mutants 27, so that both tools make the same mutants.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enumerations of the syntax tree are open: a type that is not known has a default at best"
)]

use proc_macro2::Span;
use syn::{GenericArgument, Path, PathArguments, ReturnType, Type, TypeParamBound, spanned::Spanned as _};

/// Values of one function; the product of a tuple of many parts has no bound of its own.
const MOST: usize = 64;
/// Types inside types that are followed.
const DEPTH: usize = 6;

const UNSIGNED: &[&str] = &["u8", "u16", "u32", "u64", "u128", "usize"];
const SIGNED: &[&str] = &["i8", "i16", "i32", "i64", "i128", "isize"];
const FLOATS: &[&str] = &["f32", "f64"];
const CONTAINERS: &[&str] = &["Box", "Cell", "RefCell", "Arc", "Rc", "Mutex"];
const COLLECTIONS: &[&str] = &["BinaryHeap", "BTreeSet", "HashSet", "LinkedList", "VecDeque"];
const MAPS: &[&str] = &["BTreeMap", "HashMap"];

/// The values, and how the text of a place in the file is found.
pub(super) struct Values<'t> {
    /// The text that a place spans.
    pub(super) text: &'t dyn Fn(Span) -> String,
}

impl Values<'_> {
    /// The texts that may stand for the body of a function.
    pub(super) fn of(&self, output: &ReturnType) -> Vec<String> {
        match output {
            ReturnType::Default => own(&["()"]),
            ReturnType::Type(_, one) => self.of_type(one, DEPTH),
        }
    }

    fn of_type(&self, one: &Type, depth: usize) -> Vec<String> {
        let Some(depth) = depth.checked_sub(1) else {
            return Vec::new();
        };
        let mut values = match one {
            Type::Path(path) => self.of_path(&path.path, depth),
            Type::Array(array) => {
                let length = (self.text)(array.len.span());
                each(self.of_type(&array.elem, depth), |value| {
                    format!("[{value}; {length}]")
                })
            }
            Type::Slice(slice) => self.leaked_slice(&slice.elem, depth),
            Type::Reference(reference) => self.behind_reference(reference, depth),
            Type::Tuple(tuple) => self.product(tuple.elems.iter(), depth),
            Type::ImplTrait(bounds) => bounds
                .bounds
                .iter()
                .find_map(iterator_item)
                .map(|item| self.of_iterator(item, depth))
                .unwrap_or_default(),
            Type::Paren(inner) => self.of_type(&inner.elem, depth),
            Type::Group(inner) => self.of_type(&inner.elem, depth),
            Type::Never(_) => Vec::new(),
            _ => own(&["Default::default()"]),
        };
        values.truncate(MOST);
        values
    }

    fn of_iterator(&self, item: &Type, depth: usize) -> Vec<String> {
        let once = each(self.of_type(item, depth), |value| {
            format!("::std::iter::once({value})")
        });
        first("::std::iter::empty()", once)
    }

    fn leaked_slice(&self, element: &Type, depth: usize) -> Vec<String> {
        let one = each(self.of_type(element, depth), |value| {
            format!("Vec::leak(vec![{value}])")
        });
        first("Vec::leak(Vec::new())", one)
    }

    fn behind_reference(&self, reference: &syn::TypeReference, depth: usize) -> Vec<String> {
        match &*reference.elem {
            Type::Path(path) if reference.mutability.is_none() && path.path.is_ident("str") => {
                own(&["\"\"", "\"xyzzy\""])
            }
            Type::Slice(slice) => self.leaked_slice(&slice.elem, depth),
            inner => each(self.of_type(inner, depth), |value| {
                format!("Box::leak(Box::new({value}))")
            }),
        }
    }

    fn product<'a>(&self, parts: impl Iterator<Item = &'a Type>, depth: usize) -> Vec<String> {
        let (mut rows, mut count) = (vec![String::new()], 0_usize);
        for part in parts {
            count += 1;
            let values = self.of_type(part, depth);
            let longer = rows.iter().flat_map(|row| {
                values.iter().map(move |value| match row.as_str() {
                    "" => value.clone(),
                    row => format!("{row}, {value}"),
                })
            });
            rows = longer.take(MOST).collect();
        }
        let comma = if count == 1 { "," } else { "" };
        each(rows, |row| format!("({row}{comma})"))
    }

    fn of_path(&self, path: &Path, depth: usize) -> Vec<String> {
        let Some(last) = path.segments.last() else {
            return own(&["Default::default()"]);
        };
        let name = last.ident.to_string();
        let plain = path
            .get_ident()
            .map(ToString::to_string)
            .and_then(|name| scalar(&name));
        if let Some(values) = plain.or_else(|| non_zero(&name, &last.arguments)) {
            return values;
        }
        let types = types_of(&last.arguments);
        let inner = leading_type(&last.arguments);
        match (name.as_str(), inner) {
            ("Result", Some(ok)) => each(self.of_type(ok, depth), |value| format!("Ok({value})")),
            ("Result", None) => own(&["Ok(Default::default())"]),
            ("HttpResponse", _) => own(&["HttpResponse::Ok().finish()"]),
            ("Option", Some(some)) => first(
                "None",
                each(self.of_type(some, depth), |value| format!("Some({value})")),
            ),
            ("Vec", Some(element)) => first(
                "vec![]",
                each(self.of_type(element, depth), |value| format!("vec![{value}]")),
            ),
            ("Cow", Some(borrowed)) => self.of_cow(borrowed, depth),
            (container, _) => self.of_container(container, &last.arguments, &types, depth),
        }
    }

    fn of_cow(&self, borrowed: &Type, depth: usize) -> Vec<String> {
        let values = self.of_type(borrowed, depth);
        let both = values.iter().flat_map(|value| {
            [
                format!("Cow::Borrowed({value})"),
                format!("Cow::Owned({value}.to_owned())"),
            ]
        });
        both.collect()
    }

    fn of_container(
        &self,
        name: &str,
        arguments: &PathArguments,
        types: &[&Type],
        depth: usize,
    ) -> Vec<String> {
        let alone = types.len() == count(arguments);
        match types {
            [inner] if alone && CONTAINERS.contains(&name) => each(self.of_type(inner, depth), |value| {
                format!("{name}::new({value})")
            }),
            [inner] if alone && COLLECTIONS.contains(&name) => first(
                &format!("{name}::new()"),
                each(self.of_type(inner, depth), |value| {
                    format!("{name}::from_iter([{value}])")
                }),
            ),
            [key, value] if alone && MAPS.contains(&name) => {
                let pairs = self.product([*key, *value].into_iter(), depth);
                first(
                    &format!("{name}::new()"),
                    each(pairs, |pair| format!("{name}::from_iter([{pair}])")),
                )
            }
            [inner] => {
                let made = self.of_type(inner, depth);
                let ways = made.iter().flat_map(|value| {
                    [
                        format!("{name}::from_iter([{value}])"),
                        format!("{name}::new({value})"),
                        format!("{name}::from({value})"),
                    ]
                });
                first(&format!("{name}::new()"), ways.collect())
            }
            _ => own(&["Default::default()"]),
        }
    }
}

fn own(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn each(values: Vec<String>, make: impl Fn(&str) -> String) -> Vec<String> {
    values.iter().map(|value| make(value)).collect()
}

fn first(value: &str, rest: Vec<String>) -> Vec<String> {
    std::iter::once(value.to_owned()).chain(rest).collect()
}

fn scalar(name: &str) -> Option<Vec<String>> {
    let values: &[&str] = match name {
        "bool" => &["true", "false"],
        "String" => &["String::new()", "\"xyzzy\".into()"],
        "str" => &["\"\"", "\"xyzzy\""],
        name if UNSIGNED.contains(&name) => &["0", "1"],
        name if SIGNED.contains(&name) => &["0", "1", "-1"],
        name if FLOATS.contains(&name) => &["0.0", "1.0", "-1.0"],
        _ => return None,
    };
    Some(own(values))
}

/// `NonZeroU8`, `NonZero<u8>`: never negative; the signed ones and those of an unknown number may be.
fn non_zero(name: &str, arguments: &PathArguments) -> Option<Vec<String>> {
    let number = name.strip_prefix("NonZero")?;
    let unsigned = match (number, leading_type(arguments)) {
        ("", Some(Type::Path(path))) => UNSIGNED.iter().any(|name| path.path.is_ident(name)),
        ("", Some(_)) => false,
        ("", None) => return None,
        (number, _) if UNSIGNED.contains(&number.to_lowercase().as_str()) => true,
        (number, _) if SIGNED.contains(&number.to_lowercase().as_str()) => false,
        _ => return None,
    };
    Some(if unsigned {
        own(&["1.try_into().unwrap()"])
    } else {
        own(&["1.try_into().unwrap()", "(-1).try_into().unwrap()"])
    })
}

fn angle(arguments: &PathArguments) -> impl Iterator<Item = &GenericArgument> {
    let list = match arguments {
        PathArguments::AngleBracketed(list) => Some(list.args.iter()),
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    };
    list.into_iter().flatten()
}

fn count(arguments: &PathArguments) -> usize {
    angle(arguments).count()
}

fn types_of(arguments: &PathArguments) -> Vec<&Type> {
    let types = angle(arguments).filter_map(|argument| match argument {
        GenericArgument::Type(one) => Some(one),
        _ => None,
    });
    types.collect()
}

/// The first argument that is a type, if nothing but lifetimes stands before it.
fn leading_type(arguments: &PathArguments) -> Option<&Type> {
    let past = angle(arguments).find(|argument| !matches!(argument, GenericArgument::Lifetime(_)))?;
    match past {
        GenericArgument::Type(one) => Some(one),
        _ => None,
    }
}

fn iterator_item(bound: &TypeParamBound) -> Option<&Type> {
    let TypeParamBound::Trait(bound) = bound else {
        return None;
    };
    let last = bound
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Iterator")?;
    match angle(&last.arguments).next()? {
        GenericArgument::AssocType(item) if item.ident == "Item" => Some(&item.ty),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(output: &str) -> Vec<String> {
        let function: syn::Signature = syn::parse_str(&format!("fn f() {output}")).unwrap();
        let text = |span: Span| span.source_text().unwrap();
        Values { text: &text }.of(&function.output)
    }

    #[test]
    fn each_type_has_the_values_of_the_table() {
        for (output, expected) in [
            ("", "()"),
            ("-> bool", "true | false"),
            ("-> String", "String::new() | \"xyzzy\".into()"),
            ("-> &'static str", "\"\" | \"xyzzy\""),
            ("-> i8", "0 | 1 | -1"),
            ("-> f64", "0.0 | 1.0 | -1.0"),
            ("-> NonZeroU8", "1.try_into().unwrap()"),
            (
                "-> NonZero<i8>",
                "1.try_into().unwrap() | (-1).try_into().unwrap()",
            ),
            ("-> Option<bool>", "None | Some(true) | Some(false)"),
            ("-> io::Result<usize>", "Ok(0) | Ok(1)"),
            ("-> fmt::Result", "Ok(Default::default())"),
            ("-> Vec<u8>", "vec![] | vec![0] | vec![1]"),
            (
                "-> &[u8]",
                "Vec::leak(Vec::new()) | Vec::leak(vec![0]) | Vec::leak(vec![1])",
            ),
            (
                "-> &mut bool",
                "Box::leak(Box::new(true)) | Box::leak(Box::new(false))",
            ),
            (
                "-> Cow<'a, str>",
                "Cow::Borrowed(\"\") | Cow::Owned(\"\".to_owned()) | Cow::Borrowed(\"xyzzy\") | Cow::Owned(\"xyzzy\".to_owned())",
            ),
            ("-> Arc<bool>", "Arc::new(true) | Arc::new(false)"),
            (
                "-> HashSet<bool>",
                "HashSet::new() | HashSet::from_iter([true]) | HashSet::from_iter([false])",
            ),
            (
                "-> BTreeMap<bool, ()>",
                "BTreeMap::new() | BTreeMap::from_iter([(true, ())]) | BTreeMap::from_iter([(false, ())])",
            ),
            (
                "-> Wrap<'a, ()>",
                "Wrap::new() | Wrap::from_iter([()]) | Wrap::new(()) | Wrap::from(())",
            ),
            ("-> [u8; 4]", "[0; 4] | [1; 4]"),
            ("-> (bool, ())", "(true, ()) | (false, ())"),
            (
                "-> impl Iterator<Item = u8>",
                "::std::iter::empty() | ::std::iter::once(0) | ::std::iter::once(1)",
            ),
            ("-> impl Display", ""),
            ("-> !", ""),
            ("-> Price", "Default::default()"),
        ] {
            let expected: Vec<&str> = expected.split(" | ").filter(|value| !value.is_empty()).collect();
            assert_eq!(values(output), expected, "{output}");
        }
    }

    #[test]
    fn a_tuple_of_many_parts_has_not_many_values() {
        let tuple = vec!["bool"; 40].join(", ");
        assert!(values(&format!("-> ({tuple})")).len() <= MOST);
    }
}
