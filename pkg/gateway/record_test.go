package gateway_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/stretchr/testify/require"
)

func TestARecordTellsMoreOnlyWhereThereIsMore(t *testing.T) {
	var last telemetry.Record
	g, done := newGateway(gateway.Options{Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { last = *r }}})
	defer done()
	call := func(body, session string) *api.Error {
		c := g.Acquire()
		defer g.Release(c)
		c.In, c.Session, c.Parent = openai.Codec, session, session
		c.Head.Op = api.OpChat
		c.Body = []byte(body)
		return g.Do(c)
	}
	require.Nil(t, call(`{"model":"mock/demo","messages":[{"role":"user","content":"hello"}]}`, ""))
	require.Nil(t, last.Detail)
	require.Positive(t, last.Own)

	require.Nil(t, call(`{"model":"mock/demo","messages":[{"role":"user","content":"hello"}]}`, "s-1"))
	require.Equal(t, &telemetry.Detail{Session: "s-1", Parent: "s-1"}, last.Detail)

	require.NotNil(t, call(`{"model":"nowhere/demo","messages":[]}`, ""))
	require.NotEmpty(t, last.Detail.Class)
	require.NotEmpty(t, last.Detail.Message)
	require.Empty(t, last.Detail.Tries)
}

func TestEachCallHasAnIDOfItsOwnWhateverItsCallerCallsIt(t *testing.T) {
	var records []telemetry.Record
	g, done := newGateway(gateway.Options{Hooks: gateway.Hooks{
		Done: func(r *telemetry.Record) { records = append(records, *r) },
	}})
	defer done()
	call := func(given string) {
		c := g.Acquire()
		defer g.Release(c)
		c.In, c.RequestID = openai.Codec, "the same"
		c.Head.Op = api.OpChat
		c.Body = []byte(`{"model":"mock/demo","messages":[{"role":"user","content":"hello"}]}`)
		c.CallID.Set(given)
		require.Nil(t, g.Do(c))
	}
	call("")
	call("")
	call("from another node")
	require.Len(t, records, 3)
	require.Len(t, records[0].CallID.String(), 32)
	require.NotEqual(t, records[0].CallID, records[1].CallID)
	require.Equal(t, "from another node", records[2].CallID.String())
	for i := range records {
		require.Equal(t, "the same", records[i].RequestID.String())
	}
}
