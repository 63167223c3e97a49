package mcp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth/oauthtest"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// guarded is a pool with a server that wants a sign-in.
func guarded(t *testing.T, s *oauthtest.Server, perUser bool) (*mcp.Pool, *oauth.Settings) {
	t.Helper()
	settings := &oauth.Settings{Server: "files", Resource: s.Resource(), Private: true, PerUser: perUser}
	p := mcp.NewPool(mcp.Options{
		Backoff: func(int) time.Duration { return 10 * time.Millisecond },
		SignIns: oauth.New(oauth.Options{Seal: secret.NewKey()}),
	})
	t.Cleanup(p.Close)
	p.Apply([]mcp.Server{{Name: "files", Kind: mcp.HTTP, URL: s.Resource(), Private: true, Execute: []string{"*"}, OAuth: settings, Ping: 20 * time.Millisecond}})
	return p, settings
}

func signIn(t *testing.T, p *mcp.Pool, s *oauthtest.Server, settings *oauth.Settings, owner, subject string) {
	t.Helper()
	begun, err := p.SignIns().Begin(t.Context(), settings, oauth.Beginning{Owner: owner, By: "me", Redirect: "https://gateway.example.com/back"})
	require.NoError(t, err)
	q := s.SignIn(t, begun.Address, subject).Query()
	_, err = p.SignIns().Return(t.Context(), oauth.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), By: "me"})
	require.NoError(t, err)
	p.SignedIn("files")
}

func becomes(t *testing.T, p *mcp.Pool, state string) mcp.State {
	t.Helper()
	var last mcp.State
	require.Eventually(t, func() bool {
		last, _ = p.Client("files")
		return last.State == state
	}, 30*time.Second, time.Millisecond)
	return last
}

func whoami(t *testing.T, p *mcp.Pool) (string, error) {
	t.Helper()
	r, err := p.Call(t.Context(), mcp.Invocation{Tool: p.Find(mcp.Filter{}, "files-whoami"), Caller: mcp.Caller{VirtualKeyID: "k1"}})
	if err != nil {
		return "", err
	}
	return r.Text(), nil
}

func TestAServerThatWantsASignInIsConnectedToOnceThereIsOne(t *testing.T) {
	s := oauthtest.Start(t)
	p, settings := guarded(t, s, false)
	require.Contains(t, becomes(t, p, mcp.SignInRequired).Problem, "nobody has yet")
	signIn(t, p, s, settings, oauth.Nobody, "ada")
	becomes(t, p, mcp.Connected)
	said, err := whoami(t, p)
	require.NoError(t, err)
	require.Equal(t, "You are ada", said)

	s.End(false)
	said, err = whoami(t, p)
	require.NoError(t, err, "the token is renewed, and the call made with the new one")
	require.Equal(t, "You are ada", said)

	tool := p.Find(mcp.Filter{}, "files-whoami")
	s.End(true)
	_, err = p.Call(t.Context(), mcp.Invocation{Tool: tool})
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Contains(t, []string{"mcp_sign_in_required", "tool_not_found", "mcp_unavailable"}, refused.Code)
	state := becomes(t, p, mcp.SignInRequired)
	require.Contains(t, state.Problem, "revoked")
	require.Eventually(t, func() bool { return len(p.Tools(mcp.Filter{})) == 0 }, 30*time.Second, time.Millisecond, "nobody is offered what cannot be used")
	signIn(t, p, s, settings, oauth.Nobody, "grace")
	becomes(t, p, mcp.Connected)
	said, err = whoami(t, p)
	require.NoError(t, err)
	require.Equal(t, "You are grace", said)
}

func TestATokenGoesNowhereButToItsServer(t *testing.T) {
	s := oauthtest.Start(t)
	p, settings := guarded(t, s, false)
	signIn(t, p, s, settings, oauth.Nobody, "ada")
	becomes(t, p, mcp.Connected)
	other := oauthtest.Start(t)
	moved := *settings
	moved.Resource = other.Resource()
	p.Apply([]mcp.Server{{Name: "files", Kind: mcp.HTTP, URL: other.Resource(), Private: true, OAuth: &moved}})
	require.Contains(t, becomes(t, p, mcp.SignInRequired).Problem, "another address")
}

func TestEachCallerHasItsOwnTokenWhereEachSignsIn(t *testing.T) {
	s := oauthtest.Start(t)
	s.Open = true // it lists its tools to everybody
	p, settings := guarded(t, s, true)
	becomes(t, p, mcp.Connected)
	call := func(key string) (string, error) {
		r, err := p.Call(t.Context(), mcp.Invocation{
			Tool: p.Find(mcp.Filter{}, "files-whoami"), Caller: mcp.Caller{VirtualKeyID: key}, Headers: http.Header{"Host": {"gateway.example.com"}},
		})
		if err != nil {
			return "", err
		}
		return r.Text(), nil
	}
	_, err := call("")
	require.Equal(t, "virtual_key_required", code(err))
	_, err = call("k1")
	require.Equal(t, "mcp_sign_in_required", code(err))
	require.ErrorContains(t, err, "http://gateway.example.com/mcp/sign-in?server=files")
	for key, subject := range map[string]string{"k1": "ada", "k2": "grace"} {
		caller := mcp.Caller{VirtualKeyID: key}
		signIn(t, p, s, settings, caller.Owner(), subject)
	}
	for key, subject := range map[string]string{"k1": "ada", "k2": "grace"} {
		said, err := call(key)
		require.NoError(t, err)
		require.Equal(t, "You are "+subject, said)
	}
	_, err = call("k3")
	require.Equal(t, "mcp_sign_in_required", code(err))
	s.End(true)
	_, err = call("k1")
	require.Equal(t, "mcp_sign_in_required", code(err))
	becomes(t, p, mcp.Connected)
}

func TestAServerThatListsNothingToStrangersWantsASignInForThat(t *testing.T) {
	s := oauthtest.Start(t)
	p, settings := guarded(t, s, true)
	becomes(t, p, mcp.SignInRequired)
	signIn(t, p, s, settings, oauth.Nobody, "admin")
	becomes(t, p, mcp.Connected)
	require.NotNil(t, p.Find(mcp.Filter{}, "files-whoami"))
}

func TestAToolThatNeedsMoreScopesHasThemAskedForAtTheNextSignIn(t *testing.T) {
	s := oauthtest.Start(t)
	s.Needs = "files:write"
	p, settings := guarded(t, s, false)
	signIn(t, p, s, settings, oauth.Nobody, "ada")
	becomes(t, p, mcp.Connected)
	for range 2 {
		_, err := whoami(t, p)
		require.Equal(t, "mcp_sign_in_required", code(err))
		require.ErrorContains(t, err, "lacks scopes that this needs: files:write")
	}
	state, _ := p.Client("files")
	require.Equal(t, mcp.Connected, state.State, "other tools need no more than before")
	require.Contains(t, state.Problem, "files:write")
	status, err := p.SignIns().Status(t.Context(), settings, oauth.Nobody)
	require.NoError(t, err)
	require.Equal(t, []string{"files:write"}, status.Wanted)

	begun, err := p.SignIns().Begin(t.Context(), settings, oauth.Beginning{By: "me", Redirect: "https://gateway.example.com/back"})
	require.NoError(t, err)
	address, err := url.Parse(begun.Address)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"tools", "files:write"}, strings.Fields(address.Query().Get("scope")))
	signIn(t, p, s, settings, oauth.Nobody, "ada")
	said, err := whoami(t, p)
	require.NoError(t, err)
	require.Equal(t, "You are ada", said)
	status, err = p.SignIns().Status(t.Context(), settings, oauth.Nobody)
	require.NoError(t, err)
	require.Empty(t, status.Wanted)
	require.Eventually(t, func() bool { state, _ := p.Client("files"); return state.Problem == "" }, 30*time.Second, time.Millisecond)
}

func TestAServerThatIsDeletedLeavesNoTokens(t *testing.T) {
	s := oauthtest.Start(t)
	tokens := &oauth.MemoryRecords{}
	k := oauth.New(oauth.Options{Seal: secret.NewKey(), Tokens: tokens})
	settings := &oauth.Settings{Server: "files", Resource: s.Resource(), Private: true}
	begun, err := k.Begin(t.Context(), settings, oauth.Beginning{By: "me", Redirect: "https://gateway.example.com/back"})
	require.NoError(t, err)
	q := s.SignIn(t, begun.Address, "ada").Query()
	_, err = k.Return(t.Context(), oauth.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), By: "me"})
	require.NoError(t, err)
	kept, err := tokens.Under(t.Context(), "files")
	require.NoError(t, err)
	require.Len(t, kept, 2, "a token, and who the gateway is")
	given := len(s.Secrets())
	ended, err := k.Remove(t.Context(), &oauth.Settings{Server: "files", Private: true})
	require.NoError(t, err)
	require.Equal(t, 1, ended)
	kept, err = tokens.Under(t.Context(), "files")
	require.NoError(t, err)
	require.Empty(t, kept)
	require.Len(t, s.Secrets(), given-2, "the authorization server has forgotten both tokens")
}
