#[test]
fn free() {
    assert_eq!(shop::shipping(5_000), 0);
    assert_eq!(shop::shipping(4_999), 490);
}
