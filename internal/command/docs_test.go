package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	require.NoError(t, err)
	return string(text)
}

func TestEveryCommandAndFlagIsDocumented(t *testing.T) {
	text := page(t, "docs/operations.md")
	for _, cmd := range Root(Build{}).Commands() {
		require.Contains(t, text, "\nasbru "+cmd.Name(), "no line for the command")
		_, flags, found := strings.Cut(text, "| flag of `"+cmd.Name()+"` |")
		if !cmd.Flags().HasFlags() {
			continue
		}
		require.True(t, found, "no table for the flags of %s", cmd.Name())
		flags, _, _ = strings.Cut(flags, "\n\n")
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			row := regexp.MustCompile("\n\\|([^|]*`--" + f.Name + "`[^|]*)\\|([^|]*)\\|").FindStringSubmatch(flags)
			require.NotNil(t, row, "%s --%s", cmd.Name(), f.Name)
			alone := strings.Count(row[1], "--") == 1 && !strings.Contains(row[2], "as those of")
			if zero := strings.Trim(f.DefValue, "[]0s") == "" || f.DefValue == "false"; alone && !zero {
				require.Contains(t, row[2], "`"+f.DefValue+"`", "%s --%s", cmd.Name(), f.Name)
			}
		})
	}
}

func TestConfigurationsInTheDocumentationAreSound(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	migrations, err := filepath.Glob("../../docs/migration/*.md")
	require.NoError(t, err)
	pages = append(pages, migrations...)
	some := func(string) (string, bool) { return "some-value", true }
	vault := config.WithVault(func(*config.Vault) func(string) (string, error) {
		return func(string) (string, error) { return "some-value", nil }
	})
	checked := 0
	for _, name := range append(pages, "../../README.md") {
		text := page(t, strings.TrimPrefix(name, "../../"))
		for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(text, -1) {
			document := strings.ReplaceAll(block[1], "file:/", "env.")
			if !strings.Contains(document, "providers:") && !strings.Contains(document, "server:") {
				continue
			}
			_, _, err := config.Parse([]byte(document), config.YAML, builtIn, config.WithEnv(some), vault)
			require.NoError(t, err, "%s:\n%s", name, block[1])
			checked++
		}
	}
	require.GreaterOrEqual(t, checked, 4)
}
