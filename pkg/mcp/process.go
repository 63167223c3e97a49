package mcp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// process is a running program, and a transport over its standard input and output. It
// has no shell, only the environment that it is given, and a process group of its own,
// which dies with it.
type process struct {
	command Command
	most    int // bytes of a message
	log     *slog.Logger

	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.ReadCloser
	line   int         // bytes of the message that is being read
	large  atomic.Bool // one was larger than it may be
	exited chan struct{}
	stop   sync.Once
}

// farewell is how long a program has to end when its input is closed, and again when it
// is asked to.
const farewell = 2 * time.Second

// Connect implements sdk.Transport: it starts the program.
func (p *process) Connect(ctx context.Context) (sdk.Connection, error) {
	if err := p.start(); err != nil {
		return nil, fmt.Errorf("start the program: %w", err)
	}
	return (&sdk.IOTransport{Reader: p, Writer: p.in, MaxLineLength: p.most}).Connect(ctx)
}

func (p *process) start() error {
	dir, made := p.command.Dir, false
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "asbru-mcp-"); err != nil {
			return err
		}
		made = true
	}
	p.cmd = exec.Command(p.command.Path, p.command.Args...)
	p.cmd.Dir, p.cmd.Env = dir, append([]string{}, p.command.Env...) // not nil: that would be the gateway's own
	p.cmd.Stderr = &lines{log: p.log}
	p.cmd.WaitDelay = farewell
	alone(p.cmd)
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	// A pipe of our own: that of the command is closed by Wait, perhaps before all is read.
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	p.out, p.cmd.Stdout, p.exited = &paced{ReadCloser: read}, write, make(chan struct{})
	started := make(chan error, 1)
	go func() {
		// The program is killed when the thread that has started it ends: this one stays.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(p.exited)
		err := p.cmd.Start()
		_ = write.Close() // the program has its own
		started <- err
		if err == nil {
			err = p.cmd.Wait()
			p.log.Debug("the program of an MCP server has ended", "error", err)
			killGroup(p.cmd) // what it has started itself
		}
		if made {
			_ = os.RemoveAll(dir) // it is in the system's folder for such
		}
	}()
	if err := <-started; err != nil {
		_ = read.Close() // nobody writes
		return err
	}
	return nil
}

// Read implements io.Reader.
func (p *process) Read(b []byte) (int, error) {
	n, err := p.out.Read(b)
	p.measure(b[:n])
	return n, err
}

// measure notes whether a message is larger than it may be: of that the protocol's side says
// only that the connection is lost.
func (p *process) measure(b []byte) {
	for {
		rest, after, ended := bytes.Cut(b, []byte{'\n'})
		if p.line += len(rest); p.line >= p.most { // no more than that is read
			p.large.Store(true)
		}
		if !ended {
			return
		}
		p.line, b = 0, after
	}
}

// programSession is a session with a program, that says why it was lost.
type programSession struct {
	session
	program *process
}

// CallTool implements session. Of the calls that are under way when the program says too much,
// nobody knows which it has answered.
func (s *programSession) CallTool(ctx context.Context, params *sdk.CallToolParams) (*sdk.CallToolResult, error) {
	result, err := s.session.CallTool(ctx, params)
	if err != nil && s.program.large.Load() {
		err = errTooLarge
	}
	return result, err
}

// Close ends the program: its input is closed, then it is asked to end, then killed, and
// all that it has started with it.
func (p *process) Close() error {
	p.stop.Do(func() {
		_ = p.in.Close() // it may have ended
		if !p.ends() {
			askGroup(p.cmd)
			if !p.ends() {
				killGroup(p.cmd)
				<-p.exited
			}
		}
		_ = p.out.Close()
	})
	return nil
}

func (p *process) ends() bool {
	timer := time.NewTimer(farewell)
	defer timer.Stop()
	select {
	case <-p.exited:
		return true
	case <-timer.C:
		return false
	}
}
