use shop::total;

#[test]
#[should_panic]
fn adds() {
    assert_eq!(total(&[1, 2]), 3);
}
