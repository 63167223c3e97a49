//go:build integration

package cluster_test

import (
	"bytes"
	"net"
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

// patience is how long a test waits for what should be there soon.
const patience = 30 * time.Second

// process is one running role.
type process struct {
	t       *testing.T
	name    string
	args    []string
	env     []string
	address string // of its HTTP port
	log     *output
	command *exec.Cmd
	exited  chan struct{}
}

// output is what a process has said. Safe for concurrent use.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// start runs a role of the built program until the test ends. address is that of
// its HTTP port, "" if it has none.
func start(t *testing.T, name, address string, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, name: name, args: args, env: env, address: address, log: &output{}}
	p.run()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, p.log)
		}
	})
	return p
}

// run starts the process, also again.
func (p *process) run() {
	p.t.Helper()
	program, err := filepath.Abs(filepath.Join("..", "..", "bin", "asbru"))
	require.NoError(p.t, err)
	p.command = exec.Command(program, p.args...)
	p.command.Env = append(os.Environ(), p.env...)
	p.command.Stdout, p.command.Stderr = p.log, p.log
	require.NoError(p.t, p.command.Start())
	exited := make(chan struct{})
	p.exited = exited
	command := p.command
	go func() {
		_ = command.Wait() // how it ended is told by its log
		close(exited)
	}()
}

func (p *process) signal(s os.Signal) { _ = p.command.Process.Signal(s) } // it may have ended

// kill ends the process at once, as a crash does.
func (p *process) kill() {
	p.signal(syscall.SIGCONT)
	p.signal(syscall.SIGKILL)
	<-p.exited
}

// stop has the process drain, and waits for its end.
func (p *process) stop() {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(patience):
		require.Fail(p.t, "the process did not end", p.name)
	}
}

func (p *process) url(path string) string { return "http://" + p.address + path }

// ready waits until the process says that it is.
func (p *process) ready() {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		res, err := http.Get(p.url("/readyz"))
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, patience, 5*time.Millisecond, "%s is not ready", p.name)
}

// freeAddress is a loopback address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}
