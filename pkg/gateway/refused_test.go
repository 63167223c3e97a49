package gateway

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMarkOfARefusalNamesTheLimit(t *testing.T) {
	for _, id := range []string{"vk:a:requests", "enduser:k:Doe, 100%2C:tokens", "customer:%,:money"} {
		mark := MarkOfRefusal(id)
		require.NotContains(t, mark, ",")
		named, is := RefuserOf(mark)
		require.True(t, is)
		require.Equal(t, id, named)
	}
	_, is := RefuserOf("cache:hit")
	require.False(t, is)
}
