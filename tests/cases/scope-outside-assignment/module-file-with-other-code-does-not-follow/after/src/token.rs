pub fn token() {}
