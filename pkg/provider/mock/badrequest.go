package mock

import "fmt"

// badRequest is what is wrong with a request, in the words of the real API.
type badRequest string

func (b badRequest) Error() string { return string(b) }

func badRequestf(format string, args ...any) badRequest {
	return badRequest(fmt.Sprintf(format, args...))
}
