package maxim_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/maxim"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink/sinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// commit is a line of the form that Maxim's own client writes.
var commit = regexp.MustCompile(`^(\w+)\{id=([^,]+),action=([a-z-]+),data=(\{.*\})\}$`)

type committed struct {
	what string // entity, id and action
	data map[string]any
}

func commits(t *testing.T, body []byte) (all []committed) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSuffix(string(body), "\n"), "\n") {
		parts := commit.FindStringSubmatch(line)
		require.NotNil(t, parts, line)
		c := committed{what: parts[1] + " " + parts[2] + " " + parts[3]}
		require.NoError(t, json.Unmarshal([]byte(parts[4]), &c.data))
		all = append(all, c)
	}
	return all
}

func settings(url string) string {
	return `{"api_key":"key-1","log_repo_id":"repo 1","base_url":"` + url + `"}`
}

func TestACallIsATraceWithAGeneration(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 200, Body: `{"success":true}`})
	require.Equal(t, map[string]int{"sent": 1}, sinktest.Tell(t, maxim.Kind(), settings(web.URL), sinktest.Done()))
	r := web.Requests()[0]
	require.Equal(t, []string{"POST", "/api/sdk/v3/log", "id=repo+1", "key-1"}, []string{r.Method, r.Path, r.Query, r.Header.Get("X-Maxim-Api-Key")})
	all := commits(t, r.Body)
	var what []string
	for _, c := range all {
		what = append(what, c.what)
	}
	require.Equal(t, []string{
		"trace c1 create", "trace c1 update", "trace c1 add-generation", "generation c1-generation result", "generation c1-generation end",
		"trace c1 update", "trace c1 end",
	}, what)
	require.Equal(t, "asbru_chat", all[0].data["name"])
	require.Equal(t, "2026-11-26T12:00:00.000005Z", all[0].data["startTimestamp"])
	require.Equal(t, map[string]any{"input": "Hello"}, all[1].data)
	generation := all[2].data
	require.Equal(t, []any{"c1-generation", "openai", "gpt-5"}, []any{generation["id"], generation["provider"], generation["model"]})
	require.Equal(t, []any{map[string]any{"role": "user", "content": "Hello"}}, generation["messages"])
	require.Equal(t, map[string]any{"temperature": 0.5}, generation["modelParameters"])
	require.Equal(t, "web", generation["tags"].(map[string]any)["virtual_key"])
	result := all[3].data["result"].(map[string]any)
	require.EqualValues(t, 5, result["usage"].(map[string]any)["completion_tokens"])
	require.Equal(t, map[string]any{"output": "Hi"}, all[5].data)
}

func TestCallersSayWhatACallBelongsTo(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 200, Body: `{}`})
	headers := map[string]string{
		"x-bf-maxim-log-repo-id": "other", "x-bf-maxim-trace-id": "t-1", "x-bf-maxim-generation-id": "bad,id}", "x-bf-maxim-generation-name": "step one",
	}
	d := sinktest.Done()
	d.Header = func(name string) string { return headers[name] }
	d.Err, d.Response = api.Errorf(api.KindTimeout, "timeout", "Too slow."), nil
	sinktest.Tell(t, maxim.Kind(), settings(web.URL), d)
	r := web.Requests()[0]
	require.Equal(t, "id=other", r.Query)
	all := commits(t, r.Body)
	require.Len(t, all, 3)
	require.Equal(t, "trace t-1 add-generation", all[0].what)
	require.Equal(t, "step one", all[0].data["name"])
	require.Equal(t, "generation c1-generation update", all[1].what)
	require.Equal(t, map[string]any{"error": map[string]any{"message": "Too slow.", "code": "timeout", "type": "timeout"}}, all[1].data)
}

func TestWithoutARepositoryACallIsNotTold(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 200, Body: `{}`})
	sinktest.Tell(t, maxim.Kind(), `{"api_key":"key-1","base_url":"`+web.URL+`"}`, sinktest.Done())
	require.Empty(t, web.Requests())
}

func TestARepositoryThatIsNotThereKeepsNoOtherFromAnotherTry(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 404}, sinktest.Answer{Status: 503}, sinktest.Answer{Status: 404}, sinktest.Answer{Status: 200})
	d := sinktest.Done()
	d.Header = func(name string) string { return map[string]string{"x-bf-maxim-log-repo-id": "a-none"}[name] }
	sinktest.Tell(t, maxim.Kind(), settings(web.URL), d, sinktest.Done())
	require.Len(t, web.Requests(), 4)
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for settings, want := range map[string]string{
		`{}`: "api_key: is required",
		`{"api_key":"x","base_url":"http://maxim.example"}`: "base_url: the URL must begin with https://",
	} {
		_, err := maxim.Kind().Make(plugin.Env{}, json.RawMessage(settings))
		require.ErrorContains(t, err, want)
	}
}
