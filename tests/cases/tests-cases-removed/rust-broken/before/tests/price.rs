use rstest::rstest;
use shop::price;

#[rstest]
#[case(1, 10)]
#[case(10, 100)]
#[case(20, 180)]
fn prices(#[case] given: u32, #[case] wanted: u32) {
    assert_eq!(price(given), wanted);
}
