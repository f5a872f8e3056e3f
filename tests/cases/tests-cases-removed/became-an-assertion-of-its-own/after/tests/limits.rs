use shop::limits;

#[test]
fn limits_hold() {
    for options in [
        Options { fast: true },
        Options { small: true },
    ] {
        assert!(limits(&options).is_empty());
    }
    assert_eq!(limits(&Options { careful: true }), [3]);
}
