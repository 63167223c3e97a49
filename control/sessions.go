package control

import (
	"context"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) sessionsRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/session/sessions", "list-sessions", "List one's own sessions; an administrator, anybody's"), c.listSessions)
	huma.Register(c.api, at(http.MethodDelete, "/api/session/sessions/{id}", "end-session", "End a session"), c.endSession)
	huma.Register(c.api, at(http.MethodDelete, "/api/session/sessions", "end-sessions", "End all of one's sessions but this; an administrator, all of a person's"), c.endSessions)
	huma.Register(c.api, at(http.MethodPost, "/api/session/password", "change-password", "Change one's own password: all other sessions end"), c.changePassword)
}

// Session is a session as the admin API shows it.
type Session struct {
	ID        string    `json:"id"`
	UserID    string    `json:"user_id"`
	Current   bool      `json:"current" doc:"It is the one that asks."`
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at" doc:"To the minute or so."`
	ExpiresAt time.Time `json:"expires_at"`
	Address   string    `json:"address"`
	UserAgent string    `json:"user_agent"`
}

// whoseSessions are those that somebody asks for.
type whoseSessions struct {
	UserID string `query:"user_id" doc:"Whose; one's own if absent. Somebody else's need the role admin."`
}

// person is whose sessions are meant.
func (in *whoseSessions) person(ctx context.Context) (string, error) {
	caller := account.Of(ctx)
	mine := caller.Kind == account.ByPerson && (in.UserID == "" || in.UserID == caller.ID)
	all := caller.Role == account.Admin && !caller.Confined()
	switch {
	case mine:
		return caller.ID, nil
	case in.UserID == "" && !all:
		return "", invalid("query.user_id", "is required, as nobody in person asks")
	case !all:
		return "", notPermitted("Somebody else's sessions need the role admin. " + describe(caller))
	}
	return in.UserID, nil
}

type sessionsOutput struct {
	Body struct {
		Sessions []Session `json:"sessions"`
	}
}

func (c *Control) listSessions(ctx context.Context, in *whoseSessions) (*sessionsOutput, error) {
	person, err := in.person(ctx)
	if err != nil {
		return nil, err
	}
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	sessions, err := s.Accounts().Sessions(ctx, person)
	if err != nil {
		return nil, c.explain("list the sessions", err)
	}
	out := &sessionsOutput{}
	out.Body.Sessions = []Session{}
	now, idle := time.Now(), c.sessionTerms(ctx).Idle
	for _, s := range sessions {
		if now.Before(s.Expires) && now.Sub(s.Used) < idle {
			out.Body.Sessions = append(out.Body.Sessions, Session{
				ID: s.ID, UserID: s.Person, Current: s.ID == account.Of(ctx).Session,
				CreatedAt: s.Created, UsedAt: s.Used, ExpiresAt: s.Expires, Address: s.Address, UserAgent: s.Agent,
			})
		}
	}
	return out, nil
}

type doneOutput struct {
	Body struct {
		Message string `json:"message"`
	}
}

func said(message string) *doneOutput {
	out := &doneOutput{}
	out.Body.Message = message
	return out
}

type sessionPath struct {
	ID string `path:"id"`
}

func (c *Control) endSession(ctx context.Context, in *sessionPath) (*doneOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	if err := c.mayEnd(ctx, s, in.ID); err != nil {
		return nil, err
	}
	if err := s.Accounts().EndSession(ctx, in.ID); err != nil {
		return nil, c.explain("end the session", err)
	}
	return said("Session ended"), nil
}

// mayEnd lets everybody end their own sessions, and an administrator all.
func (c *Control) mayEnd(ctx context.Context, s *store.Store, id string) error {
	caller := account.Of(ctx)
	if caller.Role == account.Admin && !caller.Confined() {
		return nil
	}
	own, err := s.Accounts().Sessions(ctx, caller.ID)
	if err != nil {
		return c.explain("list the sessions", err)
	}
	for _, o := range own {
		if o.ID == id && caller.Kind == account.ByPerson {
			return nil
		}
	}
	return c.explain("find the session", account.ErrNotFound)
}

func (c *Control) endSessions(ctx context.Context, in *whoseSessions) (*doneOutput, error) {
	person, err := in.person(ctx)
	if err != nil {
		return nil, err
	}
	if person == "" {
		return nil, invalid("query.user_id", "is required, as nobody in person asks")
	}
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	if err := s.Accounts().EndSessions(ctx, person, account.Of(ctx).Session); err != nil {
		return nil, c.explain("end the sessions", err)
	}
	return said("Sessions ended"), nil
}

type passwordInput struct {
	Body struct {
		OldPassword string `json:"old_password" minLength:"1" maxLength:"256"`
		NewPassword string `json:"new_password" minLength:"8" maxLength:"256"`
	}
}

func (c *Control) changePassword(ctx context.Context, in *passwordInput) (*doneOutput, error) {
	caller := account.Of(ctx)
	if caller.Kind != account.ByPerson {
		return nil, notPermitted("Only a person has a password, and a token is no person.")
	}
	if err := account.CheckPassword(in.Body.NewPassword); err != nil {
		return nil, invalid("body.new_password", err.Error())
	}
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	p, err := s.Accounts().Person(ctx, caller.ID)
	if err == nil {
		err = c.guard.Knows(ctx, p, in.Body.OldPassword, browserIn(ctx).Address)
	}
	if err == nil {
		err = c.guard.SetPassword(ctx, p, in.Body.NewPassword)
	}
	if err == nil {
		p.Updated = time.Now().UTC()
		err = s.Accounts().ChangePerson(ctx, p)
	}
	if err == nil {
		err = s.Accounts().EndSessions(ctx, p.ID, caller.Session)
	}
	if err != nil {
		return nil, c.explain("change the password", err)
	}
	return said("Password changed"), nil
}
