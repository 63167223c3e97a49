package genai

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// answered returns the canonical form of a whole answer.
func answered(t testing.TB, op api.Op, body []byte) *api.Response {
	t.Helper()
	var r api.Response
	if err := Codec.DecodeResponse(op, body, &r); err != nil {
		t.Fatalf("DecodeResponse refused the answer: %v", err)
	}
	return &r
}

// answer returns the wire form of an answer.
func answer(t testing.TB, h dialect.Head, r *api.Response) string {
	t.Helper()
	out := Codec.AppendResponse(nil, &h, r)
	require.True(t, json.Valid(out), "not JSON: %s", out)
	return string(out)
}

func TestToolCallAnswerIsReadWhole(t *testing.T) {
	r := answered(t, api.OpChat, golden(t, "response_tool_call.json"))
	require.Equal(t, "gemini-3-pro-preview", r.Model)
	require.Equal(t, api.Usage{Input: 29, Output: 1816, Reasoning: 1801, Known: true}, r.Usage)
	c := r.Choices[0]
	require.Equal(t, api.FinishToolCalls, c.Finish, "Google says STOP")
	require.Equal(t, "gcall_JniLacKqGqH0xs0P0O776As_0", c.Parts[0].Call.ID)
	require.JSONEq(t, `{"location":"San Francisco"}`, string(c.Parts[0].Call.Args))
	require.Equal(t, "genai", c.Parts[0].SignatureOf)

	require.JSONEq(t, `{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"weather","args":{"location":"San Francisco"}},
	    "thoughtSignature":"Eqo+Cqc+Ab4+9vtgONaaz6qwy6WXdp7gCd2w0X+Wz2gaBgY0Gv6A12JKo0y5vQwf"}]},
	    "finishReason":"STOP","index":0,"finishMessage":"Model generated function call(s)."}],
	  "usageMetadata":{"promptTokenCount":29,"candidatesTokenCount":15,"thoughtsTokenCount":1801,"totalTokenCount":1845},
	  "modelVersion":"gemini-3-pro-preview","responseId":"JniLacKqGqH0xs0P0O776As"}`, answer(t, chatHead("m"), r))
}

func TestPartsThatOnlyGoogleHasComeBackWhole(t *testing.T) {
	body := golden(t, "response_code_execution.json")
	r := answered(t, api.OpChat, body)
	require.Equal(t, int64(23+289), r.Usage.Input, "what Google's own tools read is input too")
	require.Equal(t, api.PartOpaque, r.Choices[0].Parts[0].Kind)

	var want, got struct {
		Candidates []struct{ Content any }
	}
	require.NoError(t, json.Unmarshal(body, &want))
	require.NoError(t, json.Unmarshal([]byte(answer(t, chatHead("m"), r)), &got))
	require.Equal(t, want, got)
}

func TestBlockedPromptIsAFilteredAnswer(t *testing.T) {
	body := golden(t, "response_blocked.json")
	r := answered(t, api.OpChat, body)
	require.Equal(t, []api.Choice{{Finish: api.FinishFilter, FinishRaw: "PROHIBITED_CONTENT"}}, r.Choices)
	require.Equal(t, "default", r.ServiceTier)
	require.JSONEq(t, `{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},
	  "usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":0,"totalTokenCount":9},
	  "modelVersion":"gemini-3.7-flash","responseId":"EXCPatOAKMrQjMcPteHVmQo"}`, answer(t, chatHead("m"), r))
}

func TestFinishReasonsBothWays(t *testing.T) {
	for _, row := range []struct {
		word   string
		finish api.Finish
		raw    string
		back   string
	}{
		{"STOP", api.FinishStop, "", "STOP"},
		{"MAX_TOKENS", api.FinishLength, "", "MAX_TOKENS"},
		{"SAFETY", api.FinishFilter, "SAFETY", "SAFETY"},
		{"RECITATION", api.FinishFilter, "RECITATION", "RECITATION"},
		{"MODEL_ARMOR", api.FinishFilter, "MODEL_ARMOR", "MODEL_ARMOR"},
		{"MALFORMED_FUNCTION_CALL", api.FinishOther, "MALFORMED_FUNCTION_CALL", "MALFORMED_FUNCTION_CALL"},
		{"BRAND_NEW", api.FinishOther, "BRAND_NEW", "OTHER"},
		{"FINISH_REASON_UNSPECIFIED", api.FinishUnset, "", ""},
	} {
		finish, raw := finishOf(row.word, false)
		require.Equal(t, row.finish, finish, row.word)
		require.Equal(t, row.raw, raw, row.word)
		require.Equal(t, row.back, finishWord(finish, raw), row.word)
	}
	require.Equal(t, "SAFETY", finishWord(api.FinishFilter, "content_filter"))
	require.Equal(t, "STOP", finishWord(api.FinishToolCalls, ""))
}

func TestSourcesBecomeCitations(t *testing.T) {
	body := `{"candidates":[{"content":{"parts":[{"text":"Größe: 12 m"}],"role":"model"},"finishReason":"STOP","index":0,
	  "groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example","title":"A"}}],
	    "groundingSupports":[{"segment":{"startIndex":0,"endIndex":7,"text":"Größe"},"groundingChunkIndices":[0,9]}]}}]}`
	r := answered(t, api.OpChat, []byte(body))
	require.Equal(t, []api.Citation{{URL: "https://a.example", Title: "A", Text: "Größe", Start: 0, End: 5}},
		r.Choices[0].Parts[0].Citations, "bounds are characters, not bytes")
	require.JSONEq(t, body, answer(t, chatHead("m"), r))

	r.ExtraOf = "openai"
	require.Contains(t, answer(t, chatHead("m"), r), `"citationMetadata":{"citations":[{"startIndex":0,"endIndex":7,"uri":"https://a.example","title":"A"}]}`)
}

func TestSourceOfAQuoteBecomesACitation(t *testing.T) {
	body := `{"candidates":[{"content":{"role":"model","parts":[{"text":"üa quote"}]},"finishReason":"RECITATION","index":0,
	  "citationMetadata":{"citationSources":[{"startIndex":2,"endIndex":99,"uri":"https://a.example","license":"mit"}]}}]}`
	r := answered(t, api.OpChat, []byte(body))
	require.Equal(t, []api.Citation{{URL: "https://a.example", Start: 1, End: 8}}, r.Choices[0].Parts[0].Citations)
	require.JSONEq(t, body, answer(t, chatHead("m"), r))
}

func TestLogProbsBothWays(t *testing.T) {
	body := `{"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]},"finishReason":"STOP","index":0,"logprobsResult":{
	  "chosenCandidates":[{"token":"a","logProbability":-0.5}],
	  "topCandidates":[{"candidates":[{"token":"a","logProbability":-0.5},{"token":"b","logProbability":-1.5}]}]}}]}`
	r := answered(t, api.OpChat, []byte(body))
	require.Equal(t, []api.LogProb{{Token: "a", LogProb: -0.5, Top: []api.LogProb{{Token: "a", LogProb: -0.5}, {Token: "b", LogProb: -1.5}}}},
		r.Choices[0].LogProbs)
	require.JSONEq(t, body, answer(t, chatHead("m"), r))
}

func TestAnswersOfOtherProvidersAreWrittenInGooglesForm(t *testing.T) {
	r := &api.Response{
		Op: api.OpChat, ID: "chatcmpl-1", Model: "gpt-4o", ExtraOf: "openai",
		Extra: []api.Field{{Name: "system_fingerprint", Value: api.JSON(`"x"`)}},
		Choices: []api.Choice{{Finish: api.FinishToolCalls, Parts: []api.Part{
			{Kind: api.PartReasoning, Text: "hm", Signature: "s", SignatureOf: "anthropic"},
			{Kind: api.PartText, Text: "b"},
			{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "call_1", Name: "f", Args: api.JSON(`{"x":1}`)}},
			{Kind: api.PartFile, Media: &api.Media{FileID: "file-of-another"}},
			{Kind: api.PartOpaque, Raw: api.JSON(`{"type":"server_tool_use"}`), RawOf: "anthropic"},
		}}},
		Usage: api.Usage{Input: 10, CacheRead: 4, Output: 7, Reasoning: 2, AudioIn: 3, Known: true},
	}
	require.JSONEq(t, `{"candidates":[{"content":{"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"XmFzYnJ1LnYxLmFudGhyb3BpYy5z"},{"text":"b"},
	    {"functionCall":{"id":"call_1","name":"f","args":{"x":1}}}]},"finishReason":"STOP","index":0}],
	  "usageMetadata":{"promptTokenCount":10,"cachedContentTokenCount":4,"candidatesTokenCount":5,"thoughtsTokenCount":2,"totalTokenCount":17,
	    "promptTokensDetails":[{"modality":"TEXT","tokenCount":7},{"modality":"AUDIO","tokenCount":3}]},
	  "modelVersion":"gpt-4o","responseId":"chatcmpl-1"}`, answer(t, chatHead("m"), r))
}

func TestEmbeddingsAreAnsweredInTheFormOfTheirVerb(t *testing.T) {
	batch := dialect.Head{Op: api.OpEmbedding, Model: "e"}
	legacy := dialect.Head{Op: api.OpEmbedding, Model: "e", Legacy: true}
	r := answered(t, api.OpEmbedding, []byte(`{"embeddings":[{"values":[0.25,-1e-7]},{"values":[1]}]}`))
	require.Equal(t, [][]float32{{0.25, -1e-7}, {1}}, r.Embeddings)
	require.JSONEq(t, `{"embeddings":[{"values":[0.25,-1e-7]},{"values":[1]}]}`, answer(t, batch, r))
	require.JSONEq(t, `{"embedding":{"values":[0.25,-1e-7]}}`, answer(t, legacy, r))

	one := answered(t, api.OpEmbedding, []byte(`{"embedding":{"values":[2]}}`))
	require.Equal(t, [][]float32{{2}}, one.Embeddings)
	one.Embeddings[0][0] = float32(math.NaN())
	require.JSONEq(t, `{"embeddings":[{"values":[0]}]}`, answer(t, batch, one))
}

func TestTokenCountsBothWays(t *testing.T) {
	r := answered(t, api.OpCountTokens, []byte(`{"totalTokens":31,"cachedContentTokenCount":4}`))
	require.Equal(t, api.Usage{Input: 31, CacheRead: 4, Known: true}, r.Usage)
	require.JSONEq(t, `{"totalTokens":31,"cachedContentTokenCount":4}`, answer(t, dialect.Head{Op: api.OpCountTokens}, r))
}

func TestModelsBothWays(t *testing.T) {
	body := `{"models":[{"name":"models/gemini-3-flash","displayName":"Gemini 3 Flash","inputTokenLimit":1048576,"outputTokenLimit":65536,
	  "supportedGenerationMethods":["generateContent","streamGenerateContent","countTokens"]}],"nextPageToken":"abc"}`
	r := answered(t, api.OpModels, []byte(body))
	require.Equal(t, []api.Model{{ID: "gemini-3-flash", DisplayName: "Gemini 3 Flash", OwnedBy: "google", InputLimit: 1048576, OutputLimit: 65536}}, r.Models)
	require.JSONEq(t, body, answer(t, dialect.Head{Op: api.OpModels}, r))
	require.JSONEq(t, `{"name":"models/gemini-3-flash","displayName":"Gemini 3 Flash","inputTokenLimit":1048576,"outputTokenLimit":65536,
	  "supportedGenerationMethods":["generateContent","streamGenerateContent","countTokens"]}`,
		answer(t, dialect.Head{Op: api.OpModels, Model: "gemini-3-flash"}, r))
}

func TestAnswerThatIsNoneIsAnError(t *testing.T) {
	for _, row := range []struct {
		name, body, code string
		kind             api.Kind
		op               api.Op
	}{
		{"nothing", ``, badAnswer, api.KindUnavailable, api.OpChat},
		{"space", " \n", badAnswer, api.KindUnavailable, api.OpChat},
		{"HTML", `<html>bad gateway</html>`, badAnswer, api.KindUnavailable, api.OpChat},
		{"half a JSON", `{"candidates":[{"content":`, badAnswer, api.KindUnavailable, api.OpChat},
		{"an empty object", `{}`, badAnswer, api.KindUnavailable, api.OpChat},
		{"no embedding", `{"ok":true}`, badAnswer, api.KindUnavailable, api.OpEmbedding},
		{"a list", `[]`, badAnswer, api.KindUnavailable, api.OpChat},
		{"an error inside", `{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}`, "", api.KindOverloaded, api.OpChat},
		{"an error in a list", `[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]`, "", api.KindRateLimit, api.OpChat},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Codec.Inspect(row.op, []byte(row.body))
			require.NotNil(t, err)
			require.Equal(t, row.code, err.Code)
			require.Equal(t, row.kind, err.Kind)
			require.Equal(t, api.SentYes, err.Sent)
			require.NotContains(t, err.Message, "<")
		})
	}
}

func TestInspectDoesNotAllocate(t *testing.T) {
	body := golden(t, "response_tool_call.json")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if u, err := Codec.Inspect(api.OpChat, body); err != nil || u.Input != 29 {
			t.Fatal(u, err)
		}
	}))
}

func TestErrorsAreReadAndPassedOn(t *testing.T) {
	body := golden(t, "error_quota.json")
	e := Codec.DecodeError(429, body)
	require.Equal(t, api.KindRateLimit, e.Kind)
	require.Equal(t, "RESOURCE_EXHAUSTED", e.Type)
	require.Equal(t, 34400*time.Millisecond, e.RetryAfter)
	require.Equal(t, "You exceeded your current quota, please check your plan.", e.Message)
	status, out := Codec.AppendError(nil, e)
	require.Equal(t, 429, status)
	require.JSONEq(t, string(body), string(out))
}

func TestErrorsOfAnyForm(t *testing.T) {
	for _, row := range []struct {
		name, body, message string
		status              int
		kind                api.Kind
	}{
		{"HTML", `<!DOCTYPE html><p>x</p>`, "The provider answered with status 502 and no readable error.", 502, api.KindUnavailable},
		{"nothing", ``, "The provider answered with status 503 and no readable error.", 503, api.KindOverloaded},
		{"half a JSON", `{"error":{"message":"x`, "The provider answered with status 500 and no readable error.", 500, api.KindUnavailable},
		{"a list", `[{"error":{"code":404,"message":"no model","status":"NOT_FOUND"}}]`, "no model", 404, api.KindNotFound},
		{"markup in the message", `{"error":{"message":"<b>no</b>"}}`, "The provider answered with status 400 and no message.", 400, api.KindInvalid},
		{
			"a bad key", `{"error":{"code":400,"message":"API key not valid: AIzaSyCanaryCanaryCanaryCanaryCanary12","status":"INVALID_ARGUMENT",
		   "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}`,
			"API key not valid: [redacted]", 400, api.KindAuthentication,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := Codec.DecodeError(row.status, []byte(row.body))
			require.Equal(t, row.kind, e.Kind)
			require.Equal(t, row.message, e.Message)
			require.NotContains(t, string(e.Raw), "Canary")
		})
	}
}

func TestGatewayErrorsHaveGooglesForm(t *testing.T) {
	e := api.Invalid("duplicate_field", "contents", "contents: Give it once.")
	e.RetryAfter = 1500 * time.Millisecond
	status, out := Codec.AppendError(nil, e)
	require.Equal(t, 400, status)
	require.JSONEq(t, `{"error":{"code":400,"message":"contents: Give it once.","status":"INVALID_ARGUMENT","details":[
	  {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"duplicate_field","domain":"asbru"},
	  {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"contents"}]},
	  {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.5s"}]}}`, string(out))
	for kind := api.KindInternal; kind <= api.KindUnsupported; kind++ {
		_, out := Codec.AppendError(nil, &api.Error{Kind: kind})
		require.NotContains(t, string(out), `"status":""`)
		require.True(t, json.Valid(out))
	}
}
