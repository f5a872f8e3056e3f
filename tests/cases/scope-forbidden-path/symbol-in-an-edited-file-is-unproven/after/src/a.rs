fn a() { b() }
fn keep() {}
