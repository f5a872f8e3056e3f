use shop::{discount, shipping, total};

#[test]
fn totals_add_up() {
    assert_eq!(total(&[1, 2]), 3);
    assert_eq!(discount(200, 10), 180);
}

#[test]
fn heavy_parcels_cost_more() {
    assert_eq!(shipping(100, 20), 500);
    assert_eq!(shipping(5_000, 20), 0);
}
