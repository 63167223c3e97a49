package edge_test

import (
	"fmt"
	"net/http"
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

func TestPathsAreMatchedAsTheyCome(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	for _, path := range []string{
		"/", "/v1", "/v1/chat/completions/", "/v1/chat/completions/..", "/v1//chat/completions", "//v1/chat/completions",
		"/v1/models/../chat/completions", "/v1/chat%2fcompletions", "/v1/..%2fmetrics", "/genai/v1beta/models/..%2f..%2fx:generateContent",
		"/genai/v1beta/models/:generateContent", "/genai/v1beta/models/x:noSuchVerb", "/v1/models/a%00b", `/v1/models/a\b`,
	} {
		t.Run(path, func(t *testing.T) {
			res, _ := raw(t, d.Addr, "POST "+path+" HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
			require.Contains(t, []int{400, 404, 405}, res.Status, res.Body)
			errorOf(t, map[bool]string{true: "genai", false: "openai"}[strings.HasPrefix(path, "/genai")], res)
		})
	}
}

func TestWrongMethodNamesTheRightOne(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	res := do(t, "GET", d.URL("/v1/chat/completions"), "")
	require.Equal(t, 405, res.Status)
	require.Equal(t, "POST", res.Header.Get("Allow"))
	errorOf(t, "openai", res)
}

func TestAmbiguousHTTPIsRefusedAndTheConnectionClosed(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	d := open(t, over(up.URL))
	body := speakers("")[0].body(`"gpt-4o"`, "")
	head := "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	for name, request := range map[string]string{
		"both length and chunks":       head + fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n", len(body)) + chunked,
		"two lengths":                  head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + body,
		"a negative length":            head + "Content-Length: -5\r\n\r\n" + body,
		"a length that is no number":   head + "Content-Length: five\r\n\r\n" + body,
		"a chunk size with 0x":         head + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
		"a chunk size that is no hex":  head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
		"a chunk without its line end": head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX0\r\n\r\n",
		"two authorizations":           head + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n" + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body,
		"a whole URL":                  strings.Replace(head, "/v1", "http://evil/v1", 1) + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body,
		"not HTTP":                     "hello there\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			res, closed := raw(t, d.Addr, request)
			require.Equal(t, 400, res.Status, res.Body)
			require.True(t, closed)
			errorOf(t, "openai", res)
		})
	}
	require.Zero(t, up.Hits())
}

func TestLimitsOnSizes(t *testing.T) {
	cfg := over("http://127.0.0.1:1")
	cfg.Client.MaxRequestBodySizeMB = 1
	cfg.Server.MaxHeaderBytes = 32 << 10
	d := open(t, cfg)
	big := strings.Repeat("x", 1<<20+1)
	t.Run("a body over the limit, by its length", func(t *testing.T) {
		res, closed := raw(t, d.Addr, fmt.Sprintf("POST /anthropic/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(big), big))
		require.Equal(t, 413, res.Status)
		require.True(t, closed)
		code, _ := errorOf(t, "anthropic", res)
		require.Equal(t, "body_too_large", code)
	})
	t.Run("a body over the limit, in chunks", func(t *testing.T) {
		res, _ := raw(t, d.Addr, fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(big), big))
		require.Equal(t, 413, res.Status)
		errorOf(t, "openai", res)
	})
	t.Run("headers over the limit", func(t *testing.T) {
		res, _ := raw(t, d.Addr, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("y", 64<<10)+"\r\n\r\n")
		require.Equal(t, 431, res.Status)
	})
	t.Run("headers just under it", func(t *testing.T) {
		res, _ := raw(t, d.Addr, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: "+strings.Repeat("y", 31<<10)+"\r\n\r\n")
		require.Equal(t, 200, res.Status)
	})
	t.Run("a URL over the limit", func(t *testing.T) {
		res, _ := raw(t, d.Addr, "GET /v1/models/"+strings.Repeat("y", 9<<10)+" HTTP/1.1\r\nHost: x\r\n\r\n")
		require.Equal(t, 414, res.Status)
	})
	t.Run("a body cut short of its length", func(t *testing.T) {
		cfg.Server.ReadTimeoutS = 1
		slow := open(t, cfg)
		res, _ := raw(t, slow.Addr, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
		require.Contains(t, []int{400, 408}, res.Status)
	})
}

func TestCompressedRequestBodiesAreRefused(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	res := d.post(t, "/v1/chat/completions", "\x1f\x8b", "Content-Encoding: gzip")
	require.Equal(t, http.StatusUnsupportedMediaType, res.Status)
}
