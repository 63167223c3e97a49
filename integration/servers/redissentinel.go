package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// RedisPair is a Redis server with a replica, and a Sentinel that puts the replica in
// its place when it is away and the test says so.
type RedisPair struct {
	Master, Replica *RedisServer
	sentinel        *RedisServer
}

// pairName is the name by which Sentinel knows the pair.
const pairName = "counts"

// RedisSentinel starts a pair. Its servers are processes in any case: Sentinel tells
// clients the addresses by which it knows them, which are others in containers than
// outside.
func RedisSentinel(t testing.TB) *RedisPair {
	t.Helper()
	p := &RedisPair{
		Master:  startRedis(t, processes, "repl-diskless-sync-delay 0"),
		Replica: startRedis(t, processes),
	}
	order(t, p.Replica, fmt.Sprintf("REPLICAOF 127.0.0.1 %d", p.Master.port))
	p.sentinel = sentinel(t, p.Master)
	eventually(t, "Sentinel does not find the replica", func() bool {
		known := info(t, p.sentinel)
		return strings.Contains(known["master0"], "status=ok") && strings.Contains(known["master0"], "slaves=1")
	})
	p.Replicated(t)
	return p
}

// sentinel starts a Sentinel over a server, for which it waits an hour.
func sentinel(t testing.TB, master *RedisServer) *RedisServer {
	t.Helper()
	path, missing := program("redis-server", "redis-server")
	if missing != nil {
		without(t, missing)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "sentinel.conf") // Sentinel writes into it
	settings := fmt.Sprintf("sentinel monitor %[1]s 127.0.0.1 %[2]d 1\nsentinel down-after-milliseconds %[1]s 3600000\nsentinel failover-timeout %[1]s 2000\n",
		pairName, master.port)
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatalf("write Sentinel's settings: %v", err)
	}
	s := &RedisServer{Server: Server{ask: syscall.SIGTERM, host: "127.0.0.1", on: &process{command: func(port int) *exec.Cmd {
		return inFolder(folder, exec.Command(path, file, "--sentinel", "--port", strconv.Itoa(port), "--bind", "127.0.0.1"))
	}}}}
	s.ready = func(ctx context.Context) error { return answers(ctx, s.Address()) }
	begin(t, &s.Server)
	return s
}

// URL is where Sentinel is, and what it is asked for.
func (p *RedisPair) URL() string { return "redis-sentinel://" + p.sentinel.Address() + "/" + pairName }

// FailOver has Sentinel put the replica in the place of the master, which must be away.
func (p *RedisPair) FailOver(t testing.TB) {
	t.Helper()
	order(t, p.sentinel, "SENTINEL SET "+pairName+" down-after-milliseconds 200")
	eventually(t, "Sentinel does not put the replica in the master's place", func() bool {
		return strings.Contains(info(t, p.sentinel)["master0"], "address="+p.Replica.Address())
	})
	order(t, p.sentinel, "SENTINEL SET "+pairName+" down-after-milliseconds 3600000")
}

// Replicated waits until the replica has all that the master has.
func (p *RedisPair) Replicated(t testing.TB) {
	t.Helper()
	Replicated(t, p.Master, p.Replica)
}

// Replicated waits until a replica has all that its master has.
func Replicated(t testing.TB, master, replica *RedisServer) {
	t.Helper()
	eventually(t, "the replica does not follow", func() bool {
		said := info(t, replica)
		return said["master_link_status"] == "up" && said["slave_repl_offset"] == info(t, master)["master_repl_offset"]
	})
}

// info is what a Redis server says about itself; nothing where it does not answer in time, as it may while it
// looks for another that is away.
func info(t testing.TB, server *RedisServer) map[string]string {
	t.Helper()
	answer, err := ask(t.Context(), server.Address(), "INFO")
	if err != nil {
		t.Logf("ask Redis about itself: %v", err)
		return nil
	}
	said := map[string]string{}
	for line := range strings.SplitSeq(answer, "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		said[name] = value
	}
	return said
}

// eventually waits for a condition.
func eventually(t testing.TB, otherwise string, condition func() bool) {
	t.Helper()
	for until := time.Now().Add(patience); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal(otherwise)
		}
	}
}
