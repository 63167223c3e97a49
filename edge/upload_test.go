package edge_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/stretchr/testify/require"
)

// form makes a multipart body: names and values of fields, a file's content where
// the name begins with @.
func form(t *testing.T, fields ...string) (contentType, body string) {
	t.Helper()
	var b strings.Builder
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		name, file := strings.CutPrefix(fields[i], "@")
		to, err := w.CreateFormField(name)
		if file {
			of := "speech.mp3"
			if strings.HasPrefix(name, "image") || name == "mask" {
				of = "picture.png"
			}
			to, err = w.CreateFormFile(name, of)
		}
		require.NoError(t, err)
		_, err = io.WriteString(to, fields[i+1])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return w.FormDataContentType(), b.String()
}

func (d *door) postForm(t *testing.T, path string, fields ...string) answer {
	t.Helper()
	kind, body := form(t, fields...)
	return d.post(t, path, body, "Content-Type: "+kind)
}

func TestAFormPassesWithItsModelWhereverItStands(t *testing.T) {
	d, m := behindMock(t, "openai", "azure")
	sound := strings.Repeat("sound", 100<<10)
	for name, fields := range map[string][]string{
		"first":   {"model", "openai/whisper-1", "@file", sound, "language", "en"},
		"behind":  {"@file", sound, "language", "en", "model", "openai/whisper-1"},
		"small":   {"@file", "sound", "language", "en", "model", "openai/whisper-1"},
		"bare":    {"model", "whisper-1", "@file", sound, "language", "en"},
		"another": {"model", "nobody/x", "fallbacks", "openai/whisper-1", "@file", sound, "language", "en"},
	} {
		res := d.postForm(t, "/openai/v1/audio/transcriptions", fields...)
		if name == "another" {
			require.Equal(t, 400, res.Status, res.Body)
			continue
		}
		require.Equal(t, 200, res.Status, "%s: %s", name, res.Body)
		require.Contains(t, res.Body, "speech.mp3 has ", name)
		require.Equal(t, "whisper-1", res.Header.Get("X-Asbru-Model"))
		require.Contains(t, string(last(t, m).Body), "name=\"model\"\r\n\r\nwhisper-1\r\n", name)
		require.Contains(t, string(last(t, m).Body), "name=\"language\"\r\n\r\nen\r\n", name)
	}
	d.settled(t, `asbru_tokens_total{dialect="openai",kind="input",model="whisper-1",operation="transcription",provider="openai"} 1540`)

	res := d.postForm(t, "/openai/deployments/my-whisper/audio/transcriptions?api-version=2024-06-01", "@file", "sound")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "/openai/deployments/my-whisper/audio/transcriptions?api-version=2024-10-21", last(t, m).Path)
	require.Contains(t, string(last(t, m).Body), "name=\"model\"\r\n\r\nmy-whisper\r\n")
	res = d.postForm(t, "/v1/images/edits", "model", "openai/gpt-image-1", "prompt", "a hat", "stream", "true", "@image", "png")
	require.Contains(t, res.Body, "event: image_edit.completed")
	res = d.postForm(t, "/v1/images/variations", "@image[]", "png", "n", "2")
	require.Equal(t, 2, strings.Count(res.Body, "b64_json"))
	res = d.postForm(t, "/v1/audio/translations", "model", "openai/whisper-1", "@file", "x", "response_format", "srt")
	require.True(t, strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain"))
	res = d.postForm(t, "/v1/audio/transcriptions", "model", "openai/gpt-4o-transcribe", "@file", "x", "stream", "true")
	require.Contains(t, res.Body, "transcript.text.done")
}

func TestAFormIsTriedAgainOnlyWhereItCanBeSentAgain(t *testing.T) {
	d, m := behindMock(t, "openai", "groq")
	sound := strings.Repeat("sound", 100<<10)
	for name, fields := range map[string][]string{
		"in memory": {"model", "openai/w-mock-status-503", "fallbacks", "groq/whisper", "@file", "sound"},
		"on disk":   {"fallbacks", "groq/whisper", "@file", sound, "model", "openai/w-mock-status-503"},
	} {
		res := d.postForm(t, "/v1/audio/transcriptions", fields...)
		require.Equal(t, 200, res.Status, "%s: %s", name, res.Body)
		require.Equal(t, "groq", res.Header.Get("X-Asbru-Provider"), name)
		require.NotContains(t, string(last(t, m).Body), "fallbacks", name)
	}
	before := m.Stats().Hits
	res := d.postForm(t, "/v1/audio/transcriptions", "model", "openai/w-mock-status-503", "fallbacks", "groq/whisper", "@file", sound)
	require.Equal(t, 503, res.Status, "it has passed, and is not there any more")
	require.Equal(t, before+1, m.Stats().Hits)
	res = d.postForm(t, "/v1/audio/transcriptions", "model", "nobody/x", "@file", sound)
	require.Equal(t, 400, res.Status)
}

func TestAFormThatIsNoneIsRefused(t *testing.T) {
	d, _ := behindMock(t, "openai")
	kind, body := form(t, "model", "openai/whisper-1", "@file", "sound")
	for name, c := range map[string]struct {
		kind, body, code string
		status           int
	}{
		"no boundary": {"multipart/form-data", body, "invalid_form", 400},
		"no form":     {kind, "{}", "invalid_form", 400},
		"other type":  {"text/plain", body, "invalid_json", 400},
	} {
		res := d.post(t, "/v1/audio/transcriptions", c.body, "Content-Type: "+c.kind)
		require.Equal(t, c.status, res.Status, name)
		code, _ := errorOf(t, "openai", res)
		require.Equal(t, c.code, code, name)
	}
	res := d.post(t, "/v1/audio/transcriptions", "{}", "Content-Type: application/json; charset=utf-8")
	require.Equal(t, 400, res.Status)
	res = d.postForm(t, "/v1/audio/transcriptions", "model", "openai/a", "model", "openai/b", "@file", "x")
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "duplicate_field", code)
}

// zeros is a file of so many bytes that nobody has to keep.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// sink is a provider that reads what it is sent and keeps nothing.
func sink(t *testing.T) (url string, read *atomic.Int64) {
	t.Helper()
	read = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return
		}
		read.Add(n)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"text":"ok"}`)
	}))
	t.Cleanup(s.Close)
	return s.URL, read
}

// uploaded is how many bytes of memory are allocated while a form with a file of so
// many bytes passes, the caller's and the provider's included.
func uploaded(t *testing.T, d *door, path string, size int64, model string) (allocated uint64) {
	t.Helper()
	kind, body := form(t, "model", model, "purpose", "batch", "@file", "")
	at := strings.LastIndex(body, "\r\n--")
	in := io.MultiReader(strings.NewReader(body[:at]), io.LimitReader(zeros{}, size), strings.NewReader(body[at:]))
	req, err := http.NewRequest(http.MethodPost, d.URL(path), in)
	require.NoError(t, err)
	req.ContentLength = int64(len(body)) + size
	req.Header.Set("Content-Type", kind)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, 200, res.StatusCode, string(answer))
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestAnUploadTakesLittleMemory(t *testing.T) {
	url, read := sink(t)
	d := open(t, over(url))
	least := uint64(math.MaxUint64) // what other tests leave behind may end meanwhile
	for range 3 {
		least = min(least, uploaded(t, d, "/v1/audio/transcriptions", 25<<20, "openai/whisper-1"))
	}
	require.Less(t, least, uint64(1<<20))
	require.Greater(t, read.Load(), int64(3*25<<20))
	t.Logf("25 MB allocate %d KB, the caller's and the provider's included", least>>10)
}

func TestAFileOfAGigabytePasses(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	url, read := sink(t)
	d := open(t, over(url))
	allocated := uploaded(t, d, "/v1/files", 1<<30, "")
	require.Less(t, allocated, uint64(8<<20))
	t.Logf("1 GB allocates %d KB, the caller's and the provider's included", allocated>>10)
	require.Greater(t, read.Load(), int64(1<<30))
}

func TestAnUploadInChunksPassesInChunks(t *testing.T) {
	d, m := behindMock(t, "openai")
	kind, body := form(t, "model", "openai/whisper-1", "@file", strings.Repeat("sound", 100<<10))
	req, err := http.NewRequest(http.MethodPost, d.URL("/v1/audio/transcriptions"), io.MultiReader(strings.NewReader(body)))
	require.NoError(t, err)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Expect", "100-continue")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, 200, res.StatusCode)
	require.Equal(t, "chunked", last(t, m).Get("Transfer-Encoding"))
	require.Len(t, last(t, m).Body, len(body)-len("openai/"))
}

func TestAnUploadThatBreaksOffReachesNobodyWhole(t *testing.T) {
	url, read := sink(t)
	d := open(t, with(over(url), "openai", func(p *config.Provider) { p.Network.MaxRetries = 3 }))
	kind, body := form(t, "model", "openai/whisper-1", "@file", strings.Repeat("sound", 100<<10))
	c, err := net.Dial("tcp", d.Addr)
	require.NoError(t, err)
	_, err = fmt.Fprintf(c, "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body), body[:len(body)/2])
	require.NoError(t, err)
	require.NoError(t, c.(*net.TCPConn).CloseWrite())
	_, err = io.Copy(io.Discard, c)
	require.NoError(t, err)
	require.NoError(t, c.Close())
	d.settled(t, `asbru_pool_busy{provider="openai"} 0`)
	require.Zero(t, read.Load())
}

func TestAProviderThatRefusesAnUploadEarlyIsHeard(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		fmt.Fprint(w, `{"error":{"message":"25 MB at most","type":"invalid_request_error"}}`)
	}))
	t.Cleanup(s.Close)
	d := open(t, over(s.URL))
	kind, body := form(t, "model", "openai/whisper-1", "@file", strings.Repeat("sound", 1<<20))
	res, err := http.Post(d.URL("/v1/audio/transcriptions"), kind, bytes.NewReader([]byte(body)))
	require.NoError(t, err)
	defer res.Body.Close()
	require.Contains(t, []int{http.StatusRequestEntityTooLarge, http.StatusBadGateway}, res.StatusCode, "unless the reset has overtaken it")
}

func TestAnIdempotencyKeyIsRefusedWhereNothingIsKept(t *testing.T) {
	d, _ := behindMock(t, "openai")
	kind, body := form(t, "model", "openai/whisper-1", "@file", strings.Repeat("sound", 100<<10))
	res := d.post(t, "/v1/audio/transcriptions", body, "Content-Type: "+kind, "Idempotency-Key: k")
	require.Equal(t, 400, res.Status)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "idempotency_not_possible", code)
}
