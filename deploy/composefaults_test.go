package deploy_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// callers is how many call at the same time.
const callers = 4

// Needs the cluster that scripts/cluster.sh has started; `make cluster-test` runs it.
func TestAnyContainerButTheBalancerMayDie(t *testing.T) {
	url := os.Getenv("ASBRU_TEST_CLUSTER")
	if url == "" {
		t.Skip("make cluster-test runs it")
	}
	var names []string
	for name, s := range readCompose(t).Services {
		if name != "balancer" && len(s.Profiles) == 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			container := "asbru-" + name + "-1"
			calls := keepCalling(url)
			defer calls.end()
			calls.more(t, 20)
			docker(t, "kill", container)
			calls.more(t, 200)
			docker(t, "start", container)
			require.Eventually(t, func() bool {
				return docker(t, "inspect", "-f", "{{.State.Health.Status}}", container) == "healthy"
			}, time.Minute, 100*time.Millisecond)
			calls.more(t, 50)
			failures := calls.end()
			t.Logf("%d calls, %d failed, the slowest in %v", calls.made.Load(), len(failures), time.Duration(calls.slowest.Load()).Round(time.Millisecond))
			allowed := 0
			if strings.HasPrefix(name, "edge-") {
				allowed = callers // those that it had
			}
			require.LessOrEqual(t, len(failures), allowed, failures)
		})
	}
}

func docker(t *testing.T, args ...string) string {
	t.Helper()
	said, err := exec.Command("docker", args...).CombinedOutput()
	require.NoError(t, err, string(said))
	return strings.TrimSpace(string(said))
}

// load is callers who call, whole answers and streams, until they are told to end.
type load struct {
	made, slowest atomic.Int64
	stop          chan struct{}
	running       sync.WaitGroup

	mu       sync.Mutex
	failures []string
}

func keepCalling(url string) *load {
	l := &load{stop: make(chan struct{})}
	for i := range callers {
		body := fmt.Sprintf(`{"model": "mock/any", "stream": %t, "messages": [{"role": "user", "content": "Hello"}]}`, i%2 == 0)
		l.running.Go(func() {
			again := time.NewTicker(50 * time.Millisecond)
			defer again.Stop()
			for {
				l.call(url, body)
				select {
				case <-again.C:
				case <-l.stop:
					return
				}
			}
		})
	}
	return l
}

func (l *load) call(url, body string) {
	began := time.Now()
	err := func() error {
		res, err := http.Post(url+"/v1/chat/completions", "application/json", strings.NewReader(body))
		if err != nil {
			return err
		}
		defer res.Body.Close()
		answer, err := io.ReadAll(res.Body)
		if whole := strings.Contains(string(answer), `"usage"`) || strings.Contains(string(answer), "[DONE]"); err != nil || !whole || res.StatusCode != http.StatusOK {
			return errors.Join(fmt.Errorf("%s %s", res.Status, answer), err)
		}
		return nil
	}()
	took := int64(time.Since(began))
	for was := l.slowest.Load(); took > was && !l.slowest.CompareAndSwap(was, took); was = l.slowest.Load() {
	}
	if err != nil {
		l.mu.Lock()
		l.failures = append(l.failures, err.Error())
		l.mu.Unlock()
	}
	l.made.Add(1)
}

// more waits until as many more calls have ended.
func (l *load) more(t *testing.T, calls int64) {
	t.Helper()
	want := l.made.Load() + calls
	require.Eventually(t, func() bool { return l.made.Load() >= want }, time.Minute, 10*time.Millisecond)
}

// end ends the callers and returns what went wrong.
func (l *load) end() []string {
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	l.running.Wait()
	return l.failures
}
