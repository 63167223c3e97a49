package edge_test

import (
	"net"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/stretchr/testify/require"
)

// serveMock starts a mock, which knows the last requests, and returns its address.
func serveMock(t *testing.T) (*mock.Server, string) {
	t.Helper()
	return serveMockWith(t, mock.Options{Journal: 20})
}

func serveMockWith(t *testing.T, o mock.Options) (*mock.Server, string) {
	t.Helper()
	m := mock.New(o)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- m.Serve(ln) }()
	t.Cleanup(func() {
		require.NoError(t, m.Close())
		require.NoError(t, <-served)
	})
	return m, "http://" + ln.Addr().String()
}
