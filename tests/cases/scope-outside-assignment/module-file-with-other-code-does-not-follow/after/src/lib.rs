pub mod a;
pub mod token;
pub fn reset() { a::a() }
