package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// adder is a pool with a tool that runs without asking.
func adder(t *testing.T) *mcp.Pool {
	s := mcptest.NewServer("math", mcptest.Tool{
		Name: "add", Schema: `{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]}`,
		Run: func(context.Context, json.RawMessage) (string, error) { return "the sum 3", nil },
	})
	s.Settings.AutoRun = []string{"add"}
	return mcptest.Pool(t, s)
}

func asksForSum(dialect, provider, model string, stream bool) asked {
	a := chat(dialect, provider, model, stream)
	a.body = strings.Replace(a.body, "hello there", "use math-add", 1)
	return a
}

func TestTheTurnsOfAnAgentGoToWorkersWhereTheEdgeIsBusy(t *testing.T) {
	c, tools := startCluster(t), adder(t)
	_, url := serveMock(t, mock.Options{})
	_, twin := serveMock(t, mock.Options{}) // whose answers have the same ids
	local := newNode(t, over(twin, 10), gateway.Options{Tools: tools})
	edge := c.edgeWith(t, over(url, 1), gateway.Options{Tools: tools})
	c.worker(t, "worker-1", over(url, 10))
	records := 0
	for _, dialect := range []string{"openai", "anthropic", "genai"} {
		for provider, model := range models {
			for _, stream := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/stream %t", dialect, provider, stream), func(t *testing.T) {
					a := asksForSum(dialect, provider, model, stream)
					want, got := local.ask(a), edge.ask(a)
					require.Nil(t, got.err)
					require.Contains(t, got.body, "sum ", "which the tool has said")
					require.Equal(t, undated(want.body), undated(got.body))
					require.Equal(t, want.status, got.status)
					require.Equal(t, want.contentType, got.contentType)
				})
				workers := []string{}
				for range 4 {
					records++
					workers = append(workers, edge.settled(t, records).Worker)
				}
				require.Equal(t, []string{"worker-1", "", "worker-1", ""}, workers, "two turns, and between them the tool; then the call")
			}
		}
	}
}

func TestAWorkersErrorIsThatOfTheAgent(t *testing.T) {
	c := startCluster(t)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(400, `{"error":{"message":"no such thing","type":"invalid_request_error","param":"tools","code":"bad_tool"}}`)
	})
	edge := c.edgeWith(t, over(up.URL, 1), gateway.Options{Tools: adder(t)})
	c.worker(t, "worker-1", over(up.URL, 10))
	for i, stream := range []bool{false, true} {
		got := edge.ask(asksForSum("openai", "openai", "gpt-4o", stream))
		require.NotNil(t, got.err)
		require.Contains(t, got.err.Message, "no such thing")
		require.Equal(t, "worker-1", edge.settled(t, 2*i+1).Worker)
	}
}

func TestAStreamThatBreaksOffAtAWorkerBreaksOffForTheAgent(t *testing.T) {
	c := startCluster(t)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Event(`{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"half"}}]}`)
		x.EndStream()
	})
	edge := c.edgeWith(t, over(up.URL, 1), gateway.Options{Tools: adder(t)})
	c.worker(t, "worker-1", over(up.URL, 10))
	got := edge.ask(asksForSum("openai", "openai", "gpt-4o", true))
	if got.err != nil { // both came at once
		got.body = got.err.Code
	}
	require.Contains(t, got.body, "stream_truncated")
	require.Equal(t, "worker-1", edge.settled(t, 1).Worker)
}
