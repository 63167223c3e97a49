//go:build !linux

package edge

import "net"

// boundUnsent leaves it to the system how much it holds for a slow caller.
func boundUnsent(*net.TCPConn) {}

// stopArrivals cannot be done here.
func stopArrivals(*net.TCPListener) bool { return false }
