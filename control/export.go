package control

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/danielgtaylor/huma/v2"
)

// exportFormat is the format of what is exported.
const exportFormat = "asbru/1"

// declarative is all that a cluster is told to be, as one document.
type declarative struct {
	Format        string          `json:"format"`
	Configuration json.RawMessage `json:"configuration,omitempty"`
	VirtualKeys   []exportedKey   `json:"virtual_keys,omitempty"` // those that are not in the configuration
}

// exportedKey is a virtual key as the configuration would declare it, with the digest
// of its value, by which it goes on working where it is applied.
type exportedKey struct {
	*config.VirtualKey
	Digest    string     `json:"digest,omitempty"`
	Last4     string     `json:"last4,omitempty"`
	CreatedAt *time.Time `json:"created_at,omitempty"`
	Strict    *bool      `json:"strict,omitempty"` // where it is not as the configuration's version says
}

func (c *Control) declarativeRoutes() {
	huma.Register(c.api, c.asExport(at(http.MethodGet, "/api/export", "export", "Show the configuration and the virtual keys as one document, without secrets")), c.export)
	apply := c.asExport(at(http.MethodPost, "/api/apply", "apply", "Make the configuration and the virtual keys what a document says, all of it or nothing"))
	huma.Register(c.api, apply, c.apply)
}

func (c *Control) export(ctx context.Context, _ *struct{}) (*rawOutput, error) {
	revision, d, err := c.newestDocument(ctx)
	if err != nil {
		return nil, err
	}
	out := declarative{Format: exportFormat}
	if out.Configuration, err = d.Arranged(); err != nil {
		return nil, c.explain("show the configuration", err)
	}
	strict, err := c.strict(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	page, err := c.o.Keys.Page(ctx, virtualkey.Query{Limit: maxExport})
	if err != nil {
		return nil, c.explain("list the virtual keys", err)
	}
	for _, r := range page.Records {
		k := exportedKey{VirtualKey: declaredKey(r), Digest: r.Digest, Last4: r.Last4, CreatedAt: &r.Created}
		if r.Strict != strict {
			k.Strict = &r.Strict
		}
		out.VirtualKeys = append(out.VirtualKeys, k)
	}
	body, err := json.Marshal(out)
	return &rawOutput{ETag: etag(revision), Body: body}, err
}

// strict says whether empty lists allow nothing, as the configuration has it.
func (c *Control) strict(ctx context.Context) (bool, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return false, err
	}
	return cfg.Version == 2, nil
}
