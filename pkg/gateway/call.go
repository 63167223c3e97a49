package gateway

// Hot path.

import (
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/routing"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// Client is the caller's side of a call, as far as the engine must know it.
type Client interface {
	// Watch has left called, at most once, when the caller goes away. The engine
	// asks for it once, and only for a call that has to wait. When Unwatch has
	// come back, left is not called any more.
	Watch(left func())
	Unwatch()
	// Header returns a header of the caller's request, "" if there is none. The
	// string is valid while the call is.
	Header(name string) string
}

// Call is one request on its way through the engine. Get one from
// [Gateway.Acquire], fill in the exported request fields, give it to
// [Gateway.Do], take the answer, and give it back with [Gateway.Release]. It has
// one owner at a time and is not safe for concurrent use.
type Call struct {
	// The request. Body, like the strings, stays the caller's and must not
	// change until Release.
	In   dialect.Codec // the caller's dialect
	Head dialect.Head  // Op is set by the caller; Model and Stream too where the path has them
	Body []byte
	// Credential is what the caller showed: a virtual key, or a provider's key
	// where the configuration allows those.
	Credential string
	RequestID  string // what the caller knows the call by; not unique
	// CallID is the call's own, unique on all nodes. One is made if there is none; who
	// takes over a call from another node brings the one that it has.
	CallID telemetry.Text
	// Timeout bounds the whole call, streams included; 0 leaves it to the provider's settings.
	Timeout   time.Duration
	PinnedKey string // name or id of the provider key to use; "" for any
	Session   string // calls with the same session stay with one key; "" for none
	Fallbacks string // more fallbacks, comma-separated, behind those of the body
	Metadata  string // k=v,… of the caller's own for the ledger
	Parent    string // id of the request that this one is made for; "" for none
	User      string // the end user that the caller calls for; "" for none that it names
	// Prompt names a prompt of the repository, with its version behind an @; "" for none
	// but what the body names. PromptValues are its variables, a JSON object.
	Prompt, PromptValues string
	// Home is the provider that a bare model name is taken to mean first: that
	// of the SDK path the caller used. "" for none.
	Home   string
	Client Client // nil where nobody can leave
	// Extra: the caller has headers passed on to providers, those that begin with [ExtraPrefix].
	Extra bool
	// Vetted: it was seen before that the headers are there that a call must have: when its
	// job was taken, or its connection opened.
	Vetted bool
	Relay  Relay // of an operation that passes in the caller's own form

	// The answer, valid after Do has returned nil.
	Status      int
	ContentType string
	Answer      []byte   // the whole answer; nil for a stream
	Streaming   bool     // the answer is to be pulled with Next
	Size        int64    // bytes of a stream whose length is known; 0 of others
	Returned    []Return // headers of the provider's that the caller gets
	Usage       api.Usage

	gateway  *Gateway
	snapshot *Snapshot
	identity *Identity
	belongs  *belongings // whom the identity belongs to; nil for nobody
	began    time.Time
	deadline time.Time // of the whole call
	cut      upstream.Cut
	left     atomic.Bool // the caller went away
	leftAt   atomic.Int64
	shut     atomic.Bool // the gateway stops
	readOn   atomic.Bool // the provider bills what it was asked for all the same, so its answer is read although the caller left
	watched  bool

	rule       *routing.Rule // that it goes by; nil for none
	facts      routing.Facts
	shadow     bool // it is a copy of a call, whose answer nobody gets
	candidates []candidate
	at         int // index of the candidate being tried
	attempts   int
	plugged    *plugged // nil where no plugin wants the call
	plug       *plugged // kept from call to call
	caching    *caching // nil for a call whose answer is neither kept nor was
	cacher     *caching // kept from call to call
	bypass     bypass
	unplugged  bool // it is a plugin's own call
	here       bool // it is answered without a provider
	sent       bool // a request has left for a provider, or was about to
	billed     bool
	task       *task         // of a worker's call
	cost       int64         // nano-dollars
	below      int64         // nano-dollars that tools have cost which were run for it
	own        time.Duration // spent in the gateway itself
	queued     time.Duration // waited for slots
	failed     *api.Error
	detail     *telemetry.Detail // nil while there is nothing to tell
	traced     *telemetry.Traced // nil for a call that is not traced

	request *api.Request // decoded, on the translated lane
	decoded api.Request
	// rewritten: what is sent is no longer what the caller's body says, but c.request,
	// which is longer by so many bytes.
	rewritten bool
	added     int
	tools     *offer // tools of MCP servers for the model; nil for none
	turn      bool   // it is an agent's
	withheld  bool   // not in this try: the model cannot use tools
	answer    api.Response

	path     []byte
	edits    []jsonx.Edit
	wire     []byte        // head of the request that is sent, and small bodies
	segments [][]byte      // the rest of the body
	body     []byte        // of the provider's answer
	head     upstream.Head // of the provider's answer
	stream   stream
	exchange exchange

	heard   *transcript.Stream // what the stream has said, where that is kept
	uttered *transcript.Piece  // what was said in a conversation before a response of it

	labels   string // values of the metrics' further labels
	reserved reserved
	rooms    [limits.Tokens + 1]Room

	series *telemetry.Series
	record telemetry.Record
}

// Return is a header of a provider's answer that the caller is shown. Name is in
// canonical form; Value is valid as long as the call.
type Return struct{ Name, Value []byte }

// Provider returns the name of the provider that answered, or was last tried.
func (c *Call) Provider() string {
	if len(c.candidates) == 0 {
		return ""
	}
	return c.candidates[c.at].provider.Name
}

// Model returns the model that the provider was asked for.
func (c *Call) Model() string {
	if len(c.candidates) == 0 {
		return ""
	}
	return c.candidates[c.at].model
}

// Key returns the name of the provider key that was used last, "" for none.
func (c *Call) Key() string { return c.exchange.keyName }

// Worker returns the name of the worker that the call was handed over to, "" for none.
func (c *Call) Worker() string { return c.exchange.worker }

// Owner names the caller, once it has been admitted: all calls of one caller have the
// same owner, and those of no two callers.
func (c *Call) Owner() string {
	if c.identity != nil {
		return "vk:" + c.identity.ID
	}
	if c.Credential == "" && c.snapshot != nil && c.snapshot.directKeys && c.Client != nil {
		return "key:" + c.broughtDigest()
	}
	return "key:" + c.Credential
}

// Attempts returns how many tries at providers were made.
func (c *Call) Attempts() int { return c.attempts }

// Broken says whether a stream has ended without its dialect's end.
func (c *Call) Broken() bool { return c.Streaming && !c.stream.ended }

// id returns the call's own id. It is made at first use.
func (c *Call) id() string {
	if c.CallID == (telemetry.Text{}) {
		c.CallID = c.gateway.callIDs.Next(c.began)
	}
	return c.CallID.Borrow()
}

// leave is called, on any goroutine, when the caller has gone.
func (c *Call) leave() {
	c.leftAt.Store(time.Now().UnixNano())
	c.left.Store(true)
	if !c.readOn.Load() {
		c.cut.Fire()
	}
}

// allTries is until when all tries together may take. A body that is sent as it comes
// takes as long as its caller does; the time for its answer begins behind it.
func (c *Call) allTries() time.Time {
	if c.Relay.Rest != nil && c.Timeout == 0 {
		return c.began.Add(forever)
	}
	return c.began.Add(c.patienceOfAll())
}

// patienceOfAll is how long all tries together may take: what the caller says,
// or else the time that each provider is given.
func (c *Call) patienceOfAll() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	var sum time.Duration
	for i := range c.candidates {
		sum += max(c.candidates[i].provider.whole, c.candidates[i].provider.timeout)
	}
	return sum
}

// usualWire has room for most requests with a short body.
const usualWire = 1 << 10

// maxKept bounds the buffers that a call keeps for the next one.
const maxKept = 1 << 20

func (c *Call) reset() {
	c.In, c.Body, c.Credential, c.RequestID = nil, nil, "", ""
	c.CallID = telemetry.Text{}
	c.Head.Reset()
	c.Timeout, c.PinnedKey, c.Session, c.Fallbacks, c.Metadata, c.Parent, c.User, c.Home, c.Client, c.Extra, c.Vetted = 0, "", "", "", "", "", "", "", nil, false, false
	c.Relay = Relay{}
	c.Status, c.ContentType, c.Answer, c.Streaming, c.Size = 0, "", nil, false, 0
	c.Returned = c.Returned[:0]
	c.Usage = api.Usage{}
	c.Prompt, c.PromptValues, c.rewritten, c.added = "", "", false, 0
	c.tools, c.turn, c.withheld = nil, false, false
	c.gateway, c.snapshot, c.identity, c.belongs = nil, nil, nil, nil
	c.left.Store(false)
	c.shut.Store(false)
	c.readOn.Store(false)
	c.cut.Reset()
	c.watched = false
	if c.rule != nil || c.facts.Source != nil {
		c.rule, c.shadow = nil, false
		c.facts.Reset()
	}
	clear(c.candidates)
	c.candidates = c.candidates[:0]
	c.at, c.attempts, c.sent, c.billed, c.task, c.cost, c.below, c.own, c.failed = 0, 0, false, false, nil, 0, 0, 0, nil
	c.queued, c.detail, c.traced = 0, nil, nil
	c.unplugged = false
	if c.plugged != nil {
		c.unplug()
	}
	if c.caching != nil {
		c.caching.reset()
		c.caching = nil
	}
	c.bypass = cacheable
	if c.here {
		c.here, c.answer = false, api.Response{} // it may be of another's memory
	}
	if c.request != nil {
		c.request = nil
		c.decoded.Reset()
		c.answer.Reset()
	}
	clear(c.segments)
	c.segments = c.segments[:0]
	c.wire, c.body = kept(c.wire), kept(c.body)
	c.stream.reset()
	c.exchange = exchange{}
	if c.heard != nil {
		c.heard.Close("") // unless that was done
		c.heard = nil
	}
	c.uttered = nil
	c.labels, c.series = "", nil
	c.reserved.reset()
	c.rooms = [limits.Tokens + 1]Room{}
	c.record = telemetry.Record{}
}

func kept(b []byte) []byte {
	if cap(b) > maxKept {
		return nil
	}
	return b[:0]
}
