package command

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

// ask sends a request to the admin API and returns the answer.
func ask(t *testing.T, listen, folder, method, path, body string) map[string]any {
	t.Helper()
	token, err := os.ReadFile(filepath.Join(folder, "admin-token"))
	require.NoError(t, err)
	req, err := http.NewRequest(method, "http://"+listen+path, bytes.NewReader([]byte(body)))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode, string(text))
	var answer map[string]any
	require.NoError(t, json.Unmarshal(text, &answer))
	return answer
}

func TestABudgetThatIsUsedUpIsAlertedOfOnceAndSigned(t *testing.T) {
	without(t)
	requests := make(chan *http.Request, 16)
	hooks := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		requests <- r
	}))
	defer hooks.Close()
	secret := []byte("0123456789abcdef0123456789abcdef")
	path := file(t, "asbru.yaml", `
providers: {mock: {}}
webhooks: {allow_private_networks: true, secret: whsec_`+base64.StdEncoding.EncodeToString(secret)+`}
alerts: {channels: [{name: ops, type: webhook, url: "`+hooks.URL+`"}]}
governance:
  pricing_overrides: [{provider: mock, price: {model_pattern: "*", match_type: wildcard, input_cost_per_token: 0.01, output_cost_per_token: 0.01}}]
  virtual_keys: [{id: web, name: web, value: sk-web-0123456789, budget: {max_limit: 1, reset_duration: 1h}}]
`)
	listen, folder := ports.Address(t), t.TempDir()
	startUp(t, listen, folder, "--config", path)
	call := func() int {
		req, err := http.NewRequest(http.MethodPost, "http://"+listen+"/v1/chat/completions", strings.NewReader(
			`{"model": "mock/any", "max_tokens": 20, "messages": [{"role": "user", "content": "Hello"}]}`))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer sk-web-0123456789")
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, res.Body)
		return res.StatusCode
	}
	require.Eventually(t, func() bool { return call() == http.StatusPaymentRequired }, time.Minute, time.Millisecond)
	for range 3 {
		require.Equal(t, http.StatusPaymentRequired, call())
	}
	rules := map[string]int{}
	for rules["budget_exhausted"] == 0 {
		var r *http.Request
		select {
		case r = <-requests:
		case <-time.After(time.Minute):
			t.Fatal("nobody was told")
		}
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(r.Header.Get("webhook-id") + "." + r.Header.Get("webhook-timestamp") + "."))
		mac.Write(body)
		require.Equal(t, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)), r.Header.Get("webhook-signature"))
		var told struct {
			Type   string
			Alerts []struct{ Rule, Subject, Summary string }
		}
		require.NoError(t, json.Unmarshal(body, &told))
		require.Equal(t, "alert.firing", told.Type)
		for _, a := range told.Alerts {
			require.Equal(t, "vk:web:money", a.Subject)
			rules[a.Rule]++
		}
	}
	found := ask(t, listen, folder, http.MethodGet, "/api/alerts?state=firing&rule=budget_exhausted", "")["alerts"].([]any)
	require.Len(t, found, 1)
	require.EqualValues(t, 1, found[0].(map[string]any)["notices"])
	require.Equal(t, 1, rules["budget_exhausted"])
	answer := ask(t, listen, folder, http.MethodPost, "/api/alerts/channels/ops/test", "")
	require.Equal(t, map[string]any{"channel": "ops", "sent": true}, answer)
}
