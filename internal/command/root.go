package command

import "github.com/spf13/cobra"

// Root returns the whole command line.
func Root(b Build) *cobra.Command {
	b = b.known()
	root := &cobra.Command{
		Use:           "asbru",
		Short:         "An AI gateway: one OpenAI-compatible endpoint in front of every provider",
		Version:       b.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(upCommand(b), edgeCommand(b), workerCommand(b), controlCommand(b), mockCommand(), checkCommand(), exportCommand(), applyCommand(), schemaCommand(), healthCommand(), versionCommand(b), natsCommand(b), auditCommand(), secretKeyCommand(), pluginCommand())
	return root
}
