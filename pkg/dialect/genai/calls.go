package genai

import (
	"slices"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// MintedPrefix begins the ids that this codec gives to tool calls which Google
// sent without one: other dialects cannot do without. Such an id is never sent
// to Google, which matches an answer to its call by name then.
const MintedPrefix = "gcall_"

// maxBase keeps minted ids below 40 bytes, the shortest limit among the dialects.
const maxBase = 24

// callIDs gives an id to each tool call and finds the one that an answer means.
// Base keeps the ids of one answer apart from those of the next.
type callIDs struct {
	base    string
	n       int
	waiting []callName // calls that no answer has come for
}

// callName is a call's id and the name of its tool.
type callName struct{ id, name string }

func (c *callIDs) mint() string {
	b := append(make([]byte, 0, len(MintedPrefix)+maxBase+4), MintedPrefix...)
	for i := 0; i < len(c.base) && i < maxBase; i++ {
		if ch := c.base[i]; ch == '-' || ch == '_' || isAlphanumeric(ch) {
			b = append(b, ch)
		}
	}
	b = append(b, '_')
	b = strconv.AppendInt(b, int64(c.n), 10)
	c.n++
	return string(b)
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// call returns the id of a call: its own, or a minted one.
func (c *callIDs) call(id, tool string) string {
	if id == "" {
		id = c.mint()
	}
	c.waiting = append(c.waiting, callName{id, tool})
	return id
}

// answered returns the id of the call that an answer is for: the one it names,
// else the oldest waiting call of that tool.
func (c *callIDs) answered(id, tool string) string {
	for i, w := range c.waiting {
		if (id != "" && w.id == id) || (id == "" && w.name == tool) {
			c.waiting = append(c.waiting[:i], c.waiting[i+1:]...)
			return w.id
		}
	}
	if id == "" {
		id = c.mint()
	}
	return id
}

// inCallOrder returns the results of a step in the order of its calls. Google
// matches those of calls without an id by name and place, and callers answer in
// the order in which their tools got done.
func inCallOrder(results []api.Part, calls []callName) []api.Part {
	place := func(p *api.Part) int {
		for i := len(calls) - 1; i >= 0 && p.Result != nil; i-- {
			if calls[i].id == p.Result.ID {
				return i
			}
		}
		return len(calls)
	}
	ordered := slices.Clone(results)
	slices.SortStableFunc(ordered, func(a, b api.Part) int { return place(&a) - place(&b) })
	return ordered
}

// givenID is the id as Google knows it; empty for a minted one.
func givenID(id string) string {
	if strings.HasPrefix(id, MintedPrefix) {
		return ""
	}
	return id
}

// toolOf returns the name of the tool that a result is of, looked up among the
// calls before it where the result does not say.
func toolOf(result *api.ToolResult, calls []callName) string {
	if result.Name != "" {
		return result.Name
	}
	for i := len(calls) - 1; i >= 0; i-- {
		if calls[i].id == result.ID {
			return calls[i].name
		}
	}
	return ""
}
