package command

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func secretKeyCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "secret-key", Short: "Look at an exchange of the secret key", Args: cobra.NoArgs}
	cmd.AddCommand(secretKeyStatusCommand())
	return cmd
}

func secretKeyStatusCommand() *cobra.Command {
	var client adminClient
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show which nodes use and accept which secret key, by fingerprints",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			answer, err := client.call(http.MethodGet, "/api/cluster/secret-keys", nil)
			if err != nil {
				return err
			}
			var is struct {
				State string `json:"state"`
				Nodes []struct {
					Node  string   `json:"node"`
					Roles []string `json:"roles"`
					Keys  []string `json:"keys"`
				} `json:"nodes"`
				Unsealed int `json:"sealed_with_others"`
			}
			if err := json.Unmarshal(answer, &is); err != nil {
				return fmt.Errorf("read the answer: %w", err)
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
			fmt.Fprintln(w, "NODE\tROLES\tUSES\tACCEPTS")
			for _, n := range is.Nodes {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", n.Node, strings.Join(n.Roles, ","), n.Keys[0], strings.Join(n.Keys[1:], ","))
			}
			fmt.Fprintf(w, "\n%s; %d kept values are sealed with other keys\n", is.State, is.Unsealed)
			return w.Flush()
		},
	}
	client.flags(cmd.Flags())
	return withEnvironment(cmd)
}
