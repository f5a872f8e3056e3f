fn routes() { a() }
fn two() {}
