//go:build !race

// The race detector makes sync.Pool drop objects at random, so that allocations
// cannot be counted under it.

package jsonx_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestCanonicalTextsCostNoAllocation(t *testing.T) {
	body := jsonx.Value(`{"model":"m","messages":[{"role":"user","content":"Say \"hi\"\n"}],"temperature":0.70,"seed":12345678901234567890}`)
	dst := make([]byte, 0, 1<<10)
	require.Zero(t, testing.AllocsPerRun(100, func() { dst = jsonx.AppendCanonical(dst[:0], body, nil) }))
}
