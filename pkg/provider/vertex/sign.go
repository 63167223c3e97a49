package vertex

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
)

// scope is what a token is asked for.
const scope = "https://www.googleapis.com/auth/cloud-platform"

// kinds are the credentials that a key may have.
var kinds = []credentials.CredType{
	credentials.ServiceAccount, credentials.AuthorizedUser, credentials.ExternalAccount,
	credentials.ExternalAccountAuthorizedUser, credentials.ImpersonatedServiceAccount,
}

// signerOf signs with the key's credentials, or with those of the machine.
func signerOf(v *config.Vertex) (access.Signer, error) {
	i := &identity{}
	if v.Credentials != "" {
		var err error
		if i.known, err = read([]byte(v.Credentials.Reveal())); err != nil {
			return nil, fmt.Errorf("vertex_key_config.auth_credentials: %w", err)
		}
	}
	return &access.Bearer{Source: i.token}, nil
}

// options are those of all credentials. A Bearer keeps their tokens and sees to it that
// they are fresh.
func options() *credentials.DetectOptions {
	return &credentials.DetectOptions{Scopes: []string{scope}, DisableAsyncRefresh: true}
}

// read reads credentials. What is wrong with them is said without showing them.
func read(text []byte) (*auth.Credentials, error) {
	var head struct {
		Type credentials.CredType `json:"type"`
	}
	if json.Unmarshal(text, &head) != nil {
		return nil, errors.New("must be the JSON of a Google credential")
	}
	for _, kind := range kinds {
		if kind == head.Type {
			c, err := credentials.NewCredentialsFromJSON(kind, text, options())
			if err != nil {
				return nil, errors.New("are not those of a " + string(kind))
			}
			return c, nil
		}
	}
	return nil, fmt.Errorf("the type must be one of %v", kinds)
}

// identity is who asks for tokens: the key's credentials, or what the machine offers,
// which is looked for when a token is wanted.
type identity struct {
	known *auth.Credentials
	mu    sync.Mutex // of found
	found *auth.Credentials
}

func (i *identity) credentials() (*auth.Credentials, error) {
	if i.known != nil {
		return i.known, nil
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.found == nil {
		var err error
		if i.found, err = credentials.DetectDefault(options()); err != nil {
			return nil, errors.New("the machine offers no Google credentials")
		}
	}
	return i.found, nil
}

func (i *identity) token(ctx context.Context) (string, time.Time, error) {
	c, err := i.credentials()
	if err != nil {
		return "", time.Time{}, err
	}
	t, err := c.Token(ctx)
	if err != nil {
		var refused *auth.Error
		if errors.As(err, &refused) && refused.Response != nil {
			return "", time.Time{}, fmt.Errorf("google answered %d", refused.Response.StatusCode)
		}
		return "", time.Time{}, err
	}
	return t.Value, t.Expiry, nil
}
