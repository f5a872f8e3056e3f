/// A page.
pub struct Page {
    rows: u32,
    cursor: Option<u32>,
}

/// The first page.
pub fn first() -> Page {
    Page {
        cursor: None,
        rows: 1,
    }
}

/// Where the next one begins.
pub fn next(page: &Page) -> u32 {
    page.cursor.unwrap_or(page.rows)
}
