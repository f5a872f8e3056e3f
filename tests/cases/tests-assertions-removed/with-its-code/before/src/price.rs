pub struct Price {
    pub amount: u32,
    pub currency: String,
}
