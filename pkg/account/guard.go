package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The refusals of a [Guard].
var (
	ErrSignIn   = errors.New("account: wrong name or password")
	ErrDisabled = errors.New("account: disabled")
	ErrExpired  = errors.New("account: expired")
)

// ThrottledError says that too many sign-ins have failed.
type ThrottledError struct{ Wait time.Duration }

// Error implements error.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("account: too many sign-ins have failed; wait %s", e.Wait.Round(time.Second))
}

// Guard lets people and programs in. Safe for concurrent use.
type Guard struct {
	hasher   *hasher
	throttle *throttle
	tally    *Tally
	now      func() time.Time
}

// NewGuard makes a guard. Failed sign-ins are counted with those at the cluster's other
// guards; with nil, by it alone.
func NewGuard(tally *Tally) *Guard {
	return &Guard{hasher: newHasher(), throttle: newThrottle(), tally: tally, now: time.Now}
}

// attempt counts a sign-in before it is looked at, and returns how long to wait if there
// were too many.
func (g *Guard) attempt(ctx context.Context, name, address string) time.Duration {
	if g.tally != nil {
		if wait, err := g.tally.attempt(ctx, g.now(), name, address); err == nil {
			return wait
		}
	}
	return g.throttle.attempt(g.now(), name, address)
}

// forgive takes back what a sign-in that was right has counted.
func (g *Guard) forgive(ctx context.Context, name, address string) {
	g.throttle.forgive(name, address)
	if g.tally != nil {
		g.tally.forgive(ctx, name, address)
	}
}

// SessionTerms are how long a session lasts.
type SessionTerms struct {
	Idle time.Duration // without use
	Max  time.Duration // in all
}

// Browser is where somebody signs in.
type Browser struct{ Address, Agent string }

// SignIn lets a person in who knows the password, and returns the token of the new
// session. An unknown name takes as long as a wrong password.
func (g *Guard) SignIn(ctx context.Context, r Records, name, password string, b Browser, terms SessionTerms) (token string, p *Person, err error) {
	key := FoldName(name)
	if wait := g.attempt(ctx, key, b.Address); wait > 0 {
		return "", nil, &ThrottledError{wait}
	}
	p, err = r.PersonNamed(ctx, name)
	if errors.Is(err, ErrNotFound) {
		p, err = &Person{}, nil
	}
	if err != nil {
		return "", nil, err
	}
	fits, err := g.hasher.fits(ctx, password, p.Password)
	switch {
	case err != nil:
		return "", nil, err
	case !fits:
		return "", nil, ErrSignIn
	case p.Disabled:
		return "", nil, ErrDisabled
	}
	g.forgive(ctx, key, b.Address)
	token, err = g.Open(ctx, r, p, b, terms)
	return token, p, err
}

// Open begins a session of a person who is known already, and returns its token.
func (g *Guard) Open(ctx context.Context, r Records, p *Person, b Browser, terms SessionTerms) (token string, err error) {
	token, now := newToken(""), g.now().UTC()
	err = r.AddSession(ctx, &Session{
		ID: newID(), Digest: DigestOf(token), Person: p.ID, Created: now, Used: now, Expires: now.Add(terms.Max),
		Address: cut(b.Address, 100), Agent: cut(strings.ToValidUTF8(b.Agent, "?"), 200),
	})
	if err != nil {
		return "", err
	}
	return token, r.SignedIn(ctx, p.ID, now)
}

// usedEvery is how exactly it is kept when a session or a token was used.
const usedEvery = time.Minute

// Resume returns who a session's token belongs to.
func (g *Guard) Resume(ctx context.Context, r Records, token string, terms SessionTerms) (Caller, error) {
	s, p, err := r.SessionOf(ctx, DigestOf(token))
	if err != nil {
		return Caller{}, err
	}
	now := g.now()
	switch {
	case p.Disabled:
		return Caller{}, ErrDisabled
	case !now.Before(s.Expires), now.Sub(s.Used) >= terms.Idle:
		return Caller{}, ErrExpired
	}
	if now.Sub(s.Used) >= min(usedEvery, terms.Idle/2) {
		if err := r.UseSession(ctx, s.ID, now); err != nil {
			return Caller{}, err
		}
	}
	return p.Caller(s.ID), nil
}

// Admit returns whose an API token is.
func (g *Guard) Admit(ctx context.Context, r Records, token string) (Caller, error) {
	t, err := r.TokenOf(ctx, DigestOf(token))
	if err != nil {
		return Caller{}, err
	}
	now := g.now()
	if t.expired(now) {
		return Caller{}, ErrExpired
	}
	if now.Sub(t.Used) >= usedEvery {
		if err := r.UseToken(ctx, t.ID, now); err != nil {
			return Caller{}, err
		}
	}
	return t.Caller(), nil
}

// Still says whether a caller may do yet what it could when it came in.
func (g *Guard) Still(ctx context.Context, r Records, c Caller) (bool, error) {
	var now Caller
	switch c.Kind {
	case ByToken:
		t, err := r.Token(ctx, c.ID)
		if err != nil || t.expired(g.now()) {
			return false, unlessGone(err)
		}
		now = t.Caller()
	case ByPerson:
		p, err := r.Person(ctx, c.ID)
		if err != nil || p.Disabled {
			return false, unlessGone(err)
		}
		if c.Session != "" { // else it came with name and password
			sessions, err := r.Sessions(ctx, c.ID)
			if err != nil {
				return false, err
			}
			if !slices.ContainsFunc(sessions, func(s Session) bool { return s.ID == c.Session && g.now().Before(s.Expires) }) {
				return false, nil
			}
		}
		now = p.Caller(c.Session)
	default:
		return true, nil
	}
	return now.Role == c.Role && slices.Equal(now.Teams, c.Teams), nil
}

// unlessGone leaves out that what was looked for is not there.
func unlessGone(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Hire keeps a new person, with a password unless it is empty.
func (g *Guard) Hire(ctx context.Context, r Records, p *Person, password string) (err error) {
	if password != "" {
		if p.Password, err = g.hasher.hash(ctx, password); err != nil {
			return err
		}
	}
	p.ID = newID()
	p.Created = g.now().UTC().Truncate(time.Microsecond)
	p.Updated = p.Created
	return r.AddPerson(ctx, p)
}

// SetPassword gives a person another password; the change is still to be kept.
func (g *Guard) SetPassword(ctx context.Context, p *Person, password string) (err error) {
	p.Password, err = g.hasher.hash(ctx, password)
	return err
}

// Knows says whether a person knows their password. It counts as a sign-in.
func (g *Guard) Knows(ctx context.Context, p *Person, password, address string) error {
	key := FoldName(p.Name)
	if wait := g.attempt(ctx, key, address); wait > 0 {
		return &ThrottledError{wait}
	}
	fits, err := g.hasher.fits(ctx, password, p.Password)
	if err == nil && !fits {
		err = ErrSignIn
	}
	if err == nil {
		g.forgive(ctx, key, address)
	}
	return err
}

// Issue keeps a new API token, and returns it this once.
func (g *Guard) Issue(ctx context.Context, r Records, t *Token) (token string, err error) {
	token = newToken(TokenPrefix)
	t.ID, t.Digest, t.Last4 = newID(), DigestOf(token), token[len(token)-4:]
	t.Created = g.now().UTC().Truncate(time.Microsecond)
	return token, r.AddToken(ctx, t)
}

// ticketFor is how long a ticket is good for.
const ticketFor = 30 * time.Second

// Ticket returns a text with which the caller can come in once, within half a minute:
// for what cannot send a header, such as a browser's WebSocket.
func (g *Guard) Ticket(ctx context.Context, r Records, c Caller) (ticket string, expires time.Time, err error) {
	ticket, expires = newToken(""), g.now().Add(ticketFor).UTC()
	return ticket, expires, r.AddTicket(ctx, DigestOf(ticket), c, expires)
}

// Redeem returns whose a ticket is, and makes it worthless.
func (g *Guard) Redeem(ctx context.Context, r Records, ticket string) (Caller, error) {
	return r.TakeTicket(ctx, DigestOf(ticket), g.now())
}

// FoldName makes names alike that differ in case and outer space alone.
func FoldName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

func cut(s string, limit int) string { return strings.ToValidUTF8(s[:min(len(s), limit)], "") }
