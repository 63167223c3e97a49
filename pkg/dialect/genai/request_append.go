package genai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

// AppendRequest implements dialect.Codec. What Google has no word for and what
// is only a hint is left out: the caller's user, cache marks, logit bias, the
// wish for one call at a time.
func (codec) AppendRequest(dst []byte, r *api.Request, q *dialect.Quirks) ([]byte, *api.Error) {
	switch r.Op {
	case api.OpChat:
		o := put.Begin(dst)
		if err := appendConversation(&o, r); err != nil {
			return dst, err
		}
		return o.End(), nil
	case api.OpCountTokens:
		return appendCount(dst, r, q)
	case api.OpEmbedding:
		if q.Vertex && Predicts(r.Model) {
			return appendPredict(dst, r)
		}
		return appendEmbedding(dst, r, q)
	case api.OpRerank:
		return appendRank(dst, r), nil
	case api.OpModels:
		return dst, nil
	}
	return dst, unsupportedOp(r.Op)
}

// appendCount writes a CountTokensRequest in the form that counts all of a prompt,
// instructions and tools too: a whole request that names its model.
// https://ai.google.dev/api/tokens
// Vertex AI counts what stands in a request as it is.
func appendCount(dst []byte, r *api.Request, q *dialect.Quirks) ([]byte, *api.Error) {
	o := put.Begin(dst)
	if q.Vertex {
		if err := appendConversation(&o, r); err != nil {
			return dst, err
		}
		return o.End(), nil
	}
	o.Key("generateContentRequest")
	in := put.Begin(o.Dst)
	in.Text("model", resourceName(r.Model))
	if err := appendConversation(&in, r); err != nil {
		return dst, err
	}
	o.Dst = in.End()
	return o.End(), nil
}

// appendConversation writes the members of a GenerateContentRequest.
func appendConversation(o *put.Object, r *api.Request) *api.Error {
	o.Key("contents")
	w := contentsWriter{dst: append(o.Dst, '['), own: r.ExtraOf == name, gen: generationOf(r.Model)}
	// Google wants a turn to answer: without any, the system's text is one.
	alone := len(r.Messages) == 0
	if err := w.appendMessages(r, alone); err != nil {
		return err
	}
	o.Dst = append(w.dst, ']')
	if !alone {
		if err := appendSystem(o, r.System, w.own); err != nil {
			return err
		}
	}
	if err := appendTools(o, r); err != nil {
		return err
	}
	appendToolConfig(o, r)
	appendGeneration(o, r)
	o.Some("serviceTier", tierOf(r.ServiceTier))
	o.Extras(own(r.Extra, r.ExtraOf), atTop)
	return nil
}

func appendSystem(o *put.Object, system []api.Part, own bool) *api.Error {
	if len(system) == 0 {
		return nil
	}
	o.Key("systemInstruction")
	s := put.Begin(o.Dst)
	s.Key("parts")
	w := contentsWriter{dst: append(s.Dst, '['), own: own, inside: true}
	for i := range system {
		if err := w.appendPart("", &system[i]); err != nil {
			return err
		}
	}
	s.Dst = append(w.dst, ']')
	o.Dst = s.End()
	return nil
}

// contentsWriter writes the turns of a conversation: neighbours of one role
// become one content, as Google wants them to alternate.
type contentsWriter struct {
	dst     []byte
	own     bool       // the request was made in this dialect
	inside  bool       // only parts are written, into a list that is open
	answers bool       // they are an answer, to a caller
	gen     generation // of the model that gets it
	calls   []callName // so far

	role     string // of the open content; empty before the first
	n        int    // parts written to the open list
	mustSign bool   // the open content is a step of a model that wants signatures
	called   bool   // the open content has a call
}

const (
	roleUser  = "user"
	roleModel = "model"
)

// appendMessages writes the system's text, if it has to stand here, and the messages.
func (w *contentsWriter) appendMessages(r *api.Request, system bool) *api.Error {
	if system {
		if err := w.appendParts(roleUser, r.System); err != nil {
			return err
		}
	}
	for i := range r.Messages {
		m := &r.Messages[i]
		said := m.Parts
		if m.Role == api.RoleTool {
			said = inCallOrder(said, w.calls)
		}
		if err := w.appendParts(roleOf(m.Role), said); err != nil {
			return err
		}
	}
	if w.role != "" {
		w.dst = append(w.dst, "]}"...)
	}
	return nil
}

func (w *contentsWriter) appendParts(role string, ps []api.Part) *api.Error {
	for i := range ps {
		if err := w.appendPart(role, &ps[i]); err != nil {
			return err
		}
	}
	return nil
}

// roleOf is Google's role: it has but two. What the system says in the middle of
// a conversation, the user says.
func roleOf(role api.Role) string {
	if role == api.RoleAssistant {
		return roleModel
	}
	return roleUser
}

// begin opens the place for one part of the role, in the open content if it is
// of that role.
func (w *contentsWriter) begin(role string) {
	if !w.inside && role != w.role {
		if w.role != "" {
			w.dst = append(w.dst, "]},"...)
		}
		w.dst = append(w.dst, `{"role":"`...)
		w.dst = append(w.dst, role...)
		w.dst = append(w.dst, `","parts":[`...)
		w.role, w.n, w.called = role, 0, false
		w.mustSign = role == roleModel && w.gen == thinksByLevel
	}
	w.dst = put.Comma(w.dst)
	w.n++
}
