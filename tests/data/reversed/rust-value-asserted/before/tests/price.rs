#[test]
fn a_short_ride_has_a_price() {
    assert!(fares::lookup("short").is_some());
}
