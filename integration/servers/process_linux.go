package servers

import (
	"os/exec"
	"syscall"
)

// endWithParent has the server killed when the test's process dies, so that a
// test that panics or is killed leaves none behind.
func endWithParent(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}
