package openai_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestDecodeErrorReadsEveryShape(t *testing.T) {
	for name, tc := range map[string]struct {
		status        int
		body          string
		kind          api.Kind
		code, message string
		raw           bool
	}{
		"OpenAI": {400, `{"error":{"message":"bad","type":"invalid_request_error","param":"n","code":"bad_n"}}`, api.KindInvalid, "bad_n", "bad", true},
		"a wrong key, echoed": {
			401, `{"error":{"message":"Incorrect API key provided: sk-proj-****abcd.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`,
			api.KindAuthentication, "invalid_api_key", "Incorrect API key provided: [redacted].", true,
		},
		"a used-up quota":      {429, `{"error":{"message":"quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}`, api.KindBilling, "insufficient_quota", "quota", true},
		"a rate limit":         {429, `{"error":{"message":"slow","type":"tokens","code":"rate_limit_exceeded"}}`, api.KindRateLimit, "rate_limit_exceeded", "slow", true},
		"an unknown model":     {404, `{"error":{"message":"no","type":"invalid_request_error","code":"model_not_found"}}`, api.KindNotFound, "model_not_found", "no", true},
		"a code in numbers":    {503, `{"error":{"message":"Loading model","type":"unavailable_error","code":503}}`, api.KindOverloaded, "503", "Loading model", true},
		"error as a text":      {400, `{"error":"bad"}`, api.KindInvalid, "", "bad", false},
		"flat":                 {400, `{"object":"error","message":"bad","type":"BadRequestError","code":400}`, api.KindInvalid, "400", "bad", false},
		"FastAPI text":         {404, `{"detail":"Not Found"}`, api.KindNotFound, "", "Not Found", false},
		"FastAPI list":         {422, `{"detail":[{"loc":["body"],"msg":"field required","type":"missing"}]}`, api.KindInvalid, "", "field required", false},
		"detail object":        {401, `{"detail":{"status":"x","message":"no key"}}`, api.KindAuthentication, "", "no key", false},
		"Cloudflare":           {400, `{"success":false,"errors":[{"code":1,"message":"bad"}]}`, api.KindInvalid, "", "bad", false},
		"Google's list":        {400, `[{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}]`, api.KindInvalid, "400", "bad", true},
		"HTML":                 {502, `<html><body>Bad gateway</body></html>`, api.KindUnavailable, "", "The provider answered with status 502 and no JSON.", false},
		"HTML in JSON":         {502, `{"error":{"message":"<html>x</html>"}}`, api.KindUnavailable, "", "The provider answered with status 502 and no message.", false},
		"nothing":              {500, ``, api.KindUnavailable, "", "The provider answered with status 500 and no JSON.", false},
		"half JSON":            {500, `{"error":{"message":"b`, api.KindUnavailable, "", "The provider answered with status 500 and no JSON.", false},
		"JSON of another sort": {500, `{"x":1}`, api.KindUnavailable, "", "The provider answered with status 500 and no message.", false},
	} {
		t.Run(name, func(t *testing.T) {
			e := openai.Codec.DecodeError(tc.status, []byte(tc.body))
			require.Equal(t, tc.kind, e.Kind)
			require.Equal(t, tc.status, e.HTTPStatus())
			require.Equal(t, tc.code, e.Code)
			require.Equal(t, tc.message, e.Message)
			require.Equal(t, tc.raw, e.Raw != nil)
			require.NotContains(t, string(e.Raw), "abcd")
			status, out := openai.Codec.AppendError(nil, e)
			require.Equal(t, tc.status, status)
			require.NoError(t, jsonx.Valid(out), string(out))
			require.Equal(t, tc.message, mustText(t, out, "error", "message"))
		})
	}
}

func mustText(t *testing.T, body []byte, path ...string) string {
	t.Helper()
	s, ok := jsonx.Value(body).Get(path...).Str()
	require.True(t, ok, string(body))
	return s
}

func TestDecodeErrorBoundsTheMessage(t *testing.T) {
	e := openai.Codec.DecodeError(400, []byte(`{"message":"`+strings.Repeat("é", 9000)+`"}`))
	require.LessOrEqual(t, len(e.Message), 4096)
	require.Equal(t, strings.ToValidUTF8(e.Message, ""), e.Message)
}

func TestAppendErrorPassesAProvidersOwnBody(t *testing.T) {
	body := `{"error":{"message":"bad","type":"invalid_request_error","param":"n","code":null,"more":[1]}}`
	_, out := openai.Codec.AppendError([]byte("x"), openai.Codec.DecodeError(400, []byte(body)))
	require.Equal(t, "x"+body, string(out))
}

func TestAppendErrorHasAWordForEveryKind(t *testing.T) {
	for kind := api.KindInternal; kind <= api.KindUnsupported; kind++ {
		status, out := openai.Codec.AppendError(nil, &api.Error{Kind: kind, Message: "m \"x\"", Param: "p"})
		require.GreaterOrEqual(t, status, 400)
		require.NoError(t, jsonx.Valid(out))
		require.NotEmpty(t, mustText(t, out, "error", "type"))
		require.Equal(t, `m "x"`, mustText(t, out, "error", "message"))
		require.Equal(t, "p", mustText(t, out, "error", "param"))
		require.True(t, jsonx.Value(out).Get("error", "code").IsNull())
	}
}

func TestInspectRefusesWhatIsNoAnswer(t *testing.T) {
	for name, tc := range map[string]struct {
		op         api.Op
		body, code string
		kind       api.Kind
	}{
		"nothing":                {api.OpChat, ``, "provider_bad_answer", api.KindUnavailable},
		"HTML":                   {api.OpChat, `<html></html>`, "provider_bad_answer", api.KindUnavailable},
		"half JSON":              {api.OpChat, `{"choices":[{"index":0`, "provider_bad_answer", api.KindUnavailable},
		"no choices":             {api.OpChat, `{"id":"x"}`, "provider_bad_answer", api.KindUnavailable},
		"choices as a text":      {api.OpChat, `{"choices":"x"}`, "provider_bad_answer", api.KindUnavailable},
		"no data":                {api.OpEmbedding, `{"choices":[]}`, "provider_bad_answer", api.KindUnavailable},
		"a bare list of choices": {api.OpChat, `[]`, "provider_bad_answer", api.KindUnavailable},
		"half a list of models":  {api.OpModels, `[{"id":"a"}`, "provider_bad_answer", api.KindUnavailable},
		"an error object":        {api.OpChat, `{"error":{"message":"m","type":"invalid_request_error","code":"x"}}`, "x", api.KindInvalid},
		"an error with a status": {api.OpChat, `{"error":{"message":"m","code":429},"choices":[]}`, "429", api.KindRateLimit},
		"an error text":          {api.OpChat, `{"error":"m"}`, "", api.KindUnavailable},
		"SGLang's error":         {api.OpChat, `{"object":"error","message":"m","code":"q"}`, "q", api.KindUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openai.Codec.Inspect(tc.op, []byte(tc.body))
			require.NotNil(t, err)
			require.Equal(t, tc.code, err.Code)
			require.Equal(t, tc.kind, err.Kind)
			again := openai.Codec.DecodeResponse(tc.op, []byte(tc.body), &api.Response{})
			require.Equal(t, err, again, "both lanes say the same")
		})
	}
}

func TestInspectReadsUsage(t *testing.T) {
	for name, tc := range map[string]struct {
		usage string
		want  api.Usage
	}{
		"all details": {
			`{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":5,"cache_write_tokens":2,"audio_tokens":3},"completion_tokens_details":{"reasoning_tokens":4,"audio_tokens":1}}`,
			api.Usage{Input: 20, CacheRead: 5, CacheWrite: 2, AudioIn: 3, Output: 9, Reasoning: 4, AudioOut: 1, Known: true},
		},
		"zero is known":                {`{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}`, api.Usage{Known: true}},
		"null details":                 {`{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":null}`, api.Usage{Input: 1, Output: 2, Known: true}},
		"reasoning left out (xAI)":     {`{"prompt_tokens":10,"completion_tokens":5,"total_tokens":115,"completion_tokens_details":{"reasoning_tokens":100}}`, api.Usage{Input: 10, Output: 105, Reasoning: 100, Known: true}},
		"reasoning counted":            {`{"prompt_tokens":10,"completion_tokens":105,"total_tokens":115,"completion_tokens_details":{"reasoning_tokens":100}}`, api.Usage{Input: 10, Output: 105, Reasoning: 100, Known: true}},
		"DeepSeek's cache":             {`{"prompt_tokens":10,"completion_tokens":1,"prompt_cache_hit_tokens":8}`, api.Usage{Input: 10, CacheRead: 8, Output: 1, Known: true}},
		"a total only":                 {`{"total_tokens":7}`, api.Usage{Input: 7, Known: true}},
		"null":                         {`null`, api.Usage{}},
		"nothing":                      {`{}`, api.Usage{}},
		"a negative count is no count": {`{"prompt_tokens":-5,"completion_tokens":1}`, api.Usage{}},
		"nor is an absurd one":         {`{"prompt_tokens":5,"completion_tokens":1e15}`, api.Usage{}},
	} {
		t.Run(name, func(t *testing.T) {
			u, err := openai.Codec.Inspect(api.OpChat, []byte(`{"choices":[],"usage":`+tc.usage+`}`))
			noError(t, err)
			require.Equal(t, tc.want, u)
		})
	}
}

func TestInspectDoesNotAllocate(t *testing.T) {
	body := golden(t, "answers")["text.json"]
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := openai.Codec.Inspect(api.OpChat, body); err != nil {
			t.Fatal(err)
		}
	}))
}
