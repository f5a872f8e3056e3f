use fares::price;

#[test]
fn short_ride() {
    assert_eq!(price(2), 300);
}

#[test]
fn ride_at_night() {
    assert_eq!(price(2).at_hour(23), 600);
}
