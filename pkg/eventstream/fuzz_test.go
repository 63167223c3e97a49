package eventstream_test

import (
	"bytes"
	"testing"

	aws "github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/eventstream"
)

func FuzzReader(f *testing.F) {
	good := frame(message{name: "chunk", payload: `{"bytes":"e30="}`})
	f.Add(good, 3)
	f.Add(append(good, frame(message{kind: eventstream.Exception, name: "a"})...), 30)
	f.Add(good[:20], 1)
	f.Fuzz(func(t *testing.T, wire []byte, at int) {
		at = min(max(at, 0), len(wire))
		whole, errWhole := readAll(new(eventstream.Reader), wire)
		pieces, errPieces := readAll(new(eventstream.Reader), wire[:at], wire[at:])
		require.Equal(t, whole, pieces)
		require.Equal(t, errWhole, errPieces)

		d, stream := aws.NewDecoder(), bytes.NewReader(wire)
		for i := range whole { // what is read here is what the SDK reads
			m, err := d.Decode(stream, nil)
			require.NoError(t, err)
			require.Equal(t, string(m.Payload), whole[i].payload)
		}
	})
}

func BenchmarkEvents(b *testing.B) {
	var wire []byte
	for range 16 {
		wire = append(wire, frame(message{name: "contentBlockDelta", payload: `{"contentBlockIndex":0,"delta":{"text":"Hello there"},"p":"abcdefghijkl"}`})...)
	}
	var e eventstream.Events
	b.ReportAllocs()
	b.SetBytes(int64(len(wire)))
	for b.Loop() {
		if _, err := e.Next(wire); err != nil {
			b.Fatal(err)
		}
	}
}
