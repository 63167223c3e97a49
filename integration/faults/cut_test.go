//go:build integration

package faults_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

func TestAStreamThatIsCutSaysSoAndIsInTheLedger(t *testing.T) {
	p := startProvider(t, mock.Options{Chunks: 100, ChunkGap: tick})
	c := nodes.StartCluster(t, 1, 1)
	for toxic, attributes := range map[string]string{
		"limit_data": `"bytes":5000`,
		"reset_peer": `"timeout":0`,
	} {
		t.Run(toxic, func(t *testing.T) {
			link := nodes.Before(t, p.address)
			c.Provide(link.Address(), "")
			c.Admin(http.MethodPatch, "/api/config?wait=applied", `{}`)
			res, err := call{id: toxic, stream: true}.begin(c.Edges[0])
			require.NoError(t, err)
			defer res.Body.Close()
			require.Equal(t, http.StatusOK, res.StatusCode)
			_, err = io.ReadFull(res.Body, make([]byte, 2000))
			require.NoError(t, err)
			link.Disturb(toxic, attributes)
			rest, err := io.ReadAll(res.Body)
			require.NoError(t, err, "the caller's own answer is whole")
			require.Equal(t, 1, strings.Count(string(rest), `"error"`))
			require.NotContains(t, string(rest), "[DONE]")
			e := row(t, c, toxic)
			require.True(t, e.Truncated)
			require.True(t, e.Usage.Estimated)
			require.Positive(t, e.Usage.Output)
			p.idle(t)
		})
	}
}
