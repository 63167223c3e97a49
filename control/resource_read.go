package control

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/config"
)

// resourceHandler serves the operations of a resource.
type resourceHandler struct {
	c *Control
	r *resource
}

// object is one of a resource's objects.
type object struct {
	key     string
	place   config.Path
	members map[string]json.RawMessage
}

// objects returns the objects that a configuration has.
func (r *resource) objects(d *config.Document, in *Named) ([]object, error) {
	path, within := r.place(in)
	if within != nil {
		part, err := d.Part(within)
		if err != nil {
			return nil, err
		}
		if part == nil {
			return nil, refuse(http.StatusNotFound, "not_found", "There is no "+within.String()+".")
		}
	}
	part, err := d.Part(path)
	if err != nil || part == nil {
		return nil, err
	}
	if r.keyed {
		return keyedObjects(path, part)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(part, &list); err != nil {
		return nil, refuse(http.StatusConflict, "conflict", path.String()+" is not a list.")
	}
	objects := make([]object, 0, len(list))
	for i, e := range list {
		o := object{place: path.With(i)}
		if json.Unmarshal(e, &o.members) != nil || o.members == nil {
			continue // as "*", which is no object
		}
		if o.key = text(o.members[r.key]); o.key == "" {
			o.key = cmp.Or(text(o.members[r.known]), r.unnamed+strconv.Itoa(i+1))
		}
		objects = append(objects, o)
	}
	return objects, nil
}

// keyedObjects are the objects of an object, by their keys.
func keyedObjects(path config.Path, part json.RawMessage) ([]object, error) {
	var all map[string]map[string]json.RawMessage
	if err := json.Unmarshal(part, &all); err != nil {
		return nil, refuse(http.StatusConflict, "conflict", path.String()+" is not an object of objects.")
	}
	objects := make([]object, 0, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if all[key] != nil {
			objects = append(objects, object{key, path.With(key), all[key]})
		}
	}
	return objects, nil
}

// find returns the object of a key, nil if there is none.
func (r *resource) find(d *config.Document, in *Named) (*object, error) {
	all, err := r.objects(d, in)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].key == in.ID {
			return &all[i], nil
		}
	}
	return nil, nil
}

// text is a member that is a string, else "".
func text(member json.RawMessage) string {
	var s string
	_ = json.Unmarshal(member, &s) // any other is none
	return s
}

// rawOutput is an answer whose shape a resource's schema says.
type rawOutput struct {
	ETag string `header:"ETag" doc:"The revision, for If-Match."`
	Body json.RawMessage
}

// answer is an answer of a revision; a member without a value is left out.
func answer(revision uint64, members map[string]any) (*rawOutput, error) {
	members["revision"] = revision
	body, err := json.Marshal(members)
	return &rawOutput{ETag: etag(revision), Body: body}, err
}

func etag(revision uint64) string { return strconv.Quote(strconv.FormatUint(revision, 10)) }

// answer is an answer that has an object.
func (r *resource) answer(revision uint64, message string, object map[string]json.RawMessage) (*rawOutput, error) {
	members := map[string]any{}
	if r.bare {
		for name, value := range object {
			members[name] = value
		}
	} else {
		members[r.one] = object
	}
	if message != "" {
		members["message"] = message
	}
	return answer(revision, members)
}

// redactedObjects returns a resource's objects as they may be shown.
func (h *resourceHandler) redactedObjects(ctx context.Context, in *Named) (uint64, *config.Document, []object, error) {
	revision, d, err := h.c.newestDocument(ctx)
	if err != nil {
		return 0, nil, nil, err
	}
	redacted, err := d.Redacted()
	if err != nil {
		return 0, nil, nil, h.c.explain("show the configuration", err)
	}
	d = &config.Document{JSON: redacted}
	all, err := h.r.objects(d, in)
	if err != nil {
		return 0, nil, nil, h.c.explain("read the configuration", err)
	}
	if caller := account.Of(ctx); h.r.ofTeams && caller.Confined() {
		all = slices.DeleteFunc(all, func(o object) bool { return !caller.Sees(o.key) })
	}
	for i := range all {
		h.r.complete(in, &all[i])
	}
	return revision, d, all, nil
}

// complete makes an object what answers show.
func (r *resource) complete(in *Named, o *object) {
	o.members[r.key], _ = json.Marshal(o.key) // a string has no error
	if r.shown != nil {
		r.shown(in, o.key, o.members)
	}
}

type getInput struct {
	Named
	Fields string `query:"fields" doc:"Members that are wanted, with commas between them; absent, all." example:"id,name"`
}

func (h *resourceHandler) get(ctx context.Context, in *getInput) (*rawOutput, error) {
	revision, d, all, err := h.redactedObjects(ctx, &in.Named)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(o object) bool { return o.key == in.ID })
	if at < 0 {
		return nil, h.missing()
	}
	if err := h.relate(ctx, d, in.Fields, all[at:at+1]); err != nil {
		return nil, err
	}
	return h.r.answer(revision, "", sparse(all[at].members, in.Fields))
}

func (h *resourceHandler) missing() error {
	return refuse(http.StatusNotFound, "not_found", "There is no such "+h.r.one+".")
}
