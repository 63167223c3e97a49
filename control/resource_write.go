package control

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// Guard names the revision that a change was made to.
type Guard struct {
	Revision uint64 `query:"revision" doc:"Refuse the change if the object has been changed since this revision."`
	IfMatch  string `header:"If-Match" doc:"The same, as an ETag." example:"\"41\""`
}

// sentRevision reads and takes out of a body the revision that it names, which stands
// for the parameter.
func (g *Guard) sentRevision(body map[string]json.RawMessage) error {
	if sent, ok := body["revision"]; ok {
		delete(body, "revision")
		if err := json.Unmarshal(sent, &g.Revision); err != nil {
			return invalid("body.revision", "must be a revision, a whole number")
		}
	}
	if g.IfMatch == "" || g.IfMatch == "*" {
		return nil
	}
	n, err := strconv.ParseUint(strings.Trim(strings.TrimPrefix(g.IfMatch, "W/"), `"`), 10, 64)
	if err != nil {
		return invalid("header.If-Match", "must be the ETag of an answer")
	}
	g.Revision = n
	return nil
}

type createInput struct {
	Named
	Waiting
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Names this request: sent again it makes nothing anew, and is answered with what it has made."`
	Body           json.RawMessage
}

func (h *resourceHandler) create(ctx context.Context, in *createInput) (*rawOutput, error) {
	body, err := h.read(in.Body)
	if err != nil {
		return nil, err
	}
	if in.ID, err = h.newKey(body, in.IdempotencyKey); err != nil {
		return nil, err
	}
	delete(body, "revision")
	sent := h.sent(body, in.ID)
	there := false
	e, err := h.edit(ctx, &in.Named, h.r.word+" "+in.ID+" made", func(_ uint64, d *config.Document) (json.RawMessage, error) {
		was, err := h.r.find(d, &in.Named)
		if there = was != nil; err != nil || there && same(was.members, sent) {
			return d.JSON, err
		}
		if there {
			return nil, refuse(http.StatusConflict, "already_exists", "There is such a "+h.r.one+" already, and it is another.", Detail{"body." + h.r.key, "is taken"})
		}
		return h.put(d, &in.Named, nil, sent)
	})
	if err != nil {
		return nil, err
	}
	message := "created"
	if there {
		message = "was there already, just so"
	}
	out, err := h.changed(ctx, &in.Named, &in.Waiting, e, message)
	if err != nil || h.r.made == nil {
		return out, err
	}
	more, err := h.r.made(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out.Body, err = withMembers(out.Body, more)
	return out, err
}

// withMembers is an object with more members.
func withMembers(object json.RawMessage, more map[string]any) (json.RawMessage, error) {
	if len(more) == 0 {
		return object, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		return nil, err
	}
	for name, value := range more {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		members[name] = text
	}
	return json.Marshal(members)
}

// newKey is the key that a body gives, or one that is made.
func (h *resourceHandler) newKey(body map[string]json.RawMessage, idempotency string) (string, error) {
	key := cmp.Or(text(body[h.r.key]), text(body[h.r.known]))
	if key == "" && h.r.lead == "" {
		return "", invalid("body."+cmp.Or(h.r.known, h.r.key), "is required")
	}
	if key == "" {
		key = newKey(h.r.lead, idempotency)
	}
	return key, nil
}

type updateInput struct {
	Named
	Waiting
	Guard
	Body json.RawMessage
}

func (h *resourceHandler) update(ctx context.Context, in *updateInput) (*rawOutput, error) {
	body, err := h.read(in.Body)
	if err != nil {
		return nil, err
	}
	if err := in.sentRevision(body); err != nil {
		return nil, err
	}
	if key := text(body[h.r.key]); key != "" && key != in.ID {
		return nil, invalid("body."+h.r.key, "names another than the path; a key does not change")
	}
	sent := h.sent(body, in.ID)
	e, err := h.edit(ctx, &in.Named, h.r.word+" "+in.ID+" changed", func(revision uint64, d *config.Document) (json.RawMessage, error) {
		was, err := h.guarded(ctx, in.Revision, revision, d, &in.Named)
		if err != nil {
			return nil, err
		}
		if was == nil && !h.r.byPut {
			return nil, h.missing()
		}
		return h.put(d, &in.Named, was, sent)
	})
	if err != nil {
		return nil, err
	}
	return h.changed(ctx, &in.Named, &in.Waiting, e, "updated")
}

type deleteInput struct {
	Named
	Waiting
	Guard
}

func (h *resourceHandler) delete(ctx context.Context, in *deleteInput) (*rawOutput, error) {
	if err := in.sentRevision(nil); err != nil {
		return nil, err
	}
	if h.r.used != nil {
		users, err := h.r.used(ctx, in.ID)
		if err != nil {
			return nil, h.c.explain("see what uses it", err)
		}
		if users != nil {
			return nil, h.inUse(users)
		}
	}
	e, err := h.c.edit(ctx, h.c.change(ctx, h.r.word+" "+in.ID+" deleted"), func(revision uint64, d *config.Document) (json.RawMessage, error) {
		was, err := h.guarded(ctx, in.Revision, revision, d, &in.Named)
		if err != nil {
			return nil, err
		}
		if was == nil {
			return nil, h.missing()
		}
		return d.WithPart(was.place, json.RawMessage("null"))
	})
	var known *Error
	if errors.As(err, &known) && known.Body.Code == "invalid_configuration" {
		return nil, h.inUse(known.Body.Details)
	}
	if err != nil {
		return nil, err
	}
	out, err := answer(e.revision, map[string]any{"message": sentence(h.r.word, "deleted")})
	if err != nil {
		return nil, err
	}
	return out, h.c.waitForCommit(ctx, &in.Waiting)
}

func (h *resourceHandler) inUse(users []Detail) error {
	return refuse(http.StatusConflict, "in_use", "It is in use. Change or delete what uses it first.", users...)
}

// read reads a body. Members that only answers have are passed over, so that an answer
// can be sent back as it came.
func (h *resourceHandler) read(body json.RawMessage) (map[string]json.RawMessage, error) {
	members, err := config.ReadObject(body)
	if err != nil {
		return nil, inPart(h.c.explain("read the request", err), nil, bodyPlace)
	}
	for name := range h.r.added {
		delete(members, name)
	}
	return members, refuseZeros(members, bodyPlace)
}

// sent is a body as a merge patch for the object of a key: at its top an empty object
// removes, as null does.
func (h *resourceHandler) sent(body map[string]json.RawMessage, key string) json.RawMessage {
	dropEmpty(body)
	if h.r.keyed { // its key is not a member
		delete(body, h.r.key)
		delete(body, h.r.known)
	} else {
		body[h.r.key], _ = json.Marshal(key) // a string has no error
	}
	return encoded(body)
}

// dropEmpty makes of each empty object at the top of a body a null, which removes.
func dropEmpty(body map[string]json.RawMessage) {
	for name, value := range body {
		if string(value) == "{}" {
			body[name] = json.RawMessage("null")
		}
	}
}

// same says whether an object is what was sent, but for members that were sent empty.
func same(is map[string]json.RawMessage, sent json.RawMessage) bool {
	merged, err := (&config.Document{JSON: json.RawMessage("{}")}).Patched(sent)
	if err != nil {
		return false
	}
	var a, b any
	have, err := json.Marshal(is)
	return err == nil && json.Unmarshal(have, &a) == nil && json.Unmarshal(merged, &b) == nil && reflect.DeepEqual(a, b)
}

// put merges what was sent into an object, or adds one, with the secrets that were sent
// as they are shown put back in.
func (h *resourceHandler) put(d *config.Document, in *Named, was *object, sent json.RawMessage) (json.RawMessage, error) {
	var place config.Path
	switch list, _ := h.r.place(in); {
	case was != nil:
		place = was.place
	case h.r.keyed:
		place = list.With(in.ID)
	default:
		n, err := d.Len(list)
		if err != nil {
			return nil, err
		}
		place = list.With(n)
	}
	changed, err := d.WithPart(place, sent)
	if err != nil {
		return nil, err
	}
	return d.Restored(changed)
}

// edit makes an edit of one object, and tells its faults by the places of the body.
func (h *resourceHandler) edit(ctx context.Context, in *Named, why string, change func(uint64, *config.Document) (json.RawMessage, error)) (*edited, error) {
	var place config.Path
	e, err := h.c.edit(ctx, h.c.change(ctx, why), func(revision uint64, d *config.Document) (json.RawMessage, error) {
		changed, err := change(revision, d)
		if err != nil {
			return nil, err
		}
		o, err := h.r.find(&config.Document{JSON: changed}, in)
		if o != nil {
			place = o.place
		}
		return changed, err
	})
	return e, inPart(err, place, bodyPlace)
}

// guarded returns the object that is to be changed, nil if there is none, and refuses a
// change of one that is another than it was at the revision that the caller knows.
func (h *resourceHandler) guarded(ctx context.Context, known, newest uint64, d *config.Document, in *Named) (*object, error) {
	is, err := h.r.find(d, in)
	if err != nil || known == 0 || known == newest {
		return is, err
	}
	stale := h.c.explain("compare revisions", rollout.ErrConflict)
	if known > newest {
		return nil, stale
	}
	_, old, err := h.c.o.Config.At(ctx, known)
	if err != nil {
		return nil, stale
	}
	was, err := h.r.find(old, in)
	if err != nil || (was == nil) != (is == nil) {
		return nil, stale
	}
	if is != nil && !bytes.Equal(encoded(was.members), encoded(is.members)) {
		return nil, stale
	}
	return is, nil
}

func encoded(parts any) []byte {
	out, _ := json.Marshal(parts) // they were read as JSON
	return out
}

// changed answers a change with the object as it is now.
func (h *resourceHandler) changed(ctx context.Context, in *Named, w *Waiting, e *edited, what string) (*rawOutput, error) {
	redacted, err := e.document.Redacted()
	if err != nil {
		return nil, h.c.explain("show the configuration", err)
	}
	d := &config.Document{JSON: redacted}
	o, err := h.r.find(d, in)
	if err != nil {
		return nil, h.c.explain("show the "+h.r.one, err)
	}
	if o == nil {
		return nil, h.missing()
	}
	h.r.complete(in, o)
	if err := h.relate(ctx, d, "", []object{*o}); err != nil { // its members are those of o
		return nil, err
	}
	out, err := h.r.answer(e.revision, sentence(h.r.word, what), o.members)
	if err != nil {
		return nil, err
	}
	return out, h.c.waitForCommit(ctx, w)
}

// sentence is as "Routing rule created".
func sentence(one, what string) string {
	one = strings.ReplaceAll(one, "-", " ")
	return strings.ToUpper(one[:1]) + one[1:] + " " + what
}
