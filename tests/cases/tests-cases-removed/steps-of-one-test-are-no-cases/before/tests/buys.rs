use shop::run;

#[test]
fn buys() {
    let log = run(&[("pick", 1), ("pick", 2), ("pay", 20)]);
    assert_eq!(log.total(), 20);
}
