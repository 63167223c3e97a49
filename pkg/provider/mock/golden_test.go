package mock

import (
	"bytes"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// An exchange's file holds a request, a line of dashes, and the answer to it.
// What is in them and where it was checked is told in testdata/README.md.
const divider = "\n----\n"

func TestAnswersHaveTheShapesOfTheRealAPIs(t *testing.T) {
	files, err := filepath.Glob("testdata/*.http")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			request, want, _ := strings.Cut(string(content), divider)
			s := newServer(t, Options{Keys: []string{"good"}})
			got := s.exchange(t, request)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(request+divider+got), 0o600))
				return
			}
			require.Equal(t, want, got)
		})
	}
}

// exchange sends a request of such a file: the method and path, headers, an
// empty line, and the body. It returns the answer in the same form.
func (s *started) exchange(t *testing.T, request string) string {
	t.Helper()
	head, body, _ := strings.Cut(request, "\n\n")
	lines := strings.Split(strings.TrimSpace(head), "\n")
	method, path, ok := strings.Cut(lines[0], " ")
	require.True(t, ok, lines[0])
	r, err := s.send(t.Context(), method, path, strings.TrimSpace(body), lines[1:]...)
	require.NoError(t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	var out bytes.Buffer
	out.WriteString(r.Status + "\n")
	for _, name := range []string{"Content-Type", "X-Request-Id", "Request-Id", "Retry-After", "X-Ratelimit-Limit-Requests", "Anthropic-Ratelimit-Requests-Limit"} {
		if v := r.Header.Get(name); v != "" {
			out.WriteString(http.CanonicalHeaderKey(name) + ": " + v + "\n")
		}
	}
	out.WriteString("\n")
	out.Write(b)
	return out.String()
}
