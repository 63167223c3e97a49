package command

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

func versionCommand(b Build) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print version, commit and Go version",
		Args:  cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "asbru %s (%s, %s)\n", b.Version, b.Commit, runtime.Version())
		},
	}
}
