//go:build !linux

package edge

import "net"

// boundUnsent leaves it to the system how much it holds for a slow caller.
func boundUnsent(*net.TCPConn) {}

// stopArrivals cannot be done here.
func stopArrivals(*net.TCPListener) bool { return false }

// hasArrivals is asked only where arrivals can be stopped.
func hasArrivals(*net.TCPListener) bool { return false }
