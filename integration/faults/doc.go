// Package faults has no code of its own. Its tests hold what a cluster of the built
// program promises about calls when providers, callers and disks fail, and run a
// cluster through a series of faults that a seed chooses, after which nothing may be
// lost, counted twice or told to the wrong people.
//
// The provider is the mock in the test's own process, which knows what it was asked.
// What kills and cuts off nodes and servers one at a time is integration/cluster.
package faults
