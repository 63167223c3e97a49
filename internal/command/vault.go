package command

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/vault"
)

// inVault follows references to the Vault of the environment, or else of the configuration.
var inVault = config.WithVault(openVault)

// vaultTimeout bounds a sign-in and a reading.
const vaultTimeout = 15 * time.Second

// vaults keeps the client that was used last, whose sign-in holds for a while.
var vaults struct {
	sync.Mutex
	settings vault.Settings
	client   *vault.Client
}

// openVault returns what reads references to a Vault, by the section of the configuration
// where the environment names none.
func openVault(section *config.Vault) func(reference string) (string, error) {
	s, err := vault.FromEnvironment(os.LookupEnv)
	if err == nil && s == nil {
		if s = vaultSettings(section); s == nil {
			err = errors.New("no Vault is given (secrets.vault)")
		}
	}
	if err != nil {
		return func(string) (string, error) { return "", err }
	}
	vaults.Lock()
	defer vaults.Unlock()
	if vaults.client == nil || vaults.settings != *s {
		vaults.settings, vaults.client = *s, vault.NewClient(*s)
	}
	client := vaults.client
	return func(reference string) (string, error) {
		ctx, stop := context.WithTimeout(context.Background(), vaultTimeout)
		defer stop()
		return client.Read(ctx, reference)
	}
}

// vaultSettings are those of a section of a configuration, nil where it has none.
func vaultSettings(v *config.Vault) *vault.Settings {
	if v == nil || v.Address == "" {
		return nil
	}
	a := &v.Auth
	s := &vault.Settings{
		Address: strings.TrimSuffix(v.Address, "/"), Namespace: v.Namespace, Mount: strings.Trim(v.Mount, "/"), CACertPEM: v.CACertPEM,
		Token: a.Token.Reveal(), RoleID: a.AppRole.RoleID, SecretID: a.AppRole.SecretID.Reveal(), KubernetesRole: a.Kubernetes.Role,
		ServiceAccount: os.Getenv("ASBRU_VAULT_KUBERNETES_TOKEN_FILE"),
	}
	mount := a.Kubernetes.Mount
	if s.RoleID != "" {
		mount = a.AppRole.Mount
	}
	s.AuthMount = strings.Trim(mount, "/")
	return s
}
