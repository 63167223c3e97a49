package command

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// builtIn tells the configuration which providers need no custom_provider_config.
var builtIn = config.WithProviders(knownProvider)

func knownProvider(name string) bool {
	_, ok := provider.ByName(name)
	return ok
}

// sourceDocument reads the configuration file, or takes what the environment has
// without one. Where no provider is configured at all, the built-in mock answers,
// so that a first call works; providers that were named and cannot be served are
// not replaced by it.
func sourceDocument(path string, w *config.Watcher) (*config.Document, []config.Note, error) {
	d, notes := config.DocumentFromEnv(), []config.Note(nil)
	if path != "" {
		var err error
		if d, notes, err = w.Document(); err != nil {
			return nil, notes, err
		}
	}
	cfg, _, err := d.Config(builtIn)
	if err != nil {
		return nil, notes, err
	}
	if cfg.Providers == nil {
		d.JSON, err = d.Patched([]byte(`{"providers":{"mock":{}}}`))
	}
	return d, notes, err
}

// sourceOf says where the configuration comes from that a process is started with.
func sourceOf(path string, locked bool) (rollout.Origin, error) {
	if path == "" {
		if locked {
			return rollout.Origin{}, errors.New("--config-locked needs --config")
		}
		return rollout.Origin{Author: "environment"}, nil
	}
	name, err := filepath.Abs(path)
	return rollout.Origin{Author: "file", Name: name, Locked: locked}, err
}

// lockedUsage is the help of --config-locked.
const lockedUsage = "what the configuration file sets is changed there alone: the admin API refuses to, and what it has changed before is put back"

func tell(notes []config.Note, log *slog.Logger) {
	for _, n := range notes {
		log.Warn("configuration", "path", n.Path, "note", n.Message)
	}
}

// watch has the configuration file taken over whenever it changes, or on SIGHUP.
func (d *desk) watch(ctx context.Context, path string, source rollout.Origin, w *config.Watcher, m *telemetry.Metrics) {
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
		m.ConfigReloads.WithLabelValues("refused").Inc()
		d.log.Error("configuration not applied; the old one stays in force", "error", err)
	}
	w.Run(ctx, 0, func(*config.Config, []config.Note) {
		document, notes, err := sourceDocument(path, w)
		tell(notes, d.log)
		if err == nil {
			err = d.takeOver(ctx, document, source)
		}
		if err != nil {
			refused(err)
		}
	}, refused)
}
