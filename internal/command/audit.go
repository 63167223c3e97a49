package command

import (
	"errors"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/audit"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/spf13/cobra"
)

// errAuditBroken ends the command that has found an audit not as it was written.
var errAuditBroken = errors.New("the audit is not as it was written")

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "Look at the audit of the admin API", Args: cobra.NoArgs}
	cmd.AddCommand(auditVerifyCommand())
	return cmd
}

func auditVerifyCommand() *cobra.Command {
	var url, dataDir string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "See whether the audit is as it was written",
		Long: "See whether the audit is as it was written, by its chain of hashes, and name the first\n" +
			"entry that is not. The gateway may be running.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := store.Open(cmd.Context(), storeURL(url, dataDir))
			if err != nil {
				return err
			}
			report, err := audit.Verify(cmd.Context(), s.Audit())
			if err = errors.Join(err, s.Close()); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d entries are whole; the last is %d, with the hash %s\n", report.Entries, report.Head.Seq, report.Head.Hash)
			if report.Broken > 0 {
				return fmt.Errorf("%w: entry %d: %s", errAuditBroken, report.Broken, report.Reason)
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&url, "store", "", "`URL` of the store, sqlite:PATH or postgres://… (default: sqlite in FOLDER/asbru.db)")
	flags.StringVar(&dataDir, "data-dir", "./asbru-data", "`FOLDER` for what must outlive the process")
	return withEnvironment(cmd)
}
