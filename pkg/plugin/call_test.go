package plugin_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/stretchr/testify/require"
)

func TestNotesStandSideBySideAndAreBounded(t *testing.T) {
	var c plugin.Call
	c.Note("pii", "email")
	c.Note("word,list", "a,b\n")
	c.Note("seen", "")
	c.Note("", "nothing")
	require.Equal(t, "pii:email,word;list:a;b,seen", c.Notes())
	for range 100 {
		c.Note("n", strings.Repeat("é", 1000))
	}
	require.Less(t, len(c.Notes()), 9<<10)
	require.True(t, strings.HasPrefix(c.Notes(), "pii:email,"))
}

func TestACallCarriesAPluginsStateUntilItIsReset(t *testing.T) {
	type key struct{}
	c := plugin.Call{ID: "1"}
	require.Nil(t, c.Value(key{}))
	c.SetValue(key{}, 7)
	require.Equal(t, 7, c.Value(key{}))
	err := api.Errorf(api.KindInternal, "x", "X.")
	require.False(t, c.WantsAgain(err))
	require.True(t, c.WantsAgain(c.Again(err)))
	c.Note("a", "b")
	c.Reset()
	require.Nil(t, c.Value(key{}))
	require.False(t, c.WantsAgain(err))
	require.False(t, c.WantsAgain(nil))
	require.Empty(t, c.Notes())
	require.Empty(t, c.ID)
}

func TestAHeaderIsFoundInAnyCase(t *testing.T) {
	all := []plugin.Header{{Name: "X-One", Value: "1"}}
	require.Equal(t, "1", plugin.HeaderOf(all, "x-one"))
	require.Empty(t, plugin.HeaderOf(all, "x-two"))
}
