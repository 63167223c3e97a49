package nodes

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Patience is how long a test waits for what should be there soon.
const Patience = time.Minute

// Process is one running role.
type Process struct {
	t       *testing.T
	Name    string
	args    []string
	env     []string
	Address string // of its HTTP port
	Log     *Output
	command *exec.Cmd
	exited  chan struct{}
}

// Output is what a process has said. Safe for concurrent use.
type Output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// Start runs a role of the built program until the test ends. address is that of
// its HTTP port, "" if it has none.
func Start(t *testing.T, name, address string, env []string, args ...string) *Process {
	t.Helper()
	p := &Process{t: t, Name: name, args: args, env: env, Address: address, Log: &Output{}}
	p.Run()
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, p.Log)
		}
	})
	return p
}

// Run starts the process, also again.
func (p *Process) Run() {
	p.t.Helper()
	program, err := filepath.Abs(filepath.Join("..", "..", "bin", "asbru"))
	require.NoError(p.t, err)
	p.command = exec.Command(program, p.args...)
	p.command.Env = append(os.Environ(), p.env...)
	p.command.Stdout, p.command.Stderr = p.Log, p.Log
	require.NoError(p.t, p.command.Start())
	exited := make(chan struct{})
	p.exited = exited
	command := p.command
	go func() {
		_ = command.Wait() // how it ended is told by its log
		close(exited)
	}()
}

// RunWith is Run with another environment, from now on.
func (p *Process) RunWith(env []string) {
	p.t.Helper()
	p.env = env
	p.Run()
}

// Signal sends the process a signal.
func (p *Process) Signal(s os.Signal) { _ = p.command.Process.Signal(s) } // it may have ended

// Pause stops the process where it stands: it keeps its connections and does nothing
// until Resume.
func (p *Process) Pause() { p.Signal(syscall.SIGSTOP) }

// Resume lets a paused process go on.
func (p *Process) Resume() { p.Signal(syscall.SIGCONT) }

// Kill ends the process at once, as a crash does.
func (p *Process) Kill() {
	p.Signal(syscall.SIGCONT)
	p.Signal(syscall.SIGKILL)
	<-p.exited
}

// Stop has the process drain, and waits for its end.
func (p *Process) Stop() {
	p.t.Helper()
	p.Signal(syscall.SIGTERM)
	p.Ended()
}

// Ended waits for the end of a process that was told to stop.
func (p *Process) Ended() {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(Patience):
		require.Fail(p.t, "the process did not end", p.Name)
	}
}

// URL is where a path of its HTTP port is.
func (p *Process) URL(path string) string { return "http://" + p.Address + path }

// Ready waits until the process says that it is.
func (p *Process) Ready() {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		res, err := http.Get(p.URL("/readyz"))
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, Patience, 5*time.Millisecond, "%s is not ready", p.Name)
}
