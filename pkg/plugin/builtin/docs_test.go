package builtin_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin"
)

//go:generate go test . -run TestTheTablesOfSettingsAreMadeFromTheDeclarations -update

var update = flag.Bool("update", false, "write the tables of docs/plugins-shipped.md anew")

// table is where a kind's settings stand in the page.
var table = regexp.MustCompile(`(?s)<!-- settings: (\w+) -->\n.*?<!-- end -->\n`)

func TestTheTablesOfSettingsAreMadeFromTheDeclarations(t *testing.T) {
	const path = "../../../docs/plugins-shipped.md"
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	tables := map[string]string{}
	for _, k := range builtin.Kinds(builtin.Options{}) {
		require.NotEmpty(t, k.Doc)
		require.True(t, strings.Contains(string(page), "\n| `"+k.Name+"` | "), "the table of the kinds lacks %s", k.Name) //nolint:testifylint // Contains would print the page
		tables[k.Name] = tableOf(k.Settings)
	}
	found := map[string]bool{}
	made := table.ReplaceAllStringFunc(string(page), func(old string) string {
		name := table.FindStringSubmatch(old)[1]
		found[name] = true
		return fmt.Sprintf("<!-- settings: %s -->\n%s<!-- end -->\n", name, tables[name])
	})
	for name := range tables {
		require.True(t, found[name], "docs/plugins-shipped.md has no table of the settings of %s", name)
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(made), 0o644))
		return
	}
	require.Equal(t, string(page), made, "stale: run go test ./pkg/plugin/builtin -update")
}

func tableOf(settings any) string {
	var b strings.Builder
	b.WriteString("| setting | type | default | meaning |\n| --- | --- | --- | --- |\n")
	for _, d := range config.DeclaredIn(settings) {
		standard := d.Default
		if standard != "" {
			standard = "`" + standard + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", d.Name, d.Type, standard, strings.ReplaceAll(d.Meaning, "|", `\|`))
	}
	return b.String()
}
