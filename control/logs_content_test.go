package control_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/stretchr/testify/require"
)

// hostile is text that must stay text, whoever shows it.
const hostile = "{\"a\":\"<img src=x onerror=alert(1)> \\u001b[2J \u202egnp.exe\u202c \ufffd falcon\"}"

func TestWhatWasSaidIsShownWithItsCall(t *testing.T) {
	d, all := openWithCalls(t, 3)
	said := []transcript.Transcript{
		{CallID: all[0].CallID, Time: all[0].Time, Request: transcript.Body{Text: hostile, Bytes: 99, Cut: true}, Response: transcript.Body{Text: "an owl", Bytes: 6, Assembled: true}},
		{CallID: all[1].CallID, Time: all[1].Time, Request: transcript.Body{Text: "an owl"}},
	}
	require.NoError(t, d.store.Load().Transcripts().PutTranscripts(t.Context(), said))
	require.Equal(t, map[string]any{
		"request":  map[string]any{"text": hostile, "bytes": 99.0, "truncated": true, "assembled": false},
		"response": map[string]any{"text": "an owl", "bytes": 6.0, "truncated": false, "assembled": true},
	}, get(d, "/api/logs/"+all[0].CallID)["content"])
	require.NotContains(t, get(d, "/api/logs/"+all[2].CallID), "content")
	for query, want := range map[string][]string{
		"falcon": {all[0].CallID}, "owl": {all[0].CallID, all[1].CallID}, `"an owl"`: {all[0].CallID, all[1].CallID}, `"owl an"`: nil, "falc*": {all[0].CallID},
		"' OR 1=1 --": nil, `owl" OR "falcon`: nil, "owl NEAR/2 an": nil, "%": nil,
	} {
		body := get(d, "/api/logs?content_search="+url.QueryEscape(query))
		require.Equal(t, want, ids(body), query)
		for _, row := range body["logs"].([]any) {
			require.NotContains(t, row, "content", "in a list nothing is shown")
		}
		require.EqualValues(t, len(want), get(d, "/api/logs/stats?content_search="+url.QueryEscape(query)+"&start_time="+time.Now().Add(-time.Hour).UTC().Format(time.RFC3339))["total_requests"], query)
	}
	d.call(http.StatusOK, http.MethodGet, "/api/logs?content_search=owl%ff", "")
	d.call(http.StatusOK, http.MethodDelete, "/api/logs", `{"ids":["`+all[0].CallID+`"]}`)
	require.Equal(t, []string{all[1].CallID}, ids(get(d, "/api/logs?content_search=owl")))
	d.call(http.StatusNotFound, http.MethodGet, "/api/logs/"+all[0].CallID, "")
}

func TestWhoIsConfinedToTeamsReadsNothingElse(t *testing.T) {
	d, all := openWithCalls(t, 2)
	require.NoError(t, d.store.Load().Transcripts().PutTranscripts(t.Context(), []transcript.Transcript{
		{CallID: all[0].CallID, Time: all[0].Time, Request: transcript.Body{Text: "a falcon"}},
	}))
	made := d.call(http.StatusOK, http.MethodPost, "/api/tokens", `{"name":"of team 2","role":"viewer","teams":["team-2"]}`)
	bearer := "Bearer " + made["token"].(map[string]any)["value"].(string)
	d.call(http.StatusNotFound, http.MethodGet, "/api/logs/"+all[0].CallID, "", "Authorization", bearer)
	require.Empty(t, ids(d.call(http.StatusOK, http.MethodGet, "/api/logs?content_search=falcon", "", "Authorization", bearer)))
	require.Zero(t, d.call(http.StatusOK, http.MethodGet, "/api/logs/stats?content_search=falcon", "", "Authorization", bearer)["total_requests"])
}
