fn keep() {}
