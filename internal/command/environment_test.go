package command

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

func TestFlagBeatsVariableBeatsFileBeatsDefault(t *testing.T) {
	server := config.Server{Listen: "file:1", NodeID: "file", LogLevel: "warn", DrainTimeoutS: 7}
	t.Setenv("ASBRU_LISTEN", "variable:1")
	t.Setenv("ASBRU_NODE_ID", "variable")
	cmd := upCommand(Build{})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return fromFile(cmd.Flags(), &server) }
	cmd.SetArgs([]string{"--listen", "flag:1"})
	require.NoError(t, cmd.Execute())
	for name, want := range map[string]string{
		"listen": "flag:1", "node-id": "variable", "log-level": "warn", "drain-timeout": (7 * time.Second).String(), "data-dir": "./asbru-data",
	} {
		require.Equal(t, want, cmd.Flag(name).Value.String(), name)
	}
}

func TestEveryFlagOfTheFileIsOne(t *testing.T) {
	flags := upCommand(Build{}).Flags()
	for name := range (config.Server{}).Flags() {
		require.NotNil(t, flags.Lookup(name), name)
	}
}

func TestAVariableThatWillNotDoIsNamed(t *testing.T) {
	t.Setenv("ASBRU_DRAIN_TIMEOUT", "soon")
	_, err := run(t.Context(), "up")
	require.ErrorContains(t, err, "ASBRU_DRAIN_TIMEOUT")
}
