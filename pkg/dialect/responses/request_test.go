package responses_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/responses"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestItemsBecomeMessages(t *testing.T) {
	r, _ := decode(t, `{"model":"m","instructions":"One.","input":[
		{"role":"developer","content":"Two."},
		{"role":"user","content":"go"},
		{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}]},
		{"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":""},
		{"type":"function_call","id":"fc_2","call_id":"c2","name":"f","arguments":"not JSON"},
		{"type":"function_call_output","call_id":"c2","output":"second"},
		{"role":"system","content":[{"type":"input_text","text":"Later."}]},
		{"type":"function_call_output","call_id":"c1","output":"first"}
	]}`)
	require.Equal(t, []api.Part{{Text: "One."}, {Text: "Two."}}, r.System)
	require.Len(t, r.Messages, 4)
	require.Equal(t, []api.Part{
		{Kind: api.PartReasoning, Text: "a\n\nb"},
		{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "c1", Name: "f", Args: api.JSON(`{}`)}},
		{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "c2", Name: "f", Args: api.JSON(`{"malformed_arguments":"not JSON"}`)}},
	}, r.Messages[1].Parts)
	require.Equal(t, api.RoleTool, r.Messages[2].Role)
	require.Equal(t, "second", r.Messages[2].Parts[0].Result.Parts[0].Text)
	require.Equal(t, "first", r.Messages[2].Parts[1].Result.Parts[0].Text, "a result stands behind its call, wherever its item is")
	require.Equal(t, api.RoleSystem, r.Messages[3].Role)
}

func TestWhatOneProviderKeepsIsRefusedElsewhere(t *testing.T) {
	for name, c := range map[string]struct{ member, param string }{
		"an earlier response": {`"previous_response_id":"resp_1"`, "previous_response_id"},
		"a conversation":      {`"conversation":{"id":"conv_1"}`, "conversation"},
		"a prompt":            {`"prompt":{"id":"pmpt_1"}`, "prompt"},
		"the background":      {`"background":true`, "background"},
		"a reference":         {`"input":[{"type":"item_reference","id":"msg_1"}]`, "input[0]"},
		"a bare reference":    {`"x":1,"input":[{"id":"msg_1"}]`, "input[0]"},
		"a hosted output":     {`"input":[{"type":"computer_call_output","call_id":"c"}]`, "input[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"model":"m","drop_params":true,` + c.member + `}`
			if !strings.Contains(c.member, "input") {
				body = strings.Replace(body, "{", `{"input":"hi",`, 1)
			}
			err := refused(t, body)
			require.Equal(t, api.KindUnsupported, err.Kind)
			require.Equal(t, c.param, err.Param)
		})
	}
}

func TestWhatNoOtherDialectHasIsDroppedOnlyIfAsked(t *testing.T) {
	for member, dropped := range map[string]string{
		`"tools":[{"type":"web_search"}]`:                    "tools.web_search",
		`"truncation":"auto"`:                                "truncation",
		`"tool_choice":{"type":"file_search"}`:               "tool_choice",
		`"context_management":[{"type":"compaction"}]`:       "context_management",
		`"text":{"format":{"type":"grammar","x":"y"}}`:       "text.format",
		`"tools":[{"type":"<script>","name":"` + "`" + `"}]`: "tools.that kind",
	} {
		body := `{"model":"m","input":"hi",` + member + `}`
		require.Equal(t, api.KindUnsupported, refused(t, body).Kind, member)
		r, _ := decode(t, strings.Replace(body, "{", `{"drop_params":true,`, 1))
		require.Equal(t, []string{dropped}, r.Dropped)
	}
	for _, harmless := range []string{`"truncation":"disabled"`, `"store":true`, `"previous_response_id":null`, `"background":false`, `"prompt_cache_key":"k"`} {
		r, _ := decode(t, `{"model":"m","input":"hi",`+harmless+`}`)
		require.Empty(t, r.Dropped)
		require.Empty(t, r.Extra)
	}
}

func TestToolsOfFreeTextAreFunctionsOfOneText(t *testing.T) {
	r, h := decode(t, `{"model":"m","input":[
		{"role":"user","content":"patch it"},
		{"type":"custom_tool_call","call_id":"c1","name":"apply_patch","input":"*** Begin"},
		{"type":"custom_tool_call_output","call_id":"c1","output":"done"}
	],"tools":[{"type":"custom","name":"apply_patch","description":"Patches.","format":{"type":"grammar","syntax":"lark","definition":"start: x"}}]}`)
	require.Equal(t, []dialect.ToolForm{{Name: "apply_patch", Own: "apply_patch", Custom: true}}, h.ToolForms)
	require.Equal(t, "Patches.\n\nThe input must follow this lark grammar:\nstart: x", r.Tools[0].Description)
	require.Contains(t, string(r.Tools[0].Parameters), `"input"`)
	require.JSONEq(t, `{"input":"*** Begin"}`, string(r.Messages[1].Parts[0].Call.Args))

	made := api.Part{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "c2", Name: "apply_patch", Args: api.JSON(`{"input":"*** End"}`)}}
	out := responses.Codec.AppendResponse(nil, h, &api.Response{Op: api.OpChat, ID: "x", Choices: []api.Choice{{Parts: []api.Part{made}}}})
	item := jsonx.Value(out).Get("output")
	require.JSONEq(t, `[{"type":"custom_tool_call","id":"ctc_x_0","call_id":"c2","name":"apply_patch","input":"*** End","status":"completed"}]`, string(item))

	w := responses.Codec.Writer(h)
	var wire []byte
	for _, e := range []api.Event{
		{Kind: api.EventStart, ID: "x"},
		{Kind: api.EventPart, PartKind: api.PartToolCall, CallID: "c2", Name: "apply_patch"},
		{Kind: api.EventDelta, PartKind: api.PartToolCall, Text: `{"input":"**`},
		{Kind: api.EventDelta, PartKind: api.PartToolCall, Text: `* End"}`},
		{Kind: api.EventFinish, Finish: api.FinishToolCalls},
		{Kind: api.EventEnd},
	} {
		wire = w.Append(wire, &e)
	}
	got, err := sum(read(t, wire))
	noError(t, err)
	require.Equal(t, &api.ToolCall{ID: "c2", Name: "apply_patch", Args: api.JSON("*** End"), Custom: true}, got.Choices[0].Parts[0].Call)
}

func TestAnswerRepeatsTheRequest(t *testing.T) {
	_, h := decode(t, `{"model":"m","input":"hi","instructions":"Be brief.","temperature":0.5,"store":true,"metadata":{"a":"b"},
		"tools":[{"type":"function","name":"f","parameters":{}}],"tool_choice":"none"}`)
	out := jsonx.Value(responses.Codec.AppendResponse(nil, h, &api.Response{Op: api.OpChat}))
	for member, want := range map[string]string{
		"instructions": `"Be brief."`, "temperature": "0.5", "metadata": `{"a":"b"}`, "tool_choice": `"none"`,
		"tools": `[{"type":"function","name":"f","parameters":{}}]`, "parallel_tool_calls": "true", "store": "false",
	} {
		require.JSONEq(t, want, string(out.Get(member)), member)
	}
}

func TestReasoningOfAnotherDialectIsCarriedSealed(t *testing.T) {
	said := []api.Part{
		{Kind: api.PartReasoning, Text: "Think.", Signature: "sig", SignatureOf: "anthropic"},
		{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "c", Name: "f", Args: api.JSON(`{}`)}, Signature: "thought", SignatureOf: "genai"},
	}
	for name, parts := range map[string][]api.Part{"signed reasoning": said[:1], "a signed call": said[1:]} {
		t.Run(name, func(t *testing.T) {
			out := responses.Codec.AppendResponse(nil, &dialect.Head{}, &api.Response{Op: api.OpChat, Choices: []api.Choice{{Parts: parts}}})
			items := string(jsonx.Value(out).Get("output"))
			require.Contains(t, items, dialect.SealMark)
			body := `{"model":"m","input":[` + strings.TrimPrefix(items, "[") + `}`
			r, h := decode(t, body)
			passed := jsonx.Apply(nil, []byte(body), responses.Codec.AppendEdits(nil, h, "m", &dialect.Quirks{}))
			require.NoError(t, jsonx.Valid(passed), string(passed))
			require.NotContains(t, string(passed), dialect.SealMark)
			last := r.Messages[0].Parts[len(r.Messages[0].Parts)-1]
			require.Equal(t, parts[0].Signature, last.Signature)
			require.Equal(t, parts[0].SignatureOf, last.SignatureOf)
			require.NotContains(t, write(t, r), dialect.SealMark, "no provider of the dialect's own is shown it")
		})
	}
}

func TestWhatHasNoPlaceIsRefused(t *testing.T) {
	for param, r := range map[string]api.Request{
		"n":    {Sampling: api.Sampling{N: api.Some[int64](2)}},
		"stop": {Sampling: api.Sampling{Stop: []string{"x"}}},
	} {
		r.Op = api.OpChat
		_, err := responses.Codec.AppendRequest(nil, &r, &dialect.Quirks{})
		require.Equal(t, api.KindUnsupported, err.Kind)
		require.Equal(t, param, err.Param)
	}
}

func TestRequestOfAnotherDialectIsNotTriedStrictlyNorStored(t *testing.T) {
	out := write(t, &api.Request{
		Op: api.OpChat, Model: "m", ExtraOf: "openai", Messages: []api.Message{{Parts: []api.Part{{Text: "hi"}}}},
		Tools: []api.Tool{{Name: "f"}}, Reasoning: api.Reasoning{Effort: "low"},
	})
	require.JSONEq(t, `{"model":"m","input":[{"type":"message","role":"user","content":"hi"}],
		"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}},"strict":false}],
		"reasoning":{"effort":"low","summary":"auto"},"store":false}`, out)
}

func TestToolsInANamespaceAreFunctionsOfALongerName(t *testing.T) {
	r, h := decode(t, `{"model":"m","input":[
		{"role":"user","content":"close it"},
		{"type":"function_call","call_id":"c1","namespace":"agents","name":"close","arguments":"{}"},
		{"type":"function_call_output","call_id":"c1","output":"done"}
	],"tools":[{"type":"namespace","name":"agents","description":"d","tools":[{"type":"function","name":"close","parameters":{"type":"object"}}]},
		{"type":"web_search","external_web_access":false}]}`)
	require.Len(t, r.Tools, 1)
	require.Equal(t, "agents__close", r.Tools[0].Name)
	require.Equal(t, "agents__close", r.Messages[1].Parts[0].Call.Name)
	require.Equal(t, []string{"tools.web_search"}, r.Dropped, "what a cache has can be done without")

	made := api.Part{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "c2", Name: "agents__close", Args: api.JSON(`{}`)}}
	out := responses.Codec.AppendResponse(nil, h, &api.Response{Op: api.OpChat, ID: "x", Choices: []api.Choice{{Parts: []api.Part{made}}}})
	const want = `{"type":"function_call","id":"fc_x_0","call_id":"c2","name":"close","namespace":"agents","arguments":"{}","status":"completed"}`
	require.JSONEq(t, "["+want+"]", string(jsonx.Value(out).Get("output")))

	w := responses.Codec.Writer(h)
	var wire []byte
	for _, e := range []api.Event{
		{Kind: api.EventStart, ID: "x"},
		{Kind: api.EventPart, PartKind: api.PartToolCall, CallID: "c2", Name: "agents__close"},
		{Kind: api.EventFinish, Finish: api.FinishToolCalls},
		{Kind: api.EventEnd},
	} {
		wire = w.Append(wire, &e)
	}
	require.Contains(t, string(wire), `"name":"close","namespace":"agents"`)
}
