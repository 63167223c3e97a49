package worker_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

// tally is a plugin that counts where it is called.
type tally struct {
	mu sync.Mutex
	at map[plugin.Point]int
}

func (*tally) Name() string { return "tally" }

func (p *tally) count(at plugin.Point) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil {
		p.at = map[plugin.Point]int{}
	}
	p.at[at]++
}

// counted returns what was counted, and begins anew. Windows of a stream may be any number.
func (p *tally) counted() map[plugin.Point]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.at
	p.at = nil
	return at
}

func (p *tally) BeforeRoute(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) {
	p.count(plugin.BeforeRoute)
	return nil, nil
}

func (p *tally) BeforeAttempt(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) {
	p.count(plugin.BeforeAttempt)
	return nil, nil
}

func (p *tally) AfterAttempt(_ context.Context, _ *plugin.Call, _ *api.Response, err *api.Error) *api.Error {
	p.count(plugin.AfterAttempt)
	return err
}

func (p *tally) OnEvents(_ context.Context, _ *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
	for i := range events {
		if events[i].Kind == api.EventEnd {
			p.count(plugin.OnEvents)
		}
	}
	return events, nil
}

func (p *tally) AfterCall(*plugin.Done) { p.count(plugin.AfterCall) }

func TestPluginsOfACallThatAWorkerRunsAreCalledAtTheEdgeAndOnce(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	here, there := &tally{}, &tally{}
	edge := c.edgeWith(t, over(url, 1), gateway.Options{Plugins: []plugin.Plugin{here}})
	c.workerWith(t, "worker-1", over(url, 10), gateway.Options{Plugins: []plugin.Plugin{there}})
	for _, dialect := range []string{"openai", "anthropic"} { // the one is the provider's own
		for _, stream := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/stream %t", dialect, stream), func(t *testing.T) {
				got := edge.ask(chat(dialect, "openai", "gpt-4o", stream))
				require.Nil(t, got.err)
				require.Equal(t, "worker-1", got.worker)
				want := map[plugin.Point]int{plugin.BeforeRoute: 1, plugin.BeforeAttempt: 1, plugin.AfterAttempt: 1, plugin.AfterCall: 1}
				if stream { // the events are in the answer's place
					delete(want, plugin.AfterAttempt)
					want[plugin.OnEvents] = 1
				}
				require.Equal(t, want, here.counted())
				require.Empty(t, there.counted())
			})
		}
	}
}
