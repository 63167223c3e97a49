package servers

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// RedisServer is a Redis server that runs for one test. It keeps nothing on
// disk, so a restart loses its data.
type RedisServer struct {
	Server
}

// Redis starts a Redis server with settings over its defaults, each a name and a
// value in one string, such as "maxmemory 20mb".
func Redis(t testing.TB, settings ...string) *RedisServer {
	t.Helper()
	return startRedis(t, asked(t), settings...)
}

func startRedis(t testing.TB, where place, settings ...string) *RedisServer {
	t.Helper()
	arguments := []string{"--save", "", "--appendonly", "no"}
	for _, s := range settings {
		name, value, _ := strings.Cut(s, " ")
		arguments = append(arguments, "--"+name, value)
	}
	r := &RedisServer{Server: Server{ask: syscall.SIGTERM}}
	r.ready = func(ctx context.Context) error { return answers(ctx, r.Address()) }
	path, missing := program("redis-server", "redis-server")
	r.settle(t, where, missing, func() *process { return redisProcess(path, t.TempDir(), arguments) }, image{
		variable: "REDIS_IMAGE", official: "redis:8", port: "6379/tcp",
		command: append([]string{"redis-server", "--bind", "*", "--protected-mode", "no"}, arguments...),
	})
	begin(t, &r.Server)
	return r
}

func redisProcess(path, folder string, arguments []string) *process {
	return &process{command: func(port int) *exec.Cmd {
		place := []string{"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", folder}
		return inFolder(folder, exec.Command(path, append(place, arguments...)...))
	}}
}

// URL is where the server is.
func (r *RedisServer) URL() string { return "redis://" + r.Address() }

// Flush has the server forget all that it keeps.
func (r *RedisServer) Flush(t testing.TB) {
	t.Helper()
	if answer, err := ask(t.Context(), r.Address(), "FLUSHALL"); err != nil || answer != "+OK" {
		t.Fatalf("flush Redis: %s %v", answer, err)
	}
}

// answers asks a Redis server whether it is there. Any answer will do: it may
// want a password first.
func answers(ctx context.Context, address string) error {
	line, err := ask(ctx, address, "PING")
	if err == nil && strings.HasPrefix(line, "-LOADING") {
		return errors.New(line)
	}
	return err
}

// ask sends a command to a Redis server and returns the answer's beginning.
func ask(ctx context.Context, address, command string) (string, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte(command + "\r\n")); err != nil {
		return "", err
	}
	answer := make([]byte, 1<<16)
	n, err := conn.Read(answer)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(answer[:n])), nil
}
