package prompt

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
)

func TestAPromptsLife(t *testing.T) {
	cluster, ctx := bustest.Start(t), t.Context()
	r := NewRepository(cluster.Connect(t, bus.Control, "control"))

	f := &Folder{Name: "Support"}
	require.NoError(t, r.MakeFolder(ctx, f))
	p := &Prompt{Name: "greeting", FolderID: f.ID}
	require.NoError(t, r.MakePrompt(ctx, p))
	require.ErrorIs(t, r.MakePrompt(ctx, &Prompt{Name: "greeting"}), ErrNameUsed)
	require.ErrorIs(t, r.DeleteFolder(ctx, f.ID), ErrNotEmpty)

	s := &Session{PromptID: p.ID, Name: "draft", Content: *content(t, `[{"role":"user","content":"one"}]`)}
	require.NoError(t, r.Begin(ctx, s))
	v, err := r.Commit(ctx, p.ID, s.Content, "first", "ada")
	require.NoError(t, err)
	require.Equal(t, 1, v.Number)
	second, err := r.Commit(ctx, p.ID, *content(t, `[{"role":"user","content":"two"}]`), "", "")
	require.NoError(t, err)
	versions, err := r.Versions(ctx, p.ID)
	require.NoError(t, err)
	require.Len(t, versions, 2)
	require.Equal(t, second.ID(), versions[0].ID())

	p, err = r.ChangePrompt(ctx, p.ID, func(p *Prompt) error {
		p.Name, p.Labels = "welcome", map[string]int{Live: 1}
		return nil
	})
	require.NoError(t, err)
	found, err := r.Prompt(ctx, p.ID)
	require.NoError(t, err)
	require.Equal(t, "welcome", found.Name)
	require.Equal(t, 1, found.Number(""))
	require.Equal(t, 2, found.Number("latest"))
	require.NoError(t, r.MakePrompt(ctx, &Prompt{Name: "greeting"}), "the old name is free")

	require.ErrorIs(t, r.DeleteVersion(ctx, v.ID()), ErrInUse)
	require.NoError(t, r.DeleteVersion(ctx, second.ID()))
	third, err := r.Commit(ctx, p.ID, s.Content, "", "")
	require.NoError(t, err)
	require.Equal(t, 3, third.Number, "a number is not given twice")

	require.NoError(t, r.DeletePrompt(ctx, p.ID))
	_, err = r.Version(ctx, v.ID())
	require.ErrorIs(t, err, ErrNotFound)
	_, err = r.Session(ctx, s.ID)
	require.ErrorIs(t, err, ErrNotFound)
	require.NoError(t, r.DeleteFolder(ctx, f.ID))
}

func TestCommitsAtTheSameMomentAreAllKept(t *testing.T) {
	cluster, ctx := bustest.Start(t), t.Context()
	r := NewRepository(cluster.Connect(t, bus.Control, "control"))
	p := &Prompt{Name: "p"}
	require.NoError(t, r.MakePrompt(ctx, p))
	const writers = 6
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			if _, err := r.Commit(ctx, p.ID, *content(t, `[{"role":"user","content":"x"}]`), "", ""); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	versions, err := r.Versions(ctx, p.ID)
	require.NoError(t, err)
	require.Len(t, versions, writers)
	p, err = r.Prompt(ctx, p.ID)
	require.NoError(t, err)
	require.Equal(t, writers, p.Latest)
}

func TestCallsGetTheVersionThatTheyMean(t *testing.T) {
	cluster, ctx := bustest.Start(t), t.Context()
	r := NewRepository(cluster.Connect(t, bus.Control, "control"))
	shelf, err := NewShelf(cluster.Connect(t, bus.Edge, "edge"))
	require.NoError(t, err)
	t.Cleanup(shelf.Close)
	use := func(ref Reference, key string) string {
		f, model, refused := shelf.Use(ref, key)
		if refused != nil {
			return refused.Code
		}
		return f.request.Messages[0].Parts[0].Text + " " + model
	}
	require.Equal(t, "prompt_not_found", use(Reference{Name: "p"}, ""))

	p := &Prompt{Name: "p", VirtualKeys: []string{"vk1"}}
	require.NoError(t, r.MakePrompt(ctx, p))
	one := content(t, `[{"role":"user","content":"one"}]`)
	one.Provider, one.Model = "mock", "m"
	_, err = r.Commit(ctx, p.ID, *one, "", "")
	require.NoError(t, err)
	_, err = r.Commit(ctx, p.ID, *content(t, `[{"role":"user","content":"two"}]`), "", "")
	require.NoError(t, err)

	require.Eventually(t, func() bool { return use(Reference{Name: "p"}, "vk1") == "two " }, 10*time.Second, time.Millisecond)
	require.Equal(t, "one mock/m", use(Reference{Name: "p", Version: "1"}, "vk1"))
	require.Equal(t, "prompt_not_found", use(Reference{Name: "p", Version: "3"}, "vk1"))
	require.Equal(t, "prompt_not_found", use(Reference{Name: "p", Version: "staging"}, "vk1"))
	require.Equal(t, "prompt_not_found", use(Reference{Name: "p"}, "vk2"), "another tenant's")
	require.Equal(t, "prompt_not_found", use(Reference{Name: "p"}, ""))

	_, err = r.ChangePrompt(ctx, p.ID, func(p *Prompt) error { p.Labels = map[string]int{Live: 1, "staging": 2}; return nil })
	require.NoError(t, err)
	require.Eventually(t, func() bool { return use(Reference{Name: "p"}, "vk1") == "one mock/m" }, 10*time.Second, time.Millisecond)
	require.Equal(t, "two ", use(Reference{Name: "p", Version: "staging"}, "vk1"))

	cluster.Server.Shutdown() // what is known stays good
	shelf.changed()
	require.Equal(t, "one mock/m", use(Reference{Name: "p"}, "vk1"))
	require.Equal(t, "prompts_unavailable", use(Reference{Name: "q"}, "vk1"))
}
