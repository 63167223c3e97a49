package plugin

import (
	"context"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Header is a header's line.
type Header struct{ Name, Value string }

// HTTPRequest is a request as it came, before anything of it is understood. Headers and
// Body may be changed; the body by being replaced.
type HTTPRequest struct {
	ID                  string // what the caller knows the call by
	Method, Path, Query string
	Headers             []Header
	Body                []byte // nil where it is sent on as it comes
	Caller              Caller // empty until the call is admitted
}

// HTTPAnswer is an answer as it goes out. Body is nil for a stream.
type HTTPAnswer struct {
	Status  int
	Headers []Header
	Body    []byte
}

// HTTPHook sees a request before it is understood. It may answer it.
type HTTPHook interface {
	OnHTTP(context.Context, *HTTPRequest) (*HTTPAnswer, *api.Error)
}

// HTTPAnswerHook sees an answer before it is sent, in reverse order: headers and body of
// a whole one, the headers of a stream.
type HTTPAnswerHook interface {
	AfterHTTP(context.Context, *HTTPRequest, *HTTPAnswer) *api.Error
}

// HTTPStreamHook sees the pieces of a stream, each of whole events, in reverse order.
// What it returns is sent; nothing, if that is empty. An error ends the stream.
type HTTPStreamHook interface {
	OnChunk(context.Context, *HTTPRequest, []byte) ([]byte, *api.Error)
}

// HeaderOf returns the value of a header by its name in any case, "" for none.
func HeaderOf(all []Header, name string) string {
	for i := range all {
		if strings.EqualFold(all[i].Name, name) {
			return all[i].Value
		}
	}
	return ""
}
