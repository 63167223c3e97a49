package frame_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
	"github.com/stretchr/testify/require"
)

// echo has a guest answer with the member of the last frame, changed by replacing texts.
func (g *guest) echo(t *testing.T, member string, oldnew ...string) {
	t.Helper()
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(g.seen, &all))
	changed := strings.NewReplacer(oldnew...).Replace(string(all[member]))
	g.says = `{"` + member + `":` + changed + `}`
}

func TestWhatAGuestLeavesAloneStaysAsItWas(t *testing.T) {
	g := &guest{}
	p, c := g.plugin(t), chat()
	_, err := p.BeforeRoute(t.Context(), c)
	require.Nil(t, err)
	g.echo(t, "request")
	_, err = p.BeforeRoute(t.Context(), c)
	require.Nil(t, err)
	require.Equal(t, chat().Request, c.Request, "sent back as it was shown")

	g.echo(t, "request", "555-0100", "***", "Be brief.", "Be kind.", `"max_completion_tokens":100`, `"max_completion_tokens":50`)
	_, err = p.BeforeRoute(t.Context(), c)
	require.Nil(t, err)
	want := chat().Request
	want.Messages[0].Parts[0].Text = "Call ***."
	want.System[0].Text = "Be kind."
	want.Sampling.MaxTokens = api.Some[int64](50)
	require.Equal(t, want, c.Request)
}

func TestAGuestMayAddMessages(t *testing.T) {
	g := &guest{}
	p, c := g.plugin(t), chat()
	_, err := p.BeforeRoute(t.Context(), c)
	require.Nil(t, err)
	g.echo(t, "request", `"busy"}`, `"busy"},{"role":"user","content":"And now?"}`)
	_, err = p.BeforeRoute(t.Context(), c)
	require.Nil(t, err)
	want := chat().Request
	want.Messages = append(want.Messages, api.Message{Parts: []api.Part{{Text: "And now?"}}})
	require.Equal(t, want, c.Request)
}

func TestARequestThatFramesCannotSayWholeKeepsWhatTheyDoNotShow(t *testing.T) {
	foreign := api.Part{Kind: api.PartOpaque, Raw: api.JSON(`{"type":"search_result"}`), RawOf: "anthropic"}
	g, c := &guest{}, chat()
	c.Request.Messages[0].Parts = append([]api.Part{foreign}, c.Request.Messages[0].Parts...)
	c.Request.Tools = append(c.Request.Tools, api.Tool{Name: "web", Raw: api.JSON(`{"type":"web_search"}`), RawOf: "anthropic"})
	p := g.plugin(t)
	_, err := p.BeforeRoute(t.Context(), c)
	require.Nil(t, err)
	require.Contains(t, string(g.seen), `"partial":true`)
	require.NotContains(t, string(g.seen), "search")
	tools := c.Request.Tools

	g.echo(t, "request", "555-0100", "***")
	_, err = p.BeforeRoute(t.Context(), c)
	require.Nil(t, err)
	require.Equal(t, foreign, c.Request.Messages[0].Parts[0])
	require.Equal(t, "Call ***.", c.Request.Messages[0].Parts[1].Text)
	require.Equal(t, api.PartImage, c.Request.Messages[0].Parts[2].Kind)
	require.Equal(t, tools, c.Request.Tools)

	before := *c.Request
	g.says = `{"request":{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}}`
	_, err = p.BeforeRoute(t.Context(), c)
	_, failed := plugin.WhyFailed(err)
	require.True(t, failed)
	require.Equal(t, before, *c.Request)
}

func TestAnAnswerKeepsWhatTheGuestDoesNotChange(t *testing.T) {
	g, r := &guest{}, answered()
	p := g.plugin(t)
	require.Nil(t, p.AfterAttempt(t.Context(), chat(), r, nil))
	g.echo(t, "response", "555-0100", "***")
	require.Nil(t, p.AfterAttempt(t.Context(), chat(), r, nil))
	want := answered()
	want.Choices[0].Parts[0].Text = "Dial ***."
	require.Equal(t, want.Choices[0].Parts[0].Text, r.Choices[0].Parts[0].Text)
	require.Equal(t, want.Usage, r.Usage)
	g.says = `{"response":{"choices":[{"message":{"role":"assistant","content":"No."},"finish_reason":"stop"}]}}`
	require.Nil(t, p.AfterAttempt(t.Context(), chat(), r, nil))
	require.Equal(t, "No.", r.Choices[0].Parts[0].Text)
	require.Equal(t, want.Usage, r.Usage, "an answer does not become cheaper")
}

func TestAGuestRefusesAnswersAndAsksAgain(t *testing.T) {
	g := &guest{says: `{"action":"refuse","error":{"status":422,"code":"pii.phone","message":"No\u0000 phones.","retry_after":2},"notes":{"pii":"phone"}}`}
	p, c, ctx := g.plugin(t), chat(), t.Context()
	_, err := p.BeforeRoute(ctx, c)
	require.Equal(t, &api.Error{Kind: api.KindInvalid, Status: 422, Code: "pii.phone", Message: "No  phones.", RetryAfter: 2 * time.Second}, err)
	require.Equal(t, "pii:phone", c.Notes())

	g.says = `{"action":"refuse","error":{"status":200,"code":"<b>","message":"\n"}}`
	_, err = p.BeforeAttempt(ctx, c)
	require.Equal(t, "plugin_refused", err.Code)
	require.Equal(t, 403, err.HTTPStatus())
	require.Equal(t, "The plugin guest has refused the call.", err.Message)

	g.says = `{"action":"answer","response":{"choices":[{"message":{"content":"Hello."}}]}}`
	a, err := p.BeforeRoute(ctx, c)
	require.Nil(t, err)
	require.Equal(t, "Hello.", a.Response.Choices[0].Parts[0].Text)
	require.Equal(t, api.FinishStop, a.Response.Choices[0].Finish)
	require.Equal(t, "gpt-4o", a.Response.Model)

	var r api.Response
	require.Nil(t, p.AfterAttempt(ctx, c, &r, api.Errorf(api.KindUnavailable, "x", "X.")), "an error is taken back")
	require.Equal(t, "Hello.", r.Choices[0].Parts[0].Text)

	g.says = `{"action":"again","request":{"model":"gpt-4o","messages":[{"role":"user","content":"In JSON."}]},"error":{"code":"no_json"}}`
	err = p.AfterAttempt(ctx, c, answered(), nil)
	require.True(t, c.WantsAgain(err))
	require.Equal(t, "In JSON.", c.Request.Messages[len(c.Request.Messages)-1].Parts[0].Text)
}

func TestAGuestRemembersOfACallWhatItSays(t *testing.T) {
	g := &guest{says: `{"state":{"held":"55"}}`}
	p, c := g.plugin(t), chat()
	_, err := p.OnEvents(t.Context(), c, nil)
	require.Nil(t, err)
	g.says = ""
	_, err = p.OnEvents(t.Context(), c, nil)
	require.Nil(t, err)
	require.Contains(t, string(g.seen), `"state":{"held":"55"}`)
}

func TestEventsAreChangedDroppedAndAdded(t *testing.T) {
	given := answered().AppendEvents(nil)
	g := &guest{says: `{"events":[{"at":0},{"at":2,"text":"***"},{"kind":"delta","part":0,"text":"!"},{"kind":"finish","finish":"content_filter"},{"at":6}]}`}
	p := g.plugin(t)
	got, err := p.OnEvents(t.Context(), chat(), given)
	require.Nil(t, err)
	changed := given[2]
	changed.Text = "***"
	require.Equal(t, []api.Event{given[0], changed, {Kind: api.EventDelta, Text: "!"}, {Kind: api.EventFinish, Finish: api.FinishFilter}, given[6]}, got)
	g.says = `{"events":[]}`
	got, err = p.OnEvents(t.Context(), chat(), given)
	require.Nil(t, err)
	require.Empty(t, got)
}

func TestToolsAndHTTPAreChangedAndAnswered(t *testing.T) {
	ctx, c := t.Context(), chat()
	g := &guest{says: `{"arguments":{"n":2}}`}
	p := g.plugin(t)
	tool := &plugin.ToolCall{Name: "dial", Arguments: api.JSON(`{"n":1}`)}
	_, err := p.BeforeTool(ctx, c, tool)
	require.Nil(t, err)
	require.JSONEq(t, `{"n":2}`, string(tool.Arguments))
	g.says = `{"action":"answer","result":{"content":[{"type":"text","text":"busy"}],"is_error":true}}`
	result, err := p.BeforeTool(ctx, c, tool)
	require.Nil(t, err)
	require.Equal(t, &plugin.ToolResult{Parts: []api.Part{{Text: "busy"}}, IsError: true}, result)
	g.says = `{"result":{"content":[{"at":1},{"at":0,"text":"***"}],"structured":null}}`
	result = &plugin.ToolResult{Parts: []api.Part{{Text: "x"}, {Kind: api.PartImage, Media: &api.Media{URL: "https://x"}}}}
	require.Nil(t, p.AfterTool(ctx, c, tool, result))
	require.Equal(t, []api.Part{{Kind: api.PartImage, Media: &api.Media{URL: "https://x"}}, {Text: "***"}}, result.Parts)

	g.says = `{"http":{"headers":{"x-a":["2"],"x-b":[]},"body":"{}"}}`
	q := &plugin.HTTPRequest{Headers: []plugin.Header{{Name: "authorization", Value: "s"}, {Name: "X-A", Value: "1"}, {Name: "x-b", Value: "1"}}, Body: []byte(`{"a":1}`)}
	_, err = p.OnHTTP(ctx, q)
	require.Nil(t, err)
	require.Equal(t, []plugin.Header{{Name: "authorization", Value: "s"}, {Name: "X-A", Value: "2"}}, q.Headers)
	require.Equal(t, "{}", string(q.Body))
	g.says = `{"action":"answer","http":{"status":204,"headers":{"x-a":["1"]}}}`
	answer, err := p.OnHTTP(ctx, q)
	require.Nil(t, err)
	require.Equal(t, &plugin.HTTPAnswer{Status: 204, Headers: []plugin.Header{{Name: "X-A", Value: "1"}}, Body: []byte{}}, answer)
	g.says = `{"chunk_base64":"//s="}`
	chunk, err := p.OnChunk(ctx, q, []byte("x"))
	require.Nil(t, err)
	require.Equal(t, []byte{0xff, 0xfb}, chunk)
}

func TestGarbageIsAFailureAndChangesNothing(t *testing.T) {
	for name, says := range map[string]string{
		"no JSON":                "hello",
		"an array":               "[]",
		"half an object":         `{"action":"refuse"`,
		"an unknown action":      `{"action":"explode"}`,
		"a wrong type":           `{"notes":7}`,
		"no request":             `{"request":7}`,
		"a role that is none":    `{"request":{"messages":[{"role":"king","content":"x"}]}}`,
		"a field twice":          `{"request":{"model":"a","model":"b","messages":[]}}`,
		"a request without end":  `{"request":` + strings.Repeat(`{"a":`, 300) + "1" + strings.Repeat("}", 300) + `}`,
		"an answer without one":  `{"action":"answer"}`,
		"an answer that is none": `{"action":"answer","response":{"a":1}}`,
		"a state that is huge":   `{"state":"` + strings.Repeat("x", 70<<10) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := chat()
			_, err := (&guest{says: says}).plugin(t).BeforeAttempt(t.Context(), c)
			why, failed := plugin.WhyFailed(err)
			require.True(t, failed, "%v", err)
			require.NotEmpty(t, why)
			require.Equal(t, chat().Request, c.Request)
		})
	}
	_, err := (&guest{says: `{"events":[{"at":9}]}`}).plugin(t).OnEvents(t.Context(), chat(), nil)
	_, failed := plugin.WhyFailed(err)
	require.True(t, failed)
	_, err = (&guest{says: `{"http":{"headers":{"x-a":["1\r\nx-b: 2"]}}}`}).plugin(t).OnHTTP(t.Context(), &plugin.HTTPRequest{})
	_, failed = plugin.WhyFailed(err)
	require.True(t, failed)
	_, err = (&guest{says: string(bytes.Repeat([]byte(" "), frame.MaxAnswer+1))}).plugin(t).OnHTTP(t.Context(), &plugin.HTTPRequest{})
	_, failed = plugin.WhyFailed(err)
	require.True(t, failed)
}

func TestAGuestThatCannotBeAskedHasFailed(t *testing.T) {
	p := frame.New(frame.Options{Name: "away", Points: 1 << plugin.BeforeRoute, Ask: func(context.Context, plugin.Point, []byte) ([]byte, error) {
		return nil, errors.New("nobody there")
	}})
	require.True(t, plugin.Wants(p, plugin.BeforeRoute))
	require.False(t, plugin.Wants(p, plugin.BeforeTool))
	hook, ok := p.(plugin.RouteHook)
	require.True(t, ok)
	_, err := hook.BeforeRoute(t.Context(), chat())
	why, failed := plugin.WhyFailed(err)
	require.True(t, failed)
	require.Equal(t, "nobody there", why)
	_, ok = frame.Of("before_route", "nowhere")
	require.False(t, ok)
}
