use fares::price;

#[test]
#[ignore]
fn a_short_ride_costs_the_base_fare() {
    assert_eq!(price(2), 300);
}
