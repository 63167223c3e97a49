package rollout

import (
	"errors"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/stretchr/testify/require"
)

func anything(*config.Document) error { return nil }

func file(json string, references map[string]string) *config.Document {
	return &config.Document{JSON: []byte(json), References: references}
}

func TestASourceIsTakenOverWholeAtFirstAndThenByItsChanges(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	first := file(`{"client":{"enable_logging":true},"providers":{"openai":{}}}`, map[string]string{"env.A": "1"})
	c, err := p.Seed(ctx, first, Origin{Author: "file"}, anything)
	require.NoError(t, err)
	require.EqualValues(t, 1, c.Revision)
	c, err = p.Seed(ctx, first, Origin{Author: "file"}, anything)
	require.NoError(t, err)
	require.Nil(t, c, "nothing has changed")

	_, d, err := p.Newest(ctx)
	require.NoError(t, err)
	d.JSON, err = d.Patched([]byte(`{"client":{"drop_excess_requests":true},"providers":{"gemini":{}}}`))
	require.NoError(t, err)
	_, err = p.Commit(ctx, d, Change{Parent: 1, Author: "ada"})
	require.NoError(t, err)
	c, err = p.Seed(ctx, first, Origin{Author: "file"}, anything)
	require.NoError(t, err)
	require.Nil(t, c, "what was changed here is not undone")

	c, err = p.Seed(ctx, file(`{"client":{"enable_logging":false},"providers":{}}`, map[string]string{"env.B": "2"}), Origin{Author: "file"}, anything)
	require.NoError(t, err)
	require.EqualValues(t, 3, c.Revision)
	_, d, err = p.Newest(ctx)
	require.NoError(t, err)
	require.JSONEq(t, `{"client":{"enable_logging":false,"drop_excess_requests":true},"providers":{"gemini":{}}}`, string(d.JSON))
	require.Equal(t, map[string]string{"env.A": "1", "env.B": "2"}, d.References)
}

func TestAReferenceOfANewValueIsAChange(t *testing.T) {
	m := &memory{}
	p := m.publisher()
	for i, value := range []string{"old", "new"} {
		c, err := p.Seed(t.Context(), file(`{}`, map[string]string{"env.A": value}), Origin{Author: "file"}, anything)
		require.NoError(t, err)
		require.EqualValues(t, i+1, c.Revision)
	}
}

func TestASourceThatMakesABadConfigurationIsNotTakenOver(t *testing.T) {
	m := &memory{}
	bad := errors.New("bad")
	_, err := m.publisher().Seed(t.Context(), file(`{}`, nil), Origin{Author: "file"}, func(*config.Document) error { return bad })
	require.ErrorIs(t, err, bad)
	require.Empty(t, m.commits)
}

func TestALockedSourceHasAllThatItSetsPutBack(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	from := file(`{"client":{"enable_logging":true},"providers":{"openai":{}}}`, nil)
	c, err := p.Seed(ctx, from, Origin{Author: "file", Name: "/etc/a.yaml"}, anything)
	require.NoError(t, err)
	require.Equal(t, "/etc/a.yaml", c.SourceName)
	require.False(t, c.SourceLocked)

	_, d, err := p.Newest(ctx)
	require.NoError(t, err)
	d.JSON, err = d.Patched([]byte(`{"client":{"enable_logging":false,"drop_excess_requests":true}}`))
	require.NoError(t, err)
	c, err = p.Commit(ctx, d, Change{Parent: 1, Author: "ada"})
	require.NoError(t, err)
	require.Equal(t, "/etc/a.yaml", c.SourceName, "a change of another kind leaves the source what it was")

	locked := Origin{Author: "file", Name: "/etc/a.yaml", Locked: true}
	c, err = p.Seed(ctx, from, locked, anything)
	require.NoError(t, err)
	require.True(t, c.SourceLocked)
	_, d, err = p.Newest(ctx)
	require.NoError(t, err)
	require.JSONEq(t, `{"client":{"enable_logging":true,"drop_excess_requests":true},"providers":{"openai":{}}}`, string(d.JSON))
	c, err = p.Seed(ctx, from, locked, anything)
	require.NoError(t, err)
	require.Nil(t, c, "all is as the file says")

	d.JSON, err = d.Patched([]byte(`{"client":{"enable_logging":null}}`))
	require.NoError(t, err)
	_, err = p.Commit(ctx, d, Change{Parent: 3, Author: "ada"})
	require.NoError(t, err)
	c, err = p.Seed(ctx, from, locked, anything)
	require.NoError(t, err)
	require.EqualValues(t, 5, c.Revision, "what has changed it nevertheless is put back")
	taken, err := p.Taken(ctx, c)
	require.NoError(t, err)
	require.JSONEq(t, string(from.JSON), string(taken.JSON))

	c, err = p.Seed(ctx, from, Origin{Author: "file", Name: "/etc/a.yaml"}, anything)
	require.NoError(t, err)
	require.EqualValues(t, 6, c.Revision)
	require.False(t, c.SourceLocked, "it is unlocked by a start that does not lock it")
}
