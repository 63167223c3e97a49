// Package balance balances provider keys over all nodes, and lets a key that one
// node was refused with rest on all of them.
//
// Each node chooses keys by itself, with a [keys.Set]; nothing here is on a call's
// way. Ten times a second a node puts the debts that it has in excess into a pool
// in Redis and takes out of it as much as is its part of the traffic: one script
// for each provider, which also adds up what the keys were used for everywhere.
// What all nodes owe and what is in the pool add up to what the keys are due: an
// offer whose fate is unknown is sent again under its number, and the script knows
// the last number of each node.
//
// A refusal is told twice: on NATS, which is at once, and with the next exchange,
// for nodes that start later or were cut off. Nodes tell only of refusals that
// they have met themselves.
//
// A breaker that opens with most of the traffic, or at two nodes, opens on all of
// them, and one node at a time is granted a probe.
//
// While Redis is away each node goes on with its own share of the balance. What
// is lost with Redis, or with a node, are the debts in the pool, or of that node.
package balance
