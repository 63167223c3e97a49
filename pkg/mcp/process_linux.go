package mcp

import (
	"os/exec"
	"syscall"
)

// alone gives a program a process group of its own, and has it killed should the gateway
// die.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
