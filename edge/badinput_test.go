package edge_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// speaker is how a caller of one dialect asks for a chat.
type speaker struct {
	dialect, path string
	// body makes a request; model is left out where the path has it.
	body func(model, rest string) string

	inPath bool   // the model stands in the path
	list   string // the member that has the conversation
	limit  string // the member that bounds the answer; "" for one that is not at the top
	stream bool   // whether to stream is in the body
}

func speakers(model string) []speaker {
	chat := func(m, rest string) string {
		return `{"model":` + m + `,"messages":[{"role":"user","content":"hi"}]` + rest + `}`
	}
	return []speaker{
		{dialect: "openai", path: "/v1/chat/completions", body: chat, list: "messages", limit: "max_tokens", stream: true},
		{dialect: "anthropic", path: "/anthropic/v1/messages", list: "messages", limit: "max_tokens", stream: true, body: func(m, rest string) string {
			return `{"model":` + m + `,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]` + rest + `}`
		}},
		{dialect: "genai", path: "/genai/v1beta/models/" + model + ":generateContent", inPath: true, list: "contents", body: func(_, rest string) string {
			return `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]` + rest + `}`
		}},
		{dialect: "responses", path: "/v1/responses", list: "input", limit: "max_output_tokens", stream: true, body: func(m, rest string) string {
			return `{"model":` + m + `,"input":"hi"` + rest + `}`
		}},
		{dialect: "cohere", path: "/cohere/v2/chat", body: chat, list: "messages", limit: "max_tokens", stream: true},
		{dialect: "mistral", path: "/mistral/v1/chat/completions", body: chat, list: "messages", limit: "max_tokens", stream: true},
		{dialect: "bedrock", path: "/bedrock/model/" + url.PathEscape(model) + "/converse", inPath: true, list: "messages", body: func(_, rest string) string {
			return `{"messages":[{"role":"user","content":[{"text":"hi"}]}]` + rest + `}`
		}},
	}
}

// badBodies are requests that are to be refused.
func (s *speaker) badBodies() map[string]string {
	deep := strings.Repeat("[", 300) + strings.Repeat("]", 300)
	good := s.body(`"gpt-4o"`, "")
	bodies := map[string]string{
		"empty body":             "",
		"not JSON":               "hello",
		"truncated":              good[:len(good)-3],
		"text behind the end":    good + "x",
		"an array":               "[" + good + "]",
		"null":                   "null",
		"too deep":               s.body(`"gpt-4o"`, `,"x":`+deep),
		"invalid UTF-8":          s.body(`"gpt-4o"`, ",\"x\":\"\xff\xfe\""),
		"bad number":             s.body(`"gpt-4o"`, `,"x":01`),
		"bare control character": s.body(`"gpt-4o"`, ",\"x\":\"a\nb\""),
		"no conversation":        `{"model":"gpt-4o","max_tokens":9}`,
		"empty conversation":     `{"model":"gpt-4o","max_tokens":9,"` + s.list + `":[]}`,
		"conversation twice":     s.body(`"gpt-4o"`, `,"`+s.list+`":[]`),
		"conversation no list":   `{"model":"gpt-4o","max_tokens":9,"` + s.list + `":{}}`,
	}
	if s.inPath {
		delete(bodies, "conversation no list") // left to who decodes it
	}
	if !s.inPath {
		bodies["no model"] = strings.Replace(good, `"model"`, `"other"`, 1)
		bodies["model is a number"] = s.body(`7`, "")
		bodies["model is empty"] = s.body(`""`, "")
		bodies["model twice"] = s.body(`"gpt-4o"`, `,"model":"gpt-4"`)
		bodies["model in another case"] = s.body(`"gpt-4o"`, `,"Model":"gpt-4"`)
		bodies["model spelt with an escape"] = s.body(`"gpt-4o"`, `,"mod\u0065l":"gpt-4"`)
		bodies["control characters in the model"] = s.body(`"gpt-4o\r\nx-evil: 1"`, "")
	}
	if s.limit != "" {
		bodies["limit twice"] = s.body(`"gpt-4o"`, `,"`+s.limit+`":1,"`+s.limit+`":2`)
	}
	if s.stream {
		bodies["stream is a string"] = s.body(`"gpt-4o"`, `,"stream":"true"`)
	}
	return bodies
}

func TestBadBodiesAreRefusedInTheCallersDialect(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	d := open(t, over(up.URL))
	for _, s := range speakers("gpt-4o") {
		for name, body := range s.badBodies() {
			t.Run(s.dialect+"/"+name, func(t *testing.T) {
				res := d.post(t, s.path, body)
				require.Equal(t, 400, res.Status, res.Body)
				errorOf(t, s.dialect, res)
				require.NotEmpty(t, res.Header.Get("x-request-id"))
				require.Empty(t, res.Header.Get("x-evil"))
			})
		}
	}
	require.Zero(t, up.Hits(), "a bad request reached the provider")
}

func TestAMegabyteOfDigitsIsJustANumber(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d := open(t, over(up.URL))
	res := d.post(t, "/v1/chat/completions", speakers("")[0].body(`"gpt-4o"`, `,"x":`+strings.Repeat("7", 1<<20)))
	require.Equal(t, 200, res.Status, res.Body)
}

func TestUnknownNamesGetClearErrors(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	cfg := over(up.URL)
	p := cfg.Providers["openai"]
	p.Keys[0].Models = []string{"gpt-4o"}
	d := open(t, cfg)
	for _, tc := range []struct {
		model, code string
		status      int
	}{
		{"nowhere/gpt-4o", "unknown_provider", 400},
		{"some-model", "model_not_found", 404},
		{"openai/gpt-3", "model_not_served", 404},
	} {
		for _, s := range speakers(tc.model) {
			t.Run(s.dialect+"/"+tc.model, func(t *testing.T) {
				if s.dialect != "openai" && tc.code == "model_not_found" {
					t.Skip("a bare name at an SDK's own path means that SDK's provider")
				}
				res := d.post(t, s.path, s.body(fmt.Sprintf("%q", tc.model), ""))
				require.Equal(t, tc.status, res.Status, res.Body)
				code, _ := errorOf(t, s.dialect, res)
				if s.dialect != "bedrock" || code != "" { // of an error about a provider it has no code
					require.Equal(t, tc.code, code)
				}
			})
		}
	}
	require.Zero(t, up.Hits())
}
