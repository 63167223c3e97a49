package command

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

//go:generate go test . -run TestDocsAreMadeFromTheFlags -update

var update = flag.Bool("update", false, "write docs/flags.md anew")

// flagsIntro is what docs/flags.md says beyond the declarations.
const flagsIntro = `<!-- Made from the commands in internal/command by "go generate ./internal/command". Do not edit. -->

# Commands and flags

Each flag has an environment variable, in the second column; most can also stand in the section
[` + "`server`" + `](configuration.md#server) of the configuration file. The flag beats the variable, the variable
beats the file, and the file the default. What runs where, and how, is in [operations.md](operations.md).
`

func TestDocsAreMadeFromTheFlags(t *testing.T) {
	var out strings.Builder
	out.WriteString(flagsIntro)
	commands := Root(Build{}).Commands()
	for _, cmd := range commands {
		commandDocs(&out, cmd)
	}
	const file = "../../docs/flags.md"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
	}
	require.Equal(t, out.String(), page(t, "docs/flags.md"), "run go generate ./internal/command")
}

// commandDocs writes a command, and those below it.
func commandDocs(out *strings.Builder, cmd *cobra.Command) {
	if cmd.Hidden {
		return
	}
	fmt.Fprintf(out, "\n## %s\n\n%s.\n", cmd.CommandPath(), strings.TrimSuffix(cmd.Short, "."))
	if cmd.Runnable() {
		fmt.Fprintf(out, "\n```\n%s\n```\n", cmd.UseLine())
	}
	if cmd.Flags().HasFlags() {
		out.WriteString("\n| flag | variable | default | |\n|---|---|---|---|\n")
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) { flagDocs(out, f) })
	for _, below := range cmd.Commands() {
		commandDocs(out, below)
	}
}

func flagDocs(out *strings.Builder, f *pflag.Flag) {
	name, usage := pflag.UnquoteUsage(f)
	usage, given := strings.CutSuffix(usage, " ("+variable(f.Name)+")")
	env := ""
	if given {
		env = "`" + variable(f.Name) + "`"
	}
	form := "--" + f.Name
	if name != "" {
		form += " " + name
	}
	value := ""
	if !slices.Contains([]string{"", "[]", "false"}, f.DefValue) {
		value = "`" + f.DefValue + "`"
	}
	cell := strings.NewReplacer("|", `\|`, "\n", " ")
	fmt.Fprintf(out, "| `%s` | %s | %s | %s |\n", form, env, value, cell.Replace(usage))
}
