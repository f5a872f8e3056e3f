#[test]
fn a_short_ride_has_a_price() {
    assert_eq!(fares::lookup("short"), Some(300));
}
