// Package limits has the words in which it is said how much a caller may use, and
// the contract of those who count it: requests and tokens in a window of time,
// calls at once, money in a month.
//
// A [Limit] is compiled from the configuration. Before a call, [Limiter.Reserve]
// takes an estimate from all limits that the call is subject to, or from none;
// after it, [Limiter.Settle] puts the actual figure in the estimate's place.
//
//	hold, refusal, err := limiter.Reserve(ctx, id, wants)
//	…
//	err = limiter.Settle(ctx, hold, actual)
//
// Package memory counts for one process and package redis for all nodes;
// [Leases] stands before the latter and spends, for a limit that is asked often,
// from a batch that was taken ahead. Package limitstest is the contract as tests.
//
// Which limits a call has, and what a token costs, is not decided here.
package limits
