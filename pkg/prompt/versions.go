package prompt

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Versions lists a prompt's versions, the newest first.
func (r *Repository) Versions(ctx context.Context, prompt string) ([]*Version, error) {
	if _, err := r.Prompt(ctx, prompt); err != nil {
		return nil, err
	}
	all, err := each[Version](ctx, r.b, "version."+prompt+".")
	slices.SortFunc(all, func(a, b *Version) int { return cmp.Compare(b.Number, a.Number) })
	return all, err
}

// Version returns one by its id.
func (r *Repository) Version(ctx context.Context, id string) (*Version, error) {
	prompt, number, ok := splitID(id)
	n, err := strconv.Atoi(number)
	if !ok || err != nil || !isID(prompt) || n < 1 {
		return nil, ErrNotFound
	}
	return r.b.version(ctx, prompt, n)
}

func (b bucket) version(ctx context.Context, prompt string, n int) (*Version, error) {
	v := &Version{}
	_, err := b.get(ctx, versionKey(prompt, n), v)
	return v, err
}

// maxRaces bounds how often a change is made anew because of another one.
const maxRaces = 20

// Commit keeps a content as the next version of a prompt.
func (r *Repository) Commit(ctx context.Context, prompt string, c Content, message, by string) (*Version, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	p, err := r.Prompt(ctx, prompt)
	if err != nil {
		return nil, err
	}
	v := &Version{PromptID: prompt, Message: message, By: by, Content: c, CreatedAt: now()}
	for v.Number = p.Made + 1; v.Number <= p.Made+maxRaces; v.Number++ {
		_, err := r.b.put(ctx, versionKey(prompt, v.Number), v, 0)
		if errors.Is(err, ErrConflict) { // of somebody who commits at this moment
			continue
		}
		if err != nil {
			return nil, err
		}
		return v, r.advance(ctx, prompt, v.Number)
	}
	return nil, ErrConflict
}

// advance has a prompt know that there is a version.
func (r *Repository) advance(ctx context.Context, prompt string, n int) error {
	var err error
	for range maxRaces {
		_, err = r.ChangePrompt(ctx, prompt, func(p *Prompt) error {
			p.Latest, p.Made = max(p.Latest, n), max(p.Made, n)
			return nil
		})
		if !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return err
}

// DeleteVersion deletes a version that no label names. The newest that is left is the
// latest from then on.
func (r *Repository) DeleteVersion(ctx context.Context, id string) error {
	v, err := r.Version(ctx, id)
	if err != nil {
		return err
	}
	left, err := r.Versions(ctx, v.PromptID)
	if err != nil {
		return err
	}
	_, err = r.ChangePrompt(ctx, v.PromptID, func(p *Prompt) error {
		for _, n := range p.Labels {
			if n == v.Number {
				return ErrInUse
			}
		}
		if p.Latest == v.Number {
			p.Latest = newest(left, v.Number)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.b.remove(ctx, versionKey(v.PromptID, v.Number), 0)
}

func newest(all []*Version, but int) int {
	for _, v := range all {
		if v.Number != but {
			return v.Number
		}
	}
	return 0
}

// check says what is wrong with a content.
func (c *Content) check() error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("prompt: encode: %w", err)
	}
	if len(text) > MaxVersion {
		return &ContentError{fmt.Sprintf("it is longer than %d KB", MaxVersion>>10)}
	}
	_, err = c.compile()
	return err
}

// ContentError says why a content is none.
type ContentError struct{ Reason string }

// Error implements error.
func (e *ContentError) Error() string { return "prompt: " + e.Reason }
