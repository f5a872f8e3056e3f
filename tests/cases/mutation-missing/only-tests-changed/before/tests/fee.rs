#[test]
fn free() {
    assert_eq!(shop::shipping(5_000), 0);
}
