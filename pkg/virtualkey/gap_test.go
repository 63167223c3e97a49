package virtualkey

import (
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// told is what a listener was told, in words.
type told []string

func (l *told) Changed(c Change)        { *l = append(*l, fmt.Sprint("changed ", c.Revision)) }
func (l *told) Missed()                 { *l = append(*l, "missed") }
func (l *told) Heard(uint64, time.Time) { *l = append(*l, "heard") }

func TestALostChangeIsNoticedByTheNext(t *testing.T) {
	var l told
	f := NewFollower(&KV{}, &l)
	hear := func(subject, revision string) {
		f.hear(&nats.Msg{Subject: subject, Header: nats.Header{"Nats-Sequence": {revision}}, Data: []byte("not sealed")})
	}
	subject := bus.VirtualKeyChanged.At(DigestOf("k").String())
	for _, revision := range []string{"5", "6", "8", "7", "9", "none"} {
		hear(subject, revision)
	}
	hear(bus.VirtualKeyChanged.At("junk"), "10")
	require.Equal(t, told{"changed 5", "changed 6", "missed", "changed 8", "changed 7", "changed 9"}, l)
	f.lost()
	hear(subject, "20")
	require.Equal(t, told{"missed", "changed 20"}, l[6:])
}
