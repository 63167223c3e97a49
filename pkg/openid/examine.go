package openid

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Keys fetches the keys that the provider publishes, and returns how many of them it may sign
// ID tokens with.
func (p *Provider) Keys(ctx context.Context) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.keysURL, http.NoBody)
	if err != nil {
		return 0, fmt.Errorf("the address of the keys: %w", err)
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("fetch the keys: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("fetch the keys: %s says %s", p.keysURL, res.Status)
	}
	var set struct {
		Keys []struct {
			Use string `json:"use"`
		} `json:"keys"`
	}
	if err := json.NewDecoder(res.Body).Decode(&set); err != nil {
		return 0, fmt.Errorf("read the keys: %w", err)
	}
	signing := 0
	for _, k := range set.Keys {
		if k.Use == "" || k.Use == "sig" {
			signing++
		}
	}
	if signing == 0 {
		return 0, errors.New("no key to sign with is published")
	}
	return signing, nil
}

// KnowsClient asks the provider for a token with a code that it has never given: one that does
// not know the client, or not by this secret, says so before it looks at the code. The secret
// may go in a header or in the form: both are tried.
func (p *Provider) KnowsClient(ctx context.Context) error {
	var faults []error
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
		flow := p.flow
		flow.Endpoint.AuthStyle = style
		_, err := flow.Exchange(oidc.ClientContext(ctx, client), "asbru-test", oauth2.VerifierOption(oauth2.GenerateVerifier()))
		var refused *oauth2.RetrieveError
		switch {
		case errors.As(err, &refused) && refused.ErrorCode == "invalid_grant":
			return nil
		case errors.As(err, &refused) && refused.ErrorCode != "":
			faults = append(faults, fmt.Errorf("the provider says %s", refused.ErrorCode))
		case errors.As(err, &refused):
			faults = append(faults, fmt.Errorf("the provider says %s", refused.Response.Status))
		case err != nil:
			return fmt.Errorf("ask for a token: %w", err)
		default:
			return errors.New("the provider gives a token for any code")
		}
	}
	return faults[0]
}
