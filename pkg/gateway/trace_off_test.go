package gateway

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/overflow"
)

func TestACallThatIsNotTracedPaysNothingForIt(t *testing.T) {
	c := &Call{snapshot: &Snapshot{}, task: &task{Call: &overflow.Call{}}}
	events := []api.Event{{Kind: api.EventDelta, Text: "a"}, {Kind: api.EventFinish, Finish: api.FinishStop}, {Kind: api.EventEnd}}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		c.witnessStream()
		c.tell(events)
		c.firstToken()
	}))
	require.Nil(t, c.stream.witness)
	require.Zero(t, c.record.FirstToken)
}
