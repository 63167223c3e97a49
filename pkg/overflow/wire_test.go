package overflow

import (
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	anyText    = rapid.StringN(0, 40, 200)
	anyHeaders = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Header {
		return Header{anyText.Draw(t, "name"), anyText.Draw(t, "value")}
	}), 0, 5)
	anyError = rapid.Custom(func(t *rapid.T) *api.Error {
		if rapid.Bool().Draw(t, "none") {
			return nil
		}
		return &api.Error{
			Kind: api.Kind(rapid.IntRange(0, int(api.KindUnsupported)).Draw(t, "kind")), Status: rapid.IntRange(0, 599).Draw(t, "status"),
			Code: anyText.Draw(t, "code"), Param: anyText.Draw(t, "param"), Message: anyText.Draw(t, "message"), Type: anyText.Draw(t, "type"),
			Provider: anyText.Draw(t, "provider"), RetryAfter: time.Duration(rapid.IntRange(0, 1e6).Draw(t, "ms")) * time.Millisecond,
			Sent: api.Sent(rapid.IntRange(0, 2).Draw(t, "sent")), Raw: api.JSON(anyText.Draw(t, "raw")), RawOf: anyText.Draw(t, "raw of"),
		}
	})
)

func TestACallIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Call{
			Transfer: ID(rapid.Uint64().Draw(t, "transfer")), Op: api.Op(rapid.IntRange(1, 5).Draw(t, "op")),
			Attempt: rapid.IntRange(0, 100).Draw(t, "attempt"), Revision: rapid.Int64Min(0).Draw(t, "revision"),
			Budget:  time.Duration(rapid.IntRange(0, 1e7).Draw(t, "budget")) * time.Millisecond,
			Bounded: rapid.Bool().Draw(t, "bounded"), Stream: rapid.Bool().Draw(t, "stream"), ArrayStream: rapid.Bool().Draw(t, "array"),
			Legacy: rapid.Bool().Draw(t, "legacy"), Hold: rapid.Bool().Draw(t, "hold"), Headers: anyHeaders.Draw(t, "headers"),
			Body: []byte(anyText.Draw(t, "body")), Blob: rapid.Bool().Draw(t, "blob"),
		}
		for _, s := range c.texts() {
			*s = anyText.Draw(t, "text")
		}
		c.Edge = "e" + c.Edge
		if c.Blob {
			c.Body = []byte{}
		}
		var got Call
		require.NoError(t, got.Decode(c.Append(nil)))
		if len(c.Headers) == 0 {
			c.Headers = nil
		}
		require.Equal(t, c, got)
	})
}

func TestAFrameIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Frame{Kind: Kind(rapid.IntRange(int(Beat), int(Fail)).Draw(t, "kind")), Seq: rapid.Uint64().Draw(t, "seq")}
		if f.Kind != Data {
			f.Worker = anyText.Draw(t, "worker")
		}
		switch f.Kind {
		case Start:
			f.Status, f.ContentType = rapid.IntRange(0, 599).Draw(t, "status"), anyText.Draw(t, "type")
			f.Streaming, f.Returned = rapid.Bool().Draw(t, "streaming"), anyHeaders.Draw(t, "returned")
		case Data:
			f.Produced, f.Data = rapid.Int64Min(0).Draw(t, "produced"), []byte(anyText.Draw(t, "data"))
		case End:
			f.Produced, f.Ended, f.Err = rapid.Int64Min(0).Draw(t, "produced"), rapid.Bool().Draw(t, "ended"), anyError.Draw(t, "error")
			f.Usage.Known = rapid.Bool().Draw(t, "known")
			for _, n := range usageCounts(&f.Usage) {
				*n = rapid.Int64().Draw(t, "count")
			}
		case Fail:
			f.Err, f.Returned = anyError.Filter(func(e *api.Error) bool { return e != nil }).Draw(t, "error"), anyHeaders.Draw(t, "returned")
		}
		var got Frame
		require.NoError(t, got.Decode(f.Append(nil)))
		if len(f.Returned) == 0 {
			f.Returned = nil
		}
		require.Equal(t, f, got)
	})
}

func TestALaterVersionMayAddValuesBehindTheOthers(t *testing.T) {
	f := Frame{Kind: End, Seq: 7, Worker: "w", Ended: true}
	var got Frame
	require.NoError(t, got.Decode(append(f.Append(nil), "and more"...)))
	require.Equal(t, f, got)
	require.NoError(t, got.Decode(f.Append(nil)[:3]), "an older one says less")
	require.Equal(t, Frame{Kind: End, Seq: 7}, got)
}

func TestAnotherVersionIsRefused(t *testing.T) {
	message := (&Call{Edge: "e", Op: api.OpChat}).Append(nil)
	message[0] = version + 1
	require.ErrorIs(t, new(Call).Decode(message), ErrFormat)
	require.ErrorIs(t, new(Frame).Decode(message), ErrFormat)
	require.ErrorIs(t, new(flow).decode(nil), ErrFormat)
}

func TestTheNameOfATransferIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := ID(rapid.Uint64().Draw(t, "id"))
		got, ok := ParseID(id.String())
		require.True(t, ok)
		require.Equal(t, id, got)
	})
	for _, bad := range []string{"", "1", strings.Repeat("1", 17), "+123456789012345", "g000000000000000"} {
		_, ok := ParseID(bad)
		require.False(t, ok, bad)
	}
}

func FuzzCallDecode(f *testing.F) {
	f.Add((&Call{Edge: "e", Op: api.OpChat, Headers: []Header{{"a", "b"}}, Body: []byte("{}")}).Append(nil))
	f.Add([]byte{version, 3, 1, 255, 255})
	f.Fuzz(func(t *testing.T, message []byte) {
		var c, again Call
		if c.Decode(message) != nil || c.Blob {
			return
		}
		if again.Decode(c.Append(nil)) != nil || again.Op != c.Op || again.Edge != c.Edge || string(again.Body) != string(c.Body) {
			t.Fatalf("%q is read as %+v, and what that writes as %+v", message, c, again)
		}
	})
}

func FuzzFrameDecode(f *testing.F) {
	for kind := Beat; kind < kinds; kind++ {
		f.Add((&Frame{Kind: kind, Seq: 3, Worker: "w", Data: []byte("x"), Err: &api.Error{Code: "c"}}).Append(nil))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		var fr, again Frame
		if fr.Decode(message) != nil {
			return
		}
		if again.Decode(fr.Append(nil)) != nil || again.Kind != fr.Kind || again.Seq != fr.Seq || string(again.Data) != string(fr.Data) {
			t.Fatalf("%q is read as %+v, and what that writes as %+v", message, fr, again)
		}
		_ = new(flow).decode(message)
	})
}
