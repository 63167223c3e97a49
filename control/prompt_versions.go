package control

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/prompt"
)

// PromptContent is what a version or a session has for the model.
type PromptContent struct {
	Messages []json.RawMessage          `json:"messages" maxItems:"1000" doc:"As in OpenAI's chat completions. {{name}} in a text is a variable."`
	Params   map[string]json.RawMessage `json:"model_params,omitempty" doc:"Parameters by their names in OpenAI's chat completions: temperature, max_tokens, tools, response_format. A call's own count."`
	Provider string                     `json:"provider,omitempty" maxLength:"200"`
	Model    string                     `json:"model,omitempty" maxLength:"500" doc:"For calls that name none."`
}

// PromptVersion is a version as the admin API shows it.
type PromptVersion struct {
	ID            string   `json:"id"`
	PromptID      string   `json:"prompt_id"`
	Number        int      `json:"version_number"`
	CommitMessage string   `json:"commit_message,omitempty"`
	CreatedBy     string   `json:"created_by,omitempty"`
	Labels        []string `json:"labels,omitempty" doc:"That name it."`
	Variables     []string `json:"variables,omitempty" doc:"What a call has to fill in."`
	IsLatest      bool     `json:"is_latest"`
	PromptContent
	CreatedAt time.Time `json:"created_at"`
}

func shownVersion(v *prompt.Version, p *prompt.Prompt) PromptVersion {
	shown := PromptVersion{
		ID: v.ID(), PromptID: v.PromptID, Number: v.Number, CommitMessage: v.Message, CreatedBy: v.By,
		IsLatest: v.Number == p.Latest, PromptContent: PromptContent(v.Content), CreatedAt: v.CreatedAt,
	}
	for _, label := range slices.Sorted(maps.Keys(p.Labels)) {
		if p.Labels[label] == v.Number {
			shown.Labels = append(shown.Labels, label)
		}
	}
	shown.Variables, _ = v.Variables() // of a later kind of content none can be told
	return shown
}

type promptVersionsOutput struct {
	Body struct {
		Versions []PromptVersion `json:"versions"`
	}
}

func (c *Control) listPromptVersions(ctx context.Context, in *PromptPath) (*promptVersionsOutput, error) {
	p, err := c.o.Prompts.Prompt(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the prompt", err)
	}
	all, err := c.o.Prompts.Versions(ctx, in.ID)
	if err != nil {
		return nil, c.explain("list the versions", err)
	}
	out := &promptVersionsOutput{}
	out.Body.Versions = make([]PromptVersion, 0, len(all))
	for _, v := range all {
		out.Body.Versions = append(out.Body.Versions, shownVersion(v, p))
	}
	return out, nil
}

type promptVersionOutput struct {
	Body struct {
		Version PromptVersion `json:"version"`
	}
}

func (c *Control) versionAs(ctx context.Context, v *prompt.Version) (*promptVersionOutput, error) {
	p, err := c.o.Prompts.Prompt(ctx, v.PromptID)
	if err != nil {
		return nil, c.explain("find the prompt", err)
	}
	out := &promptVersionOutput{}
	out.Body.Version = shownVersion(v, p)
	return out, nil
}

type createPromptVersionInput struct {
	PromptPath
	Body struct {
		CommitMessage string `json:"commit_message,omitempty" maxLength:"2000"`
		PromptContent
	}
}

func (c *Control) createPromptVersion(ctx context.Context, in *createPromptVersionInput) (*promptVersionOutput, error) {
	return c.commitPrompt(ctx, in.ID, prompt.Content(in.Body.PromptContent), in.Body.CommitMessage)
}

func (c *Control) commitPrompt(ctx context.Context, id string, content prompt.Content, message string) (*promptVersionOutput, error) {
	v, err := c.o.Prompts.Commit(ctx, id, content, message, account.Of(ctx).Name)
	if err != nil {
		return nil, c.explain("keep the version", err)
	}
	return c.versionAs(ctx, v)
}

func (c *Control) getPromptVersion(ctx context.Context, in *PromptPath) (*promptVersionOutput, error) {
	v, err := c.o.Prompts.Version(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the version", err)
	}
	return c.versionAs(ctx, v)
}

func (c *Control) deletePromptVersion(ctx context.Context, in *PromptPath) (*deletedOutput, error) {
	return c.gone("delete the version", in.ID, c.o.Prompts.DeleteVersion(ctx, in.ID))
}
