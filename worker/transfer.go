package worker

import (
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/overflow"
)

// transfer is a call that the worker has, and the way back to its edge. It is the
// engine's caller: gateway.Client.
type transfer struct {
	*overflow.Sender
	edge    string
	headers []overflow.Header
}

// Header returns a header of the caller's request.
func (t *transfer) Header(name string) string {
	for i := range t.headers {
		if strings.EqualFold(t.headers[i].Name, name) {
			return t.headers[i].Value
		}
	}
	return ""
}

// Fields implements gateway.FieldRanger.
func (t *transfer) Fields(yield func(name, value string) bool) {
	for i := range t.headers {
		if !yield(t.headers[i].Name, t.headers[i].Value) {
			return
		}
	}
}

func (t *transfer) tick() { t.Tick(time.Now()) }
