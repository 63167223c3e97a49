package wasm_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/egress"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/wasm"
)

// metadata is where clouds tell their machines' secrets.
const metadata = "http://169.254.169.254/latest/meta-data"

// networked is an environment with a client as the gateway's: it reaches private addresses only
// where they are allowed.
func networked(t *testing.T, path string, private bool) (plugin.Env, *counts) {
	t.Helper()
	dialer := net.Dialer{Control: egress.Control(func() bool { return private })}
	transport := &http.Transport{DialContext: dialer.DialContext}
	t.Cleanup(transport.CloseIdleConnections)
	c := &counts{of: map[string]int{}}
	return plugin.Env{Path: path, HTTP: &http.Client{Transport: transport}, Private: private, Count: c.add}, c
}

type counts struct {
	mu sync.Mutex
	of map[string]int
}

func (c *counts) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[what]++
}

// house is a server that a guest may be granted: it says what was asked, or behaves badly.
func house(t *testing.T) *httptest.Server {
	t.Helper()
	left := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirects":
			w.Header().Set("Location", metadata)
			w.WriteHeader(http.StatusFound)
		case "/never-ends":
			for {
				if _, err := w.Write(make([]byte, 16<<10)); err != nil {
					return
				}
			}
		case "/hangs":
			select {
			case <-r.Context().Done():
			case <-left:
			}
		case "/dies":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "half of")
			panic(http.ErrAbortHandler)
		case "/binary":
			_, _ = w.Write([]byte{0xff, 0xfe})
		default:
			body, _ := io.ReadAll(r.Body)
			headers, _ := json.Marshal(r.Header)
			_, _ = io.WriteString(w, r.Method+" "+string(body)+" "+string(headers))
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(left) })
	return s
}

// asks has the hostile guest ask, and returns what it was told of each question.
func asks(t *testing.T, hook plugin.RouteHook, urls ...string) []string {
	t.Helper()
	c := call("x")
	c.Model = "fetches " + strings.Join(urls, " ")
	_, err := hook.BeforeRoute(t.Context(), c)
	require.NotNil(t, err)
	require.Equal(t, "asked", err.Code, err.Message)
	return strings.Split(err.Message, " | ")
}

func TestAGuestAsksOnlyWhatItIsGranted(t *testing.T) {
	guest := build(t, "./testdata/hostile")
	s := house(t)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	require.NoError(t, err)
	granted := `{"instances":1,"fetch":{"hosts":["http://127.0.0.1:` + port + `","http://localhost:` + port + `","http://169.254.169.254","*.example.com"],"calls":2,"max_kb":64}}`
	hooks := map[bool]plugin.RouteHook{}
	for _, private := range []bool{false, true} {
		env, _ := networked(t, guest, private)
		hooks[private], _ = loadIn(t, env, granted)
	}
	for _, tc := range []struct {
		name    string
		private bool // it may go to private addresses
		urls    []string
		told    []string // how what it is told begins
	}{
		{"a host", true, []string{s.URL + "/x", "PUT#" + s.URL + "/x"}, []string{"200 GET a question {", "200 PUT a question {"}},
		{"an answer that is no text", true, []string{s.URL + "/binary"}, []string{"200 \xef\xbf\xbd\xef\xbf\xbd"}},
		{"one that is not granted", true, []string{"https://example.org/", "https://example.com/"}, []string{"not_granted", "not_granted"}},
		{"another port, another scheme", true, []string{"http://127.0.0.1:1/", "https://127.0.0.1:" + port}, []string{"not_granted", "not_granted"}},
		{"no address of the web", true, []string{"file:///etc/passwd", "::"}, []string{"not_granted", "bad_request"}},
		{"a user in it, a method that opens a tunnel", true, []string{strings.Replace(s.URL, "//", "//a:b@", 1), "CONNECT#" + s.URL}, []string{"bad_request", "bad_request"}},
		{"a private address that is granted", false, []string{s.URL, "http://localhost:" + port}, []string{"private_address", "private_address"}},
		{"the metadata, granted by mistake", true, []string{metadata}, []string{"private_address"}},
		{"a redirect to the metadata", true, []string{s.URL + "/redirects"}, []string{"302 " + metadata}},
		{"an answer without an end", true, []string{s.URL + "/never-ends"}, []string{"answer_too_large"}},
		{"a server that dies", true, []string{s.URL + "/dies"}, []string{"unreachable"}},
		{"more than is allowed", true, []string{s.URL, s.URL, s.URL}, []string{"200 ", "200 ", "too_many_calls"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for range 2 { // and the next hook is none the worse
				told := asks(t, hooks[tc.private], tc.urls...)
				require.Len(t, told, len(tc.told))
				for i := range told {
					require.True(t, strings.HasPrefix(told[i], tc.told[i]), "%s: %s", tc.urls[i], told[i])
				}
			}
		})
	}
}

func TestAGuestOutlivesAServerThatHangs(t *testing.T) {
	s := house(t)
	env, counted := networked(t, build(t, "./testdata/hostile"), true)
	hook, _ := loadIn(t, env, `{"instances":1,"fetch":{"hosts":["`+s.URL+`"]}}`)
	told := asks(t, hook, s.URL+"/hangs", s.URL+"/x")
	require.True(t, strings.HasPrefix(told[0], "timeout"), told[0])
	require.True(t, strings.HasPrefix(told[1], "200 "), told[1])
	require.Equal(t, map[string]int{"fetched": 1, "fetch_failed": 1}, counted.of)
}

func TestAGuestIsGrantedNothingWhereNothingIsSaid(t *testing.T) {
	s := house(t)
	env, counted := networked(t, build(t, "./testdata/hostile"), true)
	hook, _ := loadIn(t, env, `{"instances":1}`)
	require.True(t, strings.HasPrefix(asks(t, hook, s.URL)[0], "not_granted"))
	require.Empty(t, counted.of)
}

func TestAGuestAsksNothingBeforeItsHooks(t *testing.T) {
	env, _ := networked(t, build(t, "./testdata/hostile"), true)
	hook, _ := loadIn(t, env, `{"instances":1,"fetch":{"hosts":["example.com"]}}`)
	c := call("x")
	c.Model = "asked before"
	_, err := hook.BeforeRoute(t.Context(), c)
	require.Contains(t, err.Message, "outside_of_hook")
}

func TestAQuestionHasNothingOfTheCallThatTheGuestHasNotPutIntoIt(t *testing.T) {
	s := house(t)
	env, _ := networked(t, build(t, "./testdata/hostile"), true)
	hook, _ := loadIn(t, env, `{"instances":1,"fetch":{"hosts":["`+s.URL+`"]}}`)
	told := asks(t, hook, s.URL)[0]
	require.JSONEq(t, `{"Accept-Encoding":["gzip"],"Content-Length":["10"],"User-Agent":["asbru-plugin"],"X-Asked":["by the guest"]}`, strings.TrimPrefix(told, "200 GET a question "))
}

func TestWrongGrantsAreRefused(t *testing.T) {
	env, _ := networked(t, "", true)
	env.Log = slog.New(slog.DiscardHandler)
	for config, path := range map[string]string{
		`{"fetch":{}}`: "fetch.hosts",
		`{"fetch":{"hosts":["example.com","*"]}}`:          "fetch.hosts[1]",
		`{"fetch":{"hosts":["example.com"],"calls":0}}`:    "fetch.calls",
		`{"fetch":{"hosts":["example.com"],"calls":1000}}`: "fetch.calls",
	} {
		_, err := wasm.Kind(wasm.Options{}).Make(env, json.RawMessage(config))
		require.ErrorContains(t, err, path)
	}
}

// directories are the guests that ask who may call, by their language.
var directories = map[string]func(testing.TB) string{
	"Go": func(t testing.TB) string { t.Helper(); return build(t, "../guest/examples/directory") },
	"Rust": func(t testing.TB) string {
		t.Helper()
		return buildRust(t, "../guest/examples/rust/directory.rs")
	},
}

func TestAGuestAsksADirectoryWhoMayCall(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.FormValue("user") {
		case "ann & bob":
		case "":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	for language, build := range directories {
		t.Run(language, func(t *testing.T) {
			env, _ := networked(t, build(t), true)
			hook, _ := loadIn(t, env, `{"fetch":{"hosts":["`+s.URL+`"]},"settings":{"url":"`+s.URL+`/users"}}`)
			for user, code := range map[string]string{"ann & bob": "", "eve": "unknown_user", "": "directory_away"} {
				c := call("Hello.")
				c.Caller.EndUser = user
				_, err := hook.BeforeRoute(t.Context(), c)
				if code == "" {
					require.Nil(t, err, user)
					continue
				}
				require.Equal(t, code, err.Code, user)
			}
		})
	}
}
