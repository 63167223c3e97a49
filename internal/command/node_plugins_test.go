package command

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// madeOfFile is a plugin that does nothing, of a kind that has a file.
type madeOfFile struct{}

func (madeOfFile) Name() string { return "madeOfFile" }

func TestAPluginThatIsMissingIsTriedAgainWhenItIsDue(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rules")
	kind := plugin.Kind{Name: "house", Make: func(env plugin.Env, _ json.RawMessage) (plugin.Plugin, error) {
		if _, err := os.Stat(env.Path); err != nil {
			return nil, &plugin.PathError{Err: err}
		}
		return madeOfFile{}, nil
	}}
	var said bytes.Buffer
	log := slog.New(slog.NewTextHandler(&said, nil))
	g, err := gateway.New(t.Context(), &config.Config{Providers: map[string]config.Provider{"mock": {}}}, gateway.Options{
		Kinds: []plugin.Kind{kind}, Absent: true, Log: log,
	})
	require.NoError(t, err)
	t.Cleanup(g.Close)
	n := &node{nodeOptions: nodeOptions{log: log}, gateway: g}
	due := make(chan time.Time)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { n.retryPlugins(ctx, due) })
	again := func() {
		due <- time.Time{}
		due <- time.Time{} // is taken when the one before is done with
	}
	again() // there is no configuration yet

	// A revision that the cluster tries on a part of its nodes is applied as any other: a node
	// without the file is none that has failed.
	cfg := &config.Config{
		Providers: map[string]config.Provider{"mock": {}},
		Plugins:   []config.Plugin{{Name: "rules", Kind: "house", Path: file, OnError: "deny"}},
	}
	require.NoError(t, n.putInForce(cfg, 7))
	require.EqualValues(t, 7, n.applied.revision)
	state := func() string { return g.PluginStatus()["rules"].State }
	require.Equal(t, "absent", state())
	again()
	require.Equal(t, "absent", state())
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	again()
	require.NotEqual(t, "absent", state())
	require.False(t, g.PluginsAbsent())
	require.EqualValues(t, 7, n.applied.revision)
	require.NoError(t, os.Remove(file))
	again()
	require.False(t, g.PluginsAbsent(), "one that was made needs its file no more")
	stop()
	running.Wait()
	require.Contains(t, said.String(), `msg="a plugin cannot be used on this node" plugin=rules refuses_calls=true`)
}
