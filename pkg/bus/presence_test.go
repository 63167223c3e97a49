package bus

import (
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/stretchr/testify/require"
)

func TestANodeIsGoneWhenAllItsConnectionsAre(t *testing.T) {
	type event struct {
		up         bool
		name       string
		at         int // when the connection began
		reason     string
		wantIsGone bool
	}
	link := func(l string) string { return "asbru/edge/e1/" + l }
	for name, events := range map[string][]event{
		"all three": {
			{name: link("control")}, {name: link("bulk")}, {name: link("overflow"), wantIsGone: true},
		},
		"one came back": {
			{name: link("control")},
			{name: link("bulk")},
			{up: true, name: link("bulk"), at: 1},
			{name: link("overflow")},
			{name: link("bulk"), at: 1, wantIsGone: true},
		},
		"an older one is noticed late": {
			{up: true, name: link("control"), at: 2}, {name: link("bulk"), at: 1}, {name: link("overflow"), at: 1}, {name: link("control"), at: 1},
		},
		"their server stops": {
			{name: link("control"), reason: serverShutdown}, {name: link("bulk"), reason: serverShutdown}, {name: link("overflow"), reason: serverShutdown},
		},
		"of two nodes": {
			{name: link("control")}, {name: link("bulk")}, {name: "asbru/edge/e2/overflow"},
		},
		"no node's": {
			{name: "asbru/admin/e1/watch"}, {name: "nats cli"}, {name: ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			seen, start := presence{}, time.Unix(0, 0)
			for i, e := range events {
				kind := server.DisconnectEventMsgType
				if e.up {
					kind = server.ConnectEventMsgType
				}
				node, gone := seen.hear(fmt.Appendf(nil, `{"type":%q,"client":{"name":%q,"start":%q},"reason":%q}`,
					kind, e.name, start.Add(time.Duration(e.at)*time.Second).Format(time.RFC3339Nano), e.reason))
				require.Equal(t, e.wantIsGone, gone, "event %d", i)
				if gone {
					require.Equal(t, "e1", node)
				}
			}
		})
	}
	_, gone := presence{}.hear([]byte("{"))
	require.False(t, gone)
}
