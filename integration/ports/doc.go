// Package ports finds free ports of the loopback interface for the servers that
// tests start.
//
//	address := ports.Address(t) // 127.0.0.1 and a port that is this test's alone
//
// A port stays with its test until the test ends, also while nothing listens on it,
// so that a server may be restarted at its address and tests that run at the same
// time, in this process or in others, never take each other's. A socket that is
// bound, and does not listen, sees to it: the kernel gives its port to nobody who
// asks for any, and lets those have it who ask for just this one. That is Linux's
// way; elsewhere the port is only free when it is asked for.
package ports
