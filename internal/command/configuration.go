package command

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// builtIn tells the configuration which providers need no custom_provider_config.
var builtIn = config.WithProviders(func(name string) bool {
	_, ok := provider.ByName(name)
	return ok
})

// firstConfig reads the file, or takes what the environment has without one.
func firstConfig(path string, w *config.Watcher) (*config.Config, []config.Note, error) {
	if path == "" {
		return config.FromEnv(), nil, nil
	}
	return w.Load()
}

// orMock lets the built-in mock answer where no provider is configured at all, so
// that a first call works. Providers that were named and cannot be served are not
// replaced by it.
func orMock(cfg *config.Config, log *slog.Logger) *config.Config {
	if cfg.Providers != nil {
		return cfg
	}
	log.Info("no provider configured: the built-in mock answers")
	own := *cfg
	own.Providers = map[string]config.Provider{"mock": {}}
	return &own
}

func tell(notes []config.Note, log *slog.Logger) {
	for _, n := range notes {
		log.Warn("configuration", "path", n.Path, "note", n.Message)
	}
}

// watch applies the configuration file whenever it changes, or on SIGHUP.
func watch(ctx context.Context, w *config.Watcher, g *gateway.Gateway, e *edge.Edge, m *telemetry.Metrics, log *slog.Logger) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	var reloading sync.WaitGroup
	defer reloading.Wait()
	reloading.Go(func() {
		for {
			select {
			case <-hangup:
				w.Reload()
			case <-ctx.Done():
				return
			}
		}
	})
	refused := func(err error) {
		log.Error("configuration not applied; the old one stays in force", "error", err)
	}
	w.Run(ctx, 0, func(cfg *config.Config, notes []config.Note) {
		tell(notes, log)
		if err := g.Apply(orMock(cfg, log)); err != nil {
			refused(err)
			return
		}
		e.Configure(cfg.Client)
		log.Info("configuration applied", "revision", g.Revision(), "providers", g.Providers())
	}, func(err error) {
		m.ConfigReloads.WithLabelValues("refused").Inc() // what Apply refuses it counts itself
		refused(err)
	})
}
