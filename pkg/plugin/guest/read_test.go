package guest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFramesAreReadAsJSONIs(t *testing.T) {
	frames, err := filepath.Glob("../frame/testdata/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, frames)
	for _, path := range frames {
		t.Run(filepath.Base(path), func(t *testing.T) {
			file, err := os.ReadFile(path)
			require.NoError(t, err)
			same(t, file)
		})
	}
	for _, frame := range []string{
		`{}`, `{"asbru":1,"point":"before_route"}`, `{"partial":true}`, `{"partial":false,"chunk":"a\"}\\"}`,
		`{"call":{"id":"\\","model":"a\u0041\"","attempt":12,"stream":true,"x":[1,{"y":"]}"}]},"request":{"a":"{\\\""}}`,
		`{"headers":{"x-a":"b"},"later":-1.5e3,"point":"p"}`,
	} {
		same(t, []byte(frame))
	}
}

// same reads a frame in both ways.
func same(t *testing.T, b []byte) {
	t.Helper()
	var any map[string]any
	require.NoError(t, json.Unmarshal(b, &any))
	b, err := json.Marshal(any) // without blanks
	require.NoError(t, err)
	var is, want Frame
	require.NoError(t, is.read(b))
	require.NoError(t, json.Unmarshal(b, &want))
	require.Equal(t, want, is)
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte(`{"call":{"id":"\\"},"request":{"a":[1,"}"]},"chunk":"x"}`))
	f.Add([]byte(`{"a":"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var is Frame
		err := is.read(b) // it may be wrong, but not panic
		if !json.Valid(b) || err != nil {
			return
		}
		for _, part := range []json.RawMessage{is.State, is.Request, is.Response, is.Done, is.Tool, is.Result, is.HTTP, is.Answered} {
			require.True(t, part == nil || json.Valid(part), "%s", part)
		}
	})
}
