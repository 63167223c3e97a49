package control

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/danielgtaylor/huma/v2"
)

// As Bifrost does, answers show with a customer its teams and its virtual keys, and with a
// team its virtual keys.

// mostRelated bounds how many keys are shown with what they belong to: the oldest ones.
const mostRelated = 100

var (
	relatedKeys  = &huma.Schema{Type: "array", Items: &huma.Schema{Type: "object"}, Description: "Its virtual keys, 100 at most. GET /api/governance/virtual-keys has them all."}
	relatedTeams = &huma.Schema{Type: "array", Items: &huma.Schema{Type: "object"}, Description: "Its teams."}
)

// relations add to objects that are about to be shown what belongs to them, as the
// configuration that may be shown has it.
type relations []func(ctx context.Context, shown *config.Document, page []object) error

func ofCustomer(q *virtualkey.Query, id string) { q.CustomerID = id }
func ofTeam(q *virtualkey.Query, id string)     { q.TeamID = id }

// withKeys adds to objects the virtual keys that belong to them by themselves.
func (c *Control) withKeys(narrow func(q *virtualkey.Query, id string)) func(context.Context, *config.Document, []object) error {
	return func(ctx context.Context, _ *config.Document, page []object) error {
		for i := range page {
			q := virtualkey.Query{Limit: mostRelated}
			narrow(&q, page[i].key)
			found, err := c.o.Keys.Page(ctx, q)
			if err != nil {
				return err
			}
			keys := make([]map[string]json.RawMessage, len(found.Records))
			for j, r := range found.Records {
				keys[j] = shownKey(r)
			}
			page[i].members["virtual_keys"] = encoded(keys)
		}
		return nil
	}
}

// withTeams adds to customers their teams, as far as the caller sees these.
func withTeams(ctx context.Context, d *config.Document, page []object) error {
	all, err := governed(d, "teams")
	if err != nil {
		return err
	}
	caller := account.Of(ctx)
	teams := map[string][]map[string]json.RawMessage{}
	for _, team := range all {
		if of := text(team["customer_id"]); of != "" && caller.Sees(text(team["id"])) {
			teams[of] = append(teams[of], team)
		}
	}
	for i := range page {
		page[i].members["teams"] = encoded(append([]map[string]json.RawMessage{}, teams[page[i].key]...)) // a list, also of none
	}
	return nil
}

// governed are the objects of a list of governance.
func governed(d *config.Document, list string) (all []map[string]json.RawMessage, err error) {
	part, err := d.Part(config.Path{"governance", list})
	if err != nil || part == nil {
		return nil, err
	}
	return all, json.Unmarshal(part, &all)
}

// relate adds to objects that are about to be shown what belongs to them, if that is wanted.
func (h *resourceHandler) relate(ctx context.Context, d *config.Document, fields string, page []object) error {
	if !wanted(fields, slices.Collect(maps.Keys(h.r.added))...) {
		return nil
	}
	for _, relate := range h.r.related {
		if err := relate(ctx, d, page); err != nil {
			return h.c.explain("show what belongs to the "+h.r.one, err)
		}
	}
	return nil
}

// wanted says whether any of some members is among the fields that are asked for.
func wanted(fields string, members ...string) bool {
	if fields == "" {
		return true
	}
	for name := range strings.SplitSeq(fields, ",") {
		if slices.Contains(members, strings.TrimSpace(name)) {
			return true
		}
	}
	return false
}

// ownersOf adds to keys that are about to be shown the team and the customer that they
// belong to, if that is wanted.
func (c *Control) ownersOf(ctx context.Context, fields string, keys ...map[string]json.RawMessage) error {
	if !wanted(fields, "team", "customer") || !slices.ContainsFunc(keys, func(k map[string]json.RawMessage) bool { return k["team_id"] != nil || k["customer_id"] != nil }) {
		return nil
	}
	_, d, err := c.newestDocument(ctx)
	if err != nil {
		return err
	}
	redacted, err := d.Redacted()
	if err != nil {
		return c.explain("show the configuration", err)
	}
	d = &config.Document{JSON: redacted}
	for _, of := range []struct{ member, list, as string }{{"team_id", "teams", "team"}, {"customer_id", "customers", "customer"}} {
		all, err := governed(d, of.list)
		if err != nil {
			return c.explain("read the configuration", err)
		}
		byID := make(map[string]map[string]json.RawMessage, len(all))
		for _, o := range all {
			byID[text(o["id"])] = o
		}
		for _, k := range keys {
			if owner := byID[text(k[of.member])]; owner != nil {
				k[of.as] = encoded(owner)
			}
		}
	}
	return nil
}
