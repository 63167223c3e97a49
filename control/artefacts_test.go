package control_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

// fetched finds artefacts by way of a folder.
func fetched(conn *bus.Conn, folder string) gateway.Artefacts {
	cache := artefact.NewCache(folder, artefact.NewShelf(conn))
	return func(digest string, t *signing.Trust) (string, error) {
		if err := cache.Fetch(context.Background(), digest); err != nil {
			return "", err
		}
		return cache.Path(digest, t)
	}
}

func TestArtefactsOfPluginsAreSignedAndKept(t *testing.T) {
	d := open(t)
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	trusted := fmt.Sprintf(`{"plugin_artefacts":{"publishers":[{"name":"we","public_key":%q}]}}`, base64.StdEncoding.EncodeToString(public))
	d.call(422, "PATCH", "/api/config", `{"plugin_artefacts":{"publishers":[{"name":"we","public_key":"x"}]}}`)
	d.call(200, "PATCH", "/api/config", trusted)

	push := func(status int, content, signature string) map[string]any {
		return d.call(status, "POST", "/api/plugins/artefacts?name=house.wasm&signature="+url.QueryEscape(signature), content, "Content-Type", "application/octet-stream")
	}
	digest := signing.Digest([]byte("module"))
	push(422, "module", "")
	push(422, "other", signing.Sign(private, digest))
	kept := push(200, "module", signing.Sign(private, digest))["artefact"].(map[string]any)
	require.Equal(t, digest, kept["digest"])
	require.Equal(t, "we", kept["signed_by"])

	body := func(digest string) string {
		return fmt.Sprintf(`{"name":"h","kind":"house","artefact":%q,"config":{"words":["x"]}}`, digest)
	}
	refused := d.call(422, "POST", "/api/plugins", body(signing.Digest([]byte("nothing"))))["error"].(map[string]any)
	require.Equal(t, "body.artefact", refused["details"].([]any)[0].(map[string]any)["path"])
	d.call(422, "POST", "/api/plugins", body("sha256:x"))
	d.call(200, "POST", "/api/plugins", body(digest))

	listed := d.call(200, "GET", "/api/plugins/artefacts", "")["artefacts"].([]any)
	require.Len(t, listed, 1)
	require.Equal(t, []any{"h"}, listed[0].(map[string]any)["used_by"])
	d.call(409, "DELETE", "/api/plugins/artefacts/"+digest, "")
	d.call(422, "PATCH", "/api/config", `{"plugin_artefacts":null}`)
	d.call(200, "DELETE", "/api/plugins/h", "")
	d.call(200, "DELETE", "/api/plugins/artefacts/"+digest, "")
	d.call(404, "DELETE", "/api/plugins/artefacts/"+digest, "")
}
