#[test]
fn half_of_two() {
    assert_eq!(half::half(2), 1);
}
