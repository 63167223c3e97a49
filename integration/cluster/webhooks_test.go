//go:build integration

package cluster_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// chatJob is a job's request.
const chatJob = `{"model":"openai/gpt-5-mini","messages":[{"role":"user","content":"Hello"}]}`

// hook is one try of a webhook, as its receiver sees it.
type hook struct {
	id, timestamp, signature string
	body                     []byte
	at                       time.Time
}

// receiver is told of jobs' ends. To its nth try it answers with the nth status; 0 is
// no answer until the sender gives up.
func receiver(t *testing.T, statuses ...int) (url string, tries <-chan hook) {
	t.Helper()
	got := make(chan hook, 16)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // one cut short has a signature that is wrong
		h := r.Header
		got <- hook{h.Get("webhook-id"), h.Get("webhook-timestamp"), h.Get("webhook-signature"), body, time.Now()}
		status := statuses[0]
		if len(statuses) > 1 {
			statuses = statuses[1:]
		}
		if status == 0 {
			<-r.Context().Done()
			return
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s.URL, got
}

// next waits for a try.
func next(t *testing.T, tries <-chan hook) hook {
	t.Helper()
	select {
	case h := <-tries:
		return h
	case <-time.After(nodes.Patience):
		require.Fail(t, "no webhook came")
		return hook{}
	}
}

// verify checks a signature as a receiver does.
func (h hook) verify(t *testing.T, secret string) {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	require.NoError(t, err)
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", h.id, h.timestamp, h.body)
	require.Equal(t, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)), h.signature)
}

// told submits a job whose end is told to an address.
func (c *cluster) told(url string) (id string) {
	c.t.Helper()
	return c.job(http.StatusAccepted, c.Edges[0], http.MethodPost, "chat/completions", chatJob, "x-asbru-webhook", url).ID
}

func TestAWebhookIsSignedAndItsTriesHaveOneIDWhicheverControlMakesThem(t *testing.T) {
	c := startCluster(t, 1, 1)
	for _, url := range []string{"http://example.com/", "https://127.0.0.1/", "https://169.254.169.254/", "https://localhost/"} {
		c.job(http.StatusBadRequest, c.Edges[0], http.MethodPost, "chat/completions", chatJob, "x-asbru-webhook", url)
	}
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"webhooks":{"allow_private_networks":true}}`)
	c.restartControl() // it knows of the setting when it sends the first one
	c.StartWorker("worker-a").Ready()
	secret := c.Admin(http.MethodGet, "/api/webhooks/secret", "")["secret"].(string)

	refuses, tries := receiver(t, http.StatusInternalServerError, http.StatusNoContent)
	hangs, hung := receiver(t, 0, http.StatusNoContent)
	id, other := c.told(refuses), c.told(hangs)
	first := next(t, tries)
	require.Equal(t, other, next(t, hung).id) // and holds up no other
	require.Eventually(t, func() bool { return c.metric(c.Control, `asbru_webhook_deliveries_total{result="retried"}`) >= 1 }, nodes.Patience, 10*time.Millisecond)
	c.restartControl()
	again := next(t, hung) // soon, since its sender gave it back
	again.verify(t, secret)
	require.Equal(t, other, again.id)

	second := next(t, tries)
	require.GreaterOrEqual(t, second.at.Sub(first.at), 5*time.Second)
	for _, h := range []hook{first, second} {
		h.verify(t, secret)
		require.Equal(t, id, h.id)
		var j job
		require.NoError(t, json.Unmarshal(h.body, &j))
		require.Equal(t, "completed", j.Status)
		require.Contains(t, string(j.Result), "choices")
	}
	require.NotEqual(t, first.timestamp, second.timestamp)
	require.Eventually(t, func() bool { return c.metric(c.Control, `asbru_webhook_deliveries_total{result="delivered"}`) == 2 }, nodes.Patience, 10*time.Millisecond)
}

func TestAnAnswerTooLargeForAWebhookIsFetchedOverAnyEdge(t *testing.T) {
	c := startCluster(t, 1, 2)
	text := strings.Repeat("a", 2<<20)
	c.provider(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answerOf(text)) })
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"webhooks":{"allow_private_networks":true}}`)
	c.restartControl()
	c.StartWorker("worker-a").Ready()
	url, tries := receiver(t, http.StatusOK)
	id := c.told(url)
	h := next(t, tries)
	h.verify(t, c.Admin(http.MethodGet, "/api/webhooks/secret", "")["secret"].(string))
	var told job
	require.NoError(t, json.Unmarshal(h.body, &told))
	require.Equal(t, "completed", told.Status)
	require.Empty(t, told.Result)
	require.Equal(t, "/v1/async/"+id, told.Location)
	fetched := c.job(http.StatusOK, c.Edges[1], http.MethodGet, id, "")
	require.Contains(t, string(fetched.Result), text)
}
