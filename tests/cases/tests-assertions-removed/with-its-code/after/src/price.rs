pub struct Price {
    pub amount: u32,
}
