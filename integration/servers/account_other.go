//go:build !unix

package servers

import (
	"os/exec"
	"testing"
)

// account is a user of the system that a server runs as: here always the tester.
type account struct{}

func unprivileged(testing.TB) *account { return nil }

func (*account) own(testing.TB, string) {}

func (*account) run(cmd *exec.Cmd) *exec.Cmd { return cmd }
