package control

import (
	"context"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) silenceRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/alerts/silences", "list-silences", "List the silences that have not ended"), c.listSilences)
	huma.Register(c.api, at(http.MethodPost, "/api/alerts/silences", "make-silence", "Have alerts not told for a time"), c.makeSilence)
	huma.Register(c.api, at(http.MethodGet, "/api/alerts/silences/{id}", "get-silence", "Show a silence"), c.getSilence)
	huma.Register(c.api, at(http.MethodPut, "/api/alerts/silences/{id}", "change-silence", "Change a silence"), c.changeSilence)
	huma.Register(c.api, at(http.MethodDelete, "/api/alerts/silences/{id}", "delete-silence", "End a silence"), c.deleteSilence)
}

// Silence is what a silence is made of. Its matchers are exact, or patterns in which *
// stands for any characters.
type Silence struct {
	Rule     string    `json:"rule,omitempty" maxLength:"200" doc:"Of alerts of which rules."`
	Subject  string    `json:"subject,omitempty" maxLength:"200" doc:"Of which subjects."`
	Severity string    `json:"severity,omitempty" maxLength:"200" doc:"Of which severities."`
	From     time.Time `json:"from,omitzero" doc:"When it begins. Absent: now."`
	Until    time.Time `json:"until" doc:"When it ends."`
	Reason   string    `json:"reason" minLength:"1" maxLength:"500" doc:"Why."`
}

// KeptSilence is a silence with its id.
type KeptSilence struct {
	ID string `json:"id"`
	By string `json:"by" doc:"Who has made it, or changed it last."`
	Silence
}

func keptSilence(s *alert.Silence) KeptSilence {
	return KeptSilence{s.ID, s.By, Silence{s.Rule, s.Subject, s.Severity, s.From, s.Until, s.Reason}}
}

// longestSilence bounds a silence, so that nobody silences for ever by mistake.
const longestSilence = 366 * 24 * time.Hour

// silence checks what is asked for.
func (s *Silence) silence(now time.Time) (alert.Silence, error) {
	from := s.From
	if from.IsZero() {
		from = now
	}
	switch {
	case s.Rule == "" && s.Subject == "" && s.Severity == "":
		return alert.Silence{}, invalid("body.rule", "is needed, or subject or severity; \"*\" is all")
	case !s.Until.After(now):
		return alert.Silence{}, invalid("body.until", "is past")
	case !s.Until.After(from):
		return alert.Silence{}, invalid("body.until", "is not after from")
	case s.Until.Sub(from) > longestSilence:
		return alert.Silence{}, invalid("body.until", "is more than a year away")
	}
	return alert.Silence{
		Rule: s.Rule, Subject: s.Subject, Severity: s.Severity, From: from.UTC(), Until: s.Until.UTC(), Reason: s.Reason,
	}, nil
}

type silencesOutput struct {
	Body struct {
		Silences []KeptSilence `json:"silences"`
	}
}

type silenceOutput struct {
	Body struct {
		Silence KeptSilence `json:"silence"`
	}
}

func (c *Control) listSilences(ctx context.Context, _ *struct{}) (*silencesOutput, error) {
	found, err := c.silences(ctx)
	if err != nil {
		return nil, err
	}
	out := &silencesOutput{}
	out.Body.Silences = make([]KeptSilence, 0, len(found))
	for i := range found {
		out.Body.Silences = append(out.Body.Silences, keptSilence(&found[i]))
	}
	return out, nil
}

func (c *Control) silences(ctx context.Context) ([]alert.Silence, error) {
	r, err := c.alertRecord()
	if err != nil {
		return nil, err
	}
	found, err := r.Silences(ctx, time.Now())
	return found, c.explain("read the silences", err)
}

type makeSilenceInput struct {
	Body Silence
}

func (c *Control) makeSilence(ctx context.Context, in *makeSilenceInput) (*silenceOutput, error) {
	now := time.Now().UTC()
	s, err := in.Body.silence(now)
	if err != nil {
		return nil, err
	}
	return c.putSilence(ctx, alert.NewSilence(s, now))
}

func (c *Control) putSilence(ctx context.Context, s alert.Silence) (*silenceOutput, error) {
	r, err := c.alertRecord()
	if err != nil {
		return nil, err
	}
	s.By = account.Of(ctx).Name
	if err := r.PutSilence(ctx, s); err != nil {
		return nil, c.explain("keep the silence", err)
	}
	out := &silenceOutput{}
	out.Body.Silence = keptSilence(&s)
	return out, nil
}

type silenceInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (c *Control) silenceOf(ctx context.Context, id string) (*alert.Silence, error) {
	found, err := c.silences(ctx)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i].ID == id {
			return &found[i], nil
		}
	}
	return nil, c.explain("read the silence", alert.ErrNotFound)
}

func (c *Control) getSilence(ctx context.Context, in *silenceInput) (*silenceOutput, error) {
	s, err := c.silenceOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &silenceOutput{}
	out.Body.Silence = keptSilence(s)
	return out, nil
}

type changeSilenceInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body Silence
}

func (c *Control) changeSilence(ctx context.Context, in *changeSilenceInput) (*silenceOutput, error) {
	old, err := c.silenceOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.From.IsZero() {
		in.Body.From = old.From
	}
	s, err := in.Body.silence(time.Now().UTC())
	if err != nil {
		return nil, err
	}
	s.ID = old.ID
	return c.putSilence(ctx, s)
}

type deletedOutput struct {
	Body struct {
		ID     string `json:"id"`
		Status string `json:"status" enum:"deleted"`
	}
}

func (c *Control) deleteSilence(ctx context.Context, in *silenceInput) (*deletedOutput, error) {
	r, err := c.alertRecord()
	if err != nil {
		return nil, err
	}
	if err := r.DeleteSilence(ctx, in.ID); err != nil {
		return nil, c.explain("delete the silence", err)
	}
	out := &deletedOutput{}
	out.Body.ID, out.Body.Status = in.ID, "deleted"
	return out, nil
}
