package bus_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestAServerNeedsASecretAndSoundAddresses(t *testing.T) {
	good := bus.ServerOptions{Name: "n0", StoreDir: t.TempDir(), Secret: cluster}
	for name, change := range map[string]func(*bus.ServerOptions){
		"no secret":       func(o *bus.ServerOptions) { o.Secret = secret.Key{} },
		"no port":         func(o *bus.ServerOptions) { o.Listen = "127.0.0.1" },
		"no such port":    func(o *bus.ServerOptions) { o.Listen = "127.0.0.1:99999" },
		"cluster no port": func(o *bus.ServerOptions) { o.ClusterListen = "127.0.0.1" },
		"route no port":   func(o *bus.ServerOptions) { o.ClusterListen, o.Routes = "127.0.0.1:0", []string{"other"} },
	} {
		t.Run(name, func(t *testing.T) {
			o := good
			change(&o)
			_, err := bus.StartServer(o)
			require.Error(t, err)
		})
	}
}

func TestWhatIsConfirmedIsThereAfterARestart(t *testing.T) {
	dir := t.TempDir()
	start := func() *bus.Server { return startServer(t, func(o *bus.ServerOptions) { o.StoreDir = dir }) }
	s := start()
	put(t, provisioned(t, s), "kept")
	s.Shutdown()
	require.Equal(t, "kept", get(t, connect(t, bus.Control, "control-1", start())))
}

func TestADrainedServerSendsItsNodesToTheOthers(t *testing.T) {
	t.Parallel()
	servers := startCluster(t)
	control := provisioned(t, servers...)
	edge := connect(t, bus.Edge, "edge-1", servers...)
	put(t, control, "one")
	for i, s := range servers {
		if edge.State(t.Context()).Server == "n"+string(rune('0'+i)) {
			s.Drain(soon(t))
			require.Error(t, s.Ready())
			break
		}
	}
	eventually(t, func() bool { return edge.State(t.Context()).Connected }, "connected to another server")
	require.Equal(t, "one", get(t, edge))
}

func TestAServerOfAnotherClusterIsNotLetIn(t *testing.T) {
	t.Parallel()
	routes := []string{ports.Address(t), ports.Address(t)}
	servers := make([]*bus.Server, 2)
	log := &syncBuffer{}
	for i, route := range routes {
		servers[i] = startServer(t, func(o *bus.ServerOptions) {
			o.Name, o.ClusterName, o.ClusterListen, o.Routes = "n"+string(rune('0'+i)), "asbru", route, routes
			o.Log = slog.New(slog.NewTextHandler(log, nil))
			if i == 1 {
				o.Secret = secret.NewKey()
			}
		})
	}
	eventually(t, func() bool { return bytes.Contains(log.bytes(), []byte("authentication error")) }, "refused")
	require.Error(t, servers[0].Ready())
	require.Zero(t, gathered(t, servers[0], "asbru_nats_routes"))
}

func TestAServersMetrics(t *testing.T) {
	s := startServer(t, nil)
	c := provisioned(t, s)
	require.NoError(t, s.Ready())
	_, err := c.Bulk.JS.Publish(t.Context(), bus.JobRun.At("j1"), []byte("run"))
	require.NoError(t, err)
	require.EqualValues(t, 3, gathered(t, s, "asbru_nats_connections"))
	want := `
# HELP asbru_nats_undelivered Messages that a consumer has still to deliver.
# TYPE asbru_nats_undelivered gauge
asbru_nats_undelivered{consumer="alerts",stream="EVENTS"} 0
asbru_nats_undelivered{consumer="guard_alerts",stream="GUARD"} 0
asbru_nats_undelivered{consumer="ledger",stream="USAGE"} 0
asbru_nats_undelivered{consumer="log",stream="SAID"} 0
asbru_nats_undelivered{consumer="senders",stream="HOOKS"} 0
asbru_nats_undelivered{consumer="store",stream="AUDIT"} 0
asbru_nats_undelivered{consumer="workers",stream="JOBS"} 1
`
	eventually(t, func() bool {
		return testutil.CollectAndCompare(s.Collector(), strings.NewReader(want), "asbru_nats_undelivered") == nil
	}, "the job is counted")
}

func gathered(t *testing.T, s *bus.Server, name string) float64 {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	require.NoError(t, r.Register(s.Collector()))
	families, err := r.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatal("no metric", name)
	return 0
}
