package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestAKeyIsReadInEveryBase64(t *testing.T) {
	k := secret.NewKey()
	raw := k.Bytes()
	for _, s := range []string{
		k.Encode(), " " + k.Encode() + "\n",
		base64.RawStdEncoding.EncodeToString(raw), base64.URLEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
	} {
		got, err := secret.ParseKey(s)
		require.NoError(t, err)
		require.Equal(t, k.Encode(), got.Encode())
	}
}

func TestWhatIsNoKeyIsRefusedWithoutBeingRepeated(t *testing.T) {
	for _, s := range []string{"", "not base64!", "c2hvcnQ=", base64.StdEncoding.EncodeToString(make([]byte, 33))} {
		_, err := secret.ParseKey(s)
		require.Error(t, err)
		if s != "" {
			require.NotContains(t, err.Error(), s)
		}
	}
}

func TestAKeyIsNotShown(t *testing.T) {
	k := secret.NewKey()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("key", "key", k)
	asJSON, err := json.Marshal(map[string]any{"key": k})
	require.NoError(t, err)
	for _, shown := range []string{fmt.Sprint(k), fmt.Sprintf("%v %+v %#v %x %s %d", k, k, k, k, k, k), log.String(), string(asJSON)} {
		require.Contains(t, shown, secret.Mask)
		require.NotContains(t, shown, k.Encode()[:8])
		require.NotContains(t, shown, fmt.Sprint(k.Bytes()[0], " ", k.Bytes()[1]))
	}
}

func TestKeysOfDifferentPurposesDiffer(t *testing.T) {
	k := secret.NewKey()
	a, again, b := k.Derive("a"), k.Derive("a"), k.Derive("b")
	require.Equal(t, a.Encode(), again.Encode())
	require.NotEqual(t, a.Encode(), b.Encode())
	require.NotEqual(t, a.Encode(), k.Encode())
}

func TestWhatIsSealedOpensWithItsKeyForItsPlaceOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, place := secret.NewKey(), rapid.String().Draw(t, "place")
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		sealed := k.Seal(text, place)
		got, err := k.Open(sealed, place)
		require.NoError(t, err)
		require.Equal(t, string(text), string(got))

		_, err = k.Open(sealed, place+"x")
		require.ErrorIs(t, err, secret.ErrSealed)
		_, err = secret.NewKey().Open(sealed, place)
		require.ErrorIs(t, err, secret.ErrSealed)
		sealed[rapid.IntRange(0, len(sealed)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		_, err = k.Open(sealed, place)
		require.ErrorIs(t, err, secret.ErrSealed)
	})
}

func TestNoTwoSealsAreAlike(t *testing.T) {
	k := secret.NewKey()
	first, second := k.Seal([]byte("x"), "p"), k.Seal([]byte("x"), "p")
	require.NotEqual(t, first, second)
}

func FuzzOpen(f *testing.F) {
	k := secret.NewKey()
	f.Add(k.Seal([]byte("text"), "place"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if text, err := k.Open(sealed, "elsewhere"); err == nil {
			t.Fatalf("opened %q", text)
		}
	})
}

func TestAKeyWithOthersBesideIt(t *testing.T) {
	old, next := secret.NewKey(), secret.NewKey()
	both, err := secret.ParseKey(next.Encode() + ", " + old.Encode())
	require.NoError(t, err)
	require.True(t, both.Several())
	require.Equal(t, next.Encode(), both.Encode(), "only the first is stored")
	for _, bad := range []string{next.Encode() + ",", "," + old.Encode(), next.Encode() + ",x"} {
		_, err := secret.ParseKey(bad)
		require.Error(t, err)
	}
	p := both.Derive("p")
	for _, key := range []secret.Key{old, next} {
		text, err := p.Open(key.Derive("p").Seal([]byte("x"), "here"), "here")
		require.NoError(t, err)
		require.Equal(t, "x", string(text))
	}
	sealed := p.Seal([]byte("x"), "here")
	require.True(t, next.Derive("p").Sealed(sealed))
	_, err = old.Derive("p").Open(sealed, "here")
	require.ErrorIs(t, err, secret.ErrSealed)
	_, err = p.Open(secret.NewKey().Derive("p").Seal(nil, "here"), "here")
	require.ErrorIs(t, err, secret.ErrSealed)
}

func TestFingerprintsTellKeysApartAndNothingElse(t *testing.T) {
	old, next := secret.NewKey(), secret.NewKey()
	both, err := secret.ParseKey(next.Encode() + "," + old.Encode())
	require.NoError(t, err)
	require.Equal(t, append(next.Fingerprints(), old.Fingerprints()...), both.Fingerprints())
	require.NotEqual(t, old.Fingerprints(), next.Fingerprints())
	require.Len(t, old.Fingerprints()[0], 12)
}
