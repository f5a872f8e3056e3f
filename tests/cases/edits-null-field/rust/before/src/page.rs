/// A page.
pub struct Page {
    rows: u32,
}

/// The first page.
pub fn first() -> Page {
    Page { rows: 1 }
}
