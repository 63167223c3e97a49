package edge_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
)

// adder is an MCP server whose tool add runs without asking the caller, and sub does not.
func adder() *mcptest.Server {
	s := mcptest.NewServer("math", mcptest.Tool{
		Name: "add", Schema: twoNumbers,
		Run: func(_ context.Context, arguments json.RawMessage) (string, error) {
			var in struct{ A, B float64 }
			if err := json.Unmarshal(arguments, &in); err != nil {
				return "", err
			}
			sum, err := json.Marshal(in.A + in.B)
			return "the sum " + string(sum), err
		},
	}, mcptest.Tool{Name: "sub", Schema: twoNumbers})
	s.Settings.AutoRun = []string{"add"}
	return s
}

func TestAnAgentAnswersInEveryDialect(t *testing.T) {
	toolTalks(t, func(c *talk) {
		r := c.say("use math-add", func(r *api.Request) { r.StreamUsage = true })
		require.Empty(c.t, calls(&r))
		require.Contains(c.t, text(&r, api.PartText), "Tool results: ")
		require.Contains(c.t, text(&r, api.PartText), "the sum 2")
		require.Equal(c.t, api.FinishStop, r.Choices[0].Finish)
		require.Len(c.t, c.mock.Requests(), 2)
		require.True(c.t, r.Usage.Known)
		require.Positive(c.t, r.Usage.Output)

		r = c.say("hi", nil)
		require.Equal(c.t, "You said: hi", text(&r, api.PartText))

		r = c.say("use math-sub", nil)
		require.Equal(c.t, []string{"math-sub"}, names(calls(&r)), "which is for the caller to run")
		require.Equal(c.t, api.FinishToolCalls, r.Choices[0].Finish)

		r = c.say("math-add and get_time", func(r *api.Request) { r.Tools = tools() })
		require.Equal(c.t, []string{"get_time"}, names(calls(&r)), "what was run is no call any more")
		require.Contains(c.t, text(&r, api.PartText), "the sum 2")
		require.Equal(c.t, api.FinishToolCalls, r.Choices[0].Finish)
	}, adder())
}
