package signing_test

import (
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

func publisher(t *testing.T, name string) (ed25519.PrivateKey, signing.Publisher) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	return private, signing.Publisher{Name: name, Key: public}
}

func TestOnlySignaturesOfThoseWhomWeTrustCount(t *testing.T) {
	ours, we := publisher(t, "we")
	theirs, _ := publisher(t, "they")
	digest, other := signing.Digest([]byte("a")), signing.Digest([]byte("b"))
	trust := signing.Trust{Publishers: []signing.Publisher{we}}
	by, err := trust.Check(digest, signing.Sign(ours, digest))
	require.NoError(t, err)
	require.Equal(t, "we", by)
	for name, signature := range map[string]string{
		"of another": signing.Sign(theirs, digest), "of something else": signing.Sign(ours, other), "none": "", "no base64": "%", "short": "YQ==",
	} {
		_, err := trust.Check(digest, signature)
		require.ErrorIs(t, err, signing.ErrNotTrusted, name)
	}
	trust.Unsigned = true
	by, err = trust.Check(digest, "")
	require.NoError(t, err)
	require.Empty(t, by)
}
