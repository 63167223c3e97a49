package gateway

// Hot path where rules are configured.

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/routing"
)

// kin is what rules must know of whom callers belong to.
type kin struct {
	teams     map[string]team
	customers map[string]string // names by id
}

type team struct {
	name, customer string
	above          []string // ids, the nearest first
}

// requestTypes are the names that rules know operations by.
var requestTypes = func() (names [64]string) {
	for op := range names {
		names[op] = api.Op(op).String()
	}
	for i := len(namedRequests) - 1; i >= 0; i-- {
		if r := &namedRequests[i]; !r.stream {
			names[r.op] = r.name
		}
	}
	return names
}()

// gather puts together what rules may ask of the call.
func (c *Call) gather(p *Provider, model string) *routing.Facts {
	f := &c.facts
	f.Model, f.Stream, f.Now, f.Source = model, c.Head.Stream, c.began, (*source)(c)
	if f.Provider = c.Relay.Provider; f.Provider == "" && p != nil {
		f.Provider = p.Name
	}
	f.RequestType = requestTypes[c.Head.Op&63]
	if c.Head.Op == api.OpChat && c.In != nil && c.In.Name() == "responses" {
		f.RequestType = "responses"
	}
	id := c.identity
	if id == nil {
		return f
	}
	f.VirtualKeyID, f.VirtualKey = id.ID, id.Name
	f.TeamID, f.CustomerID, f.UserID = id.team, id.customer, id.user
	if b := c.belongs; b != nil {
		f.TeamID, f.CustomerID = b.team, b.customer
	}
	kin := &c.snapshot.kin
	if t, ok := kin.teams[f.TeamID]; ok {
		f.Team, f.Above = t.name, t.above
		if f.CustomerID == "" {
			f.CustomerID = t.customer
		}
	}
	f.Customer = kin.customers[f.CustomerID]
	return f
}

// source finds what rules ask of a call. It is the call itself.
type source Call

// Querier is implemented by a Client whose request has a query.
type Querier interface {
	// Query calls yield with each parameter, until it returns false. The strings are
	// valid while the call is.
	Query(yield func(name, value string) bool)
}

// Text implements routing.Source.
func (s *source) Text(group routing.Group, name string) (any, bool) {
	switch group {
	case routing.Headers:
		if s.Client != nil {
			if v := s.Client.Header(name); v != "" {
				return v, true
			}
		}
		return nil, false
	case routing.Metadata:
		return s.find(group, name)
	}
	if v, ok := s.inBody(name); ok {
		return v, true
	}
	return s.find(group, name)
}

// find looks for a name among those that are not sorted.
func (s *source) find(group routing.Group, name string) (found any, ok bool) {
	s.each(group, func(n, v string) bool {
		if strings.EqualFold(n, name) {
			found, ok = v, true
		}
		return !ok
	})
	return found, ok
}

// inBody finds a member of a JSON body that is neither an object nor a list.
func (s *source) inBody(name string) (found any, ok bool) {
	if len(s.Body) == 0 || s.Body[0] != '{' {
		return nil, false
	}
	_, err := jsonx.ScanObject(s.Body, func(m jsonx.Member) error {
		if !ok && jsonx.EqualFold(m.Key, name) {
			found, ok = scalar(m.At.Of(s.Body))
		}
		return nil
	})
	return found, ok && err == nil
}

func scalar(v jsonx.Value) (any, bool) {
	if text, ok := v.Str(); ok {
		return text, true
	}
	if n, ok := v.Int(); ok {
		return n, true
	}
	if n, ok := v.Float(); ok {
		return n, true
	}
	if is, ok := v.Bool(); ok {
		return is, true
	}
	return nil, false
}

// Names implements routing.Source.
func (s *source) Names(group routing.Group, yield func(string) bool) {
	if group == routing.Params && len(s.Body) > 0 && s.Body[0] == '{' {
		on := true
		_, _ = jsonx.ScanObject(s.Body, func(m jsonx.Member) error { // what is no JSON has no members
			on = on && yield(string(m.Key))
			return nil
		})
		if !on {
			return
		}
	}
	s.each(group, func(name, _ string) bool { return yield(name) })
}

// each goes through what a group has, but for the body.
func (s *source) each(group routing.Group, yield func(name, value string) bool) {
	switch group {
	case routing.Headers:
		if f, ok := s.Client.(FieldRanger); ok {
			f.Fields(yield)
		}
	case routing.Metadata:
		for pair := range strings.SplitSeq(s.Metadata, ",") {
			name, value, ok := strings.Cut(pair, "=")
			if ok && !yield(strings.TrimSpace(name), strings.TrimSpace(value)) {
				return
			}
		}
	case routing.Params:
		for name, value := range s.Relay.Fields {
			if !yield(name, value) {
				return
			}
		}
		if q, ok := s.Client.(Querier); ok {
			q.Query(yield)
		}
	}
}

// Tokens implements routing.Source.
func (s *source) Tokens() int64 {
	expected := (*Call)(s).expected()
	return expected.Total()
}

// Used implements routing.Source.
func (s *source) Used(of routing.Kind) float64 { return (*Call)(s).usedOf(of) }
