#[test]
fn opens_a_socket() {
    assert_eq!(shop::open(), 1);
}
