use shop::total;

#[test]
fn a_total_is_a_sum() {
    assert_eq!(total(&[1, 2]), 3);
}
