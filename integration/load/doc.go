// Package load has what the measuring commands share: processes whose processor
// time and memory are read, HTTP clients that cost next to nothing and check every
// answer, and the figures and tables that come of it. It knows nothing of what is
// measured; integration/bench and integration/benchcluster do.
//
// A command starts a [Process], dials some [Client]s, has them [Drive] an
// [Exchange] for a while, and reads what the process used.
package load
