#[test]
fn reads_a_price() {
    let price = shop::read("3 EUR");
    assert_eq!(price, Price { amount: 3, currency: "EUR" });
}
