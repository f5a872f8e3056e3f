use shop::run;

#[test]
fn buys() {
    let steps = [("pick", 1), ("pay", 20)];
    let log = run(&steps);
    assert_eq!(log.total(), 20);
}
