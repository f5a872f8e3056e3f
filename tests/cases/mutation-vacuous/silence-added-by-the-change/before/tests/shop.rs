use shop::{discount, total};

#[test]
fn totals_add_up() {
    assert_eq!(total(&[1, 2]), 3);
    assert_eq!(discount(200, 10), 180);
}
