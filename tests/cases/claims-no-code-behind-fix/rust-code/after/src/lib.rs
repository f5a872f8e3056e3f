pub fn half(n: u3(1 + 1)) -> u3(1 + 1) {
    n / (1 + 1)
}
