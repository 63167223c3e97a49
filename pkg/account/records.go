package account

import (
	"context"
	"errors"
	"time"
)

// The errors of [Records].
var (
	ErrNotFound = errors.New("account: not found")
	ErrTaken    = errors.New("account: the name is taken")
	ErrConflict = errors.New("account: changed meanwhile")
)

// Person is somebody who signs in.
type Person struct {
	ID string
	// Name is what the person signs in with. Upper and lower case are alike.
	Name     string
	Email    string
	Password string // its hash; "" for who signs in elsewhere
	Role     Role
	Teams    []string // see [Caller]
	Disabled bool
	// Issuer and Subject are who the person is at the OpenID provider.
	Issuer, Subject string
	Created         time.Time
	Updated         time.Time
	LastSignIn      time.Time
	// Revision grows with each change.
	Revision int64
}

// Caller returns the person as who asks.
func (p *Person) Caller(session string) Caller {
	return Caller{Kind: ByPerson, ID: p.ID, Name: p.Name, Role: p.Role, Teams: p.Teams, Session: session}
}

// Session is a browser that a person has signed in with.
type Session struct {
	ID      string
	Digest  string // of its token
	Person  string
	Created time.Time
	// Used is when the session was last seen in use, to the minute or so.
	Used    time.Time
	Expires time.Time // whatever its use
	Address string
	Agent   string
}

// Token lets a program in.
type Token struct {
	ID      string
	Name    string
	Digest  string
	Last4   string
	Role    Role
	Teams   []string
	Creator string // name of who made it
	Created time.Time
	Expires time.Time // zero: never
	Used    time.Time
}

func (t *Token) expired(now time.Time) bool { return !t.Expires.IsZero() && !now.Before(t.Expires) }

// Caller returns the token as who asks.
func (t *Token) Caller() Caller {
	return Caller{Kind: ByToken, ID: t.ID, Name: t.Name, Role: t.Role, Teams: t.Teams}
}

// PeopleQuery says which people are meant.
type PeopleQuery struct {
	Search string // part of a name or an address
	After  string // id of the last one of the page before
	Limit  int
}

// Records keep who may come in. Safe for concurrent use.
//
// What is looked for and not there is [ErrNotFound].
type Records interface {
	// People returns a page in the order of their making.
	People(ctx context.Context, q PeopleQuery) ([]Person, error)
	Person(ctx context.Context, id string) (*Person, error)
	PersonNamed(ctx context.Context, name string) (*Person, error)
	PersonOf(ctx context.Context, issuer, subject string) (*Person, error)
	// AddPerson keeps a new person, or says that the name, or the issuer's subject, is
	// [ErrTaken].
	AddPerson(ctx context.Context, p *Person) error
	// ChangePerson replaces a person of the same Revision, which it raises. Otherwise
	// it is an [ErrConflict].
	ChangePerson(ctx context.Context, p *Person) error
	// SignedIn notes when a person has come in.
	SignedIn(ctx context.Context, id string, at time.Time) error
	// RemovePerson removes a person and all sessions and tickets that are theirs.
	RemovePerson(ctx context.Context, id string) error

	// AddSession keeps a new session, and removes what has expired by then.
	AddSession(ctx context.Context, s *Session) error
	// SessionOf returns the session of a token's digest, and whose it is.
	SessionOf(ctx context.Context, digest string) (*Session, *Person, error)
	// Sessions returns those of a person, the newest first; of "", everybody's.
	Sessions(ctx context.Context, person string) ([]Session, error)
	UseSession(ctx context.Context, id string, at time.Time) error
	EndSession(ctx context.Context, id string) error
	// EndSessions ends those of a person, but one if it is named.
	EndSessions(ctx context.Context, person, but string) error

	Tokens(ctx context.Context) ([]Token, error)
	Token(ctx context.Context, id string) (*Token, error)
	TokenOf(ctx context.Context, digest string) (*Token, error)
	// AddToken keeps a new token, or says that its name is [ErrTaken].
	AddToken(ctx context.Context, t *Token) error
	// ChangeToken replaces name, role, teams and expiry.
	ChangeToken(ctx context.Context, t *Token) error
	UseToken(ctx context.Context, id string, at time.Time) error
	RemoveToken(ctx context.Context, id string) error

	// AddTicket keeps a ticket, by its digest, until it is taken or expires.
	AddTicket(ctx context.Context, digest string, c Caller, expires time.Time) error
	// TakeTicket returns whose a ticket is. It can be taken once.
	TakeTicket(ctx context.Context, digest string, now time.Time) (Caller, error)
}
