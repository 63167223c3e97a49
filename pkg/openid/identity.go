package openid

import (
	"fmt"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Identity is who somebody is at a provider.
type Identity struct {
	Issuer, Subject string
	Name            string // what to call them; "" if nothing is told
	Email           string // only if the provider has verified it
	Groups          []string
}

// identify reads an ID token that has been verified.
func identify(token *oidc.IDToken, s *Settings) (*Identity, error) {
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return nil, fmt.Errorf("%w: the ID token cannot be read", ErrNotValid)
	}
	text := func(name string) string { s, _ := claims[name].(string); return s }
	if token.Subject == "" {
		return nil, fmt.Errorf("%w: the ID token names nobody", ErrNotValid)
	}
	if azp := text("azp"); azp != "" && azp != s.ClientID || azp == "" && len(token.Audience) > 1 {
		return nil, fmt.Errorf("%w: the ID token is another client's", ErrNotValid)
	}
	i := &Identity{Issuer: token.Issuer, Subject: token.Subject, Groups: texts(lookup(claims, s.Groups))}
	if verified, _ := claims["email_verified"].(bool); verified {
		i.Email = text("email")
	}
	for _, name := range []string{text("preferred_username"), i.Email, text("name")} {
		if name = strings.TrimSpace(name); name != "" && i.Name == "" {
			i.Name = name
		}
	}
	return i, nil
}

// lookup finds a claim by its name, or by the names on the way to it with dots between.
func lookup(claims map[string]any, name string) any {
	if value, ok := claims[name]; ok {
		return value
	}
	first, rest, dotted := strings.Cut(name, ".")
	if inner, ok := claims[first].(map[string]any); ok && dotted {
		return lookup(inner, rest)
	}
	return nil
}

// texts reads a claim that is a list of texts, or one.
func texts(claim any) (list []string) {
	switch claim := claim.(type) {
	case string:
		return []string{claim}
	case []any:
		for _, e := range claim {
			if s, ok := e.(string); ok {
				list = append(list, s)
			}
		}
	}
	return list
}
