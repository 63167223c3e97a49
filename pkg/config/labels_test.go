package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLabelsOfMetricsAreSpeltAsPrometheusDoes(t *testing.T) {
	c, notes, err := Parse([]byte(`{"client": {"prometheus_labels": ["team", "cost-centre", "model", "team"]}}`), JSON)
	require.NoError(t, err)
	require.Equal(t, []string{"team", "cost_centre"}, c.Client.MetricLabels())
	require.Len(t, notes, 1)
	require.Equal(t, "client.prometheus_labels[2]", notes[0].Path)
}
