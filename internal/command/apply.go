package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/spf13/cobra"
)

// wouldChange is what `asbru apply --dry-run` ends with where the file is not what is.
const wouldChange = 2

func applyCommand() *cobra.Command {
	var a adminClient
	var dryRun, prune, wait bool
	var message string
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Make a running gateway what a file says, all of it or nothing",
		Long: "Make the configuration and the virtual keys of a running gateway what a file says that\n" +
			"`asbru export` has written, or somebody by hand; - is the standard input. What the file\n" +
			"does not name stays, unless --prune is given. Each place that changes is a line. If\n" +
			"anything in it may not be, nothing is changed. With --dry-run nothing is changed in any\n" +
			"case, and the command exits with 2 if something would be.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			document, err := readDocument(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			query := url.Values{}
			for name, set := range map[string]bool{"dry_run": dryRun, "prune": prune} {
				if set {
					query.Set(name, "true")
				}
			}
			if wait {
				query.Set("wait", "applied")
			}
			if message != "" {
				query.Set("message", message)
			}
			answer, err := a.call(http.MethodPost, "/api/apply?"+query.Encode(), document)
			if err != nil {
				return err
			}
			return tellApplied(cmd.OutOrStdout(), answer, dryRun)
		},
	}
	a.flags(cmd.Flags())
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change, and change nothing; exit with 2 if something would")
	cmd.Flags().BoolVar(&prune, "prune", false, "delete what the file does not name")
	cmd.Flags().BoolVar(&wait, "wait", false, "end when every live node has the change")
	cmd.Flags().StringVar(&message, "message", "", "`TEXT` for the record: why")
	return withEnvironment(cmd)
}

// readDocument reads a file of either format as JSON.
func readDocument(stdin io.Reader, path string) ([]byte, error) {
	var text []byte
	var err error
	if path == "-" {
		text, err = io.ReadAll(stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	document, err := config.ToJSON(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return document, nil
}

// tellApplied writes what has changed, or would: a line for each place.
func tellApplied(out io.Writer, answer []byte, dryRun bool) error {
	var told struct {
		Message string
		Changes []struct {
			Path     string
			From, To json.RawMessage
		}
		Made []struct{ ID, Name, Value string }
	}
	if err := json.Unmarshal(answer, &told); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	for _, c := range told.Changes {
		switch {
		case c.From == nil:
			fmt.Fprintf(out, "+ %s: %s\n", c.Path, c.To)
		case c.To == nil:
			fmt.Fprintf(out, "- %s: %s\n", c.Path, c.From)
		default:
			fmt.Fprintf(out, "~ %s: %s -> %s\n", c.Path, c.From, c.To)
		}
	}
	for _, k := range told.Made {
		fmt.Fprintf(out, "virtual key %s (%s): %s\n", k.Name, k.ID, k.Value)
	}
	fmt.Fprintln(out, told.Message)
	if dryRun && len(told.Changes) > 0 {
		return exitError{errors.New("the gateway is not what the file says"), wouldChange}
	}
	return nil
}
