#[test]
fn reads_a_price() {
    let price = shop::read("3 EUR");
    assert_eq!(price.amount, 3);
    assert_eq!(price.currency, "EUR");
}
