package load

// Name is shown.
const Name = "one"
