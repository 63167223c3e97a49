// Package rollout gets a configuration from where it is changed to every node.
//
// A change is committed by a [Publisher]: the whole configuration is sealed and
// stored under its digest, the commit that names it is appended to a stream if
// nobody else has committed meanwhile, and a signed [Pointer] says what is in
// force, for all nodes or, while it is being tried, for a part of them. A
// [Follower] on each node hears of the pointer, asks for it when it may have missed
// one, checks signature, digest and age, opens the snapshot and hands it over to be
// compiled. What it has applied lies on its disk as well, so that a node starts
// without the rest of the cluster.
//
// What a configuration means is not decided here, and nothing of this is on the
// way of a request.
package rollout
