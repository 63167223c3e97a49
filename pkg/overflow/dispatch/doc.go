// Package dispatch is an edge's way to the workers over NATS: it offers calls to them
// and hands on what comes back.
//
// An offer goes to the queue that workers take calls from. While the queue has no
// leader it goes to any worker directly, and to another one up to twice when that is
// busy. An offer that is withdrawn is taken out of the queue again. All answers to a
// node come in by one subscription, and are told apart by the transfer's name in
// the subject: there is none for each call.
//
// Nothing is kept while NATS is away: an offer is then refused at once, and the call
// goes on waiting at its edge.
package dispatch
