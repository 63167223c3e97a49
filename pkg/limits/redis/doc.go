// Package redis counts limits for all nodes, in the Redis that they share.
//
// A call's limits are checked and taken by one script (reserve.lua): all of them,
// or none. In Redis Cluster that holds within a group; where a call has limits of
// several groups, all groups are asked at once, and what was taken is given back
// where one refuses. The clock is Redis's own. What a call holds is recorded under
// its id, so a script that runs twice counts once.
//
// While Redis is away each limit's policy decides (away.go), from what this node
// has learnt; what it let pass meanwhile is counted when Redis is back (late.go).
// A count of money that Redis does not have, after a loss of data or at the
// beginning of a key's life, is asked for from the ledger before anything is
// admitted (seed.go). Other counts a [Restorer] gives back, as soon as it sees that
// the data are lost.
//
// [limits.Leases] stands before this package and spares it the calls of limits
// that are asked often.
package redis
