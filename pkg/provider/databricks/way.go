// Package databricks is the way into Databricks' model serving: each key may have a
// workspace of its own, and is a personal access token, or a service principal that
// gets its tokens at the workspace.
//
// https://docs.databricks.com/dev-tools/auth/oauth-m2m
package databricks

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"golang.org/x/oauth2/clientcredentials"
)

// Way is the way of a key into its workspace.
func Way(k *config.Key) (access.Way, error) {
	d := k.Databricks
	if d == nil {
		return access.Way{}, nil
	}
	w := access.Way{BaseURL: strings.TrimSuffix(d.URL, "/")}
	if d.ClientID == "" {
		return w, nil
	}
	if w.BaseURL == "" || d.ClientSecret == "" {
		return w, errors.New("databricks_key_config: url and client_secret are required beside client_id")
	}
	principal := &clientcredentials.Config{
		ClientID: d.ClientID, ClientSecret: d.ClientSecret.Reveal(),
		TokenURL: w.BaseURL + "/oidc/v1/token", Scopes: []string{"all-apis"},
	}
	w.Signer = &access.Bearer{Source: func(ctx context.Context) (string, time.Time, error) {
		t, err := principal.Token(ctx)
		if err != nil {
			return "", time.Time{}, errors.New("the workspace gives the service principal no token")
		}
		return t.AccessToken, t.Expiry, nil
	}}
	return w, nil
}
