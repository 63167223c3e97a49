package gateway

import (
	"io"
	"log/slog"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// Options are what a gateway is made with besides its configuration. The zero value will do.
type Options struct {
	Log     *slog.Logger       // default: slog.Default()
	Calls   CallLog            // where the lines of finished calls go; default: nowhere
	Metrics *telemetry.Metrics // default: a registry of its own
	// Providers are providers of your own, beside those of the configuration.
	Providers []Registration
	Hooks     Hooks // what is called on each call's way
	// Plugins are plugins of your own, which are called for each call, unless the
	// configuration has one of their name and says otherwise.
	Plugins []plugin.Plugin
	Kinds   []plugin.Kind // that the configuration's plugins may be of
	// PluginDir has a folder for each plugin that keeps something beyond a restart; empty: none does.
	PluginDir string
	// Artefacts finds what the configuration's plugins are made of; nil: files alone will do.
	Artefacts Artefacts
	// Absent: a plugin whose program is missing here, or broken, is done without: by its
	// on_error calls go on, or are refused. Else its configuration is refused.
	Absent bool
	// Incidents is told of what plugins find in calls. It must not wait. Nil: nobody is.
	Incidents func(*plugin.Incident)
	// Known are settings of the built-in providers that only a program can give,
	// such as how to reach one that runs in the same process. By provider name.
	Known map[string]Reach
	// Usage takes the record of each finished call on its way to the ledger; nil: no
	// ledger is kept.
	Usage Usage
	// Answers is where answers are kept for all nodes; nil: each keeps its own alone.
	Answers cache.Shared
	// Neighbours opens the place at a URL where all nodes know what requests mean; nil: each
	// knows its own alone.
	Neighbours func(url string) (cache.SharedNeighbours, error)
	// Node is the name of this node among others.
	Node string
	// Transcripts takes what was said in calls, of which the configuration has that kept;
	// nil: nothing is kept.
	Transcripts Transcripts
	// Limits counts what callers with limits use; nil: limits are not enforced.
	Limits limits.Limiter
	// Overflow hands calls over to workers while slots are busy here; nil: there are none.
	Overflow Overflow
	// VirtualKeys are the virtual keys beside those of the configuration; nil: none.
	VirtualKeys *VirtualKeys
	// Keys shares the balance and the cool-downs of provider keys with other nodes;
	// nil: this is the only one.
	Keys Keys
	// Prompts are the prompts that calls name; nil: there are none.
	Prompts Prompts
	// Tools are those of MCP servers; nil: there are none.
	Tools *mcp.Pool
	// Traces takes the records of traced calls; nil: none is traced.
	Traces Traces
	// Catalog is what is known of models; nil: what comes with the program.
	Catalog *catalog.Live
}

// Usage is where the records of finished calls go. Its methods do not wait.
type Usage interface {
	// Put takes a record. It must not keep the pointer.
	Put(*telemetry.Record)
	// Full says that no call should be taken any more, since its record could be lost.
	Full() bool
}

// Traces is where the records of traced calls go.
type Traces interface {
	// Put takes a record. It does not wait, and must not keep the pointer.
	Put(*telemetry.Record)
}

// VirtualKeys is where virtual keys are read that are not in the configuration.
type VirtualKeys struct {
	Source virtualkey.Source
	Minter *virtualkey.Minter
}

// CallLog is where a line for each finished call is written, and how:
// [telemetry.AppendJSON] or [telemetry.AppendText].
type CallLog struct {
	Out  io.Writer                              // written to by one goroutine
	Line func([]byte, *telemetry.Record) []byte // appends the line of a record
}

// Hooks are called on each call's way. They run on the call's goroutine, so
// they must be quick, and safe for concurrent use.
type Hooks struct {
	// Request sees a call before it is routed. It may change Call.Head.Model and
	// Call.Fallbacks, or refuse the call with an error.
	Request func(*Call) *api.Error
	// Done sees the record of a finished call. It must not keep the pointer.
	Done func(*telemetry.Record)
}
