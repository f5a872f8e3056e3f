//! Which packages does a package.json name?
