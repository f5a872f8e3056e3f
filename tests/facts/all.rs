//! A file with every construct.
#![allow(dead_code)]

use std::{collections::BTreeMap as Map, fmt::{self, Display}};
use super::thing::*;
mod other;

/// Documented.
pub struct Point<T> {
    pub x: T,
    y: T,
}

struct Unit;

pub(crate) enum Shape { Round, Square(u32) }

pub trait Area {
    fn area(&self) -> f64;
    fn name(&self) -> String { "shape".to_owned() }
}

impl<T: Copy> Point<T> {
    pub const fn new(x: T, y: T) -> Self { Self { x, y } }
    fn swap(&mut self) { let a = self.x; self.x = self.y; self.y = a; }
}

impl Area for Shape {
    fn area(&self) -> f64 { match self { Shape::Round => 1.0, Shape::Square(n) => f64::from(*n) } }
}

pub const LIMIT: usize = 10;
static NAME: &str = "a string with // no comment";
type Pairs = Map<String, u32>;

#[macro_export]
macro_rules! twice { ($e:expr) => { $e; $e } }

pub async fn load(path: &str, n: usize) -> Result<Pairs, fmt::Error>
where
    usize: Copy,
{
    fn inner() -> u8 { 1 }
    read(path, n, inner())
}

fn check_sum(value: u32) {
    assert_eq!(value, 3, "sum");
}

fn check_all(values: &[u32]) {
    for value in values { check_sum(*value); }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(1 + 2, sum(1, 2));
        assert_eq!(sum(1, 2), 3);
        assert!(sum(1, 2) > 2);
        assert!(Some(3).is_some());
        assert!(true);
        assert!(!text().contains("x") && sum(0, 0) == 0);
        assert_ne!(sum(1, 1), 3);
    }

    #[test]
    #[ignore = "slow: #12"]
    fn slow() { check_all(&[3]); }

    #[test]
    #[should_panic(expected = "out of range")]
    fn fails() { load_all(); }

    #[tokio::test]
    #[cfg_attr(windows, ignore = "no sockets")]
    async fn asks() { if cfg() { assert_matches!(ask().await, Ok(_)); } }

    #[rstest]
    #[case(1, 2)]
    fn doubles(#[case] a: u32, #[case] b: u32) { assert_eq!(a * 2, b); }

    #[test]
    fn nothing() { run(); }

    #[cfg(unix)]
    mod deep {
        #[test]
        fn unwraps() { let Ok(_) = go() else { panic!("no") }; insta::assert_snapshot!(out()); }
    }

    fn test_helper() { assert_valid(1); }

    #[test]
    fn runs() { Command::new("x").assert().success().stdout("out"); let _ = status.success(); }

    proptest! {
        #[test]
        fn holds(n in 0..9u32) { prop_assert_eq!(twice(n), n * 2); }
    }
}

macro_rules! sums {
    ($name:ident, $left:expr, $right:expr) => {
        #[test]
        fn $name() {
            assert_eq!($left, $right);
        }
    };
}

sums!(adds_by_macro, 1 + 1, 2);
crate_test!(asks_by_macro, |word: &str| {
    assert!(word.len() > 3);
});
