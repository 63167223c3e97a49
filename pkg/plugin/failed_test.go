package plugin_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/stretchr/testify/require"
)

func TestAHookThatHasFailedDoesNotRefuseTheCall(t *testing.T) {
	e := plugin.Failed("pii", "no answer in 50 ms")
	why, failed := plugin.WhyFailed(e)
	require.True(t, failed)
	require.Equal(t, "no answer in 50 ms", why)
	require.NotContains(t, e.Error(), why, "why is not for callers")
	_, failed = plugin.WhyFailed(api.Errorf(api.KindPermission, "blocked", "No."))
	require.False(t, failed)
	_, failed = plugin.WhyFailed(nil)
	require.False(t, failed)
}

type whole struct{}

func (whole) Name() string { return "whole" }

type some struct{ whole }

func (some) Wants(at plugin.Point) bool { return at == plugin.BeforeRoute }

func TestAPluginIsCalledForAllThatItHasUnlessItSaysOtherwise(t *testing.T) {
	require.True(t, plugin.Wants(whole{}, plugin.BeforeTool))
	require.True(t, plugin.Wants(some{}, plugin.BeforeRoute))
	require.False(t, plugin.Wants(some{}, plugin.BeforeTool))
}
