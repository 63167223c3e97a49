// Package pool gives out a provider's slots: how many calls may be at a provider
// at once, who waits for a place, for how long, and who is turned away.
//
// A call acquires a slot before it takes a connection (package upstream) and
// releases it when it is through with it. The queue is bounded, first come first
// served, and knows its waiters' deadlines: one who could not be served in time
// is refused at once rather than kept waiting for nothing.
//
// The pool knows nothing of providers, keys or requests.
package pool
