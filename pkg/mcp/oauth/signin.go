package oauth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// Why a sign-in does not come to its end. The errors hold nothing that a stranger said but a
// code of the standard.
var (
	// ErrNotBegun: nobody has begun it, or too long ago, or it has come to its end already.
	ErrNotBegun = errors.New("this sign-in was not begun here, or too long ago, or is over")
	// ErrNotYours: somebody else has begun it.
	ErrNotYours = errors.New("somebody else has begun this sign-in")
	// ErrIssuer: the answer is from another authorization server than was asked (RFC 9207).
	ErrIssuer = errors.New("the answer is not from the authorization server that was asked")
	// ErrRefused: the authorization server, or who was asked there, has refused.
	ErrRefused = errors.New("the sign-in was refused")
	// ErrNotBack: the browser has not come back from the authorization server yet.
	ErrNotBack = errors.New("the browser has not come back from the authorization server yet")
)

// signIn is a sign-in that has begun, as it is kept.
type signIn struct {
	Settings Settings   `json:"settings"`
	Owner    string     `json:"owner,omitempty"`
	By       string     `json:"by"`
	Waits    bool       `json:"waits,omitempty"`
	State    string     `json:"state"`
	Verifier string     `json:"verifier"`
	Redirect string     `json:"redirect"`
	At       Endpoints  `json:"at"`
	Client   Registered `json:"client"`
	Until    time.Time  `json:"until"`
	Code     string     `json:"code,omitempty"` // that the browser came back with
	Failed   string     `json:"failed,omitempty"`
}

// Beginning says who begins a sign-in.
type Beginning struct {
	Owner string // whose the token will be
	// By is shown by nobody else: the digest of a session, or the id of who asks.
	By string
	// Waits: a browser that comes back cannot show who it is, so that who has begun has to say
	// that it is done, by [Keeper.Complete].
	Waits    bool
	Redirect string // where the authorization server sends the browser back to
}

// Begun is a sign-in that has begun.
type Begun struct {
	Address string // where a browser is to go
	Until   time.Time
}

// Begin begins a sign-in for a server. One that has begun before for the same owner is over.
func (k *Keeper) Begin(ctx context.Context, s *Settings, b Beginning) (*Begun, error) {
	c := newClient(s.Private)
	at, err := discover(ctx, c, s)
	if err != nil {
		return nil, err
	}
	at.Scopes = k.stepUp(ctx, s, b.Owner, at.Scopes)
	client, err := k.registered(ctx, c, s, at, b.Redirect)
	if err != nil {
		return nil, err
	}
	place := s.place(b.Owner)
	f := signIn{
		Settings: *s, Owner: b.Owner, By: b.By, Waits: b.Waits, State: place + "." + rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Redirect: b.Redirect, At: *at, Client: client, Until: k.now().Add(SignInFor),
	}
	f.Settings.ClientSecret = "" // which Client has
	if err := k.put(ctx, k.signIns, place, f); err != nil {
		return nil, err
	}
	flow := oauth2.Config{
		ClientID: client.ID, RedirectURL: b.Redirect, Scopes: at.Scopes, Endpoint: oauth2.Endpoint{AuthURL: at.Authorize},
	}
	address := flow.AuthCodeURL(f.State, oauth2.S256ChallengeOption(f.Verifier), oauth2.SetAuthURLParam("resource", at.Resource))
	return &Begun{address, f.Until}, nil
}

// Answer is what a browser comes back with.
type Answer struct {
	State, Code, Issuer, Error string
	By                         string // who it shows to be, as [Beginning] has it; "" for nobody
}

// Returned is a sign-in that a browser has come back from.
type Returned struct {
	Server string
	Waits  bool // for who has begun it to say that it is done
}

// Return takes what a browser comes back with. Each sign-in can be answered once.
func (k *Keeper) Return(ctx context.Context, a Answer) (*Returned, error) {
	at := strings.LastIndexByte(a.State, '.')
	if at < 0 || strings.Count(a.State, ".") != 2 || len(a.State) > 200 {
		return nil, ErrNotBegun
	}
	place := a.State[:at]
	f, revision, err := k.begun(ctx, place)
	switch {
	case err != nil:
		return nil, err
	case subtle.ConstantTimeCompare([]byte(f.State), []byte(a.State)) != 1, f.Code != "", f.Failed != "":
		return nil, ErrNotBegun
	case !f.Waits && subtle.ConstantTimeCompare([]byte(f.By), []byte(a.By)) != 1:
		return nil, ErrNotYours
	}
	if err := f.judge(&a); err != nil {
		f.Failed = err.Error()
		return nil, errors.Join(err, k.rewrite(ctx, place, f, revision))
	}
	f.Code = a.Code
	if f.Waits {
		return &Returned{f.Settings.Server, true}, k.rewrite(ctx, place, f, revision)
	}
	return &Returned{Server: f.Settings.Server}, k.finish(ctx, place, f, revision)
}

// judge says whether an answer is one that a code can be taken from.
func (f *signIn) judge(a *Answer) error {
	switch {
	case f.At.SaysIssuer && a.Issuer == "", a.Issuer != "" && f.At.Issuer != "" && a.Issuer != f.At.Issuer:
		return ErrIssuer
	case a.Error != "":
		return fmt.Errorf("%w: %s", ErrRefused, plainCode(a.Error))
	case a.Code == "":
		return fmt.Errorf("%w: there is no code", ErrRefused)
	}
	return nil
}

// Complete ends a sign-in that waits for who has begun it.
func (k *Keeper) Complete(ctx context.Context, s *Settings, owner, by string) error {
	place := s.place(owner)
	f, revision, err := k.begun(ctx, place)
	switch {
	case err != nil:
		return err
	case subtle.ConstantTimeCompare([]byte(f.By), []byte(by)) != 1:
		return ErrNotYours
	case f.Failed != "":
		return fmt.Errorf("%w: %s", ErrRefused, f.Failed)
	case f.Code == "":
		return ErrNotBack
	case f.Settings.Resource != s.Resource:
		return ErrNotBegun
	}
	return k.finish(ctx, place, f, revision)
}

// finish has the code exchanged for tokens. Whoever deletes the sign-in may, so that it is
// done once.
func (k *Keeper) finish(ctx context.Context, place string, f *signIn, revision uint64) error {
	if err := k.signIns.Delete(ctx, place, revision); err != nil {
		if errors.Is(err, ErrChanged) {
			return ErrNotBegun
		}
		return err
	}
	// It goes on when the browser leaves: the code is good for one exchange.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewFor)
	defer cancel()
	now := k.now()
	fresh, err := ask(ctx, newClient(f.Settings.Private), &f.At, &f.Client, url.Values{
		"grant_type": {"authorization_code"}, "code": {f.Code}, "redirect_uri": {f.Redirect}, "code_verifier": {f.Verifier},
	})
	if err != nil {
		k.failed(ctx, place, f, err)
		var no *refusedError
		if errors.As(err, &no) {
			if no.code == "invalid_client" {
				k.unregister(ctx, f)
			}
			return fmt.Errorf("%w: %s", ErrRefused, no.code)
		}
		return err
	}
	g := &grant{Server: f.Settings.Resource, At: f.At, Client: f.Client, Since: now, Scope: strings.Join(f.At.Scopes, " ")}
	g.take(fresh, now)
	k.Forget(place)
	k.log.Info("somebody has signed in at an MCP server", "mcp", f.Settings.Server, "shared", f.Owner == Nobody)
	return k.put(ctx, k.tokens, place, g)
}

// failed keeps that a sign-in has failed, for who asks how it is.
func (k *Keeper) failed(ctx context.Context, place string, f *signIn, why error) {
	*f = signIn{Settings: f.Settings, By: f.By, Until: f.Until, Failed: why.Error()}
	_ = k.put(ctx, k.signIns, place, f) // else it looks as if it had not begun
}

// unregister forgets who the gateway is at an authorization server that does not know it.
func (k *Keeper) unregister(ctx context.Context, f *signIn) {
	place := f.Settings.Server + ".client-" + digest(f.At.Issuer+"\n"+f.At.Register+"\n"+f.Redirect)
	if _, revision, err := k.tokens.Load(ctx, place); err == nil {
		_ = k.tokens.Delete(ctx, place, revision) // else the next sign-in fails as well
	}
}

func (k *Keeper) rewrite(ctx context.Context, place string, f *signIn, revision uint64) error {
	_, err := k.swap(ctx, k.signIns, place, f, revision)
	if errors.Is(err, ErrChanged) {
		return ErrNotBegun
	}
	return err
}

// begun reads a sign-in.
func (k *Keeper) begun(ctx context.Context, place string) (*signIn, uint64, error) {
	f := &signIn{}
	revision, err := k.read(ctx, k.signIns, place, f)
	switch {
	case errors.Is(err, ErrNoRecord):
		return nil, 0, ErrNotBegun
	case err != nil:
		return nil, 0, err
	case k.now().After(f.Until):
		return nil, 0, ErrNotBegun
	}
	return f, revision, nil
}
