package edge_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(tests{m},
		// The HTTP server's pool of workers looks once more after it has been stopped.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		// The HTTP server's clock for the Date header runs as long as the process.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.initServerDate.func1"))
}

// tests runs all tests, and waits for the doors that they have left to be closed:
// each takes a tenth of a second, which together is longer than the tests.
type tests struct{ *testing.M }

var closing struct {
	sync.WaitGroup
	failed atomic.Pointer[error]
}

func (t tests) Run() int {
	if err := flag.Set("test.parallel", "16"); err != nil { // those that are parallel wait, and do not compute
		panic(err)
	}
	code := t.M.Run()
	closing.Wait()
	if err := closing.failed.Load(); err != nil {
		fmt.Println("a door was not closed well:", *err)
		return 1
	}
	return code
}

// patience is how long a test waits for what should be there at once.
const patience = time.Minute

// door is an edge that is open on a port of this machine.
type door struct {
	*edge.Edge
	Gateway *gateway.Gateway
	Metrics *telemetry.Metrics
	Addr    string
	served  chan error
}

func (d *door) URL(path string) string { return "http://" + d.Addr + path }

// open starts an edge with a configuration and stops it with the test.
func open(t *testing.T, cfg *config.Config) *door {
	t.Helper()
	return openWith(t, cfg, gateway.Hooks{})
}

func openWith(t *testing.T, cfg *config.Config, hooks gateway.Hooks) *door {
	t.Helper()
	return openOptions(t, cfg, gateway.Options{Hooks: hooks})
}

func openOptions(t *testing.T, cfg *config.Config, o gateway.Options) *door {
	t.Helper()
	d := startWith(t, cfg, o)
	d.closeAfter(t)
	return d
}

func (d *door) closeAfter(t *testing.T) {
	t.Cleanup(func() {
		closing.Go(func() {
			if err := d.drain(5 * time.Second); err != nil {
				closing.failed.Store(&err)
			}
		})
	})
}

// start opens an edge that the test stops itself.
func start(t *testing.T, cfg *config.Config) *door {
	t.Helper()
	return startWith(t, cfg, gateway.Options{})
}

func startWith(t *testing.T, cfg *config.Config, o gateway.Options) *door {
	t.Helper()
	return startEdge(t, cfg, o, edge.Options{Node: "n1"})
}

func startEdge(t *testing.T, cfg *config.Config, o gateway.Options, at edge.Options) *door {
	t.Helper()
	d := &door{Metrics: telemetry.NewMetrics("test"), served: make(chan error, 1)}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Metrics = d.Metrics
	var err error
	d.Gateway, err = gateway.New(context.Background(), cfg, o)
	require.NoError(t, err)
	at.Log, at.Metrics, at.Server, at.Client = o.Log, d.Metrics, cfg.Server, cfg.Client
	d.Edge, err = edge.New(d.Gateway, at)
	require.NoError(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	d.Addr = ln.Addr().String()
	go func() { d.served <- d.Serve(ln) }()
	return d
}

func (d *door) stop(t *testing.T, patience time.Duration) {
	t.Helper()
	require.NoError(t, d.drain(patience))
}

// drain stops the edge as its process would on SIGTERM, and the engine behind it.
func (d *door) drain(patience time.Duration) error {
	return d.drainAfter(0, patience)
}

// drainAfter drains the edge, which goes on to take connections for grace.
func (d *door) drainAfter(grace, patience time.Duration) error {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	return d.drainUntil(ctx, grace)
}

// drainUntil is drainAfter for as long as ctx lasts.
func (d *door) drainUntil(ctx context.Context, grace time.Duration) error {
	http.DefaultClient.CloseIdleConnections()
	d.Drain(ctx, grace)
	err := errors.Join(<-d.served, d.Close())
	d.Gateway.Close()
	return err
}

// over returns a configuration whose providers are all at one address.
func over(url string) *config.Config {
	at := func(name string) config.Provider {
		return config.Provider{
			Network: config.Network{BaseURL: url},
			Keys:    []config.Key{{Name: name + "-key", Value: config.Secret("sk-canary-" + name + "-0123456789"), Weight: 1}},
		}
	}
	return &config.Config{Providers: map[string]config.Provider{
		"openai": at("openai"), "anthropic": at("anthropic"), "gemini": at("gemini"),
	}}
}

// with changes one provider of a configuration.
func with(cfg *config.Config, name string, change func(*config.Provider)) *config.Config {
	p := cfg.Providers[name]
	change(&p)
	cfg.Providers[name] = p
	return cfg
}

type answer struct {
	Status int
	Header http.Header
	Body   string
}

func (d *door) post(t *testing.T, path, body string, headers ...string) answer {
	t.Helper()
	return do(t, "POST", d.URL(path), body, headers...)
}

func do(t *testing.T, method, url, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return answer{res.StatusCode, res.Header, string(b)}
}

// raw sends bytes as they are and returns the first answer, and whether the
// server then closed the connection.
func raw(t *testing.T, addr string, request string) (res answer, closed bool) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
	_, err = io.WriteString(c, request)
	require.NoError(t, err)
	r := bufio.NewReader(c)
	got, err := http.ReadResponse(r, nil)
	require.NoError(t, err)
	body, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	_, err = r.ReadByte()
	return answer{got.StatusCode, got.Header, string(body)}, err == io.EOF
}

// errorOf reads an error in whichever of the three shapes it has.
func errorOf(t *testing.T, dialect string, res answer) (code, message string) {
	t.Helper()
	var e struct {
		Type  string
		Error struct {
			Type    string
			Code    any
			Message string
			Status  string
			Details []struct{ Reason string }
		}
	}
	if dialect == "cohere" || dialect == "bedrock" {
		var flat struct{ Message, Code string }
		require.NoError(t, json.Unmarshal([]byte(res.Body), &flat), res.Body)
		require.NotEmpty(t, flat.Message, res.Body)
		require.Equal(t, dialect == "bedrock", res.Header.Get("X-Amzn-Errortype") != "")
		return flat.Code, flat.Message
	}
	require.NoError(t, json.Unmarshal([]byte(res.Body), &e), res.Body)
	require.NotEmpty(t, e.Error.Message, res.Body)
	switch dialect {
	case "anthropic":
		require.Equal(t, "error", e.Type, res.Body)
		require.NotEmpty(t, e.Error.Type)
	case "genai":
		require.NotEmpty(t, e.Error.Status, res.Body)
		require.EqualValues(t, res.Status, e.Error.Code)
		if len(e.Error.Details) > 0 {
			return e.Error.Details[0].Reason, e.Error.Message
		}
		return "", e.Error.Message
	default:
		require.NotEmpty(t, e.Error.Type, res.Body)
	}
	code, _ = e.Error.Code.(string)
	return code, e.Error.Message
}

func jsonDecode(s string, into any) error { return json.Unmarshal([]byte(s), into) }
