pub enum Size {
    Small,
    Large,
}
