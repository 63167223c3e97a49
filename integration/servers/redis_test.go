package servers_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/stretchr/testify/require"
)

func TestRedisComesBackAtTheSameAddress(t *testing.T) {
	server := servers.Redis(t)
	require.NoError(t, ping(t.Context(), server.Address()))
	server.Kill(t)
	require.Error(t, ping(t.Context(), server.Address()))
	server.Start(t)
	require.NoError(t, ping(t.Context(), server.Address()))
	server.Stop(t)
	require.Error(t, ping(t.Context(), server.Address()))
}

func TestAPausedRedisAnswersNothingUntilItIsResumed(t *testing.T) {
	server := servers.Redis(t)
	server.Pause(t)
	require.Error(t, ping(t.Context(), server.Address()))
	server.Resume(t)
	require.NoError(t, ping(t.Context(), server.Address()))
}

func ping(ctx context.Context, address string) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(200 * time.Millisecond))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, 16))
	return err
}
