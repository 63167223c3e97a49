package plugin

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Kind is a kind of plugin that the configuration can name.
type Kind struct {
	Name string
	Doc  string // a sentence
	// Timeout is how long its plugins may take each time where the configuration does not say.
	Timeout time.Duration
	// Settings is a zero value of the struct that its configuration is read into by
	// config.Decode, for documentation; nil for one that has none.
	Settings any
	// Subscribes: its plugins may be a [Subscriber].
	Subscribes bool
	// Make makes a plugin of its configuration, nil where there is none. It does not wait
	// for the network: it is called whenever the configuration changes, also to check it.
	Make func(Env, json.RawMessage) (Plugin, error)
}

// Env is what the gateway has for a plugin.
type Env struct {
	Name    string // the plugin's, by the configuration
	Version string
	Path    string // where its artefact is, of a kind that has one
	Log     *slog.Logger
	// Dir is a folder of the plugin's own that outlives the process, made by whoever uses it; empty
	// where there is none, as where a configuration is only checked.
	Dir string
	// HTTP is a client that reaches no private address unless the configuration allows it.
	HTTP *http.Client
	// Private: the configuration allows it to connect to private addresses.
	Private bool
	// Chat has a model asked, as a call of its own that no plugin sees.
	Chat func(context.Context, *api.Request) (*api.Response, error)
	// Report tells those who watch over calls what was found in one. It does not wait, and is
	// nil where nobody is told.
	Report func(*Incident)
	// Count counts something of the plugin's own in the metrics: what is a short word, one of a few.
	Count func(what string)
}
