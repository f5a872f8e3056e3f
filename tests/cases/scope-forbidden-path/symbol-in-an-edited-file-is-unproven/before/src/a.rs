fn a() {}
fn keep() {}
