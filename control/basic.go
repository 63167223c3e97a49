package control

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/account"
)

// basicSignIns are the sessions of those who send their name and password with each
// request, as clients of Bifrost do. A password is looked at once and not at each of
// them, since its hash is made to be slow. The zero value is ready for use.
type basicSignIns struct {
	mu sync.Mutex
	// key makes the digests, so that memory holds nothing that a password can be guessed by
	// elsewhere.
	key      []byte
	sessions map[[sha256.Size]byte]string
}

// basicKept bounds the sessions that are remembered.
const basicKept = 1000

// digest is what name and password are remembered by. A name has no colon (RFC 7617).
func (b *basicSignIns) digest(name, password string) (d [sha256.Size]byte) {
	b.mu.Lock()
	if b.key == nil {
		b.key = make([]byte, sha256.Size)
		_, _ = rand.Read(b.key) // never fails, says its documentation
	}
	b.mu.Unlock()
	h := hmac.New(sha256.New, b.key)
	h.Write([]byte(name + ":" + password))
	return [sha256.Size]byte(h.Sum(nil))
}

func (b *basicSignIns) session(d [sha256.Size]byte) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sessions[d]
}

func (b *basicSignIns) keep(d [sha256.Size]byte, token string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sessions == nil || len(b.sessions) >= basicKept {
		b.sessions = map[[sha256.Size]byte]string{}
	}
	b.sessions[d] = token
}

// basic finds out who sends a name and a password (RFC 7617). The session counts as any
// other: it ends without use, and when the password is changed or the person disabled.
func (c *Control) basic(r *http.Request) (account.Caller, error) {
	name, password, ok := r.BasicAuth()
	if !ok || name == "" || password == "" || c.o.Store == nil {
		return account.Caller{}, errNobody
	}
	d := c.basics.digest(name, password)
	if token := c.basics.session(d); token != "" {
		if caller, err := c.holder(r.Context(), token); !errors.Is(err, errNobody) {
			return caller, err
		}
	}
	token, _, err := c.letIn(r.Context(), name, password)
	if err != nil {
		return account.Caller{}, err
	}
	c.basics.keep(d, token)
	return c.holder(r.Context(), token)
}

// letIn begins a session of somebody who knows their password.
func (c *Control) letIn(ctx context.Context, name, password string) (token string, p *account.Person, err error) {
	s, err := c.store()
	if err != nil {
		return "", nil, err
	}
	if err := c.seedFirstAdmin(ctx, s.Accounts(), name); err != nil {
		return "", nil, c.explain("make the first administrator", err)
	}
	token, p, err = c.guard.SignIn(ctx, s.Accounts(), name, password, browserIn(ctx).Browser, c.sessionTerms(ctx))
	return token, p, c.explain("sign in", err)
}
