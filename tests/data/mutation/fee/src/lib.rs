//! A tiny crate to run cargo-mutants on.

/// Cents, which are never made up.
#[derive(Debug, PartialEq)]
pub struct Cents(u32);

/// A fee of one per cent, at least 10.
pub fn fee(amount: u32) -> Cents {
    let fee = amount / 100;
    Cents(if fee < 10 { 10 } else { fee })
}

/// Whether nothing is charged.
pub fn is_free(amount: u32) -> bool {
    amount == 0
}

/// Counts down to nothing.
pub fn count_down(mut amount: u32) -> u32 {
    while amount > 0 {
        amount -= 1;
    }
    amount
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_is_one_per_cent() {
        assert_eq!(fee(5_000), Cents(50));
    }

    #[test]
    fn nothing_is_left() {
        assert_eq!(count_down(3), 0);
    }
}
