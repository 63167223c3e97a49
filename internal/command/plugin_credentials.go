package command

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func pluginCredentialsCommand() *cobra.Command {
	var given, dataDir string
	cmd := &cobra.Command{
		Use:   "credentials NAME",
		Short: "Show the key by which the program behind a plugin is let into the cluster's NATS",
		Long: "Show the key (the seed of an NKEY) by which the program behind the plugin NAME, of the\n" +
			"kind nats, is let into the cluster's NATS, if its connection is named as is told on\n" +
			"the standard error. It hears what that plugin is asked, and may answer; nothing else.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			key, err := credentialsKey(given, dataDir)
			if err != nil {
				return err
			}
			name, seed, err := bus.PluginCredentials(key, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.ErrOrStderr(), "The connection's name must be", name)
			_, err = fmt.Fprintln(cmd.OutOrStdout(), seed)
			return err
		},
	}
	cmd.Flags().StringVar(&given, "secret-key", "", "`KEY` that the nodes of the cluster share (default: the one in FOLDER/secret-key)")
	cmd.Flags().StringVar(&dataDir, "data-dir", "", "`FOLDER` of a gateway that runs in one process, instead of its key")
	return withEnvironment(cmd)
}

func credentialsKey(given, dataDir string) (secret.Key, error) {
	if dataDir == "" {
		return clusterKey(given)
	}
	if _, err := os.Stat(filepath.Join(dataDir, "secret-key")); err != nil {
		return secret.Key{}, err // a new key would open nothing
	}
	return secretKey(given, dataDir)
}
