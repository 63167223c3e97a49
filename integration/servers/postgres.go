package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// PostgresServer is a PostgreSQL server that runs for one test.
type PostgresServer struct {
	Server
	databases atomic.Int64
}

// Postgres starts a PostgreSQL server with settings, such as "fsync=on", over
// those of a test, which does without safety against a loss of power. PostgreSQL
// does not run as root, so it is run as another user then.
func Postgres(t testing.TB, settings ...string) *PostgresServer {
	t.Helper()
	const where = "/usr/lib/postgresql/*/bin"
	initdb, postgres := program(t, "initdb", "postgresql", where), program(t, "postgres", "postgresql", where)
	folder, err := os.MkdirTemp("", "asbru-postgres-") //nolint:usetesting // the other user cannot reach t.TempDir
	if err != nil {
		t.Fatalf("make a folder for PostgreSQL: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	account := unprivileged(t)
	account.own(t, folder)
	data := filepath.Join(folder, "data")
	made, err := inFolder(folder, account.run(exec.Command(initdb,
		"-D", data, "-U", "asbru", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"))).CombinedOutput()
	if err != nil {
		t.Fatalf("initdb: %v\n%s", err, made)
	}
	p := &PostgresServer{Server: Server{ask: syscall.SIGINT}} // its fast way: clients are sent off
	p.command = func(port int) *exec.Cmd {
		arguments := []string{
			"-D", data, "-h", "127.0.0.1", "-p", strconv.Itoa(port), "-k", folder,
			"-c", "fsync=off", "-c", "max_connections=50", "-c", "shared_buffers=32MB",
		}
		for _, s := range settings {
			arguments = append(arguments, "-c", s)
		}
		return inFolder(folder, account.run(exec.Command(postgres, arguments...)))
	}
	p.ready = func(ctx context.Context) error { return p.exec(ctx, "select 1") }
	begin(t, &p.Server)
	return p
}

// Database makes an empty database and returns its URL.
func (p *PostgresServer) Database(t testing.TB) string {
	t.Helper()
	name := "test" + strconv.FormatInt(p.databases.Add(1), 10)
	if err := p.exec(context.Background(), "create database "+name); err != nil {
		t.Fatalf("make a database: %v", err)
	}
	return p.url(name)
}

func (p *PostgresServer) url(database string) string {
	return fmt.Sprintf("postgres://asbru@127.0.0.1:%d/%s?sslmode=disable", p.port, database)
}

func (p *PostgresServer) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, p.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

func inFolder(folder string, cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = folder
	return cmd
}
