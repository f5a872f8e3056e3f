; assertions of Rust are macros: they are calls
