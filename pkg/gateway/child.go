package gateway

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// child returns a call that is made for this one, by its caller and in its name, with a row
// of its own in the log. It must be released before this one is.
func (c *Call) child(client Client) *Call {
	child := c.gateway.Acquire()
	child.gateway, child.snapshot, child.began = c.gateway, c.snapshot, time.Now()
	child.In, child.Client, child.identity, child.belongs, child.Credential = c.In, client, c.identity, c.belongs, c.Credential
	child.RequestID, child.Parent, child.User, child.Session, child.Metadata, child.Extra = c.RequestID, c.id(), c.User, c.Session, c.Metadata, c.Extra
	child.traceWithin(c)
	return child
}

// caller is the caller's side of the calls that are made for a call, as it stood when they
// began: they may be made beside that call.
type caller struct {
	contextClient
	*asking
}

// asking is what a caller has sent along.
type asking struct {
	header http.Header
	query  [][2]string
}

// asking copies what the caller has sent along.
func (c *Call) asking() *asking {
	a := &asking{header: c.callersHeaders()}
	if q, ok := c.Client.(Querier); ok {
		q.Query(func(name, value string) bool {
			a.query = append(a.query, [2]string{strings.Clone(name), strings.Clone(value)})
			return true
		})
	}
	return a
}

// with returns a caller that leaves when ctx ends.
func (a *asking) with(ctx context.Context) *caller {
	return &caller{contextClient: contextClient{ctx: ctx}, asking: a}
}

// Header implements Client.
func (c *caller) Header(name string) string { return c.header.Get(name) }

// Fields implements FieldRanger.
func (c *caller) Fields(yield func(name, value string) bool) {
	for name, values := range c.header {
		for _, value := range values {
			if !yield(name, value) {
				return
			}
		}
	}
}

// Query implements Querier.
func (c *caller) Query(yield func(name, value string) bool) {
	for _, q := range c.query {
		if !yield(q[0], q[1]) {
			return
		}
	}
}
