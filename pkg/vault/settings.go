package vault

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// Settings say where a Vault is, and how to sign in. Of Token, RoleID and
// KubernetesRole one is given.
type Settings struct {
	Address   string // http(s)://HOST:PORT
	Namespace string
	Mount     string // of the secrets; "" is "secret"
	// CACertPEM are authorities that are trusted besides the system's.
	CACertPEM string

	Token string
	// TokenFile is read at each sign-in, so that an agent may write another token.
	TokenFile string

	RoleID, SecretID string

	KubernetesRole string
	// ServiceAccount is the file of the service account's token.
	ServiceAccount string

	AuthMount string // of AppRole or Kubernetes; "" is "approle" or "kubernetes"
}

// serviceAccount is where Kubernetes puts a pod's token.
const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/token"

// FromEnvironment reads the settings from variables ASBRU_VAULT_…; without
// ASBRU_VAULT_ADDR there is no Vault, and it returns nil.
func FromEnvironment(lookup func(name string) (string, bool)) (*Settings, error) {
	get := func(name string) string { s, _ := lookup("ASBRU_VAULT_" + name); return s }
	s := &Settings{
		Address: strings.TrimSuffix(get("ADDR"), "/"), Namespace: get("NAMESPACE"), Mount: strings.Trim(get("MOUNT"), "/"),
		Token: get("TOKEN"), TokenFile: get("TOKEN_FILE"), RoleID: get("ROLE_ID"), SecretID: get("SECRET_ID"),
		KubernetesRole: get("KUBERNETES_ROLE"), ServiceAccount: get("KUBERNETES_TOKEN_FILE"), AuthMount: strings.Trim(get("AUTH_MOUNT"), "/"),
	}
	if s.Address == "" {
		return nil, nil //nolint:nilnil // no Vault is no mistake
	}
	if file := get("CA_FILE"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("ASBRU_VAULT_CA_FILE: %w", err)
		}
		if s.CACertPEM = string(text); !x509.NewCertPool().AppendCertsFromPEM(text) {
			return nil, errors.New("ASBRU_VAULT_CA_FILE has no certificate in PEM form")
		}
	}
	if u, err := url.Parse(s.Address); err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("ASBRU_VAULT_ADDR must be an http or https address")
	}
	ways := 0
	for _, way := range []string{s.Token, s.TokenFile, s.RoleID, s.KubernetesRole} {
		if way != "" {
			ways++
		}
	}
	if ways != 1 {
		return nil, errors.New("sign-in to Vault needs one of ASBRU_VAULT_TOKEN, ASBRU_VAULT_TOKEN_FILE, ASBRU_VAULT_ROLE_ID and ASBRU_VAULT_KUBERNETES_ROLE")
	}
	return s, nil
}
