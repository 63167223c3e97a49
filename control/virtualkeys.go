package control

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/danielgtaylor/huma/v2"
)

const virtualKeysPath = "/api/governance/virtual-keys"

func (c *Control) virtualKeyRoutes() {
	huma.Register(c.api, at(http.MethodGet, virtualKeysPath, "list-virtual-keys", "List the virtual keys"), c.listKeys)
	huma.Register(c.api, at(http.MethodPost, virtualKeysPath, "create-virtual-key", "Make a virtual key"), c.createKey)
	huma.Register(c.api, at(http.MethodGet, virtualKeysPath+"/{id}", "get-virtual-key", "Show a virtual key"), c.getKey)
	huma.Register(c.api, at(http.MethodPut, virtualKeysPath+"/{id}", "update-virtual-key", "Change a virtual key: what is not sent stays"), c.updateKey)
	huma.Register(c.api, at(http.MethodDelete, virtualKeysPath+"/{id}", "delete-virtual-key", "Delete a virtual key: it stops working everywhere"), c.deleteKey)
}

type listKeysInput struct {
	Limit      int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	After      string `query:"after" doc:"Begin behind a page before: its next_cursor."`
	Offset     int    `query:"offset" minimum:"0" doc:"Keys to pass over. A list that changes shifts under it; after does not."`
	Search     string `query:"search" doc:"Part of a name or an id."`
	TeamID     string `query:"team_id"`
	CustomerID string `query:"customer_id"`
}

type listKeysOutput struct {
	Body struct {
		VirtualKeys []VirtualKey `json:"virtual_keys"`
		Count       int          `json:"count"`
		TotalCount  int          `json:"total_count"`
		Limit       int          `json:"limit"`
		Offset      int          `json:"offset"`
		NextCursor  string       `json:"next_cursor,omitempty" doc:"Where the next page begins, for after; absent on the last page."`
	}
}

func (c *Control) listKeys(ctx context.Context, in *listKeysInput) (*listKeysOutput, error) {
	after, err := virtualkey.ParseCursor(in.After)
	if err != nil {
		return nil, invalid("query.after", err.Error())
	}
	page, err := c.o.Keys.Page(ctx, virtualkey.Query{
		Search: in.Search, TeamID: in.TeamID, CustomerID: in.CustomerID, After: after, Offset: in.Offset, Limit: in.Limit,
	})
	if err != nil {
		return nil, c.explain("list the virtual keys", err)
	}
	out := &listKeysOutput{}
	b := &out.Body
	b.VirtualKeys, b.Limit, b.Offset = make([]VirtualKey, len(page.Records)), in.Limit, in.Offset
	for i, r := range page.Records {
		b.VirtualKeys[i] = shown(r)
	}
	b.Count, b.TotalCount, b.NextCursor = len(page.Records), page.Total, page.Next.Cursor()
	return out, nil
}

type keyOutput struct {
	Body struct {
		Message    string     `json:"message,omitempty"`
		VirtualKey VirtualKey `json:"virtual_key"`
	}
}

// KeyPath names a virtual key.
type KeyPath struct {
	ID string `path:"id"`
}

func (c *Control) getKey(ctx context.Context, in *KeyPath) (*keyOutput, error) {
	r, err := c.o.Keys.Find(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the virtual key", err)
	}
	out := &keyOutput{}
	out.Body.VirtualKey = shown(r)
	return out, nil
}

type createKeyInput struct {
	Waiting
	Body struct {
		Name            string         `json:"name" minLength:"1" maxLength:"200"`
		Description     string         `json:"description,omitempty" maxLength:"2000"`
		IsActive        *bool          `json:"is_active,omitempty" default:"true"`
		TeamID          *string        `json:"team_id,omitempty"`
		CustomerID      *string        `json:"customer_id,omitempty"`
		ProviderConfigs []ProviderRule `json:"provider_configs,omitempty" doc:"Providers that the key may use. Absent or empty: all, or none where the configuration has version 2."`
		RateLimit       *RateLimit     `json:"rate_limit,omitempty"`
		Budget          *Budget        `json:"budget,omitempty"`
		ExpiresAt       *time.Time     `json:"expires_at,omitempty"`
	}
}

func (c *Control) createKey(ctx context.Context, in *createKeyInput) (*keyOutput, error) {
	b := &in.Body
	if b.TeamID != nil && b.CustomerID != nil {
		return nil, invalid("body.customer_id", "a key belongs to a team or to a customer, not to both")
	}
	value := c.o.Minter.Mint()
	now := time.Now().UTC()
	r := &virtualkey.Record{
		ID: newID(), Name: b.Name, Description: b.Description, Active: b.IsActive == nil || *b.IsActive,
		Digest: virtualkey.DigestOf(value).String(), Last4: value[len(value)-4:],
		TeamID: deref(b.TeamID), CustomerID: deref(b.CustomerID), Grants: grants(b.ProviderConfigs),
		Created: now, Updated: now,
	}
	if b.ExpiresAt != nil {
		r.Expires = b.ExpiresAt.UTC()
	}
	if err := setLimits(r, b.RateLimit, b.Budget); err != nil {
		return nil, err
	}
	strict, err := c.strict(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	r.Strict = strict
	if err := c.o.Keys.Create(ctx, r); err != nil {
		return nil, c.explain("store the virtual key", err)
	}
	out := &keyOutput{}
	out.Body.Message, out.Body.VirtualKey = "Virtual key created", shown(r)
	out.Body.VirtualKey.Value = value
	return out, in.forKey(ctx, c, r.Revision)
}

type updateKeyInput struct {
	KeyPath
	Waiting
	Body struct {
		Name            *string         `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Description     *string         `json:"description,omitempty" maxLength:"2000"`
		IsActive        *bool           `json:"is_active,omitempty"`
		TeamID          *string         `json:"team_id,omitempty" doc:"Empty: none."`
		CustomerID      *string         `json:"customer_id,omitempty" doc:"Empty: none."`
		ProviderConfigs *[]ProviderRule `json:"provider_configs,omitempty"`
		RateLimit       *RateLimit      `json:"rate_limit,omitempty" doc:"An empty object removes the limit."`
		Budget          *OptionalBudget `json:"budget,omitempty" doc:"An empty object removes the budget."`
		ExpiresAt       *time.Time      `json:"expires_at,omitempty"`
		Revision        uint64          `json:"revision,omitempty" doc:"Refuse the change if the key has another revision by now."`
	}
}

// OptionalBudget is a Budget that may be an empty object.
type OptionalBudget struct {
	MaxLimit        *float64 `json:"max_limit,omitempty" minimum:"0"`
	ResetDuration   *string  `json:"reset_duration,omitempty"`
	CalendarAligned bool     `json:"calendar_aligned,omitempty"`
}

func (c *Control) updateKey(ctx context.Context, in *updateKeyInput) (*keyOutput, error) {
	found, err := c.o.Keys.Find(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the virtual key", err)
	}
	r := *found
	if in.Body.Revision != 0 {
		r.Revision = in.Body.Revision
	}
	if err := in.change(&r); err != nil {
		return nil, err
	}
	r.Updated = time.Now().UTC()
	if err := c.o.Keys.Update(ctx, &r); err != nil {
		return nil, c.explain("store the virtual key", err)
	}
	out := &keyOutput{}
	out.Body.Message, out.Body.VirtualKey = "Virtual key updated", shown(&r)
	return out, in.forKey(ctx, c, r.Revision)
}

// change makes the changes that were asked for.
func (in *updateKeyInput) change(r *virtualkey.Record) error {
	b := &in.Body
	set(&r.Name, b.Name)
	set(&r.Description, b.Description)
	set(&r.Active, b.IsActive)
	set(&r.TeamID, b.TeamID)
	set(&r.CustomerID, b.CustomerID)
	if r.TeamID != "" && r.CustomerID != "" {
		return invalid("body.customer_id", "a key belongs to a team or to a customer, not to both")
	}
	if b.ProviderConfigs != nil {
		r.Grants = grants(*b.ProviderConfigs)
	}
	if b.ExpiresAt != nil {
		r.Expires = b.ExpiresAt.UTC()
	}
	var budget *Budget
	switch {
	case b.Budget == nil:
	case b.Budget.MaxLimit == nil && b.Budget.ResetDuration == nil:
		r.Budget = virtualkey.Budget{}
	case b.Budget.MaxLimit == nil || b.Budget.ResetDuration == nil:
		return invalid("body.budget", "max_limit and reset_duration belong together")
	default:
		budget = &Budget{*b.Budget.MaxLimit, *b.Budget.ResetDuration, b.Budget.CalendarAligned}
	}
	return setLimits(r, b.RateLimit, budget)
}

type messageOutput struct {
	Body struct {
		Message string `json:"message"`
	}
}

func (c *Control) deleteKey(ctx context.Context, in *struct {
	KeyPath
	Waiting
},
) (*messageOutput, error) {
	revision, err := c.o.Keys.Delete(ctx, in.ID)
	if err != nil {
		return nil, c.explain("delete the virtual key", err)
	}
	out := &messageOutput{}
	out.Body.Message = "Virtual key deleted"
	return out, in.forKey(ctx, c, revision)
}

func setLimits(r *virtualkey.Record, limit *RateLimit, budget *Budget) (err error) {
	if limit != nil {
		if r.RateLimit, err = limit.record(); err != nil {
			return err
		}
	}
	if budget != nil {
		r.Budget, err = budget.record()
	}
	return err
}

// strict says whether empty lists allow nothing, as the configuration has it.
func (c *Control) strict(ctx context.Context) (bool, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return false, err
	}
	return cfg.Version == 2, nil
}

func grants(rules []ProviderRule) []virtualkey.Grant {
	var out []virtualkey.Grant
	for _, p := range rules {
		out = append(out, virtualkey.Grant{Provider: p.Provider, Weight: p.Weight, Models: p.AllowedModels, Keys: p.KeyIDs})
	}
	return out
}

// newID names a virtual key in the API.
func newID() string { return "vk-" + strings.ToLower(rand.Text()) }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// set changes a value if another was sent.
func set[T any](at, to *T) {
	if to != nil {
		*at = *to
	}
}
