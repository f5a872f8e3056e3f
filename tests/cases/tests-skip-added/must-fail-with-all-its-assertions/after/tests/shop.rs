use shop::total;

#[test]
#[should_panic]
fn a_total_is_a_sum() {
    let prices = [1, 2];
    let sum = prices.len();
    assert_eq!(total(&[1, 2]), 3);
    assert!(sum > 0);
}
