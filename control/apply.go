package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

type applyInput struct {
	Waiting
	DryRun  bool   `query:"dry_run" doc:"Say what would change, and change nothing."`
	Prune   bool   `query:"prune" doc:"Delete what the document does not name."`
	Message string `query:"message" maxLength:"500" doc:"Why, for the record."`
	Body    json.RawMessage
}

// Change is a place that an applied document changes.
type Change struct {
	Path string `json:"path" example:"configuration.governance.teams[web].budget.max_limit"`
	From any    `json:"from,omitempty" doc:"What it is. Absent: nothing."`
	To   any    `json:"to,omitempty" doc:"What it becomes. Absent: nothing."`
}

// MadeKey is a virtual key whose value was made.
type MadeKey struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Value string `json:"value" doc:"The key itself, shown this once."`
}

type applyOutput struct {
	Body struct {
		Message  string    `json:"message"`
		DryRun   bool      `json:"dry_run,omitempty"`
		Revision uint64    `json:"revision" doc:"The configuration's."`
		Changes  []Change  `json:"changes" doc:"In the order of the document."`
		Made     []MadeKey `json:"made,omitempty" doc:"Keys for which the document had no digest."`
		Notes    []Detail  `json:"notes,omitempty" doc:"What is worth knowing of the configuration."`
	}
}

// plan is what becomes of a cluster to which a document is applied.
type plan struct {
	revision uint64
	old, new *config.Document
	notes    []config.Note
	keys     *keyPlan
	changes  []Change
}

func (c *Control) apply(ctx context.Context, in *applyInput) (*applyOutput, error) {
	configuration, keys, err := readDeclarative(in.Body)
	if err != nil {
		return nil, c.explain("read the document", err)
	}
	for try := 1; ; try++ {
		p, err := c.plan(ctx, in, configuration, keys)
		if err != nil {
			return nil, err
		}
		out := p.answer(in.DryRun)
		if in.DryRun {
			return out, nil
		}
		err = c.execute(ctx, in, p, out)
		if errors.Is(err, rollout.ErrConflict) && try < maxEdits {
			continue
		}
		if err != nil {
			return nil, c.explain("apply the document", err)
		}
		if err := c.waitForCommit(ctx, &in.Waiting); err != nil {
			return nil, err
		}
		return out, in.forKey(ctx, c, p.keys.newest)
	}
}

// readDeclarative reads a document that is to be applied.
func readDeclarative(body json.RawMessage) (configuration json.RawMessage, keys []json.RawMessage, err error) {
	members, err := config.ReadObject(body)
	var problems *config.Problems
	if errors.As(err, &problems) {
		return nil, nil, inPart(refuse(http.StatusUnprocessableEntity, "invalid_configuration", "", details(problems)...), nil, bodyPlace)
	}
	if err != nil {
		return nil, nil, err
	}
	if format := text(members["format"]); format != exportFormat {
		return nil, nil, invalid("body.format", "must be "+exportFormat)
	}
	for name := range members {
		if !slices.Contains([]string{"format", "configuration", "virtual_keys"}, name) {
			return nil, nil, invalid("body."+name, "is unknown")
		}
	}
	if list, ok := members["virtual_keys"]; ok && json.Unmarshal(list, &keys) != nil {
		return nil, nil, invalid("body.virtual_keys", "must be a list")
	}
	return members["configuration"], keys, nil
}

// plan says what a document changes, and that all of it may be.
func (c *Control) plan(ctx context.Context, in *applyInput, configuration json.RawMessage, keys []json.RawMessage) (*plan, error) {
	revision, old, err := c.newestDocument(ctx)
	if err != nil {
		return nil, err
	}
	p := &plan{revision: revision, old: old, new: old}
	if configuration != nil {
		changed, err := old.Applied(configuration, in.Prune)
		if err != nil {
			return nil, inPart(c.explain("read the document", err), nil, "body.configuration")
		}
		if err := noNewPrograms(old, changed); err != nil {
			return nil, err
		}
		if p.new, err = c.resolved(changed, old); err != nil {
			return nil, c.explain("read the document", err)
		}
		if err := c.notLocked(ctx, revision, p.new); err != nil {
			return nil, c.explain("look at what the file sets", err)
		}
		if _, p.notes, err = c.o.Check(p.new); err != nil {
			return nil, inPart(c.explain("check the configuration", err), nil, "body.configuration")
		}
	}
	if p.keys, err = c.planKeys(ctx, p.new, keys, in.Prune); err != nil {
		return nil, err
	}
	for _, of := range []struct {
		from, to  *config.Document
		old, path string
	}{{old, p.new, "", "configuration."}, {p.keys.before(), p.keys.after(), declaredKeys.String(), "virtual_keys"}} {
		found, err := of.from.Differences(of.to)
		if err != nil {
			return nil, c.explain("compare the configurations", err)
		}
		for _, d := range found {
			p.changes = append(p.changes, Change{of.path + strings.TrimPrefix(d.Path, of.old), valueOf(d.From), valueOf(d.To)})
		}
	}
	p.changes = append(p.changes, p.keys.values()...)
	return p, nil
}

// valueOf is a part of a document as a value, nil for none.
func valueOf(part json.RawMessage) any {
	if part == nil {
		return nil
	}
	return part
}

func (p *plan) answer(dry bool) *applyOutput {
	out := &applyOutput{}
	b := &out.Body
	b.DryRun, b.Revision, b.Changes = dry, p.revision, p.changes
	switch n := len(p.changes); {
	case n == 0:
		b.Message, b.Changes = "Everything is so already", []Change{}
	case dry:
		b.Message = fmt.Sprintf("%d places would change", n)
	default:
		b.Message = fmt.Sprintf("%d places have changed", n)
	}
	for _, n := range p.notes {
		b.Notes = append(b.Notes, Detail{"configuration." + n.Path, n.Message})
	}
	return out
}

// execute commits the configuration and then writes the keys. When a key cannot be
// written, all is put back.
func (c *Control) execute(ctx context.Context, in *applyInput, p *plan, out *applyOutput) error {
	change := c.change(ctx, in.Message)
	change.Parent = p.revision
	e, err := c.commit(ctx, change, p.old, p.new.JSON)
	if err != nil {
		return err
	}
	out.Body.Revision = e.revision
	if out.Body.Made, err = p.keys.write(ctx, c.o.Keys); err == nil {
		return nil
	}
	if e.revision == p.revision {
		return err
	}
	back := c.change(ctx, "put back: a virtual key could not be written")
	back.Parent = e.revision
	if _, undo := c.o.Config.Commit(context.WithoutCancel(ctx), p.old, back); undo != nil {
		c.log.Error("a configuration that was applied in part could not be put back", "revision", e.revision, "error", undo)
	}
	return fmt.Errorf("write the virtual keys: %w", err)
}
