package command

import (
	"errors"
	"path/filepath"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin"
	"github.com/asbru-gateway/asbru/pkg/plugin/external"
	"github.com/asbru-gateway/asbru/pkg/plugin/wasm"
)

// pluginKinds are the kinds of plugins that the configuration can name. In dataDir they
// keep what spares the next start work; "" keeps nothing.
func pluginKinds(dataDir string) []plugin.Kind {
	var compiled wasm.Options
	if dataDir != "" {
		compiled.CacheDir = filepath.Join(dataDir, "wasm")
	}
	return append(builtin.Kinds(), external.HTTP(), external.NATS(), wasm.Kind(compiled))
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
		err = (&gateway.PluginCheck{Kinds: pluginKinds(""), Elsewhere: true}).Check(cfg, nil)
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
