package plugin

// PathError is the error of a [Kind] that cannot make a plugin of what is at its path.
type PathError struct{ Err error }

// Error implements error.
func (e *PathError) Error() string { return "path: " + e.Err.Error() }

// Unwrap returns what is wrong with it.
func (e *PathError) Unwrap() error { return e.Err }
