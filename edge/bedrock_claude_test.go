package edge_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

const claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"

// chunk is a frame that holds an event of Anthropic's.
func chunk(event string) []byte {
	return frame(eventstream.Event, "chunk", `{"bytes":"`+base64.StdEncoding.EncodeToString([]byte(event))+`","p":"abc"}`)
}

func TestClaudeAtBedrockGetsAnthropicsBodiesAsTheyAre(t *testing.T) {
	type asked struct{ uri, body string }
	sent := make(chan asked, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		sent <- asked{x.RequestURI, string(x.BodyBytes)}
		x.JSON(200, wholeAnswers["anthropic"])
	})
	d := open(t, overBedrock(up.URL, config.Bedrock{}))
	for body, want := range map[string]string{
		`{"model":"bedrock/` + claude + `","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"unheard_of":{"a":1}}`:                                    `{"max_tokens":9,"messages":[{"role":"user","content":"hi"}],"unheard_of":{"a":1},"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["context-1m-2025-08-07"]}`,
		`{"anthropic_version":"bedrock-2026-10-21","anthropic_beta":["x"],"messages":[{"role":"user","content":"hi"}],"stream":false,"model":"` + claude + `"}`: `{"anthropic_version":"bedrock-2026-10-21","anthropic_beta":["x"],"messages":[{"role":"user","content":"hi"}]}`,
	} {
		res := d.post(t, "/anthropic/v1/messages", body, "anthropic-version: 2023-06-01", "anthropic-beta: claude-code-20250219,context-1m-2025-08-07")
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, wholeAnswers["anthropic"], res.Body)
		got := <-sent
		require.Equal(t, "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke", got.uri)
		require.Equal(t, want, got.body)
	}
}

func TestStreamsOfClaudeAtBedrockBecomeAnthropicsOwn(t *testing.T) {
	events := []string{
		`{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}`,
		`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}`,
		`{"type":"content_block_stop","index":0}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}`,
		`{"type":"message_stop"}`,
	}
	var wire []byte
	want := ""
	for _, e := range events {
		wire = append(wire, chunk(e)...)
		named, _, _ := strings.Cut(strings.TrimPrefix(e, `{"type":"`), `"`)
		want += "event: " + named + "\ndata: " + e + "\n\n"
	}
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		require.Equal(t, "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke-with-response-stream", x.RequestURI)
		x.Write(frames)
		for i := range wire { // in the smallest of pieces
			x.Chunk(string(wire[i : i+1]))
		}
		x.EndStream()
	})
	d := open(t, overBedrock(up.URL, config.Bedrock{}))
	res := d.post(t, "/anthropic/v1/messages", `{"model":"bedrock/`+claude+`","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}`)
	require.Equal(t, 200, res.Status)
	require.Equal(t, "text/event-stream", res.Header.Get("content-type"))
	require.Equal(t, want, res.Body)
}

func TestErrorsOfBedrockAreAnthropicsToItsCallers(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(x *upstreamtest.Exchange)
		status int
		want   string
	}{
		"an answer": {func(x *upstreamtest.Exchange) {
			x.JSON(429, `{"message":"Too many tokens"}`, "x-amzn-ErrorType: ThrottlingException")
		}, 429, "rate_limit_error"},
		"the first frame": {func(x *upstreamtest.Exchange) {
			x.Write(frames)
			x.Chunk(string(throttled))
			x.EndStream()
		}, 429, "rate_limit_error"},
		"of the model": {func(x *upstreamtest.Exchange) {
			x.JSON(424, `{"message":"The model failed","originalStatusCode":500}`, "x-amzn-ErrorType: ModelErrorException")
		}, 424, "api_error"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, overBedrock(upstreamtest.New(t, tc.answer).URL, config.Bedrock{}))
			res := d.post(t, "/anthropic/v1/messages", `{"model":"bedrock/`+claude+`","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}`)
			require.Equal(t, tc.status, res.Status, res.Body)
			require.Contains(t, res.Body, `"type":"`+tc.want+`"`)
		})
	}
}

func TestAnARNMeansBedrockAtItsOwnPaths(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, converseText) })
	cfg := overBedrock(up.URL, config.Bedrock{})
	cfg.Providers["openai"] = over(up.URL).Providers["openai"]
	d := open(t, cfg)
	res := d.post(t, "/bedrock/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.x/converse", conversation)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "bedrock", res.Header.Get("x-asbru-provider"))
}
