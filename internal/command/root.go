package command

import "github.com/spf13/cobra"

// Build is what the linker knows of the program.
type Build struct{ Version, Commit string }

// Root returns the whole command line.
func Root(b Build) *cobra.Command {
	root := &cobra.Command{
		Use:           "asbru",
		Short:         "An AI gateway: one OpenAI-compatible endpoint in front of every provider",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(upCommand(b), mockCommand(), checkCommand(), schemaCommand(), healthCommand(), versionCommand(b))
	return root
}
