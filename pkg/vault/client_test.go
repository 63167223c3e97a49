package vault_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/vault"
	"github.com/stretchr/testify/require"
)

// server speaks Vault's HTTP API as far as reading needs it.
type server struct {
	*httptest.Server

	mu      sync.Mutex
	token   string
	lease   int
	logins  int
	reads   int
	status  int // instead of an answer, if it is not 0
	secrets map[string]map[string]any
}

func start(t *testing.T) *server {
	s := &server{token: "hvs.first", lease: 3600, secrets: map[string]map[string]any{
		"/v1/secret/data/asbru/openai": {"value": "sk-1", "other": "sk-2", "number": 7},
		"/v1/kv/data/with space":       {"value": "spaced"},
	}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := func(status int, body any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	failed := func(status int, message string) { answer(status, map[string]any{"errors": []string{message}}) }
	switch {
	case s.status != 0:
		failed(s.status, "Vault is sealed")
	case r.Header.Get("X-Vault-Namespace") == "elsewhere":
		failed(404, "no handler for route")
	case r.URL.Path == "/v1/auth/approle/login" || r.URL.Path == "/v1/auth/kubernetes/login":
		var body map[string]string
		_ = json.NewDecoder(r.Body).Decode(&body)
		if body["role_id"]+body["secret_id"] != "role"+"secret" && body["role"]+body["jwt"] != "asbru"+"jwt" {
			failed(400, "invalid role or secret ID")
			return
		}
		s.logins++
		answer(200, map[string]any{"auth": map[string]any{"client_token": s.token, "lease_duration": s.lease, "renewable": true}})
	case r.Header.Get("X-Vault-Token") != s.token:
		failed(403, "permission denied")
	default:
		s.reads++
		fields, ok := s.secrets[r.URL.Path]
		if !ok {
			failed(404, "")
			return
		}
		status := 200
		metadata := map[string]any{"created_time": "2026-01-01T00:00:00Z", "deletion_time": "", "destroyed": false, "version": 1}
		if fields == nil { // deleted
			status, metadata["deletion_time"] = 404, "2026-01-02T00:00:00Z"
		}
		answer(status, map[string]any{"request_id": "1", "lease_id": "", "renewable": false, "lease_duration": 0, "data": map[string]any{"data": fields, "metadata": metadata}})
	}
}

func (s *server) set(change func(*server)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func TestASecretIsReadByPathAndField(t *testing.T) {
	s := start(t)
	c := vault.NewClient(vault.Settings{Address: s.URL, Token: "hvs.first"})
	for reference, want := range map[string]string{
		"vault:asbru/openai": "sk-1", "vault:asbru/openai#value": "sk-1", "vault:/asbru/openai/#other": "sk-2",
	} {
		value, err := c.Read(t.Context(), reference)
		require.NoError(t, err, reference)
		require.Equal(t, want, value)
	}
	require.Equal(t, 1, s.reads, "of one secret")
	for _, reference := range []string{"vault:", "vault:#x", "vault:../sys/x", "vault:a//b", "vault:asbru/openai#none", "vault:asbru/openai#number"} {
		_, err := c.Read(t.Context(), reference)
		require.Error(t, err, reference)
	}
	_, err := c.Read(t.Context(), "vault:none")
	require.ErrorIs(t, err, vault.ErrNotFound)
	s.set(func(s *server) { s.secrets["/v1/secret/data/deleted"] = nil })
	_, err = c.Read(t.Context(), "vault:deleted")
	require.ErrorIs(t, err, vault.ErrNotFound)

	other := vault.NewClient(vault.Settings{Address: s.URL, Token: "hvs.first", Mount: "kv"})
	value, err := other.Read(t.Context(), "vault:with space")
	require.NoError(t, err)
	require.Equal(t, "spaced", value)
	_, err = vault.NewClient(vault.Settings{Address: s.URL, Token: "hvs.first", Namespace: "elsewhere"}).Read(t.Context(), "vault:asbru/openai")
	require.ErrorIs(t, err, vault.ErrNotFound)
}

func TestItSignsInAgainWhenASignInIsOver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "jwt")
	require.NoError(t, os.WriteFile(file, []byte("jwt\n"), 0o600))
	for name, settings := range map[string]vault.Settings{
		"AppRole":    {RoleID: "role", SecretID: "secret"},
		"Kubernetes": {KubernetesRole: "asbru", ServiceAccount: file},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			settings.Address = s.URL
			c := vault.NewClient(settings)
			_, err := c.Read(t.Context(), "vault:asbru/openai")
			require.NoError(t, err)
			s.set(func(s *server) { s.token = "hvs.second" })
			_, err = c.Read(t.Context(), "vault:none")
			require.ErrorIs(t, err, vault.ErrNotFound, "it is let in, and there is no such secret")
			require.Equal(t, 2, s.logins)
		})
	}
	s := start(t)
	_, err := vault.NewClient(vault.Settings{Address: s.URL, RoleID: "role", SecretID: "wrong-canary"}).Read(t.Context(), "vault:asbru/openai")
	require.ErrorContains(t, err, "sign in")
	require.NotContains(t, err.Error(), "canary")
}

func TestAVaultThatCannotAnswerIsTold(t *testing.T) {
	s := start(t)
	c := vault.NewClient(vault.Settings{Address: s.URL, Token: "hvs.canary"})
	_, err := c.Read(t.Context(), "vault:asbru/openai")
	require.ErrorIs(t, err, vault.ErrDenied)
	s.set(func(s *server) { s.status = 503 })
	_, err = c.Read(t.Context(), "vault:asbru/openai")
	require.ErrorIs(t, err, vault.ErrSealed)
	s.Close()
	_, err = c.Read(t.Context(), "vault:asbru/openai")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "canary")
}

func TestTheEnvironmentSaysHowToSignIn(t *testing.T) {
	for _, tc := range []struct {
		env map[string]string
		ok  bool
	}{
		{map[string]string{}, true},
		{map[string]string{"ADDR": "https://vault:8200", "TOKEN": "t"}, true},
		{map[string]string{"ADDR": "https://vault:8200"}, false},
		{map[string]string{"ADDR": "https://vault:8200", "TOKEN": "t", "ROLE_ID": "r"}, false},
		{map[string]string{"ADDR": "vault:8200", "TOKEN": "t"}, false},
		{map[string]string{"ADDR": "https://u:p@vault", "TOKEN": "t"}, false},
	} {
		s, err := vault.FromEnvironment(func(name string) (string, bool) {
			value, ok := tc.env[name[len("ASBRU_VAULT_"):]]
			return value, ok
		})
		require.Equal(t, tc.ok, err == nil, tc.env)
		require.Equal(t, tc.ok && len(tc.env) > 0, s != nil)
	}
}
