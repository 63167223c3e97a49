//go:build !gonepoll

package gone

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBytesSentAheadDoNotHideThatAClientHasLeft(t *testing.T) {
	w := newWatcher(t)
	client, server := pair(t)
	_, err := client.Write([]byte("GET / HTTP/1.1"))
	require.NoError(t, err)
	called := make(chan struct{})
	defer w.Watch(server, func() { close(called) }).Stop()
	require.Empty(t, called)
	client.Close()
	requireCalled(t, called)
}
