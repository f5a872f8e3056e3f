pub fn one() -> impl Iterator<Item = u32> {
    gen { yield 1; }.into_iter()
}
