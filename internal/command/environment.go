package command

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// variable is the environment variable of a flag: ASBRU_ and its name in capitals.
func variable(flag string) string {
	return "ASBRU_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// withEnvironment lets each flag of a command be given by its variable too, and
// its help say so. It comes after the flags and before anything that reads them.
func withEnvironment(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().VisitAll(func(f *pflag.Flag) { f.Usage += " (" + variable(f.Name) + ")" })
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd.Flags()) }
	return cmd
}

// fromFile sets each flag that was given neither on the command line nor by its
// variable to what the section server of the configuration file says.
func fromFile(flags *pflag.FlagSet, s *config.Server) error {
	var problems []error
	for name, value := range s.Flags() {
		if f := flags.Lookup(name); f != nil && !f.Changed && value != "" {
			if err := flags.Set(name, value); err != nil {
				problems = append(problems, fmt.Errorf("server.%s: %w", strings.ReplaceAll(name, "-", "_"), err))
			}
		}
	}
	return errors.Join(problems...)
}

// fromEnvironment sets each flag that was not given from its variable.
func fromEnvironment(flags *pflag.FlagSet) error {
	var problems []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := variable(f.Name)
		if value, ok := os.LookupEnv(name); ok && !f.Changed {
			if err := flags.Set(f.Name, value); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", name, err))
			}
		}
	})
	return errors.Join(problems...)
}
