package bus_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

func TestATokenIsOfOneNameAlone(t *testing.T) {
	valid := regexp.MustCompile(`^[-_=a-zA-Z0-9]+$`)
	rapid.Check(t, func(t *rapid.T) {
		name := string(rapid.SliceOf(rapid.Byte()).Draw(t, "name"))
		token := bus.Token(name)
		require.Regexp(t, valid, token)
		back, ok := bus.Untoken(token)
		require.True(t, ok)
		require.Equal(t, name, back)
	})
}

func TestWhatIsNoTokenIsNoName(t *testing.T) {
	for _, s := range []string{"", "a.b", "*", ">", "a=", "a=2", "a=2e", "=41", "a b", "=GG"} {
		_, ok := bus.Untoken(s)
		require.False(t, ok, s)
	}
}

func FuzzUntoken(f *testing.F) {
	for _, s := range []string{"edge-1", "edge-1=2Elocal", "=", "=4", "a=41"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if name, ok := bus.Untoken(s); ok && bus.Token(name) != s {
			t.Fatalf("%q is the token of %q, whose token is %q", s, name, bus.Token(name))
		}
	})
}

func TestASubjectAndItsValues(t *testing.T) {
	subject := bus.KeyCooldown.At("openai", "team a")
	require.Equal(t, "ctl.key.cooldown.openai.team=20a", subject)
	values, ok := bus.KeyCooldown.Values(subject)
	require.True(t, ok)
	require.Equal(t, []string{"openai", "team a"}, values)
	require.Equal(t, "ctl.key.cooldown.*.*", bus.KeyCooldown.All())
	require.Equal(t, "frm.edge-1=2Elocal.*", bus.Frames.Of("edge-1.local"))
	for _, other := range []string{"ctl.key.cooldown.openai", "ctl.key.breaker.openai.a", "ctl.key.cooldown.openai.=", "ctl.key.cooldown.openai.a b"} {
		_, ok := bus.KeyCooldown.Values(other)
		require.Equal(t, other == "ctl.key.cooldown.openai.=", ok, other)
	}
	require.Panics(t, func() { bus.KeyCooldown.At("openai") })
	require.Panics(t, func() { bus.KeyCooldown.At("openai", "a", "b") })
}
