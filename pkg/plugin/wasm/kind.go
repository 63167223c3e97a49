package wasm

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// Options are what the modules of a node have in common.
type Options struct {
	// CacheDir is where compiled modules are kept, so that a start does not wait for them;
	// empty keeps them in memory.
	CacheDir string
	// CompileTimeout bounds how long a module may take to be compiled; 0 is five minutes.
	CompileTimeout time.Duration
}

// settings are the configuration of a plugin of the kind.
type settings struct {
	MemoryMB  int            `json:"memory_mb,omitempty" minimum:"1" maximum:"1024" default:"64" doc:"The most memory of one instance, in megabytes."`
	Instances int            `json:"instances,omitempty" minimum:"1" maximum:"256" doc:"How many calls it may have at once on a node. Absent: twice the processors."`
	Headers   []string       `json:"headers,omitempty" doc:"Names of the caller's headers that it is shown."`
	Events    []string       `json:"events,omitempty" doc:"At the point on_cluster_event: the kinds of events that it is told of (call, guardrail, budget, config, key). Absent: all."`
	Fetch     *fetchSettings `json:"fetch,omitempty" doc:"What it may ask over the network. Absent: nothing."`
	Settings  config.Raw     `json:"settings,omitempty" doc:"Its own settings, any JSON."`
}

const (
	maxModule     = 64 << 20
	defaultMemory = 64
	// timeout is the time limit of a hook where the configuration does not say.
	timeout = 100 * time.Millisecond
	// watchTimeout is that of after_call, for which no call waits, where it may ask over the network.
	watchTimeout = 5 * time.Second
	// compileTimeout is how long a module may take to be compiled. Those of Go take some seconds,
	// and longer on a machine that is busy.
	compileTimeout = 5 * time.Minute
)

// Kind returns the kind wasm: plugins whose path is a module.
func Kind(o Options) plugin.Kind {
	cache := sync.OnceValue(func() wazero.CompilationCache {
		if o.CacheDir != "" {
			if onDisk, err := wazero.NewCompilationCacheWithDir(o.CacheDir); err == nil {
				return onDisk // without one, modules are compiled at each start
			}
		}
		return wazero.NewCompilationCache()
	})
	return plugin.Kind{
		Name: "wasm", Doc: "A WebAssembly module, sandboxed, from the file at path.", Timeout: timeout, Subscribes: true,
		Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
			return makePlugin(cache(), cmp.Or(o.CompileTimeout, compileTimeout), env, raw)
		},
	}
}

func makePlugin(cache wazero.CompilationCache, within time.Duration, env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
	s := settings{MemoryMB: defaultMemory, Instances: 2 * runtime.GOMAXPROCS(0)}
	if err := config.Decode(raw, &s); err != nil {
		return nil, err
	}
	if err := frame.CheckEvents(s.Events); err != nil {
		return nil, err
	}
	n, err := newNetwork(s.Fetch, env)
	if err != nil {
		return nil, err
	}
	code, err := read(env.Path)
	if err != nil {
		return nil, &plugin.PathError{Err: err}
	}
	m, err := load(cache, code, s, n, within, env.Log)
	if err != nil {
		return nil, &plugin.PathError{Err: fmt.Errorf("load the module: %w", err)}
	}
	watch := timeout
	if s.Fetch != nil {
		watch = watchTimeout
	}
	return frame.New(frame.Options{Name: env.Name, Points: m.points, Headers: s.Headers, Events: s.Events, Count: env.Count, Ask: m.ask, Close: m.close, Watch: watch}), nil
}

func read(path string) ([]byte, error) {
	if path == "" {
		return nil, errors.New("a wasm plugin needs the path of its module")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxModule {
		return nil, fmt.Errorf("a module of %d bytes, and %d are the most", info.Size(), maxModule)
	}
	return os.ReadFile(path)
}
