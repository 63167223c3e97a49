package eventstream_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	aws "github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// message is a copy of what a Message says.
type message struct {
	kind                eventstream.Kind
	name, text, payload string
}

func copied(m *eventstream.Message) message {
	return message{m.Kind, string(m.Name), string(m.Text), string(m.Payload)}
}

// readAll feeds pieces and overwrites each one when it is lent no more.
func readAll(r *eventstream.Reader, pieces ...[]byte) (all []message, err error) {
	var m eventstream.Message
	for _, piece := range pieces {
		lent := bytes.Clone(piece)
		r.Feed(lent)
		for {
			ok, err := r.Next(&m)
			if err != nil {
				return all, err
			}
			if !ok {
				break
			}
			all = append(all, copied(&m))
		}
		for i := range lent {
			lent[i] = '!'
		}
	}
	return all, nil
}

func drawMessage(t *rapid.T) message {
	m := message{kind: eventstream.Kind(rapid.IntRange(0, 2).Draw(t, "kind")), name: rapid.StringN(0, 40, -1).Draw(t, "name")}
	if m.kind == eventstream.Error {
		m.text = rapid.StringN(0, 40, -1).Draw(t, "text")
	} else {
		m.payload = string(rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "payload"))
	}
	return m
}

func frame(m message) []byte {
	return eventstream.AppendMessage(nil, &eventstream.Message{Kind: m.kind, Name: []byte(m.name), Text: []byte(m.text), Payload: []byte(m.payload)})
}

func TestMessagesSurviveTheWireInAnyPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []message
		var wire []byte
		for range rapid.IntRange(1, 5).Draw(t, "messages") {
			m := drawMessage(t)
			want = append(want, m)
			wire = append(wire, frame(m)...)
		}
		var pieces [][]byte
		for rest := wire; len(rest) > 0; {
			n := rapid.IntRange(1, min(len(rest), 200)).Draw(t, "piece")
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		var r eventstream.Reader
		got, err := readAll(&r, pieces...)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.False(t, r.Partial())
	})
}

func TestTheSDKReadsWhatIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawMessage(t)
		got, err := aws.NewDecoder().Decode(bytes.NewReader(frame(want)), nil)
		require.NoError(t, err)
		name := map[eventstream.Kind]string{
			eventstream.Event: ":event-type", eventstream.Exception: ":exception-type", eventstream.Error: ":error-code",
		}[want.kind]
		require.Equal(t, want.name, got.Headers.Get(name).String())
		require.Equal(t, want.payload, string(got.Payload))
		if want.kind == eventstream.Error {
			require.Equal(t, want.text, got.Headers.Get(":error-message").String())
		}
	})
}

func TestWhatTheSDKWritesIsRead(t *testing.T) {
	m := aws.Message{Payload: []byte(`{"a":1}`)}
	for name, v := range map[string]aws.Value{
		"true": aws.BoolValue(true), "false": aws.BoolValue(false), "byte": aws.Int8Value(1), "short": aws.Int16Value(2),
		"int": aws.Int32Value(3), "long": aws.Int64Value(4), "bytes": aws.BytesValue("b"), "uuid": aws.UUIDValue{1},
		":message-type": aws.StringValue("exception"), ":exception-type": aws.StringValue("throttlingException"),
	} {
		m.Headers.Set(name, v)
	}
	var wire bytes.Buffer
	require.NoError(t, aws.NewEncoder().Encode(&wire, m))
	got, err := readAll(new(eventstream.Reader), wire.Bytes())
	require.NoError(t, err)
	require.Equal(t, []message{{eventstream.Exception, "throttlingException", "", `{"a":1}`}}, got)
}

// broken returns a good frame with something wrong in it, its checksums right.
func broken(change func(frame []byte)) []byte {
	b := frame(message{name: "chunk", payload: "{}"})
	change(b)
	binary.BigEndian.PutUint32(b[8:], crc32.ChecksumIEEE(b[:8]))
	binary.BigEndian.PutUint32(b[len(b)-4:], crc32.ChecksumIEEE(b[:len(b)-4]))
	return b
}

func TestWhatIsNoFrameIsRefusedAtOnce(t *testing.T) {
	good := frame(message{name: "chunk", payload: "{}"})
	flipped := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 1
		return b
	}
	size := func(total, headers uint32) []byte {
		return broken(func(b []byte) {
			binary.BigEndian.PutUint32(b, total)
			binary.BigEndian.PutUint32(b[4:], headers)
		})[:12] // no more has to come
	}
	for name, tc := range map[string]struct {
		wire []byte
		want error
	}{
		"a byte of the lengths":        {flipped(3), eventstream.ErrChecksum},
		"a byte of a header":           {flipped(14), eventstream.ErrChecksum},
		"a byte of the payload":        {flipped(len(good) - 5), eventstream.ErrChecksum},
		"a byte of the checksum":       {flipped(len(good) - 1), eventstream.ErrChecksum},
		"more than may be":             {size(eventstream.MaxFrame+1, 0), eventstream.ErrTooLarge},
		"headers longer than may be":   {size(eventstream.MaxFrame, eventstream.MaxHeaders+1), eventstream.ErrTooLarge},
		"headers longer than the rest": {size(100, 90), eventstream.ErrLength},
		"less than a frame":            {size(3, 0), eventstream.ErrLength},
		"a name that goes on":          {broken(func(b []byte) { b[12] = 255 }), eventstream.ErrHeader},
		"a type that there is not":     {broken(func(b []byte) { b[13+len(":event-type")] = 10 }), eventstream.ErrHeader},
		"a value that goes on":         {broken(func(b []byte) { b[14+len(":event-type")] = 255 }), eventstream.ErrHeader},
		"HTML":                         {[]byte("<html><body>Bad gateway</body></html>"), eventstream.ErrChecksum},
	} {
		t.Run(name, func(t *testing.T) {
			var r eventstream.Reader
			got, err := readAll(&r, good, tc.wire, good)
			require.ErrorIs(t, err, tc.want)
			require.Len(t, got, 1, "what came before it counts")
			_, err = readAll(&r, good)
			require.ErrorIs(t, err, tc.want, "it stays")
			r.Reset()
			got, err = readAll(&r, good)
			require.NoError(t, err)
			require.Len(t, got, 1)
		})
	}
}

func TestAFrameThatIsCutIsPartial(t *testing.T) {
	good := frame(message{name: "chunk", payload: "{}"})
	for cut := 1; cut < len(good); cut++ {
		var r eventstream.Reader
		got, err := readAll(&r, good, good[:cut])
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.True(t, r.Partial(), cut)
	}
}

func TestFramesBecomeEvents(t *testing.T) {
	var wire []byte
	for _, m := range []message{
		{name: "messageStop", payload: `{"stopReason":"end_turn"}`},
		{kind: eventstream.Exception, name: "throttlingException", payload: `{"message":"Slow down"}`},
		{kind: eventstream.Error, name: "InternalFailure", text: `so "sorry"`},
	} {
		wire = append(wire, frame(m)...)
	}
	const want = "event: messageStop\ndata: {\"stopReason\":\"end_turn\"}\n\n" +
		"event: throttlingException\ndata: {\"message\":\"Slow down\"}\n\n" +
		"event: error\ndata: {\"code\":\"InternalFailure\",\"message\":\"so \\\"sorry\\\"\"}\n\n"
	var e eventstream.Events
	var got []byte
	for i := range wire {
		events, err := e.Next(wire[i : i+1])
		require.NoError(t, err)
		got = append(got, events...)
	}
	require.Equal(t, want, string(got))

	e.Reset()
	events, err := e.Next(append(wire, "no frame at all"...))
	require.ErrorIs(t, err, eventstream.ErrChecksum)
	require.Equal(t, want, string(events))
}

func TestEventsMayBeWrittenInAnotherWay(t *testing.T) {
	e := eventstream.Events{Write: func(dst []byte, m *eventstream.Message) []byte { return sse.AppendEvent(dst, "other", m.Payload) }}
	got, err := e.Next(frame(message{name: "chunk", payload: "{}"}))
	require.NoError(t, err)
	require.Equal(t, "event: other\ndata: {}\n\n", string(got))
}
