package command

import "errors"

// exitError is an error that the process ends with another code than 1 for.
type exitError struct {
	error
	code int
}

// ExitCode is what the process ends with after an error.
func ExitCode(err error) int {
	var e exitError
	if errors.As(err, &e) {
		return e.code
	}
	return 1
}
