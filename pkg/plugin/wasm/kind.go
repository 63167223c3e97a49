package wasm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// Options are what the modules of a node have in common.
type Options struct {
	// CacheDir is where compiled modules are kept, so that a start does not wait for them;
	// empty keeps them in memory.
	CacheDir string
}

// settings are the configuration of a plugin of the kind.
type settings struct {
	MemoryMB  int             `json:"memory_mb"`
	Instances int             `json:"instances"`
	Headers   []string        `json:"headers"`
	Settings  json.RawMessage `json:"settings"`
}

const (
	maxModule     = 64 << 20
	defaultMemory = 64
	mostMemory    = 1024
	mostInstances = 256
	// timeout is the time limit of a hook where the configuration does not say.
	timeout = 100 * time.Millisecond
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
		Name: "wasm", Doc: "A WebAssembly module, sandboxed, from the file at path.", Timeout: timeout,
		Make: func(env plugin.Env, config json.RawMessage) (plugin.Plugin, error) {
			return makePlugin(cache(), env, config)
		},
	}
}

func makePlugin(cache wazero.CompilationCache, env plugin.Env, config json.RawMessage) (plugin.Plugin, error) {
	s := settings{MemoryMB: defaultMemory, Instances: 2 * runtime.GOMAXPROCS(0)}
	if len(config) > 0 {
		if err := json.Unmarshal(config, &s); err != nil {
			return nil, fmt.Errorf("config: %w", err)
		}
	}
	if s.MemoryMB < 1 || s.MemoryMB > mostMemory || s.Instances < 1 || s.Instances > mostInstances {
		return nil, fmt.Errorf("config: memory_mb is from 1 to %d, instances from 1 to %d", mostMemory, mostInstances)
	}
	code, err := read(env.Path)
	if err != nil {
		return nil, err
	}
	m, err := load(context.Background(), cache, code, s, env.Log)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", env.Path, err)
	}
	return frame.New(frame.Options{Name: env.Name, Points: m.points, Headers: s.Headers, Ask: m.ask, Close: m.close, Watch: timeout}), nil
}

func read(path string) ([]byte, error) {
	if path == "" {
		return nil, errors.New("path: a wasm plugin needs the path of its module")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("path: %w", err)
	}
	if info.Size() > maxModule {
		return nil, fmt.Errorf("path: a module of %d bytes, and %d are the most", info.Size(), maxModule)
	}
	code, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("path: %w", err)
	}
	return code, nil
}
