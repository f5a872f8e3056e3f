pub struct A;
pub struct B;
impl A {
    pub fn reset(&self) -> u8 {
        1
    }
}
impl B {}
