package servers

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/integration/ports"
)

// slots are what Redis Cluster spreads the keys over.
const slots = 16384

// RedisCluster starts a Redis Cluster of n masters, none of which has a replica. They
// are processes in any case: its nodes tell clients the addresses by which they know
// each other, which are others in containers than outside.
func RedisCluster(t testing.TB, n int) []*RedisServer {
	t.Helper()
	nodes := make([]*RedisServer, n)
	for i := range nodes {
		nodes[i] = clusterNode(t, nodes[0])
		order(t, nodes[i], fmt.Sprintf("CLUSTER ADDSLOTSRANGE %d %d", i*slots/n, (i+1)*slots/n-1))
	}
	for _, node := range nodes {
		eventually(t, "the nodes of Redis Cluster do not find together", func() bool { return agrees(t, node, n) })
	}
	return nodes
}

// clusterNode starts a node that the one before meets, if there is one.
func clusterNode(t testing.TB, before *RedisServer) *RedisServer {
	t.Helper()
	bus := strconv.Itoa(ports.Free(t))
	node := startRedis(t, processes, "cluster-enabled yes", "cluster-port "+bus, "cluster-node-timeout 2000", "repl-diskless-sync-delay 0")
	if before != nil {
		order(t, before, fmt.Sprintf("CLUSTER MEET 127.0.0.1 %d %s", node.port, bus))
	}
	return node
}

// ClusterReplica adds a replica of the first of the nodes of a Redis Cluster, which
// has all that the node has, and leaves it the node's place until [ClusterFailOver].
func ClusterReplica(t testing.TB, nodes []*RedisServer) *RedisServer {
	t.Helper()
	first, replica := nodes[0], clusterNode(t, nodes[0])
	order(t, replica, "CONFIG SET cluster-replica-no-failover yes")
	eventually(t, "the replica does not find the cluster", func() bool { return agrees(t, replica, len(nodes)) })
	answer, err := ask(t.Context(), first.Address(), "CLUSTER MYID")
	if err != nil {
		t.Fatalf("ask the node for its id: %v", err)
	}
	_, id, _ := strings.Cut(answer, "\r\n")
	order(t, replica, "CLUSTER REPLICATE "+id)
	Replicated(t, first, replica)
	return replica
}

// ClusterLose kills the first of the nodes, and waits until the others know.
func ClusterLose(t testing.TB, nodes []*RedisServer) {
	t.Helper()
	nodes[0].Kill(t)
	for _, node := range nodes[1:] {
		eventually(t, "the loss of a node is not noticed", func() bool {
			answer, err := ask(t.Context(), node.Address(), "CLUSTER INFO")
			return err == nil && strings.Contains(answer, "cluster_state:fail")
		})
	}
}

// ClusterFailOver has the replica of a node that is away take its place.
func ClusterFailOver(t testing.TB, nodes []*RedisServer, replica *RedisServer) {
	t.Helper()
	order(t, replica, "CONFIG SET cluster-replica-no-failover no")
	for _, node := range append(nodes[1:len(nodes):len(nodes)], replica) {
		eventually(t, "the replica does not take the node's place", func() bool {
			return info(t, replica)["role"] == "master" && agrees(t, node, len(nodes))
		})
	}
}

// order sends a command that must succeed.
func order(t testing.TB, node *RedisServer, command string) {
	t.Helper()
	if answer, err := ask(t.Context(), node.Address(), command); err != nil || answer != "+OK" {
		t.Fatalf("%s: %s %v", command, answer, err)
	}
}

// agrees says whether a node believes the cluster to be whole.
func agrees(t testing.TB, node *RedisServer, n int) bool {
	t.Helper()
	answer, err := ask(t.Context(), node.Address(), "CLUSTER INFO")
	return err == nil && strings.Contains(answer, "cluster_state:ok") && strings.Contains(answer, fmt.Sprintf("cluster_size:%d\r", n))
}
