package control

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/danielgtaylor/huma/v2"
)

const virtualKeysPath = "/api/governance/virtual-keys"

func (c *Control) virtualKeyRoutes() {
	one := virtualKeysPath + "/{id}"
	huma.Register(c.api, c.asKey(at(http.MethodGet, virtualKeysPath, "list-virtual-keys", "List the virtual keys")), c.listKeys)
	huma.Register(c.api, c.asKey(at(http.MethodPost, virtualKeysPath, "create-virtual-key", "Make a virtual key")), c.createKey)
	huma.Register(c.api, c.asKey(at(http.MethodGet, one, "get-virtual-key", "Show a virtual key")), c.getKey)
	huma.Register(c.api, c.asKey(at(http.MethodPut, one, "update-virtual-key", "Change a virtual key: what is not sent stays, null or an empty object removes")), c.updateKey)
	huma.Register(c.api, at(http.MethodDelete, one, "delete-virtual-key", "Delete a virtual key: it stops working everywhere"), c.deleteKey)
	huma.Register(c.api, c.asKey(at(http.MethodPost, one+"/rotate", "rotate-virtual-key", "Give a virtual key another value; the old one works for a while")), c.rotateKey)
	huma.Register(c.api, c.asKey(at(http.MethodPost, virtualKeysPath+"/bulk", "create-virtual-keys", "Make many virtual keys, all or none")), c.createKeys)
	huma.Register(c.api, at(http.MethodPost, virtualKeysPath+"/bulk-delete", "delete-virtual-keys", "Delete many virtual keys"), c.deleteKeys)
}

type listKeysInput struct {
	Limit      int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	After      string `query:"after" doc:"Begin behind a page before: its next_cursor."`
	Offset     int    `query:"offset" minimum:"0" maximum:"10000000" doc:"Keys to pass over. A list that changes shifts under it; after does not."`
	Search     string `query:"search" maxLength:"200" doc:"Part of a name or an id."`
	TeamID     string `query:"team_id"`
	CustomerID string `query:"customer_id"`
	UserID     string `query:"user_id"`
	Owner      string `query:"owner"`
	Tag        string `query:"tag" doc:"Those that bear this tag."`
	IsActive   string `query:"is_active" enum:"true,false"`
	SortBy     string `query:"sort_by" enum:"created_at,updated_at,name,expires_at" default:"created_at"`
	Order      string `query:"order" enum:"asc,desc" default:"asc"`
	Export     bool   `query:"export" doc:"All keys that match, on one page."`
	Fields     string `query:"fields" doc:"Members that are wanted, with commas between them; absent, all." example:"id,name"`
}

var keySorts = map[string]virtualkey.Sort{
	"created_at": virtualkey.ByCreated, "updated_at": virtualkey.ByUpdated, "name": virtualkey.ByName, "expires_at": virtualkey.ByExpires,
}

// maxExport is more keys than a cluster has.
const maxExport = 10_000_000

func (in *listKeysInput) asked() (virtualkey.Query, error) {
	q := virtualkey.Query{
		Search: in.Search, TeamID: in.TeamID, CustomerID: in.CustomerID, UserID: in.UserID, Owner: in.Owner, Tag: in.Tag,
		Sort: keySorts[in.SortBy], Desc: in.Order == "desc", Offset: in.Offset, Limit: in.Limit,
	}
	if in.IsActive != "" {
		active := in.IsActive == "true"
		q.Active = &active
	}
	if in.Export {
		q.Limit = maxExport
	}
	var err error
	if q.After, err = virtualkey.ParseCursor(in.After); err != nil {
		return q, invalid("query.after", err.Error())
	}
	return q, nil
}

func (c *Control) listKeys(ctx context.Context, in *listKeysInput) (*rawOutput, error) {
	q, err := in.asked()
	if err != nil {
		return nil, err
	}
	page, err := c.o.Keys.Page(ctx, q)
	if err != nil {
		return nil, c.explain("list the virtual keys", err)
	}
	keys := make([]map[string]json.RawMessage, len(page.Records))
	for i, r := range page.Records {
		keys[i] = shownKey(r)
	}
	if !in.Export {
		if err := c.ownersOf(ctx, in.Fields, keys...); err != nil {
			return nil, err
		}
	}
	for i := range keys {
		keys[i] = sparse(keys[i], in.Fields)
	}
	members := map[string]any{
		"virtual_keys": keys, "count": len(keys), "total_count": page.Total, "limit": in.Limit, "offset": in.Offset,
	}
	if next := page.Next.Cursor(); next != "" {
		members["next_cursor"] = next
	}
	return encode(members)
}

// KeyPath names a virtual key.
type KeyPath struct {
	ID string `path:"id" maxLength:"200"`
}

func (c *Control) getKey(ctx context.Context, in *struct {
	KeyPath
	Fields string `query:"fields" doc:"Members that are wanted, with commas between them; absent, all." example:"id,name"`
},
) (*rawOutput, error) {
	r, err := c.o.Keys.Find(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the virtual key", err)
	}
	shown := shownKey(r)
	if err := c.ownersOf(ctx, in.Fields, shown); err != nil {
		return nil, err
	}
	return keyAnswer(r, "", sparse(shown, in.Fields))
}

// keyAnswer is an answer that has a key.
func keyAnswer(r *virtualkey.Record, message string, shown map[string]json.RawMessage) (*rawOutput, error) {
	members := map[string]any{"virtual_key": shown}
	if message != "" {
		members["message"] = message
	}
	out, err := encode(members)
	if err == nil {
		out.ETag = etag(r.Revision)
	}
	return out, err
}

func encode(members map[string]any) (*rawOutput, error) {
	body, err := json.Marshal(members)
	return &rawOutput{Body: body}, err
}

type messageOutput struct {
	Body struct {
		Message string `json:"message"`
	}
}

func (c *Control) deleteKey(ctx context.Context, in *struct {
	KeyPath
	Waiting
	Guard
},
) (*messageOutput, error) {
	if err := in.sentRevision(nil); err != nil {
		return nil, err
	}
	r, err := c.o.Keys.Find(ctx, in.ID)
	if err == nil && in.Revision != 0 && in.Revision != r.Revision {
		err = virtualkey.ErrConflict
	}
	if err != nil {
		return nil, c.explain("find the virtual key", err)
	}
	revision, err := c.o.Keys.Delete(ctx, in.ID)
	if err != nil {
		return nil, c.explain("delete the virtual key", err)
	}
	out := &messageOutput{}
	out.Body.Message = "Virtual key deleted"
	return out, in.forKey(ctx, c, revision)
}
