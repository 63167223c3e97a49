package edge_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// tenant is somebody who calls. Ids are such that two parts of a key put together without a
// sign between them would be those of another.
type tenant struct{ credential, key, team, customer string }

var tenants = []tenant{
	{"sk-bf-1", "1", "1", ""},
	{"sk-bf-11", "11", "1", ""},
	{"sk-bf-11a", "1:1", "11", ""},
	{"sk-bf-t", "team:1", "", "1"},
	{"sk-bf-c", "vk:1", "", "1"},
	{"sk-bf-n", "n", "", ""},
	{"stranger", "", "", ""},
	{"stranger1", "", "", ""},
	{"vk:1", "", "", ""},
	{"", "", "", ""},
}

// scope is whose answers the tenant may get.
func (w *tenant) scope(of string) string {
	switch {
	case of == "all":
		return "all"
	case of == "team" && w.team != "":
		return "a team " + w.team
	case of == "customer" && w.customer != "":
		return "a customer " + w.customer
	case w.key != "":
		return "a key " + w.key
	}
	return "a stranger " + w.credential
}

// question is a call as it was made, in all that its answer may depend on.
type question struct {
	Scope, Namespace, Dialect, Model, System, Before, Text, Settings string
	Stream                                                           bool
}

// path and body are the request.
func (q *question) request() (path, body string) {
	text := func(s string) string {
		b, _ := json.Marshal(s) // does not fail
		return string(b)
	}
	var messages []string
	if q.System != "" && q.Dialect == "openai" {
		messages = append(messages, `{"role":"system","content":`+text(q.System)+`}`)
	}
	if q.Before != "" {
		messages = append(messages, `{"role":"user","content":`+text(q.Before)+`},{"role":"assistant","content":"Yes."}`)
	}
	messages = append(messages, `{"role":"user","content":`+text(q.Text)+`}`)
	body = fmt.Sprintf(`{"model":%q,"stream":%t,"messages":[%s]%s`, q.Model, q.Stream, strings.Join(messages, ","), q.Settings)
	if q.Dialect == "anthropic" {
		if q.System != "" {
			body += `,"system":` + text(q.System)
		}
		return "/v1/messages", body + `,"max_tokens":64}`
	}
	return "/v1/chat/completions", body + "}"
}

// TestNoAnswerReachesAnybodyElse holds for calls of random callers, in random namespaces, of
// random requests with texts that mean nearly the same: an answer that was given before was
// given to somebody who shares it, in the same namespace, to a request that was the same, or
// that differed, by a semantic hit, in nothing but its last text.
func TestNoAnswerReachesAnybodyElse(t *testing.T) {
	for _, scope := range []string{"virtual_key", "team", "customer", "all"} {
		t.Run(scope, func(t *testing.T) {
			var made atomic.Int64
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				n := made.Add(1)
				switch {
				case strings.HasSuffix(x.URL.Path, "/embeddings"):
					embeddings(x)
				case strings.Contains(string(x.BodyBytes), `"stream":true`):
					x.StartStream()
					x.Event(fmt.Sprintf(`{"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"number %d."},"finish_reason":"stop"}]}`, n))
					x.Event("[DONE]")
					x.EndStream()
				default:
					x.JSON(200, fmt.Sprintf(`{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"number %d."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`, n))
				}
			})
			cfg := over(up.URL)
			cfg.Cache = config.Cache{Enabled: true, Scope: scope, SingleFlight: true, Semantic: config.CacheSemantic{Enabled: true, Model: "openai/embed", Threshold: 0.7}}
			cfg.Governance.Teams = []config.Team{{ID: "1"}, {ID: "11"}}
			cfg.Governance.Customers = []config.Customer{{ID: "1"}}
			for _, w := range tenants {
				if w.key != "" {
					cfg.Governance.VirtualKeys = append(cfg.Governance.VirtualKeys, config.VirtualKey{ID: w.key, Name: "name " + w.key, Value: config.Secret(w.credential), TeamID: w.team, CustomerID: w.customer})
				}
			}
			d, number := open(t, cfg), regexp.MustCompile(`number (\d+)\.`)
			first := map[string]question{} // of each answer
			exact, similar := 0, 0
			rapid.Check(t, func(rt *rapid.T) {
				pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(rt, name) }
				var w tenant
				var q question
				draws := []func(){
					func() { w = rapid.SampledFrom(tenants).Draw(rt, "tenant") },
					func() { q.Namespace = pick("namespace", "", "1", "11", "vk:1") },
					func() { q.Dialect = pick("dialect", "openai", "anthropic") },
					func() { q.Model = pick("model", "openai/m", "openai/mm") },
					func() { q.System = pick("system", "", "You know birds.", falcons) },
					func() { q.Before = pick("before", "", "Do you know birds?") },
					func() { q.Stream = rapid.Bool().Draw(rt, "stream") },
					func() {
						q.Settings = pick("settings", "", `,"temperature":0.5`, `,"temperature":0.25`, `,"seed":1`, `,"stop":["user"]`,
							`,"tools":[{"type":"function","function":{"name":"user","description":"`+falcons+`","parameters":{"type":"object"}}}]`)
					},
					func() {
						q.Text = pick("text", falcons, falconsAgain, owls, owls+" please", "user", ",", falcons+" 1", falcons+" 2", falcons+" not")
					},
				}
				for _, draw := range draws {
					draw()
				}
				for range rapid.IntRange(1, 8).Draw(rt, "calls") { // each like the one before it, but for one thing at most
					rapid.SampledFrom(append(draws, func() {}, draws[len(draws)-1])).Draw(rt, "other")()
					if q.Scope = w.scope(scope); q.Dialect == "anthropic" && (strings.Contains(q.Settings, "seed") || strings.Contains(q.Settings, "stop") || strings.Contains(q.Settings, "tools")) {
						q.Settings = ""
					}
					path, body := q.request()
					headers := []string{"Authorization: Bearer " + w.credential}
					if q.Namespace != "" {
						headers = append(headers, pick("header", "x-asbru-cache-key", "x-bf-cache-key")+": "+q.Namespace)
					}
					if how := pick("type", "", "", "direct", "semantic"); how != "" {
						headers = append(headers, "x-asbru-cache-type: "+how)
					}
					res := d.post(t, path, body, headers...)
					require.Equal(rt, 200, res.Status, res.Body)
					found := number.FindStringSubmatch(res.Body)
					require.NotNil(rt, found, res.Body)
					before, old := first[found[1]]
					how := res.Header.Get("x-asbru-cache")
					if !old {
						require.True(rt, strings.HasPrefix(how, "miss"), how)
						first[found[1]] = q
						continue
					}
					if strings.Contains(how, "type=semantic") {
						similar++
						require.Equal(rt, digitsAndNots(before.Text), digitsAndNots(q.Text))
						before.Text = q.Text
					} else {
						exact++
						require.Equal(rt, "hit", how)
					}
					require.Equal(rt, before, q)
				}
			})
			require.NotZero(t, exact)
			require.NotZero(t, similar)
		})
	}
}

// digitsAndNots are what two texts never differ in that share an answer.
func digitsAndNots(text string) string {
	return strings.Join(regexp.MustCompile(`\d+|\bnot\b`).FindAllString(text, -1), " ")
}
