package load

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	startLimit = 15 * time.Second
	stopLimit  = 10 * time.Second
	pollEvery  = 500 * time.Microsecond
)

// Process is a child that is measured.
type Process struct {
	Name    string
	Addr    string // where it listens
	cmd     *exec.Cmd
	logPath string
	ended   chan struct{}
	started time.Time
}

// Start runs a program that will listen on addr. Its output goes to a file in dir.
func Start(dir, name, addr, path string, args ...string) (*Process, error) {
	p := &Process{Name: name, Addr: addr, logPath: filepath.Join(dir, name+".log"), ended: make(chan struct{})}
	log, err := os.Create(p.logPath)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p.cmd = exec.Command(path, args...)
	p.cmd.Dir = dir
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.started = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // stop tells it to end; how it did so does not matter
	}()
	return p, nil
}

// Ready waits until the process answers GET path with 200, or, if path is empty,
// takes connections. It returns the time since the start.
func (p *Process) Ready(ctx context.Context, path string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		if p.answers(path) {
			return time.Since(p.started), nil
		}
		select {
		case <-p.ended:
			return 0, fmt.Errorf("%s has ended: %s", p.Name, p.lastWords())
		case <-ctx.Done():
			return 0, fmt.Errorf("%s is not ready: %w: %s", p.Name, ctx.Err(), p.lastWords())
		case <-time.After(pollEvery):
		}
	}
}

func (p *Process) answers(path string) bool {
	if path != "" {
		c, err := Dial(p.Addr)
		if err != nil {
			return false
		}
		defer c.Close()
		status, _, err := c.Do(Get(path))
		return err == nil && status == 200
	}
	c, err := net.Dial("tcp", p.Addr)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// lastWords is the end of what the process wrote.
func (p *Process) lastWords() string {
	const limit = 2000
	b, err := os.ReadFile(p.logPath)
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(b[max(0, len(b)-limit):]))
}

// Stop ends the process and waits for it.
func (p *Process) Stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case <-p.ended:
	case <-time.After(stopLimit):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// Kill ends the process as a crash does.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.ended
}

// Again starts a process that has ended once more, with the same arguments. What it
// wrote before is lost.
func (p *Process) Again() error {
	next, err := Start(p.cmd.Dir, p.Name, p.Addr, p.cmd.Path, p.cmd.Args[1:]...)
	if err == nil {
		*p = *next
	}
	return err
}

// CPU is the processor time that the process has used.
func (p *Process) CPU() (time.Duration, error) { return cpuTime(p.cmd.Process.Pid) }

// RSS is the process's resident memory in bytes.
func (p *Process) RSS() (int64, error) { return residentBytes(p.cmd.Process.Pid) }

// FreeAddr finds a free port on the loopback interface.
func FreeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}
