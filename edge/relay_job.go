package edge

import (
	"bytes"
	"net/http"
	"net/url"

	"github.com/asbru-gateway/asbru/edge/form"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/job"
)

// fillRelayJob fills in what a job's call has that passes in the caller's own form.
func fillRelayJob(c *gateway.Call, asked *job.Request, contentType, provider string) *api.Error {
	args, err := url.ParseQuery(asked.Query)
	if err != nil { // it is what is left of one that has been read
		return api.Errorf(api.KindInternal, "internal_error", "The job's query cannot be read again.")
	}
	c.Relay = gateway.Relay{Method: http.MethodPost, ContentType: contentType, Provider: provider}
	if named := args.Get("provider"); named != "" {
		c.Relay.Provider = named
	}
	if model := args.Get("model"); model != "" && !c.Head.ModelInPath {
		c.Head.Model, c.Head.ModelInPath = model, true
	}
	c.Relay.Query = queryBeyond(asked.Query, relayModelQuery)
	if contentType == "application/json" {
		return nil
	}
	return relayFormOf(c, asked.Body)
}

// relayFormOf fills in what a form has that is in memory whole.
func relayFormOf(c *gateway.Call, body []byte) *api.Error {
	boundary, err := form.Boundary(c.Relay.ContentType)
	if err != nil {
		return formFault(err)
	}
	f, err := form.Read(bytes.NewReader(body), int64(len(body)), boundary, form.Options{Window: len(body)})
	if err != nil {
		return formFault(err)
	}
	fillForm(c, f, boundary)
	return nil
}
