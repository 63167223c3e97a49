package command

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/spf13/cobra"
)

func exportCommand() *cobra.Command {
	var a adminClient
	var format string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the configuration and the virtual keys of a running gateway as one file",
		Long: "Write the configuration and the virtual keys of a running gateway as one file, for\n" +
			"`asbru apply`. Secrets show their last four characters, and stay what they are when\n" +
			"the file is applied to the same gateway. Of virtual keys it has digests, so that they\n" +
			"go on working where it is applied with the same --secret-key.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			document, err := a.call(http.MethodGet, "/api/export", nil)
			if err != nil {
				return err
			}
			switch format {
			case "yaml":
				document, err = config.ToYAML(document)
			case "json":
				document, err = json.MarshalIndent(json.RawMessage(document), "", "  ")
				document = append(document, '\n')
			default:
				err = fmt.Errorf("--format %s: want yaml or json", format)
			}
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(document)
			return err
		},
	}
	a.flags(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", "yaml", "`FORMAT` of the file: yaml or json")
	return withEnvironment(cmd)
}
