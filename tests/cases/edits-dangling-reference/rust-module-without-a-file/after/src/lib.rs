mod two;

pub fn one() -> u32 {
    two::two() - 1
}
