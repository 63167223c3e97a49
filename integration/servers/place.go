package servers

import (
	"os"
	"testing"
)

// place is where a server runs.
type place string

const (
	anywhere   place = ""           // as a process where its program is installed, else in a container
	processes  place = "processes"  // as a process of this machine
	containers place = "containers" // in a container
)

// asked is the place that ASBRU_TEST_SERVERS asks for.
func asked(t testing.TB) place {
	t.Helper()
	where := place(os.Getenv("ASBRU_TEST_SERVERS"))
	if where != anywhere && where != processes && where != containers {
		t.Fatalf("ASBRU_TEST_SERVERS is %q: want processes, containers or nothing", where)
	}
	return where
}

// settle gives s a machine: the process, unless its program is missing, or a container
// of the image. A test that can have neither is skipped, or fails where servers are
// required, or containers asked for.
func (s *Server) settle(t testing.TB, where place, missing error, command func() *process, box image) {
	t.Helper()
	if where != containers && missing == nil {
		s.on, s.host = command(), "127.0.0.1"
		return
	}
	if where == processes {
		without(t, missing)
		return
	}
	on, host, err := contain(t, box)
	switch {
	case err == nil:
		s.on, s.host = on, host
	case where == containers:
		t.Fatalf("ASBRU_TEST_SERVERS=containers: %v", err)
	default:
		without(t, missing, err)
	}
}

// without ends a test that has no server.
func without(t testing.TB, why ...any) {
	t.Helper()
	if os.Getenv("ASBRU_TEST_SERVICES") == "required" {
		t.Fatal(append(why, "ASBRU_TEST_SERVICES=required")...)
	}
	t.Skip(why...)
}
