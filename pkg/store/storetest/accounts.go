package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/stretchr/testify/require"
)

// Accounts tests records of who may come in; open returns ones that are empty.
func Accounts(t *testing.T, open func(t *testing.T) account.Records) {
	for name, test := range map[string]func(*testing.T, account.Records){
		"a person is kept with every field":            keepsPerson,
		"names and subjects are one person's":          namesTaken,
		"a change of an older revision is refused":     changesConflict,
		"pages go through the people as they came":     pagesOfPeople,
		"what a person had goes with them":             removesPerson,
		"a session is found by its digest until ended": sessions,
		"sessions that have expired are removed":       expiredSessions,
		"an API token is kept with every field":        tokens,
		"a ticket is taken once":                       tickets,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func person(name string) *account.Person {
	return &account.Person{
		ID: "id-" + name, Name: name, Email: name + "@example.com", Password: "hash", Role: account.Operator,
		Teams: []string{"t1", `a "quoted" one`}, Disabled: true, Issuer: "https://id.example", Subject: "sub-" + name,
		Created: noon, Updated: noon.Add(time.Second), LastSignIn: noon.Add(time.Minute),
	}
}

func keepsPerson(t *testing.T, r account.Records) {
	ctx, p := t.Context(), person("Åsa")
	require.NoError(t, r.AddPerson(ctx, p))
	bare := &account.Person{ID: "bare", Name: "bare", Role: account.Viewer, Created: noon.Add(time.Hour), Teams: []string{}}
	require.NoError(t, r.AddPerson(ctx, bare))
	for _, find := range []func() (*account.Person, error){
		func() (*account.Person, error) { return r.Person(ctx, p.ID) },
		func() (*account.Person, error) { return r.PersonNamed(ctx, " åSA ") },
		func() (*account.Person, error) { return r.PersonOf(ctx, p.Issuer, p.Subject) },
	} {
		found, err := find()
		require.NoError(t, err)
		require.Equal(t, p, found)
	}
	found, err := r.Person(ctx, "bare")
	require.NoError(t, err)
	require.Equal(t, bare, found)
	for _, err := range []error{
		func() error { _, err := r.Person(ctx, "none"); return err }(),
		func() error { _, err := r.PersonNamed(ctx, "none"); return err }(),
		func() error { _, err := r.PersonOf(ctx, "", ""); return err }(),
		r.SignedIn(ctx, "none", noon), r.RemovePerson(ctx, "none"),
	} {
		require.ErrorIs(t, err, account.ErrNotFound)
	}
}

func namesTaken(t *testing.T, r account.Records) {
	ctx := t.Context()
	ann, bob := person("ann"), person("bob")
	require.NoError(t, r.AddPerson(ctx, ann))
	require.NoError(t, r.AddPerson(ctx, bob))
	twin := person("ANN")
	twin.Subject = "another"
	require.ErrorIs(t, r.AddPerson(ctx, twin), account.ErrTaken)
	twin = person("carl")
	twin.Subject = ann.Subject
	require.ErrorIs(t, r.AddPerson(ctx, twin), account.ErrTaken)
	bob.Name = "Ann"
	require.ErrorIs(t, r.ChangePerson(ctx, bob), account.ErrTaken)
	ann.Name = "Ann"
	require.NoError(t, r.ChangePerson(ctx, ann), "their own name is free to them")
}

func changesConflict(t *testing.T, r account.Records) {
	ctx, p := t.Context(), person("ann")
	require.NoError(t, r.AddPerson(ctx, p))
	var changed atomic.Int64
	var all sync.WaitGroup
	for i := range 8 {
		mine := *p
		mine.Email = fmt.Sprint(i)
		all.Go(func() {
			if r.ChangePerson(ctx, &mine) == nil {
				changed.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, changed.Load())
	require.ErrorIs(t, r.ChangePerson(ctx, p), account.ErrConflict)
	found, err := r.Person(ctx, p.ID)
	require.NoError(t, err)
	require.EqualValues(t, 2, found.Revision)
}

func pagesOfPeople(t *testing.T, r account.Records) {
	ctx := t.Context()
	for i := range 5 {
		p := person(fmt.Sprintf("p%d", i))
		p.Created = noon.Add(time.Duration(i/2) * time.Second) // some at the same time
		require.NoError(t, r.AddPerson(ctx, p))
	}
	var names []string
	for after := ""; ; {
		page, err := r.People(ctx, account.PeopleQuery{After: after, Limit: 2})
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		for _, p := range page {
			names, after = append(names, p.Name), p.ID
		}
	}
	require.Equal(t, []string{"p0", "p1", "p2", "p3", "p4"}, names)
	for search, want := range map[string]int{"P3": 1, "p3@EXAMPLE": 1, "%": 0, "_3": 0, `\`: 0, "' or ''='": 0} {
		page, err := r.People(ctx, account.PeopleQuery{Search: search, Limit: 10})
		require.NoError(t, err)
		require.Len(t, page, want, search)
	}
}

func session(id, person string) *account.Session {
	return &account.Session{
		ID: id, Digest: "digest-" + id, Person: person, Created: noon, Used: noon, Expires: noon.Add(time.Hour),
		Address: "192.0.2.1", Agent: "browser",
	}
}

func removesPerson(t *testing.T, r account.Records) {
	ctx, p := t.Context(), person("ann")
	require.NoError(t, r.AddPerson(ctx, p))
	require.NoError(t, r.AddSession(ctx, session("1", p.ID)))
	require.NoError(t, r.AddTicket(ctx, "ticket", p.Caller("1"), noon.Add(time.Minute)))
	require.NoError(t, r.RemovePerson(ctx, p.ID))
	_, _, err := r.SessionOf(ctx, "digest-1")
	require.ErrorIs(t, err, account.ErrNotFound)
	_, err = r.TakeTicket(ctx, "ticket", noon)
	require.ErrorIs(t, err, account.ErrNotFound)
	require.NoError(t, r.AddPerson(ctx, p))
}

func sessions(t *testing.T, r account.Records) {
	ctx, p := t.Context(), person("ann")
	require.NoError(t, r.AddPerson(ctx, p))
	require.Error(t, r.AddSession(ctx, session("0", "nobody")))
	for i := range 3 {
		s := session(fmt.Sprint(i), p.ID)
		s.Created = noon.Add(time.Duration(i) * time.Second)
		require.NoError(t, r.AddSession(ctx, s))
	}
	s, whose, err := r.SessionOf(ctx, "digest-0")
	require.NoError(t, err)
	require.Equal(t, session("0", p.ID), s)
	require.Equal(t, p, whose)

	require.NoError(t, r.UseSession(ctx, "0", noon.Add(time.Minute)))
	require.NoError(t, r.EndSession(ctx, "1"))
	require.ErrorIs(t, r.EndSession(ctx, "1"), account.ErrNotFound)
	list, err := r.Sessions(ctx, p.ID)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, "2", list[0].ID)
	require.Equal(t, noon.Add(time.Minute), list[1].Used)

	require.NoError(t, r.EndSessions(ctx, p.ID, "2"))
	list, err = r.Sessions(ctx, "")
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.NoError(t, r.EndSessions(ctx, p.ID, ""))
	list, err = r.Sessions(ctx, p.ID)
	require.NoError(t, err)
	require.Empty(t, list)
}

func expiredSessions(t *testing.T, r account.Records) {
	ctx, p := t.Context(), person("ann")
	require.NoError(t, r.AddPerson(ctx, p))
	require.NoError(t, r.AddSession(ctx, session("old", p.ID)))
	later := session("new", p.ID)
	later.Created, later.Expires = noon.Add(time.Hour), noon.Add(2*time.Hour)
	require.NoError(t, r.AddSession(ctx, later))
	list, err := r.Sessions(ctx, p.ID)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "new", list[0].ID)
}

func tokens(t *testing.T, r account.Records) {
	ctx := t.Context()
	token := &account.Token{
		ID: "1", Name: "CI", Digest: "d1", Last4: "abcd", Role: account.Operator, Teams: []string{"t1"}, Creator: "ann",
		Created: noon, Expires: noon.Add(time.Hour), Used: noon.Add(time.Minute),
	}
	require.NoError(t, r.AddToken(ctx, token))
	require.ErrorIs(t, r.AddToken(ctx, &account.Token{ID: "2", Name: "ci", Digest: "d2", Role: account.Viewer}), account.ErrTaken)
	found, err := r.TokenOf(ctx, "d1")
	require.NoError(t, err)
	require.Equal(t, token, found)

	token.Name, token.Role, token.Teams, token.Expires = "CD", account.Admin, []string{}, time.Time{}
	require.NoError(t, r.ChangeToken(ctx, token))
	token.Used = noon.Add(2 * time.Minute)
	require.NoError(t, r.UseToken(ctx, "1", token.Used))
	found, err = r.Token(ctx, "1")
	require.NoError(t, err)
	require.Equal(t, token, found)
	list, err := r.Tokens(ctx)
	require.NoError(t, err)
	require.Equal(t, []account.Token{*token}, list)

	require.NoError(t, r.RemoveToken(ctx, "1"))
	for _, err := range []error{
		r.RemoveToken(ctx, "1"), r.ChangeToken(ctx, token),
		func() error { _, err := r.TokenOf(ctx, "d1"); return err }(),
	} {
		require.ErrorIs(t, err, account.ErrNotFound)
	}
}

func tickets(t *testing.T, r account.Records) {
	ctx := t.Context()
	caller := account.Caller{Kind: account.ByPerson, ID: "1", Name: "ann", Role: account.Viewer, Teams: []string{"t1"}, Session: "s"}
	require.NoError(t, r.AddTicket(ctx, "late", caller, noon))
	require.NoError(t, r.AddTicket(ctx, "good", caller, noon.Add(time.Second)))
	_, err := r.TakeTicket(ctx, "late", noon)
	require.ErrorIs(t, err, account.ErrNotFound)
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := r.TakeTicket(ctx, "good", noon); err == nil && got.Name == caller.Name && got.Role == caller.Role && got.Sees("t1") {
				taken.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, taken.Load())
}
