package litellm_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/config/litellm"
)

var update = flag.Bool("update", false, "write the expected files anew")

// known are the providers of the tests, whatever the program has.
func known(name string) bool {
	switch name {
	case "openai", "azure", "anthropic", "bedrock", "gemini", "vllm", "ollama", "groq", "vertex":
		return true
	}
	return false
}

func TestFilesBecomeConfigurationsThatDoTheSame(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			made, notes, err := litellm.Convert(data, known)
			require.NoError(t, err)
			got := string(made) + "---\n" + strings.Join(notes, "\n") + "\n"
			expected := strings.TrimSuffix(file, ".yaml") + ".expected"
			if *update {
				require.NoError(t, os.WriteFile(expected, []byte(got), 0o644))
			}
			want, err := os.ReadFile(expected)
			require.NoError(t, err)
			require.Equal(t, string(want), got)

			any := config.WithEnv(func(string) (string, bool) { return "from-the-environment", true })
			made = bytes.ReplaceAll(made, []byte("file:/"), []byte("env."))
			_, _, err = config.Parse(made, config.YAML, any, config.WithProviders(known))
			require.NoError(t, err)
			require.NotContains(t, strings.Join(notes, "\n"), "secret", "a note holds a secret")
		})
	}
}

func TestWhatIsNoFileOfLiteLLMsIsRefused(t *testing.T) {
	for name, data := range map[string]string{
		"no YAML": "a: [", "no model_list": "providers: {}", "a list": "- a", "nothing": "",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := litellm.Convert([]byte(data), known)
			require.Error(t, err)
		})
	}
}

func FuzzConvertNeverPanics(f *testing.F) {
	data, err := os.ReadFile("testdata/full.yaml")
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte("model_list: [{model_name: a, litellm_params: {model: 7, api_base: {}, extra_headers: 1}}, 3]"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		litellm.Convert(data, known)
	})
}
