//go:build integration

package faults_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

func TestACallerWhoLeavesPaysForWhatWasSaidAndHoldsNothing(t *testing.T) {
	p := startProvider(t, mock.Options{})
	c := nodes.StartCluster(t, 1, 1)
	edge := c.Edges[0]
	provide(c, p.address, p.address)
	_, key := c.NewKey(`,"rate_limit":{"token_max_limit":1000,"token_reset_duration":"1h"}`)

	// The stream could use all tokens of the key, and has the only place at the provider.
	leaving := call{model: "openai/mock-chunks-1000-gap-20ms", id: "leaver", key: key, stream: true, more: `,"max_tokens":900`}
	res, err := leaving.begin(edge)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode)
	_, err = io.ReadFull(res.Body, make([]byte, 2000))
	require.NoError(t, err)
	refused := call{key: key, more: `,"max_tokens":900`}.must(t, edge)
	require.Equal(t, http.StatusTooManyRequests, refused.status, "the tokens are reserved")
	require.NoError(t, res.Body.Close())

	require.Eventually(t, func() bool { return p.Stats().Aborted == 1 }, nodes.Patience, tick)
	p.idle(t)
	require.Eventually(t, func() bool {
		a, err := call{key: key, more: `,"max_tokens":800`}.ask(edge)
		return err == nil && a.status == http.StatusOK
	}, nodes.Patience, tick, "neither the place nor the tokens came back")
	e := row(t, c, "leaver")
	require.True(t, e.Usage.Estimated)
	require.Positive(t, e.Usage.Output)
	require.Less(t, e.Usage.Output, int64(900))
}
