#[test]
#[should_panic(expected = "distance is negative")]
fn a_negative_distance_is_refused() {
    fares::price(-1);
}
