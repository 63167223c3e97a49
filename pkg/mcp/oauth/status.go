package oauth

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"
)

// How it stands with a sign-in.
const (
	None       = "none"
	Pending    = "pending"    // a browser was sent to the authorization server
	Waiting    = "returned"   // it has come back, and who has begun is to say that it is done
	Authorized = "authorized" // there is a token
	Expired    = "expired"
	Revoked    = "revoked"
	Failed     = "failed" // the last sign-in
)

// Status is how it stands with a sign-in. It has no secret.
type Status struct {
	State   string
	Problem string    // of one that has failed
	Until   time.Time // of one that has begun
	Since   time.Time // of the token
	Expires time.Time // of the token; zero: not known, or none
	Renews  bool      // the token is renewed by itself
	Scopes  []string
	Wanted  []string // that the server has asked for besides: somebody has to sign in for them
	Issuer  string
}

// Status returns how it stands with an owner's sign-in.
func (k *Keeper) Status(ctx context.Context, s *Settings, owner string) (Status, error) {
	place := s.place(owner)
	out := Status{State: None}
	g := &grant{}
	_, err := k.read(ctx, k.tokens, place, g)
	switch {
	case err == nil && g.Server == s.Resource:
		out = Status{State: Authorized, Since: g.Since, Expires: g.Expires, Renews: g.Refresh != "", Scopes: g.scopes(), Wanted: g.Wanted, Issuer: g.At.Issuer}
		switch {
		case g.Ended != "":
			out.State = g.Ended
		case !g.lasts(k.now(), "") && g.Refresh == "":
			out.State = Expired
		}
	case err != nil && !errors.Is(err, ErrNoRecord):
		return out, err
	}
	f, _, err := k.begun(ctx, place)
	switch {
	case errors.Is(err, ErrNotBegun) || err == nil && f.Settings.Resource != s.Resource:
		return out, nil
	case err != nil:
		return out, err
	}
	out.Until = f.Until
	switch {
	case f.Failed != "":
		out.Problem = f.Failed
		if out.State != Authorized {
			out.State = Failed
		}
	case f.Code != "":
		out.State = Waiting
	default:
		out.State = Pending
	}
	return out, nil
}

// Revoke ends the sign-ins of all owners at a server: the gateway forgets the tokens, and
// asks the authorization server to (RFC 7009). It returns how many there were.
func (k *Keeper) Revoke(ctx context.Context, s *Settings) (int, error) {
	return k.giveUp(ctx, s, false)
}

// Remove is [Keeper.Revoke] for a server that is there no more: who the gateway was at its
// authorization server is forgotten, too.
func (k *Keeper) Remove(ctx context.Context, s *Settings) (int, error) { return k.giveUp(ctx, s, true) }

func (k *Keeper) giveUp(ctx context.Context, s *Settings, clients bool) (int, error) {
	places, err := k.tokens.Under(ctx, s.Server)
	if err != nil {
		return 0, err
	}
	ended := 0
	for _, place := range places {
		if strings.HasPrefix(place, s.Server+".client-") {
			if clients {
				if err := k.forgetClient(ctx, place); err != nil {
					return ended, err
				}
			}
			continue
		}
		if err := k.revoke(ctx, s, place); err != nil {
			return ended, err
		}
		ended++
	}
	if begun, revision, err := k.begun(ctx, s.place(Nobody)); err == nil && begun != nil {
		_ = k.signIns.Delete(ctx, s.place(Nobody), revision) // it ends by itself otherwise
	}
	return ended, nil
}

func (k *Keeper) forgetClient(ctx context.Context, place string) error {
	_, revision, err := k.tokens.Load(ctx, place)
	if err == nil {
		err = k.tokens.Delete(ctx, place, revision)
	}
	if errors.Is(err, ErrNoRecord) || errors.Is(err, ErrChanged) { // somebody has made the server anew
		return nil
	}
	return err
}

func (k *Keeper) revoke(ctx context.Context, s *Settings, place string) error {
	for {
		g := &grant{}
		revision, err := k.read(ctx, k.tokens, place, g)
		if errors.Is(err, ErrNoRecord) {
			return nil
		}
		if err != nil {
			return err
		}
		err = k.tokens.Delete(ctx, place, revision)
		if errors.Is(err, ErrChanged) {
			continue
		}
		if err != nil {
			return err
		}
		k.Forget(place)
		k.tellRevoked(ctx, s, g)
		return nil
	}
}

// tellRevoked asks the authorization server to forget a token. Where it does not, the token
// ends by itself, and nobody has it.
func (k *Keeper) tellRevoked(ctx context.Context, s *Settings, g *grant) {
	if g.At.Revoke == "" {
		return
	}
	c := newClient(s.Private)
	for hint, token := range map[string]string{"refresh_token": g.Refresh, "access_token": g.Access} {
		if token == "" {
			continue
		}
		resp, err := post(ctx, c, g.At.Revoke, &g.At, &g.Client, url.Values{"token": {token}, "token_type_hint": {hint}})
		if err != nil {
			k.log.Warn("an authorization server could not be told that a token is revoked", "mcp", s.Server)
			return
		}
		_ = resp.Body.Close() // what it says changes nothing
	}
}
