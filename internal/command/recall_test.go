package command

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

func TestUpGoesOnWithWhatWasUsedBeforeItWasStartedAgain(t *testing.T) {
	folder := t.TempDir()
	path := file(t, "asbru.yaml", `
providers: {mock: {}}
client: {enforce_auth_on_inference: false}
governance: {providers: [{provider: mock, rate_limit: {request_max_limit: 100, request_reset_duration: 1h}}]}
`)
	for run, used := range []string{`"used":3`, `"used":6`} {
		t.Run("run", func(t *testing.T) {
			listen := ports.Address(t)
			startUp(t, listen, folder, "--config", path, "--admin-token", "s3cret-token")
			for range 3 {
				status, body := chat(t, listen, "mock/any")
				require.Equal(t, http.StatusOK, status, body)
			}
			require.Eventually(t, func() bool {
				_, body := get(t, "http://"+listen+"/api/limits?id=provider:mock:requests", "s3cret-token")
				return strings.Contains(body, used)
			}, time.Minute, 10*time.Millisecond, "run %d", run)
		})
	}
}
