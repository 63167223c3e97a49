package gateway

// Hot path where plugins are configured.

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/provider"
)

// addedHeader begins the names under which a worker gets the headers that plugins, which
// run where the call came in, have the provider sent, and those that the caller has passed on.
const addedHeader = "asbru-plugin:"

// appendPlugged writes the headers that plugins have the provider sent, and on a worker all
// that were added.
func (c *Call) appendPlugged(b []byte) []byte {
	if c.plugged != nil {
		for _, h := range c.plugged.run.Call.Sent() {
			b = appendHeader(b, provider.Header{Name: h.Name, Value: h.Value})
		}
	}
	if c.task == nil {
		return b
	}
	if f, ok := c.Client.(FieldRanger); ok {
		for name, value := range f.Fields {
			if name, ok := strings.CutPrefix(name, addedHeader); ok {
				b = appendHeader(b, provider.Header{Name: name, Value: value})
			}
		}
	}
	return b
}

// handPlugged gives a worker the headers along.
func (c *Call) handPlugged(to []overflow.Header) []overflow.Header {
	if c.plugged == nil {
		return to
	}
	for _, h := range c.plugged.run.Call.Sent() {
		to = append(to, overflow.Header{Name: addedHeader + h.Name, Value: h.Value})
	}
	return to
}
