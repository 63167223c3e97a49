package prompt

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// Repository is all prompts, for who manages them. Safe for concurrent use, also by
// several nodes.
type Repository struct{ b bucket }

// NewRepository returns the repository of a cluster.
func NewRepository(c *bus.Conn) *Repository { return &Repository{newBucket(c)} }

// Folders lists the folders by their names.
func (r *Repository) Folders(ctx context.Context) ([]*Folder, error) {
	all, err := each[Folder](ctx, r.b, folders)
	slices.SortFunc(all, func(a, b *Folder) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// Folder returns one.
func (r *Repository) Folder(ctx context.Context, id string) (*Folder, error) {
	if !isID(id) {
		return nil, ErrNotFound
	}
	f := &Folder{}
	_, err := r.b.get(ctx, folderKey(id), f)
	return f, err
}

// MakeFolder keeps a new folder and gives it its id.
func (r *Repository) MakeFolder(ctx context.Context, f *Folder) error {
	f.ID, f.CreatedAt = newID(), now()
	f.UpdatedAt = f.CreatedAt
	_, err := r.b.put(ctx, folderKey(f.ID), f, 0)
	return err
}

// ChangeFolder has change work on a folder and keeps what it leaves.
func (r *Repository) ChangeFolder(ctx context.Context, id string, change func(*Folder)) (*Folder, error) {
	f, err := r.Folder(ctx, id)
	if err != nil {
		return nil, err
	}
	revision, err := r.b.get(ctx, folderKey(id), f)
	if err != nil {
		return nil, err
	}
	change(f)
	f.UpdatedAt = now()
	_, err = r.b.put(ctx, folderKey(id), f, revision)
	return f, err
}

// DeleteFolder deletes a folder that holds no prompt.
func (r *Repository) DeleteFolder(ctx context.Context, id string) error {
	if _, err := r.Folder(ctx, id); err != nil {
		return err
	}
	all, err := r.Prompts(ctx, id)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		return ErrNotEmpty
	}
	return r.b.remove(ctx, folderKey(id), 0)
}

// Prompts lists the prompts of a folder, or all, by their names.
func (r *Repository) Prompts(ctx context.Context, folder string) ([]*Prompt, error) {
	all, err := each[Prompt](ctx, r.b, prompts)
	if folder != "" {
		all = slices.DeleteFunc(all, func(p *Prompt) bool { return p.FolderID != folder })
	}
	slices.SortFunc(all, func(a, b *Prompt) int { return cmp.Compare(a.Name, b.Name) })
	return all, err
}

// Prompt returns one by its id.
func (r *Repository) Prompt(ctx context.Context, id string) (*Prompt, error) {
	all, err := r.Prompts(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.ID == id {
			return r.named(ctx, p.Name)
		}
	}
	return nil, ErrNotFound
}

func (r *Repository) named(ctx context.Context, name string) (p *Prompt, err error) {
	p = &Prompt{}
	p.revision, err = r.b.get(ctx, promptKey(name), p)
	return p, err
}

// MakePrompt keeps a new prompt and gives it its id.
func (r *Repository) MakePrompt(ctx context.Context, p *Prompt) error {
	p.ID, p.CreatedAt = newID(), now()
	p.UpdatedAt = p.CreatedAt
	return r.keep(ctx, p)
}

// keep writes a prompt. One that was not read from there must find its name free.
func (r *Repository) keep(ctx context.Context, p *Prompt) error {
	revision, err := r.b.put(ctx, promptKey(p.Name), p, p.revision)
	if errors.Is(err, ErrConflict) && p.revision == 0 {
		return ErrNameUsed
	}
	if err == nil {
		p.revision = revision
	}
	return err
}

// ChangePrompt has change work on a prompt and keeps what it leaves, unless it returns
// an error. Under another name it is kept anew before the old one ends, so that it can
// always be found.
func (r *Repository) ChangePrompt(ctx context.Context, id string, change func(*Prompt) error) (*Prompt, error) {
	p, err := r.Prompt(ctx, id)
	if err != nil {
		return nil, err
	}
	was, revision := p.Name, p.revision
	if err := change(p); err != nil {
		return nil, err
	}
	p.UpdatedAt = now()
	if p.Name == was {
		return p, r.keep(ctx, p)
	}
	p.revision = 0
	if err := r.keep(ctx, p); err != nil {
		return nil, err
	}
	return p, r.b.remove(ctx, promptKey(was), revision)
}

// DeletePrompt deletes a prompt with all that belongs to it.
func (r *Repository) DeletePrompt(ctx context.Context, id string) error {
	p, err := r.Prompt(ctx, id)
	if err != nil {
		return err
	}
	if err := r.b.remove(ctx, promptKey(p.Name), 0); err != nil { // from here on nobody can use it
		return err
	}
	for n := 1; n <= p.Made; n++ {
		if err := r.b.remove(ctx, versionKey(id, n), 0); err != nil {
			return err
		}
	}
	drafts, err := r.Sessions(ctx, id)
	for _, s := range drafts {
		err = errors.Join(err, r.b.remove(ctx, sessionKey(id, own(s.ID)), 0))
	}
	return err
}

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// isID says whether an id can be part of a key.
func isID(id string) bool {
	return id != "" && len(id) <= 64 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// own is the part of an id behind the prompt's.
func own(id string) string {
	_, part, _ := splitID(id)
	return part
}
