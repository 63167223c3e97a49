// Package cluster has no code of its own. Its tests run a whole cluster of the
// built program on this machine: servers, control, edges and workers as processes
// of their own, with the program's mock as the provider. They kill, stop and cut
// off what a cluster must outlive, and hold what docs/cluster.md promises.
package cluster
