package testcall

import (
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/job"
)

type follower struct{ pieces []string }

func (*follower) Begin(*job.Answer, string) error { return nil }

func (f *follower) Piece(b []byte) error {
	f.pieces = append(f.pieces, string(b))
	return nil
}

func TestAPieceThatIsMissingOrTakenFromElsewhereBreaksTheStream(t *testing.T) {
	c := bustest.Start(t)
	edge, asker := c.Connect(t, bus.Edge, "edge"), NewAsker(c.Connect(t, bus.Control, "control"))
	type place struct {
		id     string
		number int
	}
	for name, third := range map[string]place{"missing": {"", 3}, "again": {"", 1}, "of another call": {"other", 2}} {
		t.Run(name, func(t *testing.T) {
			listens, err := edge.Overflow.NATS.Subscribe(bus.TestCall.At(), func(m *nats.Msg) {
				key := edge.Derive(purpose)
				var q question
				if open(key, askingPlace, m.Data, &q) != nil {
					return
				}
				if third.id == "" {
					third.id = q.ID
				}
				for i, r := range []reply{{More: true, Answer: &job.Answer{Status: 200}}, {More: true, Body: []byte("a")}, {More: true, Body: []byte("b")}} {
					at := answerPlace(q.ID, i)
					if i == 2 {
						at = answerPlace(third.id, third.number)
					}
					message, _ := seal(key, at, r)
					_ = m.Respond(message)
				}
			})
			require.NoError(t, err)
			require.NoError(t, edge.Overflow.NATS.Flush())
			var f follower
			_, _, err = asker.Follow(t.Context(), &job.Request{}, &f)
			require.ErrorIs(t, err, ErrBroken)
			require.Equal(t, []string{"a"}, f.pieces)
			require.NoError(t, listens.Unsubscribe())
			require.NoError(t, edge.Overflow.NATS.Flush())
		})
	}
}
