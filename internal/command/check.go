package command

import (
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/spf13/cobra"
)

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Check a configuration file and list every problem with its path",
		Long: "Check a configuration file, JSON or YAML. Each problem is a line that begins with\n" +
			"the path of what is wrong; with any, the command exits with 1. Lines that begin\n" +
			"with \"note:\" are worth knowing and keep nothing from working.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			problems, notes := config.Check(args[0], builtIn)
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
}
