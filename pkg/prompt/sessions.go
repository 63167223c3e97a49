package prompt

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// Sessions lists a prompt's drafts, the one that was changed last first.
func (r *Repository) Sessions(ctx context.Context, prompt string) ([]*Session, error) {
	if !isID(prompt) {
		return nil, ErrNotFound
	}
	all, err := each[Session](ctx, r.b, "session."+prompt+".")
	slices.SortFunc(all, func(a, b *Session) int {
		return cmp.Or(b.UpdatedAt.Compare(a.UpdatedAt), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// Session returns one by its id.
func (r *Repository) Session(ctx context.Context, id string) (*Session, error) {
	prompt, part, ok := splitID(id)
	if !ok || !isID(prompt) || !isID(part) {
		return nil, ErrNotFound
	}
	s := &Session{}
	var err error
	s.revision, err = r.b.get(ctx, sessionKey(prompt, part), s)
	return s, err
}

// Begin keeps a new draft and gives it its id.
func (r *Repository) Begin(ctx context.Context, s *Session) error {
	if _, err := r.Prompt(ctx, s.PromptID); err != nil {
		return err
	}
	if err := s.fits(); err != nil {
		return err
	}
	part := newID()
	s.ID, s.CreatedAt = s.PromptID+"-"+part, now()
	s.UpdatedAt = s.CreatedAt
	_, err := r.b.put(ctx, sessionKey(s.PromptID, part), s, 0)
	return err
}

// ChangeSession has change work on a draft and keeps what it leaves.
func (r *Repository) ChangeSession(ctx context.Context, id string, change func(*Session)) (*Session, error) {
	s, err := r.Session(ctx, id)
	if err != nil {
		return nil, err
	}
	change(s)
	if err := s.fits(); err != nil {
		return nil, err
	}
	s.UpdatedAt = now()
	s.revision, err = r.b.put(ctx, sessionKey(s.PromptID, own(id)), s, s.revision)
	return s, err
}

// DeleteSession deletes a draft.
func (r *Repository) DeleteSession(ctx context.Context, id string) error {
	s, err := r.Session(ctx, id)
	if err != nil {
		return err
	}
	return r.b.remove(ctx, sessionKey(s.PromptID, own(id)), 0)
}

// fits checks the size alone: a draft need not be whole yet.
func (s *Session) fits() error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("prompt: encode: %w", err)
	}
	if len(text) > MaxVersion {
		return &ContentError{fmt.Sprintf("it is longer than %d KB", MaxVersion>>10)}
	}
	return nil
}
