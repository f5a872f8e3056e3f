package till

import "github.com/google/uuid"

// New gives a till its name.
func New() string { return uuid.NewString() }
