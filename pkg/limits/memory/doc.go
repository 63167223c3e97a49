// Package memory counts limits within one process: for a gateway of one node, and
// for a node's own share while the shared count is out of reach.
//
// Each limit has a count behind a lock of its own. Reserve locks the counts of
// all the limits that a call is subject to, always in the same order, looks
// whether there is room in each, and only then adds to any. What a call holds is
// noted under its id until it is settled.
//
// The counts are as exact as those of package redis and keep the same contract;
// they are lost with the process.
package memory
