package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/logfile"
	"github.com/asbru-gateway/asbru/pkg/plugin/external"
	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
	"github.com/asbru-gateway/asbru/pkg/plugin/wasm"
)

// pluginKinds are the kinds of plugins that the configuration can name. In dataDir they
// keep what spares the next start work; "" keeps nothing. The cluster is nil where there is
// none, as for a look at a file.
func pluginKinds(dataDir string, cluster *bus.Conn) []plugin.Kind {
	var compiled wasm.Options
	files := logfile.Options{Stdout: os.Stdout}
	if dataDir != "" {
		compiled.CacheDir, files.Dir = filepath.Join(dataDir, "wasm"), filepath.Join(dataDir, "logs")
	}
	return append(builtin.Kinds(builtin.Options{Files: files}), external.HTTP(), external.NATS(cluster), wasm.Kind(compiled))
}

// checkWithPlugins is check, and has each plugin made for a look at it.
func checkWithPlugins(d *config.Document, plugins *gateway.PluginCheck) error {
	cfg, _, err := check(d)
	if err != nil {
		return err
	}
	return plugins.Check(cfg, nil)
}

// pluginProblems are what is wrong with the plugins of a configuration file that has no
// other fault. Files that they name may be on other machines.
func pluginProblems(file string) []config.Problem {
	cfg, _, err := config.Load(file, builtIn)
	if err == nil {
		err = (&gateway.PluginCheck{Kinds: pluginKinds("", nil), Elsewhere: true}).Check(cfg, nil)
	}
	var problems *config.Problems
	switch {
	case err == nil:
		return nil
	case errors.As(err, &problems):
		return problems.List
	}
	return []config.Problem{{Message: err.Error()}}
}

// pluginStates are what a node tells of its plugins.
func pluginStates(all map[string]plugin.Status) []member.Plugin {
	told := make([]member.Plugin, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := all[name]
		p := member.Plugin{
			Name: name, State: s.State, Calls: s.Calls, Errors: s.Errors, P99: milliseconds(s.Took(0.99)),
			IsolatedSince: s.IsolatedSince, IsolatedUntil: s.IsolatedUntil, LastError: s.LastError, LastErrorAt: s.LastErrorAt,
		}
		for i := range s.Points {
			at := &s.Points[i]
			p.Points = append(p.Points, member.PluginPoint{
				Point: at.Point.String(), Calls: at.Calls, P99: milliseconds(at.Quantile(0.99)), Verdicts: at.Said(),
			})
		}
		told = append(told, p)
	}
	return told
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// artefactsIn is the cache of plugins' artefacts in a node's data folder.
func artefactsIn(dataDir string, conn *bus.Conn) *artefact.Cache {
	return artefact.NewCache(filepath.Join(dataDir, "artefacts"), artefact.NewShelf(conn))
}

// fetchArtefacts has what the plugins of a configuration are made of on this machine, as far
// as that can be.
func fetchArtefacts(ctx context.Context, c *artefact.Cache, cfg *config.Config) error {
	var failed []error
	for i := range cfg.Plugins {
		p := &cfg.Plugins[i]
		if p.Artefact == "" || !p.On() {
			continue
		}
		if err := c.Fetch(ctx, p.Artefact); err != nil {
			failed = append(failed, fmt.Errorf("plugins.%s: %w", p.Name, err))
		}
	}
	return errors.Join(failed...)
}

// fetching is the artefacts of a cache, those that it does not have yet among them.
func fetching(c *artefact.Cache) gateway.Artefacts {
	return func(digest string, t *signing.Trust) (string, error) {
		if err := c.Fetch(context.Background(), digest); err != nil {
			return "", err
		}
		return c.Path(digest, t)
	}
}
