package edge_test

import (
	"fmt"
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
}

func speakers(model string) []speaker {
	return []speaker{
		{"openai", "/v1/chat/completions", func(m, rest string) string {
			return `{"model":` + m + `,"messages":[{"role":"user","content":"hi"}]` + rest + `}`
		}},
		{"anthropic", "/anthropic/v1/messages", func(m, rest string) string {
			return `{"model":` + m + `,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]` + rest + `}`
		}},
		{"genai", "/genai/v1beta/models/" + model + ":generateContent", func(_, rest string) string {
			return `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]` + rest + `}`
		}},
	}
}

func TestBadBodiesAreRefusedInTheCallersDialect(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	d := open(t, over(up.URL))
	deep := strings.Repeat("[", 300) + strings.Repeat("]", 300)
	for _, s := range speakers("gpt-4o") {
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
		}
		if s.dialect != "genai" {
			bodies["no model"] = strings.Replace(good, `"model"`, `"other"`, 1)
			bodies["model is a number"] = s.body(`7`, "")
			bodies["model is empty"] = s.body(`""`, "")
			bodies["model twice"] = s.body(`"gpt-4o"`, `,"model":"gpt-4"`)
			bodies["model in another case"] = s.body(`"gpt-4o"`, `,"Model":"gpt-4"`)
			bodies["model spelt with an escape"] = s.body(`"gpt-4o"`, `,"mod\u0065l":"gpt-4"`)
			bodies["stream is a string"] = s.body(`"gpt-4o"`, `,"stream":"true"`)
			bodies["max_tokens twice"] = s.body(`"gpt-4o"`, `,"max_tokens":1,"max_tokens":2`)
			bodies["no messages"] = `{"model":"gpt-4o","max_tokens":9}`
			bodies["messages is an object"] = `{"model":"gpt-4o","max_tokens":9,"messages":{}}`
			bodies["empty messages"] = `{"model":"gpt-4o","max_tokens":9,"messages":[]}`
			bodies["control characters in the model"] = s.body(`"gpt-4o\r\nx-evil: 1"`, "")
		} else {
			bodies["no contents"] = `{}`
			bodies["empty contents"] = `{"contents":[]}`
			bodies["contents twice"] = s.body("", `,"contents":[]`)
		}
		for name, body := range bodies {
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
				require.Equal(t, tc.code, code)
			})
		}
	}
	require.Zero(t, up.Hits())
}
