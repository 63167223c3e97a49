//go:build integration

package faults_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

// provider is the mock in this process: a test steers it, and asks what it got.
type provider struct {
	*mock.Server
	address string
}

func startProvider(t *testing.T, o mock.Options) provider {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := provider{mock.New(o), ln.Addr().String()}
	served := make(chan error, 1)
	go func() { served <- p.Serve(ln) }()
	t.Cleanup(func() {
		require.NoError(t, p.Close())
		require.NoError(t, <-served)
	})
	return p
}

// idle waits until the provider answers nobody any more.
func (p provider) idle(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return p.Stats().Active == 0 }, nodes.Patience, tick)
}
