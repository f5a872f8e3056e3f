macro_rules! priced {
    ($name:ident, $distance:expr, $price:expr) => {
        #[test]
        fn $name() {
            assert_eq!(fares::price($distance), $price);
        }
    };
}

priced!(short_ride, 2, 300);
priced!(long_ride, 40, 4_100);
