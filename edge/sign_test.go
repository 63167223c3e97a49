package edge_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// notary signs with what it was given to sign.
type notary struct{ err error }

func (n notary) AppendAuth(dst []byte, r *access.Request) ([]byte, error) {
	body := bytes.Join(r.Body, nil)
	dst = append(append(append(append(dst, "X-Signed: "...), r.Method+" "+r.Host...), r.Path...), ' ')
	return append(append(dst, strings.ReplaceAll(string(body[:20]), "\n", "")...), "\r\n"...), n.err
}

// signed has a provider whose keys sign, beside one that is called openai.
func signed(t *testing.T, url string, err error) *door {
	row, _ := provider.ByName("openai")
	row.Name, row.BaseURL = "signed", url+"/prefix"
	row.Way = func(*config.Key) (access.Way, error) { return access.Way{Signer: notary{err}}, nil }
	return openOptions(t, over(url), gateway.Options{Providers: []gateway.Registration{{
		Row: row, Config: config.Provider{Keys: []config.Key{{Name: "k", Weight: 1}}},
	}}})
}

func TestARequestIsSignedAsItIsSent(t *testing.T) {
	signatures := make(chan [2]string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		signatures <- [2]string{x.Header.Get("X-Signed"), x.Method + " " + x.Host + x.RequestURI + " " + string(x.BodyBytes[:20])}
		x.JSON(200, wholeAnswers["openai"])
	})
	d := signed(t, up.URL, nil)
	for dialect := range providerOf {
		for _, size := range []int{1, 100 << 10} { // written with the head, and beside it
			path, body := chatRequest(dialect, "signed", "")
			res := d.post(t, path, body+strings.Repeat(" ", size))
			require.Equal(t, 200, res.Status, res.Body)
			got := <-signatures
			require.Equal(t, got[1], got[0])
			require.Contains(t, got[0], "POST 127.0.0.1:")
			require.Contains(t, got[0], "/prefix/v1/chat/completions")
		}
	}
}

func TestAKeyThatCannotSignIsAnErrorThatAFallbackMends(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d := signed(t, up.URL, errors.New("the vault is closed"))
	call := `{"model":"signed/m","messages":[{"role":"user","content":"hi"}]`
	res := d.post(t, "/v1/chat/completions", call+"}")
	require.Equal(t, 502, res.Status)
	code, message := errorOf(t, "openai", res)
	require.Equal(t, "provider_sign_in_failed", code)
	require.NotContains(t, message, "vault")
	require.Zero(t, up.Hits())
	res = d.post(t, "/v1/chat/completions", call+`,"fallbacks":["openai/gpt-4o"]}`)
	require.Equal(t, 200, res.Status)
}
