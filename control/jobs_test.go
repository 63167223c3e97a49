package control_test

import (
	"log/slog"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/stretchr/testify/require"
)

// submit puts a job into the desk's cluster that nobody runs.
func (d *desk) submit(model string) string {
	d.t.Helper()
	q := job.NewQueue(d.cluster.Connect(d.t, bus.Edge, "edge-"+model), slog.New(slog.DiscardHandler))
	j, _, err := q.Submit(d.t.Context(), &job.Submission{
		Request: job.Request{Path: "/v1/chat/completions", Credential: "sk-of-the-caller", Body: []byte(`{"secret":"prompt"}`)},
		Owner:   "vk:1", Model: model,
	})
	require.NoError(d.t, err)
	return j.ID
}

func TestJobsAreListedCancelledAndBegunAnew(t *testing.T) {
	d := open(t)
	require.Empty(t, d.call(200, "GET", "/api/jobs", "")["jobs"])
	first, second := d.submit("a"), d.submit("b")
	jobs := d.call(200, "GET", "/api/jobs", "")["jobs"].([]any)
	require.Len(t, jobs, 2)
	require.Equal(t, second, jobs[0].(map[string]any)["id"], "the newest comes first")
	require.Len(t, d.call(200, "GET", "/api/jobs?limit=1", "")["jobs"], 1)

	shown := d.call(200, "GET", "/api/jobs/"+first, "")["job"].(map[string]any)
	require.Equal(t, "pending", shown["status"])
	require.Equal(t, "job_not_failed", code(d.call(409, "POST", "/api/jobs/"+first+"/retry", "")))
	require.Equal(t, "cancelled", d.call(200, "DELETE", "/api/jobs/"+first, "")["job"].(map[string]any)["status"])
	require.Equal(t, "job_ended", code(d.call(409, "DELETE", "/api/jobs/"+first, "")))
	require.Len(t, d.call(200, "GET", "/api/jobs?status=cancelled", "")["jobs"], 1)
	require.Equal(t, "pending", d.call(200, "POST", "/api/jobs/"+first+"/retry", "")["job"].(map[string]any)["status"])
}

func TestWhatIsNoJobIsRefused(t *testing.T) {
	d := open(t)
	for _, id := range []string{"job_00000000000000000000000000000000", "job_x", "a.b", "*"} {
		require.Equal(t, "not_found", code(d.call(404, "GET", "/api/jobs/"+id, "")), id)
		require.Equal(t, "not_found", code(d.call(404, "DELETE", "/api/jobs/"+id, "")), id)
		require.Equal(t, "not_found", code(d.call(404, "POST", "/api/jobs/"+id+"/retry", "")), id)
	}
	for _, query := range []string{"status=lost", "limit=0", "limit=100000", "limit=x"} {
		require.Equal(t, "invalid_request", code(d.call(422, "GET", "/api/jobs?"+query, "")), query)
	}
}
