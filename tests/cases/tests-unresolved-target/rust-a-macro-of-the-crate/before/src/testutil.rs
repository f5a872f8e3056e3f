#[macro_export]
macro_rules! prices {
    ($($price:expr),*) => { vec![$($price),*] };
}
