// Package alert tells people of what goes wrong in a cluster: once when it begins,
// again while it lasts, and once when it is over.
//
// What is known of the cluster comes as [Reading]s and [Event]s. [Step] compares them
// by the [Rule]s with the alerts of the [Record], and returns what becomes of each alert
// and which [Notice]s are due; it does nothing itself. A [Watcher] in each control
// gathers, takes its turn, steps, writes alerts and notices in one transaction, and
// delivers: so neither a second control nor a restart tells anybody twice.
//
// The record is in the SQL store, since alerts are looked through later, as calls are,
// and since one transaction there keeps what is told and what is known to be told
// together. What is wrong with NATS or with the store itself can be told without them:
// each control tells that for itself, from memory.
package alert
