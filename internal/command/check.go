package command

import (
	"fmt"
	"os"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/config/litellm"
	"github.com/spf13/cobra"
)

func checkCommand() *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Check a configuration file and list every problem with its path",
		Long: "Check a configuration file, JSON or YAML. Each problem is a line that begins with\n" +
			"the path of what is wrong; with any, the command exits with 1. Lines that begin\n" +
			"with \"note:\" are worth knowing and keep nothing from working.\n\n" +
			"With --from litellm, FILE is the config.yaml of a LiteLLM proxy: the configuration\n" +
			"that does the same is written to the output, and what has no counterpart to the\n" +
			"error output.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch from {
			case "":
			case "litellm":
				return convert(cmd, args[0])
			default:
				return fmt.Errorf("--from %s: only litellm is known", from)
			}
			problems, notes := config.Check(args[0], builtIn, inVault)
			if len(problems) == 0 {
				problems = pluginProblems(args[0])
			}
			out := cmd.OutOrStdout()
			for _, n := range notes {
				fmt.Fprintln(out, "note:", n)
			}
			for _, p := range problems {
				fmt.Fprintln(out, p)
			}
			switch len(problems) {
			case 0:
				fmt.Fprintln(out, "ok")
				return nil
			case 1:
				return fmt.Errorf("%s: 1 problem", args[0])
			}
			return fmt.Errorf("%s: %d problems", args[0], len(problems))
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "convert the file of another gateway: litellm")
	return cmd
}

// convert writes the configuration that the file of a LiteLLM proxy becomes.
func convert(cmd *cobra.Command, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, notes, err := litellm.Convert(data, knownProvider)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s", file)
	for _, n := range notes {
		fmt.Fprintln(cmd.ErrOrStderr(), n)
	}
	return nil
}
