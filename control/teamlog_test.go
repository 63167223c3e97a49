package control

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// teamsOf is a log of calls, each of a team, that tells what is written to it.
type teamsOf struct {
	store.Log
	teams    map[string]string
	repriced map[string]int64
	hidden   []string
}

func (l *teamsOf) Find(_ context.Context, id string) (*usage.Entry, error) {
	team, ok := l.teams[id]
	if !ok {
		return nil, store.ErrNoCall
	}
	return &usage.Entry{CallID: id, Team: team}, nil
}

func (l *teamsOf) Reprice(_ context.Context, costs map[string]int64) (int, error) {
	l.repriced = costs
	return len(costs), nil
}

func (l *teamsOf) Hide(_ context.Context, ids []string) (int, error) {
	l.hidden = ids
	return len(ids), nil
}

func TestWhoIsConfinedToTeamsWritesToTheirCallsAlone(t *testing.T) {
	under := &teamsOf{teams: map[string]string{"mine": "t1", "theirs": "t2", "nobody's": ""}}
	log := teamLog{under}
	costs := map[string]int64{"mine": 1, "theirs": 2, "nobody's": 3, "none": 4}
	all := []string{"mine", "theirs", "nobody's", "none"}

	ctx := account.With(t.Context(), account.Caller{Role: account.Operator, Teams: []string{"t1"}})
	n, err := log.Reprice(ctx, costs)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, map[string]int64{"mine": 1}, under.repriced)
	n, err = log.Hide(ctx, all)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, []string{"mine"}, under.hidden)

	ctx = account.With(t.Context(), account.Caller{Role: account.Admin})
	_, err = log.Reprice(ctx, costs)
	require.NoError(t, err)
	require.Equal(t, costs, under.repriced)
	_, err = log.Hide(ctx, all)
	require.NoError(t, err)
	require.Equal(t, all, under.hidden)
}
