use fares::price;

#[test]
fn short_ride() {
    assert_eq!(price(2), 300);
}
