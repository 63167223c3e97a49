//go:build !unix

package command

// lockFolder does nothing on this system.
func lockFolder(string) (unlock func(), err error) { return func() {}, nil }
