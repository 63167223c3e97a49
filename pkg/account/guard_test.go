package account_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	terms = account.SessionTerms{Idle: time.Hour, Max: 24 * time.Hour}
	here  = account.Browser{Address: "192.0.2.1", Agent: "test"}
)

func records(t *testing.T) account.Records {
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s.Accounts()
}

func hire(t *testing.T, g *account.Guard, r account.Records, name string) *account.Person {
	p := &account.Person{Name: name, Role: account.Operator}
	require.NoError(t, g.Hire(t.Context(), r, p, "correct horse"))
	return p
}

func TestWhoKnowsThePasswordComesInAndIsKnownByTheSession(t *testing.T) {
	g, r, ctx := account.NewGuard(nil), records(t), t.Context()
	p := hire(t, g, r, "Ann")
	require.NotContains(t, p.Password, "correct")
	token, who, err := g.SignIn(ctx, r, " ann ", "correct horse", here, terms)
	require.NoError(t, err)
	require.Equal(t, p.ID, who.ID)
	c, err := g.Resume(ctx, r, token, terms)
	require.NoError(t, err)
	require.Equal(t, "Ann", c.Name)
	require.Equal(t, account.Operator, c.Role)
	list, err := r.Sessions(ctx, p.ID)
	require.NoError(t, err)
	require.NotContains(t, list[0].Digest, token)

	for _, wrong := range [][2]string{{"ann", "correct horsf"}, {"nobody", "correct horse"}, {"", ""}, {"ann", ""}} {
		_, _, err := g.SignIn(ctx, r, wrong[0], wrong[1], here, terms)
		require.ErrorIs(t, err, account.ErrSignIn)
	}
	_, err = g.Resume(ctx, r, token+"x", terms)
	require.ErrorIs(t, err, account.ErrNotFound)
}

func TestAPersonWithoutAPasswordCannotSignInWithOne(t *testing.T) {
	g, r := account.NewGuard(nil), records(t)
	require.NoError(t, g.Hire(t.Context(), r, &account.Person{Name: "sso", Role: account.Viewer}, ""))
	_, _, err := g.SignIn(t.Context(), r, "sso", "", here, terms)
	require.ErrorIs(t, err, account.ErrSignIn)
}

func TestASessionEndsWithDisuseWithAgeAndWithItsPerson(t *testing.T) {
	g, r, ctx := account.NewGuard(nil), records(t), t.Context()
	p := hire(t, g, r, "ann")
	open := func(terms account.SessionTerms) string {
		token, err := g.Open(ctx, r, p, here, terms)
		require.NoError(t, err)
		return token
	}
	token := open(terms)
	_, err := g.Resume(ctx, r, token, account.SessionTerms{Idle: 0, Max: time.Hour})
	require.ErrorIs(t, err, account.ErrExpired, "not used for so long")
	_, err = g.Resume(ctx, r, open(account.SessionTerms{Idle: time.Hour, Max: -time.Second}), terms)
	require.ErrorIs(t, err, account.ErrExpired, "too old")

	found, err := r.Person(ctx, p.ID)
	require.NoError(t, err)
	found.Disabled = true
	require.NoError(t, r.ChangePerson(ctx, found))
	_, err = g.Resume(ctx, r, token, terms)
	require.ErrorIs(t, err, account.ErrDisabled)
	_, _, err = g.SignIn(ctx, r, "ann", "correct horse", here, terms)
	require.ErrorIs(t, err, account.ErrDisabled)
	_, _, err = g.SignIn(ctx, r, "ann", "wrong", here, terms)
	require.ErrorIs(t, err, account.ErrSignIn, "who does not know the password is not told")
}

func TestGuessingIsStoppedAlsoWhenManyGuessAtOnce(t *testing.T) {
	g, r := account.NewGuard(nil), records(t)
	hire(t, g, r, "ann")
	var tried, stopped int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			_, _, err := g.SignIn(context.Background(), r, "ann", "guess", here, terms)
			mu.Lock()
			defer mu.Unlock()
			var throttled *account.ThrottledError
			switch {
			case errors.Is(err, account.ErrSignIn):
				tried++
			default:
				require.ErrorAs(t, err, &throttled)
				require.Positive(t, throttled.Wait)
				stopped++
			}
		})
	}
	all.Wait()
	require.Equal(t, 10, tried)
	require.Equal(t, 20, stopped)
	_, _, err := g.SignIn(t.Context(), r, "ann", "correct horse", account.Browser{Address: "192.0.2.2"}, terms)
	require.Error(t, err, "not from elsewhere either")
}

func TestAnAddressThatTriesManyNamesIsStopped(t *testing.T) {
	g, r := account.NewGuard(nil), records(t)
	var throttled *account.ThrottledError
	for i := range 51 {
		_, _, err := g.SignIn(t.Context(), r, string(rune('a'+i)), "guess", here, terms)
		if i < 50 {
			require.ErrorIs(t, err, account.ErrSignIn)
		} else {
			require.ErrorAs(t, err, &throttled)
		}
	}
}

func TestAnAPITokenIsShownOnceAndExpires(t *testing.T) {
	g, r, ctx := account.NewGuard(nil), records(t), t.Context()
	kept := &account.Token{Name: "CI", Role: account.Viewer, Teams: []string{"t1"}}
	token, err := g.Issue(ctx, r, kept)
	require.NoError(t, err)
	require.Regexp(t, `^asbru_[a-z2-7]{52}$`, token)
	c, err := g.Admit(ctx, r, token)
	require.NoError(t, err)
	require.True(t, c.Sees("t1"))
	require.False(t, c.Sees("t2"))
	require.False(t, c.Sees(""))
	found, err := r.Token(ctx, kept.ID)
	require.NoError(t, err)
	require.False(t, found.Used.IsZero())
	found.Expires = time.Now().Add(-time.Second)
	require.NoError(t, r.ChangeToken(ctx, found))
	_, err = g.Admit(ctx, r, token)
	require.ErrorIs(t, err, account.ErrExpired)
}

func TestATicketLetsInOnce(t *testing.T) {
	g, r, ctx := account.NewGuard(nil), records(t), t.Context()
	ticket, expires, err := g.Ticket(ctx, r, account.Root)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(30*time.Second), expires, 20*time.Second)
	c, err := g.Redeem(ctx, r, ticket)
	require.NoError(t, err)
	require.Equal(t, account.Root.Kind, c.Kind)
	require.Equal(t, account.Admin, c.Role)
	_, err = g.Redeem(ctx, r, ticket)
	require.ErrorIs(t, err, account.ErrNotFound)
}

func TestWhatAPasswordMustBe(t *testing.T) {
	for password, ok := range map[string]bool{"1234567": false, "12345678": true, "pässwört": true, "a\xffbcdefgh": false, string(make([]byte, 257)): false, "": false} {
		require.Equal(t, ok, account.CheckPassword(password) == nil, password)
	}
}

func BenchmarkSignIn(b *testing.B) {
	g := account.NewGuard(nil)
	p := &account.Person{}
	require.NoError(b, g.SetPassword(b.Context(), p, "correct horse"))
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, g.Knows(b.Context(), p, "correct horse", ""))
	}
}
