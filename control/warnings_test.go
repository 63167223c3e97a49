package control_test

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/stretchr/testify/require"
)

func TestWhatAnOperatorShouldLookAtIsAWarning(t *testing.T) {
	now := time.Now()
	serving := []string{"edge"}
	d := open(t)
	well := member.State{Node: "well", Roles: serving, Version: "test", Counts: member.CountsShared, Told: now, ClockOffset: -0.2}
	for code, ill := range map[string]member.State{
		"configuration_not_applied": {Config: rollout.Status{Revision: 1, Wanted: 2, Error: "no such field"}},
		"configuration_refused":     {Config: rollout.Status{Refused: &rollout.Refused{Count: 3, At: now.Add(-time.Minute), Reason: "forged"}}},
		"counts_alone":              {Counts: member.CountsAlone},
		"counts_away":               {Counts: member.CountsAway},
		"clock_off":                 {ClockOffset: -3600},
		"other_version":             {Version: "next"},
		"usage_not_told":            {Usage: member.Usage{Spooled: 100}},
		"usage_lost":                {Usage: member.Usage{Lost: 1}},
		"plugin_absent":             {Plugins: []member.Plugin{{Name: "h", State: "absent", LastError: "no such file"}, {Name: "other", State: "failing"}}},
	} {
		ill.Node, ill.Roles, ill.Told = "ill", serving, now
		if ill.Version == "" {
			ill.Version = "test"
		}
		d.nodes.tell(well, ill)
		shown := d.call(200, "GET", "/api/cluster/nodes", "")["warnings"].([]any)
		require.Len(t, shown, 1, code)
		require.Equal(t, "ill", shown[0].(map[string]any)["node"], code)
		require.Equal(t, code, shown[0].(map[string]any)["code"])
	}
}

func TestWhatIsAsItShouldBeIsNoWarning(t *testing.T) {
	d := open(t)
	now := time.Now()
	d.nodes.tell(
		member.State{Node: "all", Roles: []string{"edge", "control"}, Version: "test", Counts: member.CountsAlone, Told: now}, // as in asbru up
		member.State{
			Node: "control-2", Roles: []string{"control"}, Version: "test", Told: now,
			Config: rollout.Status{Refused: &rollout.Refused{Count: 1, At: now.Add(-time.Hour)}},
		},
	)
	require.Empty(t, d.call(200, "GET", "/api/cluster/nodes", "")["warnings"])
}
