package edge_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"
)

// invoked are bodies of InvokeModel in the words of each maker, where the answer's text
// is in each of them, whole and in a chunk, and where a chunk says that it is the last.
var invoked = map[string]struct{ body, text, delta, last string }{
	"Claude":  {`{"anthropic_version":"bedrock-2023-05-31","max_tokens":50,"anthropic_beta":["x"],"messages":[{"role":"user","content":"hello there"}]}`, "content.0.text", "delta.text", `type`},
	"Nova":    {`{"schemaVersion":"messages-v1","messages":[{"role":"user","content":[{"text":"hello there"}]}],"inferenceConfig":{"max_new_tokens":50}}`, "output.message.content.0.text", "contentBlockDelta.delta.text", "metadata.usage.outputTokens"},
	"OpenAI":  {`{"messages":[{"role":"user","content":"hello there"}],"max_tokens":50}`, "choices.0.message.content", "choices.0.delta.content", ""},
	"Llama":   {`{"prompt":"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nhello there<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n","max_gen_len":50,"temperature":0.5}`, "generation", "generation", "stop_reason"},
	"Mistral": {`{"prompt":"<s>[INST] hello there [/INST]","max_tokens":50}`, "outputs.0.text", "outputs.0.text", "outputs.0.stop_reason"},
	"Titan":   {`{"inputText":"User: hello there\nBot:","textGenerationConfig":{"maxTokenCount":50}}`, "results.0.outputText", "outputText", "completionReason"},
}

// openMock opens an edge with every provider, behind all of which is one mock.
func openMock(t *testing.T) *door {
	_, url := serveMockWith(t, mock.Options{Journal: 1})
	cfg, _ := everyProvider(url)
	return open(t, cfg)
}

func TestInvokeIsAnsweredInItsOwnWordsWhoeverAnswers(t *testing.T) {
	d := openMock(t)
	for _, model := range []string{"openai%2Fgpt-5-mini", "anthropic%2Fclaude-sonnet-4-6", "gemini%2Fgemini-3-flash-preview", "bedrock%2Famazon.titan-embed-image-v1"} {
		for name, tc := range invoked {
			if model == "bedrock%2Famazon.titan-embed-image-v1" && name == "Claude" {
				continue // see below
			}
			t.Run(name+" to "+model, func(t *testing.T) {
				res := d.post(t, "/bedrock/model/"+model+"/invoke", tc.body)
				require.Equal(t, 200, res.Status, res.Body)
				require.Equal(t, "You said: hello there", gjson.Get(res.Body, tc.text).Str, res.Body)

				res = d.post(t, "/bedrock/model/"+model+"/invoke-with-response-stream", tc.body)
				require.Equal(t, 200, res.Status, res.Body)
				chunks := chunksOf(t, res.Body)
				said := ""
				for _, c := range chunks {
					said += c.Get(tc.delta).Str
				}
				require.Equal(t, "You said: hello there", said, res.Body)
				last := chunks[len(chunks)-1]
				require.Positive(t, last.Get("amazon-bedrock-invocationMetrics.outputTokenCount").Int(), last.Raw)
				require.True(t, tc.last == "" || last.Get(tc.last).Exists(), last.Raw)
			})
		}
	}
}

// chunksOf are what the chunks of a stream hold.
func chunksOf(t *testing.T, body string) (all []gjson.Result) {
	t.Helper()
	var r eventstream.Reader
	var m eventstream.Message
	for r.Feed([]byte(body)); ; {
		ok, err := r.Next(&m)
		require.NoError(t, err)
		if !ok {
			return all
		}
		require.Equal(t, "chunk", string(m.Name), "%s", m.Payload)
		var chunk struct{ Bytes []byte }
		require.NoError(t, json.Unmarshal(m.Payload, &chunk))
		require.True(t, gjson.ValidBytes(chunk.Bytes), "%s", chunk.Bytes)
		all = append(all, gjson.ParseBytes(chunk.Bytes))
	}
}

func TestInvokeEmbedsWhoeverDoes(t *testing.T) {
	d := openMock(t)
	for model, path := range map[string]string{
		"openai%2Ftext-embedding-3-small": "", "gemini%2Fgemini-embedding-001": "", "cohere%2Fembed-v4.0": "", "cohere.embed-english-v3": "",
	} {
		res := d.post(t, "/bedrock/model/"+model+"/invoke", `{"texts":["a","b"],"input_type":"search_query","embedding_types":["float"]}`)
		require.Equal(t, 200, res.Status, res.Body)
		require.Len(t, gjson.Get(res.Body, "embeddings.float").Array(), 2, path)
	}
	for _, model := range []string{"amazon.titan-embed-text-v2%3A0", "openai%2Ftext-embedding-3-small"} {
		res := d.post(t, "/bedrock/model/"+model+"/invoke", `{"inputText":"a","dimensions":3}`)
		require.Equal(t, 200, res.Status, res.Body)
		require.Len(t, gjson.Get(res.Body, "embedding").Array(), 3)
		require.True(t, gjson.Get(res.Body, "inputTextTokenCount").Exists())
	}
	res := d.post(t, "/bedrock/model/openai%2Ftext-embedding-3-small/invoke", `{"texts":["a"],"input_type":"x"}`)
	require.Len(t, gjson.Get(res.Body, "embeddings.0").Array(), 1536, "an older form has no types")
}

func TestInvokePassesToBedrockAsItIs(t *testing.T) {
	type asked struct{ uri, body, latency string }
	sent := make(chan asked, 1)
	const answer = `{"images":["aGk="],"unheard_of":1}`
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		sent <- asked{x.RequestURI, string(x.BodyBytes), x.Header.Get("x-amzn-bedrock-performanceconfig-latency")}
		x.JSON(200, answer, "X-Amzn-Bedrock-Input-Token-Count: 7")
	})
	d := open(t, overBedrock(up.URL, config.Bedrock{}))
	const body = `{"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a cat"}}`
	res := d.post(t, "/bedrock/model/amazon.titan-image-generator-v2%3A0/invoke", body, "X-Amzn-Bedrock-PerformanceConfig-Latency: optimized")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, answer, res.Body)
	require.Equal(t, "7", res.Header.Get("x-amzn-bedrock-input-token-count"))
	require.Equal(t, asked{"/model/amazon.titan-image-generator-v2%3A0/invoke", body, "optimized"}, <-sent)
}

func TestChunksPassFromBedrockAsTheyAre(t *testing.T) {
	for name, inner := range map[string]string{
		"with metrics": `{"generation":"Hel","amazon-bedrock-invocationMetrics":{"inputTokenCount":5,"outputTokenCount":7}}`,
		"Llama's":      `{"generation":"Hel","stop_reason":"stop"}`,
		"Claude's":     `{"type":"message_stop"}`,
		"Mistral's":    `{"outputs":[{"text":"Hel","stop_reason":"length"}]}`,
		"Titan's":      `{"outputText":"Hel","completionReason":"FINISH"}`,
		"OpenAI's":     `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
		"Nova's":       `{"messageStop":{"stopReason":"end_turn"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			payload := `{"bytes":"` + base64.StdEncoding.EncodeToString([]byte(inner)) + `","p":"abcdef"}`
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				x.Write(frames)
				x.Chunk(string(frame(eventstream.Event, "chunk", payload)))
				x.EndStream()
			})
			d := open(t, overBedrock(up.URL, config.Bedrock{}))
			res := d.post(t, "/bedrock/model/arn%3Aaws%3Ax/invoke-with-response-stream", `{"prompt":"x","max_gen_len":5}`)
			require.Equal(t, 200, res.Status, res.Body)
			require.Contains(t, res.Body, payload)
			chunks := chunksOf(t, res.Body)
			require.Len(t, chunks, 1)
			require.Equal(t, inner, chunks[0].Raw)
		})
	}
}

func TestAStreamOfChunksThatIsCutSaysSo(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.Write(frames)
		x.Chunk(string(frame(eventstream.Event, "chunk", `{"bytes":"e30="}`)))
		x.EndStream()
	})
	d := open(t, overBedrock(up.URL, config.Bedrock{}))
	res := d.post(t, "/bedrock/model/meta.llama3-8b-instruct-v1%3A0/invoke-with-response-stream", `{"prompt":"x","max_gen_len":5}`)
	require.Equal(t, []string{"chunk", "serviceUnavailableException"}, framesOf(t, res.Body))
}

func TestWhatCannotBeReadOfInvokeIsRefused(t *testing.T) {
	d := openMock(t)
	for name, tc := range map[string]struct{ path, body, message string }{
		"an unknown form":      {"/bedrock/model/openai%2Fgpt-5-mini/invoke", `{"taskType":"TEXT_IMAGE"}`, "only its own model"},
		"not JSON":             {"/bedrock/model/openai%2Fgpt-5-mini/invoke", `taskType`, "JSON"},
		"a field twice":        {"/bedrock/model/openai%2Fgpt-5-mini/invoke", `{"prompt":"a","prompt":"b","max_gen_len":1}`, "more than once"},
		"a field in capitals":  {"/bedrock/model/openai%2Fgpt-5-mini/invoke", `{"prompt":"a","Prompt":"b","max_gen_len":1}`, "plainly"},
		"an empty prompt":      {"/bedrock/model/openai%2Fgpt-5-mini/invoke", `{"prompt":" ","max_gen_len":1}`, "must not be empty"},
		"a stream of vectors":  {"/bedrock/model/openai%2Fx/invoke-with-response-stream", `{"inputText":"a"}`, "not streamed"},
		"messages of no kind":  {"/bedrock/model/openai%2Fgpt-5-mini/invoke", `{"anthropic_version":"x","messages":7}`, "array"},
		"Claude's in a number": {"/bedrock/model/anthropic%2Fclaude-sonnet-4-6/invoke", `{"anthropic_version":"x","max_tokens":"7","messages":[{"role":"user","content":"x"}]}`, "integer"},
	} {
		t.Run(name, func(t *testing.T) {
			res := d.post(t, tc.path, tc.body)
			require.Equal(t, 400, res.Status, res.Body)
			require.Equal(t, "ValidationException", res.Header.Get("x-amzn-errortype"))
			require.Contains(t, gjson.Get(res.Body, "message").Str, tc.message)
		})
	}
}
