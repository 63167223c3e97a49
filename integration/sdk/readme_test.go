//go:build integration

package sdk_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestProgramsOfTheReadmeRunAsPrinted runs them against a gateway without any
// configuration. Only the address is another one here.
func TestProgramsOfTheReadmeRunAsPrinted(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	python, err := filepath.Abs(filepath.Join("..", "..", ".cache", "sdk", "requirements", "bin", "python"))
	require.NoError(t, err)
	url := startProgram(t)
	for language, run := range map[string][]string{
		"python": {python, "-"},
		"js":     {"node", "--input-type=module", "-"},
	} {
		t.Run(language, func(t *testing.T) {
			_, rest, found := strings.Cut(string(readme), "```"+language+"\n")
			require.True(t, found)
			program, _, _ := strings.Cut(rest, "```")
			require.Contains(t, program, "http://127.0.0.1:8080")

			command := exec.CommandContext(t.Context(), run[0], run[1:]...)
			command.Dir = "node" // where the library is
			command.Stdin = strings.NewReader(strings.ReplaceAll(program, "http://127.0.0.1:8080", url))
			out, err := command.CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Equal(t, "You said: Hello\n", string(out))
		})
	}
}
