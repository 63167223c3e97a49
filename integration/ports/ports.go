package ports

import (
	"net"
	"strconv"
	"testing"
)

// Free returns a port of the loopback interface that nothing listens on.
func Free(t testing.TB) int {
	t.Helper()
	port, err := reserve(t)
	if err != nil {
		t.Fatalf("find a free port: %v", err)
	}
	return port
}

// Address returns an address of the loopback interface that nothing listens on.
func Address(t testing.TB) string {
	t.Helper()
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(Free(t)))
}
