package command

import (
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/asbru-gateway/asbru/control"
	"github.com/asbru-gateway/asbru/edge/gone"
)

func TestAHandlerOfTheAdminAPIIsToldThatItsCallerLeaves(t *testing.T) {
	callers, err := gone.New()
	require.NoError(t, err)
	defer callers.Close()
	begun, ended := make(chan struct{}), make(chan struct{})
	server := &fasthttp.Server{Handler: adapted(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx, cancel := control.WhileThere(r.Context())
		defer cancel()
		close(begun)
		<-ctx.Done()
		close(ended)
	}), callers)}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	conn, err := net.Dial("tcp", ln.Addr().String())
	require.NoError(t, err)
	_, err = conn.Write([]byte("POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"))
	require.NoError(t, err)
	<-begun
	require.NoError(t, conn.Close())
	<-ended
	require.NoError(t, server.Shutdown())
	require.NoError(t, <-served)
}
