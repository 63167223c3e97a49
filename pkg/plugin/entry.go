package plugin

import (
	"hash/fnv"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Settings say when a plugin is called, and what its failing means.
type Settings struct {
	Placement   Placement
	Order       int           // among those of one placement, the lowest first
	VirtualKeys []string      // ids or names; none: all callers
	Models      []string      // as asked for, or as provider/model; * stands for any characters; none: all
	Ops         []api.Op      // none: those that have a canonical form, but for counting tokens
	Timeout     time.Duration // of each call of a hook; 0: [DefaultTimeout]
	Deny        bool          // where the plugin fails, calls are refused; else they go on without it
	Percent     float64       // of the calls, by their id; 0 and 100: all
	Beyond      float64       // of the calls, by their id, the first that it is not called for, in percent
}

// Placement says where in the order a plugin stands.
type Placement uint8

// The placements, in order.
const (
	BeforeBuiltIn Placement = iota
	BuiltIn
	AfterBuiltIn
)

// DefaultTimeout is the time limit of a hook where nothing else is said.
const DefaultTimeout = time.Second

// usualOps are what plugins are called for that name no operations.
var usualOps = []api.Op{api.OpChat, api.OpCompletion, api.OpEmbedding, api.OpRerank, api.OpTool}

// Entry is a plugin in its place. Its parts are found once, when it is made.
type Entry struct {
	name     string
	made     *Made
	settings Settings
	ops      uint64
	from     uint64 // of 2^32 calls, the first that it is called for, and where they end
	share    uint64
	state    *State

	route   RouteHook
	attempt AttemptHook
	answer  AnswerHook
	stream  StreamHook
	watch   CallWatcher
	tool    ToolHook
	result  ToolResultHook
	http    HTTPHook
	replied HTTPAnswerHook
	chunk   HTTPStreamHook
	decoded bool // it wants the request in its canonical form
	content bool // its CallWatcher wants answers of streams
}

// Made is a plugin that may be in several chains, also in different places.
type Made struct {
	plugin Plugin
	state  *State
	chains atomic.Int32 // that have it
}

// NewMade takes a plugin that was made. It is closed when the last chain is given up that
// has it. State is that of the plugins of its name, also of earlier configurations.
func NewMade(p Plugin, state *State) *Made { return &Made{plugin: p, state: state} }

// NewEntry puts a plugin into its place, under a name.
func NewEntry(name string, made *Made, s Settings) *Entry {
	p := made.plugin
	e := &Entry{name: name, made: made, settings: s, state: made.state, share: 1 << 32}
	if s.Percent > 0 && s.Percent < 100 {
		e.share = uint64(s.Percent / 100 * (1 << 32))
	}
	e.from = uint64(max(s.Beyond, 0) / 100 * (1 << 32))
	if e.settings.Timeout <= 0 {
		e.settings.Timeout = DefaultTimeout
	}
	ops := s.Ops
	if len(ops) == 0 {
		ops = usualOps
	}
	for _, op := range ops {
		e.ops |= 1 << op
	}
	e.route = part[RouteHook](p, BeforeRoute)
	e.attempt = part[AttemptHook](p, BeforeAttempt)
	e.answer = part[AnswerHook](p, AfterAttempt)
	e.stream = part[StreamHook](p, OnEvents)
	e.watch = part[CallWatcher](p, AfterCall)
	e.tool = part[ToolHook](p, BeforeTool)
	e.result = part[ToolResultHook](p, AfterTool)
	e.http = part[HTTPHook](p, OnHTTP)
	e.replied = part[HTTPAnswerHook](p, AfterHTTP)
	e.chunk = part[HTTPStreamHook](p, OnChunk)
	e.decoded = e.route != nil || e.attempt != nil || e.answer != nil || e.stream != nil
	if w, ok := p.(ContentWatcher); ok && w.WantsContent() {
		e.decoded, e.content = true, true
	}
	if h, ok := p.(HeadOnly); ok && h.HeadOnly() && e.stream == nil {
		e.decoded = false
	}
	return e
}

// part returns an optional part of a plugin, nil if it has or wants none.
func part[T any](p Plugin, at Point) (hook T) {
	if Wants(p, at) {
		hook, _ = p.(T)
	}
	return hook
}

// Name returns the plugin's name.
func (e *Entry) Name() string { return e.name }

// Plugin returns the plugin itself.
func (e *Entry) Plugin() Plugin { return e.made.plugin }

// State returns what the plugin has done.
func (e *Entry) State() *State { return e.state }

// wants says whether the plugin is called for a call, but for its model.
func (e *Entry) wants(c *Call) bool {
	if e.ops&(1<<c.Op) == 0 {
		return false
	}
	if keys := e.settings.VirtualKeys; len(keys) > 0 &&
		!slices.Contains(keys, c.Caller.VirtualKeyID) && !slices.Contains(keys, c.Caller.VirtualKey) {
		return false
	}
	return e.drawn(c.ID)
}

// drawn says whether an id is of the part of the calls that the plugin is called for.
func (e *Entry) drawn(id string) bool {
	if e.from == 0 && e.share == 1<<32 {
		return true
	}
	lot := e.lot(id)
	return e.from <= lot && lot < e.share
}

// lot is the same for each look at a call, on any node.
func (e *Entry) lot(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(e.name)) // never fails
	_, _ = h.Write([]byte(id))
	const spread = 0xff51afd7ed558ccd // of MurmurHash3's finalizer: FNV alone leaves the upper bits alike
	v := h.Sum64()
	v = (v ^ v>>33) * spread
	return (v ^ v>>33) >> 32
}

// fits says whether the plugin is for the model that the call is about: as it was asked
// for, or as it is tried.
func (e *Entry) fits(c *Call) bool {
	if len(e.settings.Models) == 0 {
		return true
	}
	for _, pattern := range e.settings.Models {
		if matches(pattern, c.asked) || c.Provider != "" && matches(pattern, c.Provider+"/"+c.Model) {
			return true
		}
	}
	return false
}

// matches compares a model with a pattern in which * stands for any characters.
func matches(pattern, model string) bool {
	if pattern == model || pattern == "*" {
		return true
	}
	if !strings.Contains(pattern, "*") {
		return false
	}
	ok, err := path.Match(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(model, "/", "\x00"))
	return ok && err == nil
}

// enter and leave count the chains that have the plugin. The last one to leave closes it,
// behind the call or the change of the configuration that made it the last: a plugin may
// have to say what it holds before it ends. [State.Wait] waits for that.
func (m *Made) enter() { m.chains.Add(1) }

func (m *Made) leave() {
	if m.chains.Add(-1) > 0 {
		return
	}
	if c, ok := m.plugin.(Closer); ok {
		m.state.closing.Go(func() { m.state.closed(c.Close()) })
	}
}
