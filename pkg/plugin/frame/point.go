package frame

import "github.com/asbru-gateway/asbru/pkg/plugin"

// Version is what frames of this form have in their member asbru.
const Version = 1

var points = [...]string{
	plugin.PartHTTP:       "http",
	plugin.PartHTTPAnswer: "http_answer",
	plugin.PartHTTPStream: "http_stream",
	plugin.PartRoute:      "route",
	plugin.PartAttempt:    "attempt",
	plugin.PartAnswer:     "answer",
	plugin.PartStream:     "events",
	plugin.PartDone:       "done",
	plugin.PartTool:       "tool",
	plugin.PartToolResult: "tool_result",
}

// Point returns the name of a plugin's part in frames.
func Point(p plugin.Part) string { return points[p] }

// Names returns the names of all points, in the order of a call's way.
func Names() []string { return points[:] }

// Points is a set of parts.
type Points uint16

// Of returns the set of the named points; false where one of them is none.
func Of(names ...string) (set Points, ok bool) {
	for _, name := range names {
		found := false
		for p := range points {
			if points[p] == name {
				set |= 1 << p
				found = true
			}
		}
		if !found {
			return 0, false
		}
	}
	return set, true
}

// Has says whether a part is in the set.
func (s Points) Has(p plugin.Part) bool { return s&(1<<p) != 0 }
