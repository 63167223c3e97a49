package nodes

import (
	"strings"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// Link is a way to a server that a test disturbs.
type Link struct {
	t     *testing.T
	proxy *toxiproxy.Proxy
}

// Before puts a link before the server at an address, until the test ends.
func Before(t *testing.T, address string) *Link {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "link", "127.0.0.1:0", address)
	require.NoError(t, proxy.Start())
	t.Cleanup(proxy.Stop)
	return &Link{t: t, proxy: proxy}
}

// Address is where the link begins.
func (l *Link) Address() string { return l.proxy.Listen }

// Disturb does to what the server sends what a toxic of toxiproxy does, with its
// attributes in JSON: latency, timeout, reset_peer, limit_data.
func (l *Link) Disturb(toxic, attributes string) {
	l.t.Helper()
	l.add(toxic, "downstream", attributes)
}

// Cut lets nothing through any more, and tells neither side.
func (l *Link) Cut() {
	l.t.Helper()
	l.add("timeout", "upstream", `"timeout":0`)
	l.add("timeout", "downstream", `"timeout":0`)
}

func (l *Link) add(toxic, stream, attributes string) {
	l.t.Helper()
	_, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(`{"name":"` + toxic + "-" + stream + `","type":"` + toxic + `","stream":"` + stream + `","attributes":{` + attributes + `}}`))
	require.NoError(l.t, err)
}

// Heal ends all disturbances. Connections over which nothing came are closed.
func (l *Link) Heal() { l.proxy.Toxics.ResetToxics(l.t.Context()) }
