// Command bench measures what the gateway costs over a proxy that does nothing.
//
// It starts a mock provider, a bare fasthttp proxy, nginx if it is installed,
// and the gateway with keys, a virtual key, logging and metrics on, each as a
// process of its own on this machine. Load goes through them in turns, round by
// round; what counts is the CPU time that each process used per request, and
// its ratio to the bare proxy's in the same round: on a machine that is shared
// by all of them, throughput says little.
//
// A closed loop gives the CPU figures. An open loop gives latencies, counted
// from the moment at which a request was due, so that a stall is charged to all
// the requests that it delayed. Every answer is checked; one that is wrong ends
// the run.
package main
