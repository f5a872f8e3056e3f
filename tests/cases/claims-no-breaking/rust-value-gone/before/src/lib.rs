pub enum Size {
    Small,
    Middle,
    Large,
}
