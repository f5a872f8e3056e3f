#[test]
#[should_panic]
fn a_negative_distance_is_refused() {
    fares::price(-1);
}
