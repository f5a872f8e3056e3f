#[test]
fn half_of_two() {
    assert_eq!(half::half(2), 1);
}

#[test]
fn half_of_four() {{
    assert_eq!(half::half(4), 2);
}}
