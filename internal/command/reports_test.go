package command

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/stretchr/testify/require"
)

func TestAReportIsSentToASignedWebhook(t *testing.T) {
	without(t)
	told := make(chan http.Header, 4)
	hooks := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		told <- r.Header
	}))
	defer hooks.Close()
	path := file(t, "asbru.yaml", `
providers: {mock: {}}
webhooks: {allow_private_networks: true}
`)
	listen, folder := ports.Address(t), t.TempDir()
	startUp(t, listen, folder, "--config", path)
	admin, err := os.ReadFile(filepath.Join(folder, "admin-token"))
	require.NoError(t, err)
	require.Eventually(t, func() bool { // the store is opened behind all else
		status, _ := get(t, "http://"+listen+"/api/reports/runs", strings.TrimSpace(string(admin)))
		return status == http.StatusOK
	}, time.Minute, 10*time.Millisecond)
	ask(t, listen, folder, http.MethodPost, "/api/reports/schedules?wait=applied", `{"id": "finance", "every": "day", "type": "webhook", "url": "`+hooks.URL+`"}`)
	require.Equal(t, map[string]any{"schedule": "finance", "sent": true}, ask(t, listen, folder, http.MethodPost, "/api/reports/schedules/finance/test", ""))
	require.Contains(t, (<-told).Get("webhook-signature"), "v1,")
	require.Eventually(t, func() bool {
		runs := ask(t, listen, folder, http.MethodGet, "/api/reports/runs", "")["runs"].([]any)
		return len(runs) == 1 && runs[0].(map[string]any)["state"] == "waiting"
	}, time.Minute, 100*time.Millisecond)
}
