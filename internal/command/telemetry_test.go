package command

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

func TestACallIsTracedToTheCollector(t *testing.T) {
	got := make(chan string, 64)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, err := gzip.NewReader(r.Body); err == nil {
			told, _ := io.ReadAll(body)
			got <- r.URL.Path + " " + r.Header.Get("X-Token") + " " + string(told)
		}
	}))
	defer collector.Close()
	listen := ports.Address(t)
	startUp(t, listen, t.TempDir(), "--config", file(t, "asbru.yaml", fmt.Sprintf(
		"providers: {mock: {keys: [{name: a, value: secret-of-the-key}]}}\ntelemetry: {collector: {endpoint: %q, headers: {x-token: told}}}\n", collector.URL)))
	ask := func() {
		const body = `{"model":"mock/traced","messages":[{"role":"user","content":"not for the collector"}]}`
		answer, err := http.Post("http://"+listen+"/v1/chat/completions", "application/json", strings.NewReader(body))
		if err == nil {
			_ = answer.Body.Close()
		}
	}
	for deadline := time.Now().Add(time.Minute); ; { // the first calls may be made before the configuration is in force
		require.True(t, time.Now().Before(deadline), "no trace came")
		ask()
		select {
		case told := <-got:
			if !strings.Contains(told, "chat traced") {
				continue
			}
			require.True(t, strings.HasPrefix(told, "/v1/traces told "))
			require.Contains(t, told, "attempt mock")
			require.NotContains(t, told, "secret-of-the-key")
			require.NotContains(t, told, "not for the collector")
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}
