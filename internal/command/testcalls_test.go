package command

import (
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestANodeSaysWhereItTakesCalls(t *testing.T) {
	machine, err := os.Hostname()
	require.NoError(t, err)
	for _, row := range []struct {
		ip   string
		tls  bool
		want string
	}{
		{"10.0.0.7", false, "http://10.0.0.7:8080"},
		{"10.0.0.7", true, "https://10.0.0.7:8080"},
		{"fd00::7", false, "http://[fd00::7]:8080"},
		{"0.0.0.0", false, "http://" + machine + ":8080"},
		{"::", true, "https://" + machine + ":8080"},
	} {
		require.Equal(t, row.want, addressOf(&net.TCPAddr{IP: net.ParseIP(row.ip), Port: 8080}, row.tls))
	}
	require.Empty(t, addressOf(&net.UnixAddr{Name: "/run/asbru.sock"}, false))
}
