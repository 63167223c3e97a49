package control

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/prompt"
)

// PromptSession is a session as the admin API shows it.
type PromptSession struct {
	ID        string `json:"id"`
	PromptID  string `json:"prompt_id"`
	VersionID string `json:"version_id,omitempty" doc:"The version that it was begun with."`
	Name      string `json:"name"`
	PromptContent
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func shownSession(s *prompt.Session) PromptSession {
	shown := PromptSession{
		ID: s.ID, PromptID: s.PromptID, Name: s.Name, PromptContent: PromptContent(s.Content), CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
	if s.From > 0 {
		shown.VersionID = s.PromptID + "-" + strconv.Itoa(s.From)
	}
	return shown
}

type promptSessionsOutput struct {
	Body struct {
		Sessions []PromptSession `json:"sessions"`
	}
}

func (c *Control) listPromptSessions(ctx context.Context, in *PromptPath) (*promptSessionsOutput, error) {
	if _, err := c.o.Prompts.Prompt(ctx, in.ID); err != nil {
		return nil, c.explain("find the prompt", err)
	}
	all, err := c.o.Prompts.Sessions(ctx, in.ID)
	if err != nil {
		return nil, c.explain("list the sessions", err)
	}
	out := &promptSessionsOutput{}
	out.Body.Sessions = make([]PromptSession, 0, len(all))
	for _, s := range all {
		out.Body.Sessions = append(out.Body.Sessions, shownSession(s))
	}
	return out, nil
}

type promptSessionOutput struct {
	Body struct {
		Session PromptSession `json:"session"`
	}
}

func (c *Control) sessionAs(doing string, s *prompt.Session, err error) (*promptSessionOutput, error) {
	if err != nil {
		return nil, c.explain(doing, err)
	}
	out := &promptSessionOutput{}
	out.Body.Session = shownSession(s)
	return out, nil
}

// SessionFields are what a request may say of a session.
type SessionFields struct {
	Name     *string                     `json:"name,omitempty" maxLength:"200"`
	Messages *[]json.RawMessage          `json:"messages,omitempty" maxItems:"1000"`
	Params   *map[string]json.RawMessage `json:"model_params,omitempty"`
	Provider *string                     `json:"provider,omitempty" maxLength:"200"`
	Model    *string                     `json:"model,omitempty" maxLength:"500"`
}

func (f *SessionFields) change(s *prompt.Session) {
	put(&s.Name, f.Name)
	put(&s.Messages, f.Messages)
	put(&s.Params, f.Params)
	put(&s.Provider, f.Provider)
	put(&s.Model, f.Model)
}

type createPromptSessionInput struct {
	PromptPath
	Body struct {
		VersionID string `json:"version_id,omitempty" maxLength:"100" doc:"Begin with what this version has."`
		SessionFields
	}
}

func (c *Control) createPromptSession(ctx context.Context, in *createPromptSessionInput) (*promptSessionOutput, error) {
	s := &prompt.Session{PromptID: in.ID, Content: prompt.Content{Messages: []json.RawMessage{}}}
	if in.Body.VersionID != "" {
		v, err := c.o.Prompts.Version(ctx, in.Body.VersionID)
		switch {
		case errors.Is(err, prompt.ErrNotFound), err == nil && v.PromptID != in.ID:
			return nil, invalid("body.version_id", "is no version of this prompt")
		case err != nil:
			return nil, c.explain("find the version", err)
		}
		s.From, s.Content = v.Number, v.Content
	}
	in.Body.change(s)
	err := c.o.Prompts.Begin(ctx, s)
	return c.sessionAs("keep the session", s, err)
}

func (c *Control) getPromptSession(ctx context.Context, in *PromptPath) (*promptSessionOutput, error) {
	s, err := c.o.Prompts.Session(ctx, in.ID)
	return c.sessionAs("find the session", s, err)
}

type updatePromptSessionInput struct {
	PromptPath
	Body SessionFields
}

func (c *Control) updatePromptSession(ctx context.Context, in *updatePromptSessionInput) (*promptSessionOutput, error) {
	s, err := c.o.Prompts.ChangeSession(ctx, in.ID, in.Body.change)
	return c.sessionAs("keep the session", s, err)
}

type renamePromptSessionInput struct {
	PromptPath
	Body struct {
		Name string `json:"name" maxLength:"200"`
	}
}

func (c *Control) renamePromptSession(ctx context.Context, in *renamePromptSessionInput) (*promptSessionOutput, error) {
	s, err := c.o.Prompts.ChangeSession(ctx, in.ID, func(s *prompt.Session) { s.Name = in.Body.Name })
	return c.sessionAs("keep the session", s, err)
}

type commitPromptSessionInput struct {
	PromptPath
	Body struct {
		CommitMessage string `json:"commit_message,omitempty" maxLength:"2000"`
		Indices       []int  `json:"message_indices,omitempty" maxItems:"1000" doc:"The messages that are taken, counted from 0. Absent: all."`
	}
}

func (c *Control) commitPromptSession(ctx context.Context, in *commitPromptSessionInput) (*promptVersionOutput, error) {
	s, err := c.o.Prompts.Session(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the session", err)
	}
	content := s.Content
	if in.Body.Indices != nil {
		content.Messages = nil
		for _, i := range in.Body.Indices {
			if i < 0 || i >= len(s.Messages) {
				return nil, invalid("body.message_indices", "names message "+strconv.Itoa(i)+", which the session has not")
			}
			content.Messages = append(content.Messages, s.Messages[i])
		}
	}
	return c.commitPrompt(ctx, s.PromptID, content, in.Body.CommitMessage)
}

func (c *Control) deletePromptSession(ctx context.Context, in *PromptPath) (*deletedOutput, error) {
	return c.gone("delete the session", in.ID, c.o.Prompts.DeleteSession(ctx, in.ID))
}
