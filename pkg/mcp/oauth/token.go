package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// SignInError says that somebody has to sign in before there is a token.
type SignInError struct{ Server, Why string }

// Error implements error.
func (e *SignInError) Error() string {
	return fmt.Sprintf("somebody has to sign in at the MCP server %q: %s", e.Server, e.Why)
}

const (
	// renewFor is how long a node may take to renew a token before another one tries.
	renewFor = 30 * time.Second
	// lookAgain is the time between two looks at whether another node is done with it.
	lookAgain = 100 * time.Millisecond
	// writeTries is how often a node tries to keep what it was given, since the token before
	// may be worth nothing any more.
	writeTries = 5
)

// Token returns an access token for an owner, and renews it before it ends. The error is a
// *SignInError where somebody has to sign in for it. refused is a token that the server has
// not taken, "" for none: it is not returned again.
func (k *Keeper) Token(ctx context.Context, s *Settings, owner, refused string) (string, error) {
	place := s.place(owner)
	if g := k.held(place); g != nil && g.Server == s.Resource && g.Access != "" && g.lasts(k.now().Add(early), refused) {
		return g.Access, nil
	}
	// A renewal goes on when its caller leaves: what it gives would be lost.
	done := k.renewals.DoChan(place+"\n"+refused, func() (any, error) {
		alone, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewFor)
		defer cancel()
		return k.current(alone, s, place, refused)
	})
	select {
	case r := <-done:
		token, _ := r.Val.(string)
		return token, r.Err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// current reads the token, and renews it if that has to be.
func (k *Keeper) current(ctx context.Context, s *Settings, place, refused string) (string, error) {
	for {
		g := &grant{}
		revision, err := k.read(ctx, k.tokens, place, g)
		switch {
		case errors.Is(err, ErrNoRecord):
			return "", &SignInError{s.Server, "nobody has yet"}
		case err != nil:
			return "", err
		case g.Server != s.Resource: // the server was moved: the token is not its
			return "", &SignInError{s.Server, "the token is for another address of the server"}
		case g.Ended != "":
			return "", &SignInError{s.Server, "the token was " + g.Ended}
		case g.lasts(k.now().Add(early), refused):
			k.remember(place, g)
			return g.Access, nil
		}
		token, err := k.renewed(ctx, s, place, refused, g, revision)
		if !errors.Is(err, ErrChanged) {
			return token, err
		}
	}
}

// renewed renews a token, or waits while another node does; ErrChanged: it is another one
// by now, perhaps.
func (k *Keeper) renewed(ctx context.Context, s *Settings, place, refused string, g *grant, revision uint64) (string, error) {
	usable := g.lasts(k.now(), refused)
	switch {
	case g.Refresh == "" && usable:
		return g.Access, nil
	case g.Refresh == "":
		why := expired
		if g.Access == refused {
			why = revoked
		}
		return "", k.ended(ctx, s, place, g, revision, why)
	case k.now().Before(g.Renewing):
		if usable {
			return g.Access, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(lookAgain):
		}
		return "", ErrChanged
	}
	g.Renewing = k.now().Add(renewFor)
	revision, err := k.swap(ctx, k.tokens, place, g, revision)
	if err != nil {
		return "", err
	}
	if s.ClientID == g.Client.ID { // whose secret may be another by now
		g.Client.Secret = s.ClientSecret
	}
	fresh, err := ask(ctx, newClient(s.Private), &g.At, &g.Client, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {g.Refresh}})
	var no *refusedError
	switch {
	case err == nil:
		g.take(fresh, k.now())
	case errors.As(err, &no) && no.final():
		k.log.Warn("an MCP server's token is not renewed any more; somebody has to sign in", "mcp", s.Server, "reason", no.code)
		return "", k.ended(ctx, s, place, g, revision, revoked)
	default:
		g.Renewing = time.Time{}
		_, _ = k.swap(ctx, k.tokens, place, g, revision) // else nobody tries until it ends
		if usable {
			return g.Access, nil
		}
		return "", fmt.Errorf("renew the token: %w", err)
	}
	k.remember(place, g)
	return g.Access, k.keep(ctx, place, g, revision)
}

// keep writes a renewed token. Where that cannot be done, this node has it all the same.
func (k *Keeper) keep(ctx context.Context, place string, g *grant, revision uint64) error {
	var err error
	for range writeTries {
		_, err = k.swap(ctx, k.tokens, place, g, revision)
		if err == nil {
			return nil
		}
		if errors.Is(err, ErrChanged) { // somebody has signed in, or out, meanwhile
			k.Forget(place)
			return ErrChanged
		}
		select {
		case <-ctx.Done():
		case <-time.After(lookAgain):
		}
	}
	k.log.Error("a renewed token of an MCP server could not be kept for the other nodes", "error", err)
	return nil
}

// ended notes that a token is none any more. The error says so, or is ErrChanged.
func (k *Keeper) ended(ctx context.Context, s *Settings, place string, g *grant, revision uint64, why string) error {
	g.end(why)
	k.Forget(place)
	if _, err := k.swap(ctx, k.tokens, place, g, revision); err != nil {
		return err
	}
	return &SignInError{s.Server, "the token was " + why}
}
