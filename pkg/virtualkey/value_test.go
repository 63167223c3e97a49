package virtualkey_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

func TestAClusterKnowsItsOwnKeysOnly(t *testing.T) {
	cluster := secret.NewKey()
	m := virtualkey.NewMinter(cluster)
	key := m.Mint()
	require.True(t, m.Made(key))
	require.True(t, virtualkey.NewMinter(cluster).Made(key))
	require.False(t, virtualkey.NewMinter(secret.NewKey()).Made(key))
	require.NotEqual(t, key, m.Mint())
	for _, other := range []string{"", "sk-asbru-", key[:len(key)-1], key + "a", strings.ToUpper(key), "sk-bf-" + key[9:]} {
		require.False(t, m.Made(other), other)
	}
}

func TestAKeyThatWasTamperedWithIsRefused(t *testing.T) {
	m := virtualkey.NewMinter(secret.NewKey())
	rapid.Check(t, func(t *rapid.T) {
		key := []byte(m.Mint())
		at := rapid.IntRange(len(virtualkey.Prefix), len(key)-1).Draw(t, "at")
		to := rapid.SampledFrom([]byte("abcdefghijklmnopqrstuvwxyz234567")).Draw(t, "to")
		if key[at] == to {
			return
		}
		key[at] = to
		require.False(t, m.Made(string(key)))
	})
}

func TestADigestIsReadBack(t *testing.T) {
	d := virtualkey.DigestOf("sk-asbru-x")
	got, ok := virtualkey.ParseDigest(d.String())
	require.True(t, ok)
	require.Equal(t, d, got)
	for _, s := range []string{"", "zz", d.String()[2:], d.String() + "00"} {
		_, ok := virtualkey.ParseDigest(s)
		require.False(t, ok, s)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"id":"a","digest":"00","active":true,"rate_limit":{"requests":{"max":1,"period":60000000000}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := virtualkey.Decode(b, 1)
		if err != nil {
			return
		}
		again, err := r.Encode()
		require.NoError(t, err)
		back, err := virtualkey.Decode(again, 1)
		require.NoError(t, err)
		require.Equal(t, r.ID, back.ID)
	})
}
