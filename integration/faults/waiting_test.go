//go:build integration

package faults_test

import (
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

// short are waits for a provider that a test can wait for.
const short = `,"connect_timeout_ms":300,"first_byte_timeout_in_seconds":1,"stream_idle_timeout_in_seconds":1,"max_retries":0`

// provide has openai at one address, with short waits, and anthropic at another.
func provide(c *nodes.Cluster, openai, anthropic string) {
	provideWith(c, short, openai, anthropic)
}

// provideWith is provide with other settings of openai's connections, each with a
// comma before it. Each node has one place there.
func provideWith(c *nodes.Cluster, network, openai, anthropic string) {
	c.Admin(http.MethodPut, "/api/config?wait=applied", `{"providers":{
		"openai":{"keys":[{"name":"a","value":"sk-a-0123456789"}],"network_config":{"base_url":"http://`+openai+`"`+network+`},
			"concurrency_and_buffer_size":{"concurrency":1,"buffer_size":100}},
		"anthropic":{"keys":[{"name":"x","value":"sk-x-0123456789"}],"network_config":{"base_url":"http://`+anthropic+`"}}}}`)
}

// deaf returns an address where connections are neither taken nor refused.
func deaf(t *testing.T) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	t.Cleanup(func() { syscall.Close(fd) })
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	require.NoError(t, syscall.Listen(fd, 0))
	bound, err := syscall.Getsockname(fd)
	require.NoError(t, err)
	address := net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: bound.(*syscall.SockaddrInet4).Port}
	full, err := net.Dial("tcp", address.String()) // the one connection that the kernel takes
	require.NoError(t, err)
	t.Cleanup(func() { full.Close() })
	return address.String()
}

func TestAProviderThatSaysNothingHasItsPlaceTakenByTheFallback(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	p := startProvider(t, mock.Options{})
	edge := c.Edges[0]
	provide(c, p.address, p.address)

	a := call{model: "openai/mock-hang", more: `,"fallbacks":["anthropic/claude"]`}.must(t, edge)
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.Equal(t, "anthropic", a.header.Get("x-asbru-provider"))

	// Its place is free again, though it never answered.
	p.idle(t)
	require.Equal(t, http.StatusOK, call{}.must(t, edge).status)

	provide(c, deaf(t), p.address)
	a = call{more: `,"fallbacks":["anthropic/claude"]`}.must(t, edge)
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.Equal(t, "anthropic", a.header.Get("x-asbru-provider"))
	require.Equal(t, http.StatusGatewayTimeout, call{}.must(t, edge).status)
}

func TestCallsThatWaitForOneProviderHoldUpNoOther(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	p := startProvider(t, mock.Options{})
	edge := c.Edges[0]
	provideWith(c, `,"first_byte_timeout_in_seconds":120,"stream_idle_timeout_in_seconds":120`, p.address, p.address)
	silent, err := call{model: "openai/mock-stall-3", stream: true}.begin(edge) // has the place
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, silent.StatusCode)
	const waiters = 3
	answers := make(chan answer, waiters)
	for range waiters {
		go func() {
			a, _ := call{}.ask(edge) // a connection that fails has no status
			answers <- a
		}()
	}
	waiting := func() bool { return strings.Contains(metrics(t, edge), `asbru_pool_waiting{provider="openai"} 3`) }
	require.Eventually(t, waiting, nodes.Patience, tick)
	for range 20 {
		require.Equal(t, http.StatusOK, call{model: "anthropic/claude"}.must(t, edge).status)
	}
	require.True(t, waiting(), "the others were answered meanwhile")
	require.Empty(t, answers)
	require.NoError(t, silent.Body.Close())
	for range waiters {
		a := <-answers
		require.Equal(t, http.StatusOK, a.status, a.body)
	}
}

func TestAStreamThatFallsSilentEndsAndFreesItsPlace(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	p := startProvider(t, mock.Options{})
	edge := c.Edges[0]
	provide(c, p.address, p.address)
	a := call{model: "openai/mock-stall-3", id: "silent", text: "one two three four five six", stream: true}.must(t, edge)
	require.Equal(t, http.StatusOK, a.status)
	require.Contains(t, a.body, `"error"`)
	require.NotContains(t, a.body, "[DONE]")
	p.idle(t)
	require.Equal(t, http.StatusOK, call{}.must(t, edge).status)
	e := row(t, c, "silent")
	require.True(t, e.Truncated)
	require.Positive(t, e.Usage.Output)
}
