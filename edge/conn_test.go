package edge_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestRequestsAreReadHoweverTheirBytesCome(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(200, fmt.Sprintf(`{"choices":[],"usage":{"prompt_tokens":%d,"completion_tokens":1}}`, len(x.BodyBytes)))
	})
	d := open(t, over(up.URL))
	request := func(promptBytes, headerBytes int) string {
		body := `{"model":"gpt-4o","messages":[{"role":"user","content":"` + strings.Repeat("x", promptBytes) + `"}]}`
		return fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Filler: %s\r\nContent-Length: %d\r\n\r\n%s",
			strings.Repeat("y", headerBytes), len(body), body)
	}
	for name, tc := range map[string]struct {
		requests []string
		pieces   int // bytes that are written at once
	}{
		"one":                        {[]string{request(1, 1)}, 1 << 20},
		"several at once":            {[]string{request(1, 1), request(2, 1), request(3, 1)}, 1 << 20},
		"byte by byte":               {[]string{request(1, 1), request(2, 1)}, 1},
		"a head over many reads":     {[]string{request(1, 20<<10), request(2, 20<<10)}, 3000},
		"a body over many reads":     {[]string{request(300<<10, 1), request(1, 1), request(200<<10, 1)}, 5000},
		"a body that fills one read": {[]string{request(4<<10, 1), request(8<<10, 1), request(1, 1)}, 4 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := net.Dial("tcp", d.Addr)
			require.NoError(t, err)
			defer c.Close()
			wrote := make(chan error, 1)
			go func() {
				for all := strings.Join(tc.requests, ""); all != ""; {
					n := min(len(all), tc.pieces)
					if _, err := io.WriteString(c, all[:n]); err != nil {
						wrote <- err
						return
					}
					all = all[n:]
				}
				wrote <- nil
			}()
			r := bufio.NewReader(c)
			for _, sent := range tc.requests {
				res, err := http.ReadResponse(r, nil)
				require.NoError(t, err)
				body, err := io.ReadAll(res.Body)
				require.NoError(t, err)
				require.Equal(t, 200, res.StatusCode, "%s", body)
				_, content, _ := strings.Cut(sent, "\r\n\r\n")
				require.Contains(t, string(body), fmt.Sprintf(`"prompt_tokens":%d,`, len(content)), "the answer belongs to its request")
			}
			require.NoError(t, <-wrote)
		})
	}
}
