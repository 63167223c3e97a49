package main

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

// process is a child that is measured.
type process struct {
	name    string
	addr    string // where it listens
	cmd     *exec.Cmd
	logPath string
	ended   chan struct{}
	started time.Time
}

// start runs a program that will listen on addr. Its output goes to a file in dir.
func start(dir, name, addr, path string, args ...string) (*process, error) {
	p := &process{name: name, addr: addr, logPath: filepath.Join(dir, name+".log"), ended: make(chan struct{})}
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

// ready waits until the process answers GET path with 200, or, if path is empty,
// takes connections. It returns the time since the start.
func (p *process) ready(ctx context.Context, path string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		if p.answers(path) {
			return time.Since(p.started), nil
		}
		select {
		case <-p.ended:
			return 0, fmt.Errorf("%s has ended: %s", p.name, p.lastWords())
		case <-ctx.Done():
			return 0, fmt.Errorf("%s is not ready: %w: %s", p.name, ctx.Err(), p.lastWords())
		case <-time.After(pollEvery):
		}
	}
}

func (p *process) answers(path string) bool {
	if path != "" {
		c, err := dial(p.addr)
		if err != nil {
			return false
		}
		defer c.close()
		status, _, err := c.do(get(path))
		return err == nil && status == 200
	}
	c, err := net.Dial("tcp", p.addr)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// lastWords is the end of what the process wrote.
func (p *process) lastWords() string {
	const limit = 2000
	b, err := os.ReadFile(p.logPath)
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(b[max(0, len(b)-limit):]))
}

// stop ends the process and waits for it.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case <-p.ended:
	case <-time.After(stopLimit):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// cpu is the processor time that the process has used.
func (p *process) cpu() (time.Duration, error) { return cpuTime(p.cmd.Process.Pid) }

// rss is the process's resident memory in bytes.
func (p *process) rss() (int64, error) { return residentBytes(p.cmd.Process.Pid) }

// freeAddr finds a free port on the loopback interface.
func freeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}
