//go:build unix && !linux

package mcp

import (
	"os/exec"
	"syscall"
)

// alone gives a program a process group of its own.
func alone(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
