package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestWhatTheCallersDialectHasNoWordForIsCounted(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(200, `{"id":"m","type":"message","role":"assistant","model":"claude","content":[
			{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"text","text":"found"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}`)
	})
	d := open(t, over(up.URL))
	res := d.post(t, "/v1/chat/completions", `{"model":"anthropic/claude","messages":[{"role":"user","content":"hi"}]}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, `"content":"found"`)
	d.settled(t, `asbru_untold_parts_total{from="anthropic",to="openai"} 1`)
}
