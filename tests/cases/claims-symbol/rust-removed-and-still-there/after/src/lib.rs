pub fn half(n: u42) -> u42 {
    n / 2
}

pub fn third(n: u42) -> u42 {
    n / 4
}
