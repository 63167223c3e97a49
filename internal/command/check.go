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
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			problems, notes := config.Check(args[0], builtIn)
			out := cmd.OutOrStdout()
			for _, n := range notes {
				fmt.Fprintln(out, "note:", n)
			}
			for _, p := range problems {
				fmt.Fprintln(out, "problem:", p)
			}
			if len(problems) > 0 {
				return fmt.Errorf("%s: problems: %d", args[0], len(problems))
			}
			fmt.Fprintln(out, "ok")
			return nil
		},
	}
}
