package deploy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/internal/command"
)

// settings returns the flags of the role that args begin with, as the program would
// take them from the rest of args and from variables.
func settings(t *testing.T, args []string, variables map[string]string) *pflag.FlagSet {
	t.Helper()
	cmd, rest, err := command.Root(command.Build{}).Find(args)
	require.NoError(t, err)
	require.True(t, cmd.HasParent(), "no role is named: %q", args)
	require.NoError(t, cmd.ParseFlags(rest), args)
	require.Empty(t, cmd.Flags().Args(), "%q: what is not a flag", args)
	for name, value := range variables {
		flag, ours := strings.CutPrefix(name, "ASBRU_")
		if !ours {
			continue
		}
		flag = strings.ReplaceAll(strings.ToLower(flag), "_", "-")
		require.NotNil(t, cmd.Flags().Lookup(flag), "%s: asbru %s has no flag --%s", name, cmd.Name(), flag)
		require.NoError(t, cmd.Flags().Set(flag, value), "%s of asbru %s", name, cmd.Name())
	}
	return cmd.Flags()
}

// drain returns how long a role with these flags may take to stop.
func drain(t *testing.T, flags *pflag.FlagSet) time.Duration {
	t.Helper()
	most, err := flags.GetDuration("drain-timeout")
	require.NoError(t, err)
	if flags.Lookup("drain-grace") != nil {
		grace, err := flags.GetDuration("drain-grace")
		require.NoError(t, err)
		most += grace
	}
	return most
}
