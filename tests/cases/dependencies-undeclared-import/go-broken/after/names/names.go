package names

// First is the first name.
const First = "till"
