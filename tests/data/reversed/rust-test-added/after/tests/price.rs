use fares::price;

#[test]
fn a_short_ride_costs_the_base_fare() {
    assert_eq!(price(2), 300);
}

#[test]
fn a_ride_at_night_costs_double() {
    assert_eq!(price(2).at_hour(23), 600);
}
