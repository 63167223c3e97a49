package servers

import (
	"context"
	"errors"
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

// postgresPassword is the password in a container, whose image wants one.
const postgresPassword = "asbru"

// Postgres starts a PostgreSQL server with settings, such as "fsync=on", over
// those of a test, which does without safety against a loss of power.
func Postgres(t testing.TB, settings ...string) *PostgresServer {
	t.Helper()
	var arguments []string
	for _, s := range append([]string{"fsync=off", "max_connections=50", "shared_buffers=32MB"}, settings...) {
		arguments = append(arguments, "-c", s)
	}
	p := &PostgresServer{Server: Server{ask: syscall.SIGINT}} // its fast way: clients are sent off
	p.ready = func(ctx context.Context) error { return p.exec(ctx, "select 1") }
	const where = "/usr/lib/postgresql/*/bin"
	initdb, missing := program("initdb", "postgresql", where)
	postgres, alsoMissing := program("postgres", "postgresql", where)
	p.settle(t, asked(t), errors.Join(missing, alsoMissing), func() *process { return postgresProcess(t, initdb, postgres, arguments) }, image{
		variable: "POSTGRES_IMAGE", official: "postgres:17", port: "5432/tcp",
		env:     map[string]string{"POSTGRES_USER": "asbru", "POSTGRES_PASSWORD": postgresPassword, "POSTGRES_INITDB_ARGS": "--no-sync"},
		command: append([]string{"postgres"}, arguments...),
	})
	begin(t, &p.Server)
	return p
}

// postgresProcess makes the server's data. PostgreSQL does not run as root, so it is
// run as another user then.
func postgresProcess(t testing.TB, initdb, postgres string, arguments []string) *process {
	t.Helper()
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
	return &process{command: func(port int) *exec.Cmd {
		place := []string{"-D", data, "-h", "127.0.0.1", "-p", strconv.Itoa(port), "-k", folder}
		return inFolder(folder, account.run(exec.Command(postgres, append(place, arguments...)...)))
	}}
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
	return fmt.Sprintf("postgres://asbru:%s@%s/%s?sslmode=disable", postgresPassword, p.Address(), database)
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
