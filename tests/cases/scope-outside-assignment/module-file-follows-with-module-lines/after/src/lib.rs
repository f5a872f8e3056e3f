pub mod a;
pub mod token;
