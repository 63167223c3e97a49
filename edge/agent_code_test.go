package edge_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	codemode "github.com/asbru-gateway/asbru/pkg/mcp/code"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// script is a wish to have a script run.
func script(t *testing.T, text string) api.Part {
	t.Helper()
	arguments, err := json.Marshal(map[string]string{"code": text})
	require.NoError(t, err)
	return wish(codemode.Execute, string(arguments))
}

func TestInCodeModeAModelUsesToolsByScripts(t *testing.T) {
	bothWays(t, func(t *testing.T, stream bool) {
		server := adder()
		server.Settings.CodeMode = true
		server.Settings.CostNano = map[string]int64{"add": 7}
		var told []string
		d, records := turnsOf(t, func(x *upstreamtest.Exchange) {
			told = resultsIn(t, x.BodyBytes)
			switch x.N {
			case 1:
				body := string(x.BodyBytes)
				require.NotContains(t, body, "math-add")
				for _, tool := range codemode.Tools {
					require.True(t, containsName(body, tool.Name))
				}
				answerAs(x, wish(codemode.List, `{}`), wish(codemode.Read, `{"fileName":"servers/math.pyi"}`))
			case 2:
				answerAs(x, script(t, "a = math.add(a=1, b=2)\nb = math.add(a=3, b=4)\nresult = [a, b]"))
			case 3:
				answerAs(x, api.Part{Text: told[2]})
			default:
				answerAs(x, script(t, "math.sub(a=1, b=2)"))
			}
		}, nil, server)
		r, _ := d.agentAsk(t, stream, "")
		require.Equal(t, "Result:\n[\"the sum 3\",\"the sum 7\"]", text(&r, api.PartText))
		require.Equal(t, "servers/math.pyi", told[0])
		require.Contains(t, told[1], "def add(a: float, b: float)")
		var rows []string
		for range 9 {
			one := <-records
			rows = append(rows, one.Model.String())
			require.False(t, one.Model.String() == "add" && one.CostNano != 7)
		}
		slices.Sort(rows)
		require.Equal(t, "add add executeToolCode gpt-4o gpt-4o gpt-4o gpt-4o listToolFiles readToolFile", strings.Join(rows, " "))

		r, _ = d.agentAsk(t, stream, "")
		require.Equal(t, []string{codemode.Execute}, names(calls(&r)), "which calls a tool that wants the caller's consent")
		wanted, err := json.Marshal(map[string]any{"id": "c", "function": map[string]any{"name": codemode.Execute, "arguments": string(calls(&r)[0].Args)}})
		require.NoError(t, err)
		res := d.post(t, runPath, string(wanted))
		require.Equal(t, 200, res.Status, res.Body)
		require.Contains(t, res.Body, "has told nothing", "the caller has consented")
	})
}

func TestScriptsHaveNoToolsThatTheirCallerMayNotUse(t *testing.T) {
	server := adder()
	server.Settings.CodeMode = true
	d, _ := turnsOf(t, func(x *upstreamtest.Exchange) { answerAs(x, api.Part{Text: "hi"}) }, nil, server)
	run := `{"function":{"name":"executeToolCode","arguments":{"code":"math.sub(a=1, b=2)"}}}`
	res := d.post(t, runPath, run)
	require.NotContains(t, res.Body, "is_error")
	res = d.post(t, runPath, run, "x-bf-mcp-include-tools: math-add")
	require.Contains(t, res.Body, "math has no tool sub; it has add")
	require.Equal(t, 404, d.post(t, runPath, run, "x-bf-mcp-include-clients: ").Status)
	res = d.post(t, runPath, `{"function":{"name":"executeToolCode","arguments":{}}}`)
	require.Contains(t, res.Body, "the script in code")
}
