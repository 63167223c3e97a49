package deploy_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/internal/command"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func secretsOf(t *testing.T, all []manifest) map[string]map[string]string {
	t.Helper()
	secrets := map[string]map[string]string{}
	for _, m := range all {
		if m.Kind == "Secret" {
			secrets[m.Metadata.Name] = map[string]string{}
			for key, value := range m.Data {
				text, err := base64.StdEncoding.DecodeString(value)
				require.NoError(t, err)
				secrets[m.Metadata.Name][key] = string(text)
			}
		}
	}
	return secrets
}

func TestPodsHaveSecretsFromSecretsAlone(t *testing.T) {
	eachValues(t, func(t *testing.T, file string) {
		all := rendered(t, file)
		secrets, referred := secretsOf(t, all), 0
		for _, m := range all {
			if m.Spec.Template == nil {
				continue
			}
			for _, v := range m.Spec.Template.Spec.Containers[0].Env {
				switch v.Name {
				case "ASBRU_SECRET_KEY", "ASBRU_ADMIN_TOKEN", "ASBRU_REDIS", "ASBRU_STORE":
					require.Empty(t, v.Value, v.Name)
					from := v.ValueFrom.SecretKeyRef
					require.NotNil(t, from, v.Name)
					if ours, rendered := secrets[from.Name]; rendered {
						require.NotEmpty(t, ours[from.Key], "%s of %s", from.Key, from.Name)
					}
					referred++
				}
			}
		}
		require.GreaterOrEqual(t, referred, 3+2+2, "keys of edge, worker and control; two URLs of Redis; store and token")
	})
}

func TestUrlsWithPasswordsStandInNothingButASecret(t *testing.T) {
	text, err := helm(t, "template", "r", chart, "-f", "testdata/small.yaml")
	require.NoError(t, err)
	require.NotContains(t, text, "redis-password")
	require.NotContains(t, text, "store-password")
	urls := secretsOf(t, parse(t, text))["r-asbru-urls"]
	require.Equal(t, "redis://:redis-password@redis:6379", urls["redis-url"])
	require.Equal(t, "postgres://asbru:store-password@postgres:5432/asbru", urls["store-url"])
}

func TestSecretsThatSomebodyElseTakesCareOfAreNotMade(t *testing.T) {
	require.Empty(t, secretsOf(t, rendered(t, "testdata/whole.yaml")))
}

func TestTheClustersSecretsAreMadeOnceAndKept(t *testing.T) {
	made := secretsOf(t, rendered(t, "testdata/small.yaml"))["r-asbru"]
	_, err := secret.ParseKey(made["secret-key"])
	require.NoError(t, err)
	require.Greater(t, len(made["admin-token"]), 40)
	again := secretsOf(t, rendered(t, "testdata/small.yaml"))["r-asbru"]
	require.NotEqual(t, made["secret-key"], again["secret-key"])
	require.NotEqual(t, made["admin-token"], again["admin-token"])

	kept := map[string]string{"secret-key": "the key", "admin-token": "the token"}
	upgraded := rendered(t, "testdata/small.yaml", "--dry-run=server", "--disable-openapi-validation", "--kube-apiserver", kubernetesWith(t, "r-asbru", kept))
	require.Equal(t, kept, secretsOf(t, upgraded)["r-asbru"])
	for _, m := range upgraded {
		if m.Kind == "Secret" && m.Metadata.Name == "r-asbru" {
			require.Equal(t, "keep", m.Metadata.Annotations["helm.sh/resource-policy"], "what is sealed with it may outlive the release")
		}
	}
}

// kubernetesWith returns the address of what answers as a Kubernetes that knows the chart's
// kinds and has one Secret of the release r in the namespace ns.
func kubernetesWith(t *testing.T, name string, data map[string]string) string {
	t.Helper()
	encoded := map[string]string{}
	for key, value := range data {
		encoded[key] = base64.StdEncoding.EncodeToString([]byte(value))
	}
	answers := map[string]any{
		"/version": map[string]string{"major": "1", "minor": "34", "gitVersion": "v1.34.0"},
		"/api":     map[string]any{"kind": "APIVersions", "versions": []string{"v1"}},
		"/api/v1/namespaces/ns/secrets/" + name: map[string]any{
			"kind": "Secret", "apiVersion": "v1", "data": encoded,
			"metadata": map[string]any{
				"name": name, "namespace": "ns", "labels": map[string]string{"app.kubernetes.io/managed-by": "Helm"},
				"annotations": map[string]string{"meta.helm.sh/release-name": "r", "meta.helm.sh/release-namespace": "ns"},
			},
		},
	}
	var groups []any
	for version, kinds := range map[string][]string{
		"v1":                   {"ConfigMap", "Secret", "Service"},
		"apps/v1":              {"Deployment", "StatefulSet"},
		"policy/v1":            {"PodDisruptionBudget"},
		"networking.k8s.io/v1": {"NetworkPolicy"},
	} {
		var resources []any
		for _, kind := range kinds {
			resources = append(resources, map[string]any{"name": strings.ToLower(kind) + "s", "kind": kind, "namespaced": true, "verbs": []string{"get"}})
		}
		at := "/apis/" + version
		if group, short, named := strings.Cut(version, "/"); named {
			groups = append(groups, map[string]any{"name": group, "versions": []any{map[string]string{"groupVersion": version, "version": short}}})
		} else {
			at = "/api/" + version
		}
		answers[at] = map[string]any{"kind": "APIResourceList", "groupVersion": version, "resources": resources}
	}
	answers["/apis"] = map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, known := answers[r.URL.Path]
		w.Header().Set("Content-Type", "application/json")
		if !known {
			w.WriteHeader(http.StatusNotFound)
			answer = map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": http.StatusNotFound}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestTheConfigurationOfTheChartIsSound(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "a-key")
	eachValues(t, func(t *testing.T, file string) {
		for _, m := range rendered(t, file) {
			text, found := m.Data["asbru.yaml"]
			if m.Kind != "ConfigMap" || !found {
				continue
			}
			path := filepath.Join(t.TempDir(), "asbru.yaml")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			check := command.Root(command.Build{})
			check.SetArgs([]string{"check", path})
			check.SetOut(t.Output())
			require.NoError(t, check.Execute())
		}
	})
}
