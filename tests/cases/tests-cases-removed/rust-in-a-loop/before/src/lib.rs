pub fn price(n: u32) -> u32 {
    if n > 10 { n * 9 } else { n * 10 }
}

#[cfg(test)]
mod tests {
    use super::price;

    #[test]
    fn prices() {
        for (given, wanted) in [(1, 10), (10, 100), (20, 180)] {
            assert_eq!(price(given), wanted);
        }
    }
}
