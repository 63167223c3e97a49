//go:build integration

package faults_test

import (
	"net/http"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// secretsStay holds that nothing that a process has said, answered or counted shows
// a secret: the provider's keys, those of callers, the cluster's and the admin's.
func (r *trial) secretsStay() {
	r.t.Helper()
	secrets := append(r.secrets, nodes.AdminToken, r.Secret,
		"sk-a-0123456789", "sk-b-0123456789", "sk-c-0123456789")
	said := map[string]string{"answers with errors": r.load.said.String()}
	for _, path := range []string{"/api/config", "/api/cluster/nodes", "/api/cluster/keys", "/api/governance/virtual-keys"} {
		status, text, err := r.AskAdmin(http.MethodGet, path, "")
		require.NoError(r.t, err)
		require.Equal(r.t, http.StatusOK, status, path)
		said[path] = string(text)
	}
	for _, p := range append(append(r.serving(), r.Control), r.NATS...) {
		said["the log of "+p.Name] = p.Log.String()
		said["the metrics of "+p.Name] = metrics(r.t, p)
	}
	for where, text := range said {
		for i, secret := range secrets {
			if strings.Contains(text, secret) { // which is not told here either
				require.Failf(r.t, "a secret is shown", "number %d in %s", i, where)
			}
		}
	}
}
