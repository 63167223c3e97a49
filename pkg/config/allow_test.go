package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAllowListFollowsTheVersion(t *testing.T) {
	for _, tt := range []struct {
		name             string
		version          int
		allowed, blocked []string
		want             string // which of a and b are allowed
	}{
		{"absent is all", 0, nil, nil, "ab"},
		{"empty is all", 1, []string{}, nil, "ab"},
		{"star is all", 1, []string{"*"}, nil, "ab"},
		{"absent is none in version 2", 2, nil, nil, ""},
		{"empty is none in version 2", 2, []string{}, nil, ""},
		{"star is all in version 2", 2, []string{"*"}, nil, "ab"},
		{"star beside others is all", 2, []string{"a", "*"}, nil, "ab"},
		{"named", 1, []string{"a"}, nil, "a"},
		{"blocked wins", 1, []string{"a", "b"}, []string{"a"}, "b"},
		{"blocked wins over all", 2, []string{"*"}, []string{"a"}, "b"},
		{"all blocked", 1, nil, []string{"*"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := (&Config{Version: tt.version}).Allow(tt.allowed, tt.blocked)
			got := ""
			for _, name := range []string{"a", "b"} {
				if a.Allows(name) {
					got += name
				}
			}
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.want == "ab", a.All())
		})
	}
	require.False(t, Allow{}.Allows("a"))
}

func TestAllowsDoesNotAllocate(t *testing.T) {
	a := (&Config{}).Allow([]string{"gpt-4o", "gpt-4o-mini"}, []string{"gpt-4o-audio"})
	require.Zero(t, testing.AllocsPerRun(100, func() { a.Allows("gpt-4o-mini") }))
}
