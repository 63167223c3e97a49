package control

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/danielgtaylor/huma/v2"
)

// proxySection is where the proxy stands in the configuration that providers without one of
// their own are reached by.
var proxySection = config.Path{"proxy_config"}

func (c *Control) proxyRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/proxy-config", "get-proxy-config", "Show the proxy of the providers that have none of their own"), c.getProxy)
	put := at(http.MethodPut, "/api/proxy-config", "put-proxy-config", "Change the proxy of the providers that have none of their own: what is not sent stays")
	put.SkipValidateBody = true // a configuration is checked as such, with all its problems
	huma.Register(c.api, put, c.putProxy)
}

type proxyOutput struct {
	Body json.RawMessage `doc:"The section proxy_config. Secrets show their last four characters; sent back as they are, they stay what they were."`
}

func (c *Control) getProxy(ctx context.Context, _ *struct{}) (*proxyOutput, error) {
	_, d, err := c.newestDocument(ctx)
	if err != nil {
		return nil, err
	}
	shown, err := d.Redacted()
	if err != nil {
		return nil, c.explain("show the configuration", err)
	}
	return c.proxyOf(shown)
}

func (c *Control) putProxy(ctx context.Context, in *writeConfig) (*proxyOutput, error) {
	out, err := c.write(ctx, in, func(old *config.Document) (json.RawMessage, error) {
		members, err := config.ReadObject(in.RawBody)
		if err != nil {
			return nil, err
		}
		changed, err := old.WithPart(proxySection, withoutIDs(encoded(members)))
		if err != nil {
			return nil, err
		}
		return old.Restored(changed)
	})
	if err != nil {
		return nil, err
	}
	return c.proxyOf(out.Body.Config)
}

// proxyOf reads the section of a configuration as it may be shown.
func (c *Control) proxyOf(shown json.RawMessage) (*proxyOutput, error) {
	part, err := (&config.Document{JSON: shown}).Part(proxySection)
	if part == nil {
		part = json.RawMessage("{}")
	}
	return &proxyOutput{Body: part}, c.explain("read the configuration", err)
}
