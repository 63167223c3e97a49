package edge_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/integration/parity"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// elsewhere is what every node serves, and what wants a server of MCP behind it.
var elsewhere = []string{"/health", "/metrics", "/mcp"}

func TestThePageOnParityIsRightAboutTheInferenceAPI(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(404, `{"error":{"code":"nothing_here"}}`) })
	d := open(t, over(up.URL))
	for _, row := range parity.Rows(t, "Inference API") {
		for _, name := range row.Names {
			method, path, ok := parity.Route(name)
			if !ok || slices.Contains(elsewhere, path) || method == "GET" && slices.Contains(edge.Sockets, path) {
				continue
			}
			answer := do(t, method, d.URL(parity.Filled(path)), `{}`)
			there := !strings.Contains(answer.Body, "route_not_found") && answer.Status != 405
			assert.False(t, row.IsKept() && !there, "docs/parity.md has %s, which is not there: %s", name, answer.Body)
			assert.False(t, row.IsMissing() && there, "docs/parity.md misses %s, which is there by now", name)
		}
	}
}

func TestThePageOnParityIsRightAboutHeaders(t *testing.T) {
	var source bytes.Buffer
	for _, dir := range []string{".", "../pkg/gateway", "../pkg/provider/azure", "../pkg/provider/bedrock", "../pkg/plugin/builtin/maxim"} {
		require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			source.Write(bytes.ToLower(text))
			return err
		}))
	}
	for _, row := range parity.Rows(t, "Headers") {
		for _, name := range row.Names {
			known := bytes.Contains(source.Bytes(), []byte(`"`+strings.TrimSuffix(name, "*")))
			assert.False(t, row.IsKept() && !known, "docs/parity.md has the header %s, which nothing reads", name)
			assert.False(t, row.IsMissing() && known, "docs/parity.md misses the header %s, which is read by now", name)
		}
	}
}
