// Package idempotency lets a caller try again without paying again: all tries that
// show the same key, at whichever node, are one call and one answer.
//
// A try [Store.Begin]s. The first one gets a [Claim], makes the call, and ends the
// claim with the [Answer]; the others wait for that answer, or find it where it was
// kept for a day. Who has the claim, and what came of it, is one entry of the
// cluster's bucket bus.Idempotency, changed by compare-and-set only, so that two
// nodes never both have it. A claim whose node has died is given up by those who
// wait, and never taken over: whether its provider was paid is not known.
//
// What an answer means is not known here, nor who may call.
package idempotency
