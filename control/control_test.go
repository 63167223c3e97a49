package control_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/control"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/pkg/prompt"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/subscribe"
	"github.com/asbru-gateway/asbru/pkg/testcall"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/asbru-gateway/asbru/pkg/webhook"
	"github.com/stretchr/testify/require"
)

const token = "admin-token-0123456789"

// desk is a control over a real cluster, and a client of it.
type desk struct {
	breaks string // the name of a virtual key that cannot be made
	*httptest.Server
	t       *testing.T
	nodes   *nodes
	alerts  *alerts
	cluster *bustest.Cluster
	control *control.Control
	counts  *memory.Limiter
	feeder  *subscribe.Feeder // of a plugin ear; a test runs it
	ear     *ear
	checks  atomic.Int64 // of configurations
	store   atomic.Pointer[store.Store]
	purged  cache.Selection // last
}

// nodes are live nodes that tell what a test has them tell.
type nodes struct {
	mu     sync.Mutex
	states []member.State
	asked  chan struct{} // closed when somebody awaits
}

// tell has the nodes tell other states.
func (n *nodes) tell(states ...member.State) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.states = states
}

func (n *nodes) List() []member.State {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]member.State{}, n.states...)
}

func (n *nodes) Await(ctx context.Context, holds func(*member.State) bool) error {
	if n.asked != nil {
		close(n.asked)
	}
	for {
		ready := true
		for _, s := range n.List() {
			ready = ready && holds(&s)
		}
		if ready {
			return nil
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func open(t *testing.T) *desk {
	t.Helper()
	return openWith(t, nil)
}

// brittle are virtual keys of which one cannot be made.
type brittle struct {
	control.KeyStore
	d *desk
}

func (b brittle) Create(ctx context.Context, r *virtualkey.Record) error {
	if r.Name == b.d.breaks {
		return errors.New("NATS is away")
	}
	return b.KeyStore.Create(ctx, r)
}

// openWith is open with connections to MCP servers.
func openWith(t *testing.T, tools *mcp.Pool) *desk {
	t.Helper()
	c := bustest.Start(t)
	conn := c.Connect(t, bus.Control, "control")
	book := virtualkey.NewBook(conn)
	ctx, stop := context.WithCancel(context.Background())
	require.NoError(t, book.Open(ctx))
	var running sync.WaitGroup
	running.Go(func() { book.Run(ctx) })
	d := &desk{t: t, nodes: &nodes{}, alerts: &alerts{}, cluster: c, counts: memory.New(memory.Options{})}
	kept, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
	require.NoError(t, err)
	d.store.Store(kept)
	d.feeder = subscribe.NewFeeder(subscribe.Options{
		Conn: conn, Log: slog.New(slog.DiscardHandler),
		Config:  func(ctx context.Context) (*config.Config, error) { return d.control.NewestConfig(ctx) },
		Make:    func(*config.Config, *config.Plugin) (plugin.Plugin, error) { return d.ear, nil },
		Backoff: func(uint64) (time.Duration, bool) { return 0, false },
	})
	d.control = control.New(control.Options{
		Version: "test", Log: slog.New(slog.DiscardHandler), Token: token,
		Check: func(document *config.Document) (*config.Config, []config.Note, error) {
			d.checks.Add(1)
			return document.Config()
		},
		Plugins:   &gateway.PluginCheck{Kinds: []plugin.Kind{house()}, Artefacts: fetched(conn, t.TempDir())},
		Artefacts: artefact.NewShelf(conn),
		Config:    rollout.NewPublisher(rollout.NewRecord(conn), c.Secret),
		Keys:      brittle{book, d}, Minter: virtualkey.NewMinter(c.Secret), Nodes: d.nodes, Store: d.store.Load, Secret: c.Secret,
		WebhookSecret: derivedSecret,
		Jobs:          job.NewQueue(conn, slog.New(slog.DiscardHandler)),
		DeadWebhooks:  webhook.NewQueue(conn),
		Subscriptions: d.feeder,
		Alerts:        d.alerts,
		Reports:       reports{},
		Prompts:       prompt.NewRepository(conn),
		Tools:         tools,
		Counts:        d.counts,
		PurgeCache:    func(s cache.Selection) error { d.purged = s; return nil },
		Drain:         func(ctx context.Context, node string) error { return member.Drain(ctx, conn, node) },
		TestCalls:     testcall.NewAsker(conn),
	})
	d.Server = httptest.NewServer(d.control)
	t.Cleanup(func() { d.Close(); stop(); running.Wait(); require.NoError(t, kept.Close()) })
	return d
}

// call sends a request and returns the answer, whose status must be the one given.
func (d *desk) call(status int, method, path, body string, headers ...string) map[string]any {
	d.t.Helper()
	req, err := http.NewRequest(method, d.URL+path, bytes.NewReader([]byte(body)))
	require.NoError(d.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(d.t, err)
	require.Equal(d.t, status, res.StatusCode, string(text))
	var answer map[string]any
	require.NoError(d.t, json.Unmarshal(text, &answer), string(text))
	return answer
}

// config is the configuration as nodes read it.
// open asks for what is read as it comes.
func (d *desk) open(path string) *http.Response {
	d.t.Helper()
	req, err := http.NewRequest(http.MethodGet, d.URL+path, nil)
	require.NoError(d.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	d.t.Cleanup(func() { _ = res.Body.Close() })
	require.Equal(d.t, http.StatusOK, res.StatusCode)
	return res
}

func (d *desk) config() *config.Config {
	d.t.Helper()
	c, err := d.control.NewestConfig(d.t.Context())
	require.NoError(d.t, err)
	return c
}

func code(answer map[string]any) any {
	e, _ := answer["error"].(map[string]any)
	return e["code"]
}

func TestWithoutTheTokenNothingIsTold(t *testing.T) {
	d := open(t)
	for _, bad := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "bearer " + token, "Basic " + token, token} {
		for _, path := range []string{"/api/config", "/api/governance/virtual-keys", "/api/cluster/nodes", "/api/nothing"} {
			require.Equal(t, "admin_token_required", code(d.call(401, "GET", path, "", "Authorization", bad)), path)
		}
	}
}

func TestPagesOfOtherOriginsMayNotCall(t *testing.T) {
	d := open(t)
	require.Equal(t, "origin_not_allowed", code(d.call(403, "GET", "/api/config", "", "Origin", "https://evil.example")))
	d.call(200, "GET", "/api/config", "", "Origin", d.URL)
}

func TestTheAPIDescribesItself(t *testing.T) {
	d := open(t)
	description := d.call(200, "GET", "/api/openapi.json", "", "Authorization", "")
	require.Equal(t, "3.1.0", description["openapi"])
	require.Contains(t, description["paths"], "/api/governance/virtual-keys/{id}")
	require.Equal(t, "route_not_found", code(d.call(404, "GET", "/api/nothing", "")))
	d.call(405, "DELETE", "/api/config", "")
}

func TestAVirtualKeyIsMadeShownChangedAndDeleted(t *testing.T) {
	d := open(t)
	const path = "/api/governance/virtual-keys"
	made := d.call(200, "POST", path, `{"name":"web","provider_configs":[{"provider":"openai","allowed_models":["gpt-5-mini"]}],
		"rate_limit":{"request_max_limit":100,"request_reset_duration":"1m","token_max_limit":50000,"token_reset_duration":"1h"},
		"budget":{"max_limit":12.5,"reset_duration":"1M","calendar_aligned":true}}`)["virtual_key"].(map[string]any)
	value, id := made["value"].(string), made["id"].(string)
	require.Regexp(t, `^sk-asbru-[a-z2-7]{60}$`, value)
	require.Equal(t, true, made["is_active"])

	shown := d.call(200, "GET", path+"/"+id, "")["virtual_key"].(map[string]any)
	require.Equal(t, "****"+value[len(value)-4:], shown["value"])
	require.Equal(t, map[string]any{"request_max_limit": 100.0, "request_reset_duration": "1m", "token_max_limit": 50000.0, "token_reset_duration": "1h"}, shown["rate_limit"])
	require.Equal(t, map[string]any{"max_limit": 12.5, "reset_duration": "1M", "calendar_aligned": true}, shown["budget"])

	changed := d.call(200, "PUT", path+"/"+id, `{"is_active":false,"budget":{},"rate_limit":{}}`)["virtual_key"].(map[string]any)
	require.Equal(t, false, changed["is_active"])
	require.Equal(t, "web", changed["name"])
	require.NotContains(t, changed, "budget")
	require.NotContains(t, changed, "rate_limit")
	stale, err := json.Marshal(map[string]any{"name": "x", "revision": made["revision"]})
	require.NoError(t, err)
	require.Equal(t, "conflict", code(d.call(409, "PUT", path+"/"+id, string(stale))))

	d.call(200, "POST", path, `{"name":"other"}`)
	list := d.call(200, "GET", path+"?search=WEB", "")
	require.EqualValues(t, 1, list["total_count"])
	require.EqualValues(t, 2, d.call(200, "GET", path+"?limit=1", "")["total_count"])
	d.call(200, "DELETE", path+"/"+id, "")
	d.call(404, "GET", path+"/"+id, "")
	d.call(404, "DELETE", path+"/"+id, "")
	d.call(404, "PUT", path+"/"+id, `{"name":"x"}`)
}

func TestTheConfigurationIsReadOnceForEachRevision(t *testing.T) {
	d := open(t)
	for _, source := range []string{"derived", "configuration"} {
		if source == "configuration" {
			d.call(200, "PUT", "/api/config", `{"webhooks":{"secret":"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"}}`)
		}
		require.Equal(t, source, d.call(200, "GET", "/api/webhooks/secret", "")["source"])
		checks := d.checks.Load()
		for range 3 {
			require.Equal(t, source, d.call(200, "GET", "/api/webhooks/secret", "")["source"])
		}
		require.Equal(t, checks, d.checks.Load())
	}
}

func TestTheListOfVirtualKeysIsReadPageByPage(t *testing.T) {
	d := open(t)
	const path = "/api/governance/virtual-keys"
	for i := range 5 {
		d.call(200, "POST", path, fmt.Sprintf(`{"name":"key %d"}`, i))
	}
	var names []any
	read := func(page map[string]any) {
		for _, k := range page["virtual_keys"].([]any) {
			names = append(names, k.(map[string]any)["name"])
		}
	}
	page := d.call(200, "GET", path+"?limit=2", "")
	read(page)
	for page["next_cursor"] != nil {
		page = d.call(200, "GET", path+"?limit=2&after="+page["next_cursor"].(string), "")
		require.EqualValues(t, 5, page["total_count"])
		read(page)
	}
	require.Equal(t, []any{"key 0", "key 1", "key 2", "key 3", "key 4"}, names)

	names = nil
	read(d.call(200, "GET", path+"?limit=2&offset=3", ""))
	require.Equal(t, []any{"key 3", "key 4"}, names)
	e := d.call(422, "GET", path+"?after=nonsense", "")["error"].(map[string]any)
	require.Equal(t, "query.after", e["details"].([]any)[0].(map[string]any)["path"])
}

func TestAVirtualKeyLargerThanAMessageIsRefused(t *testing.T) {
	d := open(t)
	large := `{"name":"n","provider_configs":[{"provider":"openai","allowed_models":["` + strings.Repeat("a", 2<<20) + `"]}]}`
	require.Equal(t, "request_too_large", code(d.call(413, "POST", "/api/governance/virtual-keys", large)))
}

func TestAVirtualKeyThatMakesNoSenseIsRefusedWithItsFaults(t *testing.T) {
	d := open(t)
	d.call(200, "PATCH", "/api/config", `{"governance":{"teams":[{"id":"t"}],"customers":[{"id":"c"}]}}`)
	for body, path := range map[string]string{
		`{}`:                         "body.name",
		`{"name":""}`:                "body.name",
		`{"name":"x","unknown":1}`:   "body.unknown",
		`{"name":"x","is_active":1}`: "body.is_active",
		`{"name":"x","rate_limit":{"request_max_limit":5}}`:                                   "body.rate_limit.request_reset_duration",
		`{"name":"x","rate_limit":{"token_max_limit":0,"token_reset_duration":"1h"}}`:         "body.rate_limit.token_max_limit",
		`{"name":"x","rate_limit":{"token_max_limit":1,"token_reset_duration":"soon"}}`:       "body.rate_limit.token_reset_duration",
		`{"name":"x","budget":{"max_limit":-1,"reset_duration":"1d"}}`:                        "body.budget.max_limit",
		`{"name":"x","budget":{"max_limit":1,"reset_duration":"5m","calendar_aligned":true}}`: "body.budget.reset_duration",
		`{"name":"x","budget":{"max_limit":0,"reset_duration":"1d"}}`:                         "body.budget.max_limit",
		`{"name":"x","team_id":"t","customer_id":"c"}`:                                        "body.customer_id",
		`{"name":"x","team_id":"no-such"}`:                                                    "body.team_id",
		`{"name":"x","user_id":"no-such"}`:                                                    "body.user_id",
		`{"name":"x","value":"sk-my-own"}`:                                                    "body.value",
		`{"name":"x","name":"y"}`:                                                             "body.name",
		`{"name":"x","expires_at":"tomorrow"}`:                                                "body.expires_at",
		`{"name":"x","allowed_endpoints":["chatt"]}`:                                          "body.allowed_endpoints[0]",
		`{"name":"` + strings.Repeat("n", 201) + `"}`:                                         "body.name",
		`{"name":"x","provider_configs":[{"provider":"openai","weight":-1}]}`:                 "body.provider_configs[0].weight",
	} {
		e := d.call(422, "POST", "/api/governance/virtual-keys", body)["error"].(map[string]any)
		require.Equal(t, "invalid_request", e["code"], body)
		require.Equal(t, path, e["details"].([]any)[0].(map[string]any)["path"], body)
	}
	require.Equal(t, "invalid_request", code(d.call(422, "POST", "/api/governance/virtual-keys", `{"name":`)))
}

func TestTheConfigurationIsChangedAndItsSecretsStayHidden(t *testing.T) {
	d := open(t)
	first := d.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"a","value":"sk-secret-0123456789"}]}}}`)
	require.EqualValues(t, 1, first["revision"])
	second := d.call(200, "PATCH", "/api/config?message=why", `{"client":{"enable_logging":false},"providers":{"openai":{"keys":[{"name":"a","value":"****6789","weight":2}]}}}`)
	require.EqualValues(t, 2, second["revision"])
	shown, err := json.Marshal(d.call(200, "GET", "/api/config", ""))
	require.NoError(t, err)
	require.NotContains(t, string(shown), "sk-secret")
	require.Contains(t, string(shown), `"value":"****6789"`)
	diff := d.call(200, "GET", "/api/config/versions/2/diff", "")
	require.Contains(t, diff["patch"], "client")
	third := d.call(200, "POST", "/api/config/versions/1/rollback", "")
	require.EqualValues(t, 3, third["revision"])
	versions := d.call(200, "GET", "/api/config/versions?limit=2", "")
	require.Len(t, versions["versions"], 2)
	require.EqualValues(t, 2, versions["next"])
	require.Len(t, d.call(200, "GET", "/api/config/versions?before=9223372036854775808", "")["versions"], 3)
	require.Equal(t, "conflict", code(d.call(409, "PATCH", "/api/config?revision=1", `{"client":{}}`)))
}

func TestABadConfigurationChangesNothing(t *testing.T) {
	d := open(t)
	e := d.call(422, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"value":"x","weight":-1}],"no_such":1}}}`)["error"].(map[string]any)
	require.Equal(t, "invalid_configuration", e["code"])
	require.Len(t, e["details"], 2)
	d.call(422, "PUT", "/api/config", `no JSON`)
	d.call(422, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"value":"file:/etc/hostname"}]}}}`)
	require.EqualValues(t, 0, d.call(200, "GET", "/api/config", "")["revision"])
}

func TestAStagedRevisionIsPromotedOrAbandoned(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"client":{}}`)
	d.call(200, "PATCH", "/api/config?percent=10", `{"client":{"enable_logging":false}}`)
	require.NotNil(t, d.call(200, "GET", "/api/config", "")["stage"])
	d.call(200, "POST", "/api/config/versions/2/widen", `{"percent":50}`)
	d.call(200, "POST", "/api/config/versions/2/promote", "")
	require.Equal(t, "not_on_trial", code(d.call(409, "POST", "/api/config/versions/2/abandon", "")))
	require.EqualValues(t, 2, d.call(200, "GET", "/api/config/versions", "")["in_force"])
}

func TestAWriteWaitsUntilEveryNodeHasIt(t *testing.T) {
	d := open(t)
	d.nodes.states = []member.State{{Node: "edge-1", Roles: []string{"edge"}}}
	d.nodes.asked = make(chan struct{})
	go func() {
		<-d.nodes.asked
		d.nodes.mu.Lock()
		defer d.nodes.mu.Unlock()
		d.nodes.states[0].Config.Serial = 1 << 62
	}()
	d.call(200, "PUT", "/api/config?wait=applied", `{"client":{}}`)
}

func TestALiveNodeIsAskedToDrain(t *testing.T) {
	d := open(t)
	d.nodes.states = []member.State{{Node: "edge-1", Roles: []string{"edge"}}}
	draining := func(node string) context.Context {
		conn := d.cluster.Connect(t, bus.Edge, node)
		ctx, done, err := member.UntilDrain(t.Context(), conn, node)
		require.NoError(t, err)
		t.Cleanup(done)
		require.NoError(t, conn.Control.NATS.Flush())
		return ctx
	}
	asked, other := draining("edge-1"), draining("edge-2")

	require.Equal(t, "not_found", code(d.call(404, "POST", "/api/cluster/nodes/edge-2/drain", "")))
	require.Equal(t, map[string]any{"node": "edge-1", "status": "draining"}, d.call(202, "POST", "/api/cluster/nodes/edge-1/drain", ""))
	<-asked.Done()
	require.NoError(t, other.Err())
}

func TestSharesAreThoseOfAllNodes(t *testing.T) {
	d := open(t)
	keys := func(a, b int64) []member.Provider {
		return []member.Provider{{Name: "openai", Busy: 1, Slots: 10, Keys: []member.Key{{Name: "a", Weight: 3, Used: a, Broken: a == 60, Scarce: a == 15}, {Name: "b", Weight: 1, Used: b}}}}
	}
	d.nodes.states = []member.State{{Node: "1", Roles: []string{"edge"}, Providers: keys(60, 20)}, {Node: "2", Roles: []string{"worker"}, Providers: keys(15, 5)}}
	shares := d.call(200, "GET", "/api/cluster/keys", "")["keys"].([]any)
	require.Equal(t, map[string]any{"provider": "openai", "key": "a", "target": 0.75, "actual": 0.75, "used": 75.0, "cooling": 0.0, "broken": 1.0, "scarce": 1.0}, shares[0])
	require.Len(t, d.call(200, "GET", "/api/cluster/overflow", "")["slots"], 2)
	require.Len(t, d.call(200, "GET", "/api/cluster/nodes", "")["nodes"], 2)
}

// derivedSecret is what webhooks are signed with while nothing else is configured.
const derivedSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func TestTheSecretOfWebhooksIsShownUnlessItIsConfigured(t *testing.T) {
	d := open(t)
	require.Equal(t, map[string]any{"source": "derived", "secret": derivedSecret}, d.call(200, "GET", "/api/webhooks/secret", ""))
	d.call(422, "PATCH", "/api/config", `{"webhooks": {"secret": "short"}}`)
	d.call(200, "PATCH", "/api/config", `{"webhooks": {"secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}}`)
	require.Equal(t, map[string]any{"source": "configuration"}, d.call(200, "GET", "/api/webhooks/secret", ""))
}
