package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/dialect/dialecttest"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// wish is a tool's call, as a model writes it.
func wish(name, arguments string) api.Part {
	return api.Part{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "call_" + name, Name: name, Args: api.JSON(arguments)}}
}

// answerAs answers as a model of OpenAI's would, in one piece or as a stream.
func answerAs(x *upstreamtest.Exchange, parts ...api.Part) {
	r := &api.Response{
		Op: api.OpChat, ID: "chatcmpl-1", Model: "gpt-4o", Created: 1, Usage: api.Usage{Input: 100, Output: 10, Known: true},
		Choices: []api.Choice{{Parts: parts, Finish: api.FinishStop}},
	}
	if len(parts) > 0 && parts[len(parts)-1].Call != nil {
		r.Choices[0].Finish = api.FinishToolCalls
	}
	if !strings.Contains(string(x.BodyBytes), `"stream":true`) {
		x.JSON(200, string(codecs.OpenAI.AppendResponse(nil, &dialect.Head{Op: api.OpChat, Stream: true, StreamUsage: true}, r)))
		return
	}
	x.StartStream()
	w := codecs.OpenAI.Writer(&dialect.Head{Op: api.OpChat, Stream: true, StreamUsage: true})
	for _, e := range r.AppendEvents(nil) {
		x.Chunk(string(w.Append(nil, &e)) + "\n")
	}
	x.EndStream()
}

// turnsOf is a door at a provider that plays a script, turn by turn, with an MCP server.
func turnsOf(t *testing.T, script func(x *upstreamtest.Exchange), change func(*config.Config), servers ...*mcptest.Server) (d *door, records <-chan telemetry.Record) {
	t.Helper()
	up := upstreamtest.New(t, script)
	cfg := over(up.URL)
	if change != nil {
		change(cfg)
	}
	seen := make(chan telemetry.Record, 100)
	d = openOptions(t, cfg, gateway.Options{
		Tools: mcptest.Pool(t, servers...), Limits: memory.New(memory.Options{}),
		Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { seen <- *r }},
	})
	return d, seen
}

// agentAsk asks an agent, and reads the answer.
func (d *door) agentAsk(t *testing.T, stream bool, rest string) (api.Response, answer) {
	t.Helper()
	body := `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]` + rest
	if stream {
		body += `,"stream":true,"stream_options":{"include_usage":true}`
	}
	res := d.post(t, "/v1/chat/completions", body+`}`)
	require.Equal(t, 200, res.Status, res.Body)
	var r api.Response
	if stream {
		return dialecttest.ReadStream(t, codecs.OpenAI, api.OpChat, []byte(res.Body)), res
	}
	require.Nil(t, codecs.OpenAI.DecodeResponse(api.OpChat, []byte(res.Body), &r))
	return r, res
}

func bothWays(t *testing.T, test func(t *testing.T, stream bool)) {
	t.Helper()
	for _, stream := range []bool{false, true} {
		t.Run(fmt.Sprintf("stream %t", stream), func(t *testing.T) { test(t, stream) })
	}
}

const oneAndTwo = `{"a":1,"b":2}`

func TestWhatAnAgentUsesIsCountedOnceAndToldWhole(t *testing.T) {
	bothWays(t, func(t *testing.T, stream bool) {
		math := adder()
		math.Settings.CostNano = map[string]int64{"add": 7}
		d, records := turnsOf(t, func(x *upstreamtest.Exchange) {
			if x.N < 4 {
				answerAs(x, wish("math-add", oneAndTwo), wish("math-add", oneAndTwo))
				return
			}
			answerAs(x, api.Part{Text: "3"})
		}, nil, math)
		r, res := d.agentAsk(t, stream, "")
		require.Equal(t, "3", text(&r, api.PartText))
		require.EqualValues(t, 400, r.Usage.Input)
		require.EqualValues(t, 40, r.Usage.Output)
		require.Equal(t, "openai", res.Header.Get("x-asbru-provider"))
		if !stream {
			require.Equal(t, "4", res.Header.Get("x-asbru-agent-turns"))
		}
		var turns, tools int
		var used api.Usage
		var cost int64
		for range 4 + 6 {
			one := <-records
			require.NotNil(t, one.Detail)
			require.NotEmpty(t, one.Detail.Parent)
			switch one.Op {
			case api.OpTool:
				tools++
				require.EqualValues(t, 7, one.CostNano)
			default:
				turns++
				require.Equal(t, "agent", one.Dialect)
				require.Positive(t, one.CostNano)
			}
			used.Add(&one.Usage)
			cost += one.CostNano
		}
		require.Equal(t, []int{4, 6}, []int{turns, tools})
		require.Equal(t, r.Usage.Total(), used.Total())
		own := <-records
		require.Equal(t, "openai", own.Dialect)
		require.Zero(t, own.Usage.Total())
		require.Zero(t, own.CostNano)
		require.Equal(t, 200, own.Status)
		require.Equal(t, []string{"openai", "gpt-4o"}, []string{own.Provider, own.Model.String()})
	})
}

func TestTheTextOfAllTurnsOfAStreamIsShownAsItComes(t *testing.T) {
	d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
		if x.N == 1 {
			answerAs(x, api.Part{Text: "Let me see."}, wish("math-add", oneAndTwo))
			return
		}
		require.Contains(t, string(x.BodyBytes), "Let me see.")
		answerAs(x, api.Part{Text: "It is 3."})
	}, nil, adder())
	r, _ := d.agentAsk(t, true, "")
	require.Equal(t, "Let me see.\n\nIt is 3.", text(&r, api.PartText))
	require.Equal(t, api.FinishStop, r.Choices[0].Finish)
}

func TestOfAStreamThatIsToBeJSONOnlyTheEndIsShown(t *testing.T) {
	d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
		if x.N == 1 {
			answerAs(x, api.Part{Text: "{}"}, wish("math-add", oneAndTwo))
			return
		}
		answerAs(x, api.Part{Text: `{"sum":3}`})
	}, nil, adder())
	r, _ := d.agentAsk(t, true, `,"response_format":{"type":"json_object"},"tools":[{"type":"function","function":{"name":"own"}}]`)
	require.Equal(t, `{"sum":3}`, text(&r, api.PartText))
}

func TestAnAgentStopsAtItsLimits(t *testing.T) {
	bothWays(t, func(t *testing.T, stream bool) {
		for name, limit := range map[string]func(m *config.MCPToolManager){
			"turns": func(m *config.MCPToolManager) { m.MaxAgentDepth = 2 },
			"cost":  func(m *config.MCPToolManager) { m.MaxAgentCost = 0.0005 }, // a turn costs 0.00035
		} {
			d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
				answerAs(x, api.Part{Text: "again"}, wish("math-add", oneAndTwo))
			}, func(c *config.Config) { limit(&c.MCP.ToolManager) }, adder())
			r, res := d.agentAsk(t, stream, "")
			require.Equal(t, []string{"math-add"}, names(calls(&r)), "the caller may go on from here")
			require.Equal(t, api.FinishToolCalls, r.Choices[0].Finish)
			require.EqualValues(t, 200, r.Usage.Input)
			if !stream {
				require.Equal(t, name, res.Header.Get("x-asbru-agent-stopped"))
			}
		}
	})
}

func TestAToolThatMustBeCalledNeedBeCalledOnlyOnce(t *testing.T) {
	var choices []string
	d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
		var body struct {
			Choice string `json:"tool_choice"`
		}
		require.NoError(t, json.Unmarshal(x.BodyBytes, &body))
		choices = append(choices, body.Choice)
		if x.N == 1 {
			answerAs(x, wish("math-add", oneAndTwo))
			return
		}
		answerAs(x, api.Part{Text: "3"})
	}, nil, adder())
	d.agentAsk(t, false, `,"tool_choice":"required"`)
	require.Equal(t, []string{"required", "auto"}, choices)
}

// resultsIn are the tools' results in a request.
func resultsIn(t *testing.T, body []byte) (all []string) {
	t.Helper()
	var b struct {
		Messages []struct {
			Role    string
			Content any
		}
	}
	require.NoError(t, json.Unmarshal(body, &b))
	for _, m := range b.Messages {
		if m.Role == "tool" {
			all = append(all, fmt.Sprint(m.Content))
		}
	}
	return all
}

func TestWhatGoesWrongWithAToolIsForTheModelToRead(t *testing.T) {
	server := adder()
	server.Settings.AutoRun = []string{"*"}
	server.Settings.Timeout = 50 * time.Millisecond
	server.Add(mcptest.Tool{Name: "hang", Run: func(ctx context.Context, _ json.RawMessage) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}})
	server.Add(mcptest.Tool{Name: "flood", Run: func(context.Context, json.RawMessage) (string, error) {
		return strings.Repeat("é", 2000), nil
	}})
	server.Add(mcptest.Tool{Name: "silent"})
	var told []string
	d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
		if x.N == 1 {
			answerAs(x, wish("math-add", `{"a":"x"}`), wish("math-add", `{"a":`), wish("math-hang", `{}`), wish("math-flood", ``), wish("math-silent", `{}`))
			return
		}
		told = resultsIn(t, x.BodyBytes)
		answerAs(x, api.Part{Text: "sorry"})
	}, func(c *config.Config) { c.MCP.ToolManager.MaxToolResultKB = 1 }, server)
	r, _ := d.agentAsk(t, false, "")
	require.Equal(t, "sorry", text(&r, api.PartText))
	require.Len(t, told, 5)
	require.Contains(t, told[0], "schema")
	require.Contains(t, told[1], "argument")
	require.Contains(t, told[2], "did not answer within 50ms")
	require.Contains(t, told[3], strings.Repeat("é", 512))
	require.NotContains(t, told[3], strings.Repeat("é", 513))
	require.Contains(t, told[3], "4000 bytes")
	require.Contains(t, told[4], "nothing to say")
}

func TestToolsOfATurnRunSideBySideWithinTheirLimit(t *testing.T) {
	var running, most atomic.Int32
	together := make(chan struct{})
	var once sync.Once
	server := mcptest.NewServer("math", mcptest.Tool{Name: "wait", Run: func(context.Context, json.RawMessage) (string, error) {
		if n := running.Add(1); n == 2 {
			once.Do(func() { close(together) })
		}
		<-together // which it never is, if they do not run side by side
		most.Store(max(most.Load(), running.Load()))
		running.Add(-1)
		return "done", nil
	}})
	server.Settings.AutoRun = []string{"*"}
	d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
		if x.N == 1 {
			answerAs(x, wish("math-wait", `{}`), wish("math-wait", `{}`), wish("math-wait", `{}`), wish("math-wait", `{}`))
			return
		}
		require.Len(t, resultsIn(t, x.BodyBytes), 4)
		answerAs(x, api.Part{Text: "done"})
	}, func(c *config.Config) { c.MCP.ToolManager.MaxParallelTools = 2 }, server)
	d.agentAsk(t, false, "")
	require.EqualValues(t, 2, most.Load())
}

func TestAnErrorOfAnAgentsModelIsTheCallers(t *testing.T) {
	refuse := func(x *upstreamtest.Exchange) {
		x.JSON(400, `{"error":{"message":"no","code":"bad_thing","type":"x"}}`)
	}
	bothWays(t, func(t *testing.T, stream bool) {
		d, _ := turnsOf(t, refuse, nil, adder())
		rest := fmt.Sprintf(`"stream":%t}`, stream)
		res := d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}],`+rest)
		require.Equal(t, 400, res.Status, res.Body)
		code, _ := errorOf(t, "openai", res)
		require.Equal(t, "bad_thing", code)
		res = d.post(t, "/v1/messages", `{"model":"nowhere/x","max_tokens":5,"messages":[{"role":"user","content":"hi"}],`+rest)
		require.Equal(t, 400, res.Status, res.Body)
		code, _ = errorOf(t, "anthropic", res)
		require.Equal(t, "unknown_provider", code)

		late, records := turnsOf(t, func(x *upstreamtest.Exchange) {
			if x.N == 1 {
				answerAs(x, api.Part{Text: "Let me see."}, wish("math-add", oneAndTwo))
				return
			}
			refuse(x)
		}, nil, adder())
		res = late.post(t, "/v1/chat/completions", `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}],`+rest)
		if stream {
			require.Equal(t, 200, res.Status)
			require.Contains(t, res.Body, "Let me see.")
			require.Contains(t, res.Body, "bad_thing")
		} else {
			require.Equal(t, 400, res.Status, res.Body)
		}
		for range 3 {
			<-records
		}
		own := <-records
		require.Equal(t, "bad_thing", own.Code.String())
	})
}

func TestACallerWhoLeavesStopsItsAgent(t *testing.T) {
	bothWays(t, func(t *testing.T, stream bool) {
		ready, stopped := make(chan struct{}), make(chan struct{})
		server := mcptest.NewServer("math", mcptest.Tool{Name: "hang", Run: func(ctx context.Context, _ json.RawMessage) (string, error) {
			close(ready)
			<-ctx.Done()
			close(stopped)
			return "", ctx.Err()
		}})
		server.Settings.AutoRun = []string{"*"}
		d, records := turnsOf(t, func(x *upstreamtest.Exchange) {
			require.Equal(t, 1, x.N, "there is no further turn")
			answerAs(x, api.Part{Text: "Let me see."}, wish("math-hang", `{}`))
		}, nil, server)
		leave(t, d, "/v1/chat/completions", fmt.Sprintf(`{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}],"stream":%t}`, stream), ready)
		<-stopped
		for r := range records {
			if r.Dialect == "openai" && r.Op == api.OpChat {
				require.Equal(t, 499, r.Status)
				break
			}
		}
	})
}

func TestAnAgentsTurnsGoWhereTheFirstWasAnswered(t *testing.T) {
	var models []string
	d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
		var body struct{ Model string }
		require.NoError(t, json.Unmarshal(x.BodyBytes, &body))
		models = append(models, body.Model)
		switch {
		case body.Model == "gpt-4o":
			x.JSON(429, `{"error":{"message":"busy"}}`)
		case len(models) < 4:
			answerAs(x, wish("math-add", oneAndTwo))
		default:
			answerAs(x, api.Part{Text: "3"})
		}
	}, nil, adder())
	d.agentAsk(t, false, `,"fallbacks":["openai/gpt-4o-mini"]`)
	require.Equal(t, []string{"gpt-4o", "gpt-4o-mini", "gpt-4o-mini", "gpt-4o-mini"}, models)
}

func TestAVirtualKeyBoundsItsAgents(t *testing.T) {
	for name, bounds := range map[string]config.MCPAgent{"turns": {MaxDepth: 1}, "cost": {MaxCost: 0.0001}} {
		d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
			answerAs(x, wish("math-add", oneAndTwo))
		}, func(c *config.Config) {
			c.Governance.VirtualKeys = []config.VirtualKey{{ID: "1", Name: "a", Value: "sk-bf-a", MCPAgent: bounds}}
		}, adder())
		res := d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}`, "Authorization: Bearer sk-bf-a")
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, "1", res.Header.Get("x-asbru-agent-turns"))
		require.Equal(t, name, res.Header.Get("x-asbru-agent-stopped"))
	}
}

func TestAJobsAgentHasTheToolsThatItsCallerNamed(t *testing.T) {
	d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
		require.NotContains(t, string(x.BodyBytes), "math-add")
		answerAs(x, api.Part{Text: "none"})
	}, nil, adder())
	a := d.Run(t.Context(), &job.Request{
		Path: "/v1/chat/completions", Body: []byte(`{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}`),
		Headers: map[string]string{"X-Bf-Mcp-Include-Tools": ""},
	})
	require.Equal(t, 200, a.Status, string(a.Body))
}
