package servers

import (
	"bytes"
	"os"
	"os/exec"
	"syscall"
)

// process is a server as a process of this machine.
type process struct {
	command func(port int) *exec.Cmd
	running *os.Process
	exited  chan struct{}
	said    bytes.Buffer
}

func (p *process) start(port int) error {
	cmd := p.command(port)
	cmd.Stdout, cmd.Stderr = &p.said, &p.said
	endWithParent(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		cmd.Wait() //nolint:errcheck // whatever it ended with, it has ended
	}()
	p.running, p.exited = cmd.Process, exited
	return nil
}

func (p *process) ended() <-chan struct{} { return p.exited }

func (p *process) signal(how syscall.Signal) error { return p.running.Signal(how) }

func (p *process) log() string { return p.said.String() }
