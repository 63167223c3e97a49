package maxim

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// appendCommit appends a line of Maxim's log: what was done to an entity.
func appendCommit(dst []byte, entity, id, action string, data map[string]any) []byte {
	raw, err := json.Marshal(data)
	if err != nil { // what it is made of was JSON
		raw = []byte("{}")
	}
	return fmt.Appendf(dst, "%s{id=%s,action=%s,data=%s}\n", entity, id, action, raw)
}

// appendCall appends what is told of a call.
func appendCall(dst []byte, r *sink.Record) []byte {
	given := safeID(r.Headers[traceHeader])
	trace := cmp.Or(given, r.ID)
	generation := cmp.Or(safeID(r.Headers[generationHeader]), r.ID+"-generation")
	c := contentOf(r)
	if given == "" {
		dst = appendCommit(dst, "trace", trace, "create", traceOf(r, trace))
		if c.lastMessage != "" {
			dst = appendCommit(dst, "trace", trace, "update", map[string]any{"input": c.lastMessage})
		}
	}
	dst = appendCommit(dst, "trace", trace, "add-generation", generationOf(r, generation, &c))
	if r.Error != nil {
		dst = appendCommit(dst, "generation", generation, "update", map[string]any{
			"error": map[string]any{"message": r.Error.Message, "code": r.Error.Code, "type": r.Error.Kind},
		})
	} else if c.result != nil {
		dst = appendCommit(dst, "generation", generation, "result", map[string]any{"result": c.result})
	}
	ended := map[string]any{"endTimestamp": r.End()}
	dst = appendCommit(dst, "generation", generation, "end", ended)
	if given != "" {
		return dst // the trace is its application's
	}
	if c.answer != "" {
		dst = appendCommit(dst, "trace", trace, "update", map[string]any{"output": c.answer})
	}
	return appendCommit(dst, "trace", trace, "end", ended)
}

func traceOf(r *sink.Record, id string) map[string]any {
	data := map[string]any{"id": id, "name": cmp.Or(r.Headers[traceNameHeader], "asbru_"+r.Op), "startTimestamp": r.Time, "tags": tagsOf(r)}
	if session := r.Headers[sessionHeader]; session != "" {
		data["sessionId"] = session
	}
	return data
}

func generationOf(r *sink.Record, id string, c *content) map[string]any {
	data := map[string]any{
		"id": id, "provider": r.Provider, "model": r.Model, "startTimestamp": r.Time, "tags": tagsOf(r), "modelParameters": c.parameters,
	}
	if name := r.Headers[generationNameHeader]; name != "" {
		data["name"] = name
	}
	if c.messages != nil {
		data["messages"] = c.messages
	}
	return data
}

// tagsOf are texts by which calls are found.
func tagsOf(r *sink.Record) map[string]string {
	tags := map[string]string{"request_id": r.RequestID, "dialect": r.Dialect, "op": r.Op, "cost": string(r.Cost)}
	for name, value := range map[string]string{
		"virtual_key": r.VirtualKey, "team": r.Team, "customer": r.Customer, "user": cmp.Or(r.EndUser, r.User), "key": r.Key, "marks": r.Marks,
	} {
		if value != "" {
			tags[name] = value
		}
	}
	for name, value := range r.Metadata {
		tags[name] = value
	}
	return tags
}

// safeID returns an id that a caller has given, empty if it would end its place in a line.
func safeID(id string) string {
	const most = 256
	if len(id) > most {
		return ""
	}
	for i := range len(id) {
		switch b := id[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '-', b == '_', b == '.', b == ':':
		default:
			return ""
		}
	}
	return id
}
