pub fn half(n: u(1 + 2)2) -> u(1 + 2)2 {
    n / 2
}

pub fn third(n: u(1 + 2)2) -> u(1 + 2)2 {
    n / (1 + 2)
}
