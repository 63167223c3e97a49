package ports_test

import (
	"net"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

func TestAServerComesAndGoesAtTheTestsPort(t *testing.T) {
	address := ports.Address(t)
	for range 3 {
		_, err := net.Dial("tcp", address)
		require.Error(t, err, "nothing listens yet")
		listener, err := net.Listen("tcp", address)
		require.NoError(t, err)
		conn, err := net.Dial("tcp", address)
		require.NoError(t, err)
		conn.Close()
		listener.Close()
	}
}

func TestNobodyIsGivenATestsPort(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux keeps a port that nothing listens on")
	}
	kept := map[string]bool{}
	for range 200 {
		address := ports.Address(t)
		require.False(t, kept[address], "given twice")
		kept[address] = true
	}
	for range 2000 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.False(t, kept[listener.Addr().String()])
		defer listener.Close()
	}
}
