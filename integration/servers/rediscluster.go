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
		bus := strconv.Itoa(ports.Free(t))
		nodes[i] = startRedis(t, processes, "cluster-enabled yes", "cluster-port "+bus, "cluster-node-timeout 2000")
		order(t, nodes[i], fmt.Sprintf("CLUSTER ADDSLOTSRANGE %d %d", i*slots/n, (i+1)*slots/n-1))
		if i > 0 {
			order(t, nodes[0], fmt.Sprintf("CLUSTER MEET 127.0.0.1 %d %s", nodes[i].port, bus))
		}
	}
	for _, node := range nodes {
		eventually(t, "the nodes of Redis Cluster do not find together", func() bool { return agrees(t, node, n) })
	}
	return nodes
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
