//go:build !unix

package mcp

import "os/exec"

func alone(*exec.Cmd) {}

func askGroup(cmd *exec.Cmd) { killGroup(cmd) }

// killGroup ends a program.
func killGroup(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have ended
}
