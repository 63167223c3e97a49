// Command benchcluster measures what a cluster promises: how soon a change is
// everywhere, what limits and balancing cost, and what callers notice when a part
// is restarted or dies.
//
// Each scenario starts a cluster of its own on the loopback interface, NATS, Redis,
// control, edges, workers and a mock provider as processes of their own, measures
// one thing, and ends it. Processor time is read per process: on a machine that is
// shared by all of them, throughput says little. The table has each figure beside
// its goal.
package main
