package edge_test

import (
	"fmt"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// errorForms are the errors of the dialects that providers have, in each one's own form.
var errorForms = map[string]string{
	"openai":    `{"error":{"message":"boom %d","type":"some_error","param":null,"code":"some_code"}}`,
	"responses": `{"error":{"message":"boom %d","type":"some_error","param":null,"code":"some_code"}}`,
	"anthropic": `{"type":"error","error":{"type":"some_error","message":"boom %d"},"request_id":"r"}`,
	"genai":     `{"error":{"code":%[1]d,"message":"boom %[1]d","status":"SOME_STATUS"}}`,
	"cohere":    `{"id":"1","message":"boom %d"}`,
	"bedrock":   `{"message":"boom %d"}`,
}

func TestEveryProvidersErrorReachesEveryCallerWithItsStatusAndWords(t *testing.T) {
	var status int
	var form string
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(status, fmt.Sprintf(form, status)) })
	cfg, providers := everyProvider(up.URL)
	for _, status = range []int{400, 401, 403, 404, 408, 413, 429, 500, 503, 529} {
		d := open(t, cfg) // keys that were blamed for an error are not so here
		for _, p := range providers {
			form = errorForms[p.Dialect]
			for _, s := range speakers(p.Name + "/m") {
				t.Run(fmt.Sprintf("%d/%s/to %s", status, s.dialect, p.Name), func(t *testing.T) {
					res := d.post(t, s.path, s.body(fmt.Sprintf("%q", p.Name+"/m"), ""))
					require.Equal(t, status, res.Status, res.Body)
					_, message := errorOf(t, s.dialect, res)
					require.Contains(t, message, fmt.Sprintf("boom %d", status))
					require.NotContains(t, res.Body, "sk-"+p.Name)
				})
			}
		}
	}
}

func TestAStreamOfEveryProviderThatBreaksOffIsAnErrorToEveryCaller(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Close()
	})
	cfg, providers := everyProvider(up.URL)
	d := open(t, cfg)
	for _, p := range providers {
		for _, s := range speakers(p.Name + "/m") {
			if !s.stream {
				continue
			}
			t.Run(s.dialect+"/to "+p.Name, func(t *testing.T) {
				res := d.post(t, s.path, s.body(fmt.Sprintf("%q", p.Name+"/m"), `,"stream":true`))
				require.Equal(t, 502, res.Status, "nothing of it has been told yet: %s", res.Body)
				errorOf(t, s.dialect, res)
			})
		}
	}
}
