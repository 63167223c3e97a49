package command

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/vault"
)

// inVault follows references to the Vault of the environment.
var inVault = config.WithVault(readVault)

// vaultTimeout bounds a sign-in and a reading.
const vaultTimeout = 15 * time.Second

// vaultClient is nil without a Vault.
var vaultClient = sync.OnceValues(func() (*vault.Client, error) {
	s, err := vault.FromEnvironment(os.LookupEnv)
	if err != nil || s == nil {
		return nil, err
	}
	return vault.NewClient(*s), nil
})

func readVault(reference string) (string, error) {
	client, err := vaultClient()
	if err != nil {
		return "", err
	}
	if client == nil {
		return "", errors.New("no Vault is given (ASBRU_VAULT_ADDR)")
	}
	ctx, stop := context.WithTimeout(context.Background(), vaultTimeout)
	defer stop()
	return client.Read(ctx, reference)
}
