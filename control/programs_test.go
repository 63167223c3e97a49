package control_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNoCallOfTheAPINamesAProgram(t *testing.T) {
	d := open(t)
	file := filepath.Join(t.TempDir(), "made")
	evil := `{"mcp":{"client_configs":[{"name":"evil","connection_type":"stdio","stdio_config":{"command":"touch","args":["` + file + `"]}}]}}`
	for _, call := range [][3]string{
		{"PUT", "/api/config", evil},
		{"PATCH", "/api/config", evil},
		{"POST", "/api/apply", `{"format":"asbru/1","configuration":` + evil + `}`},
		{"POST", "/api/apply?dry_run=true", `{"format":"asbru/1","configuration":` + evil + `}`},
	} {
		answer := d.call(403, call[0], call[1], call[2])
		require.Equal(t, "program_not_allowed", answer["error"].(map[string]any)["code"], call[0]+call[1])
	}
	require.NoFileExists(t, file)
	d.call(200, "PUT", "/api/config", `{"mcp":{"client_configs":[{"name":"own","connection_type":"stdio"}]}}`)
}
