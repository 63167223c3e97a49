//go:build unix

package servers

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
	"testing"
)

// account is a user of the system that a server runs as.
type account struct{ uid, gid uint32 }

// unprivileged returns who a server runs as that refuses to run as root: nil, the
// tester, unless that is root.
func unprivileged(t testing.TB) *account {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &account{uint32(uid), uint32(gid)}
	}
	t.Skip("no user of the system is there to run the server as")
	return nil
}

// own gives a folder to the account.
func (a *account) own(t testing.TB, folder string) {
	t.Helper()
	if a == nil {
		return
	}
	if err := os.Chown(folder, int(a.uid), int(a.gid)); err != nil {
		t.Fatalf("give the server its folder: %v", err)
	}
}

// run has a command run as the account.
func (a *account) run(cmd *exec.Cmd) *exec.Cmd {
	if a != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: a.uid, Gid: a.gid}}
	}
	return cmd
}
