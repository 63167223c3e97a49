package control

import (
	"context"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/danielgtaylor/huma/v2"
)

const peoplePath = "/api/users"

func (c *Control) peopleRoutes() {
	huma.Register(c.api, at(http.MethodGet, peoplePath, "list-people", "List the people who sign in"), c.listPeople)
	huma.Register(c.api, at(http.MethodPost, peoplePath, "create-person", "Let a person sign in"), c.createPerson)
	huma.Register(c.api, at(http.MethodGet, peoplePath+"/{id}", "get-person", "Show a person who signs in"), c.getPerson)
	huma.Register(c.api, at(http.MethodPut, peoplePath+"/{id}", "update-person", "Change a person: what is not sent stays"), c.updatePerson)
	huma.Register(c.api, at(http.MethodDelete, peoplePath+"/{id}", "delete-person", "Remove a person and their sessions"), c.deletePerson)
}

// Person is somebody who signs in, as the admin API shows them. They are not the users
// of governance, who own virtual keys.
type Person struct {
	ID           string     `json:"id"`
	Username     string     `json:"username" doc:"What they sign in with. Upper and lower case are alike."`
	Email        string     `json:"email,omitempty"`
	Role         string     `json:"role" enum:"viewer,operator,admin"`
	Teams        []string   `json:"teams,omitempty" doc:"Ids of the teams that they are confined to; absent: none."`
	IsDisabled   bool       `json:"is_disabled"`
	HasPassword  bool       `json:"has_password"`
	Issuer       string     `json:"issuer,omitempty" doc:"The OpenID provider that they sign in at, which says their role and teams."`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
	LastSignInAt *time.Time `json:"last_sign_in_at,omitempty"`
	Revision     int64      `json:"revision" doc:"Send it back with a change to have the change refused if somebody else was quicker."`
}

func shownPerson(p *account.Person) Person {
	return Person{
		ID: p.ID, Username: p.Name, Email: p.Email, Role: p.Role.String(), Teams: p.Teams, IsDisabled: p.Disabled,
		HasPassword: p.Password != "", Issuer: p.Issuer, CreatedAt: p.Created, UpdatedAt: p.Updated,
		LastSignInAt: givenTime(p.LastSignIn), Revision: p.Revision,
	}
}

func givenTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type listPeopleInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	After  string `query:"after" maxLength:"100" doc:"Begin behind a page before: its next_cursor."`
	Search string `query:"search" maxLength:"200" doc:"Part of a name or of an address."`
}

type listPeopleOutput struct {
	Body struct {
		Users      []Person `json:"users"`
		NextCursor string   `json:"next_cursor,omitempty" doc:"Where the next page begins, for after; absent on the last page."`
	}
}

func (c *Control) listPeople(ctx context.Context, in *listPeopleInput) (*listPeopleOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	people, err := s.Accounts().People(ctx, account.PeopleQuery{Search: in.Search, After: in.After, Limit: in.Limit + 1})
	if err != nil {
		return nil, c.explain("list the people", err)
	}
	out := &listPeopleOutput{}
	if len(people) > in.Limit {
		people = people[:in.Limit]
		out.Body.NextCursor = people[in.Limit-1].ID
	}
	out.Body.Users = make([]Person, len(people))
	for i := range people {
		out.Body.Users[i] = shownPerson(&people[i])
	}
	return out, nil
}

type personOutput struct {
	Body struct {
		Message string `json:"message,omitempty"`
		User    Person `json:"user"`
	}
}

func shownAs(message string, p *account.Person) *personOutput {
	out := &personOutput{}
	out.Body.Message, out.Body.User = message, shownPerson(p)
	return out
}

// PersonPath names a person.
type PersonPath struct {
	ID string `path:"id" maxLength:"100"`
}

func (c *Control) getPerson(ctx context.Context, in *PersonPath) (*personOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	p, err := s.Accounts().Person(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the person", err)
	}
	return shownAs("", p), nil
}

type createPersonInput struct {
	Body struct {
		Username string   `json:"username" minLength:"1" maxLength:"200" pattern:"^\\S(.*\\S)?$"`
		Email    string   `json:"email,omitempty" maxLength:"320"`
		Password string   `json:"password,omitempty" maxLength:"256" doc:"At least 8 characters. Without one, the person cannot sign in until one is set."`
		Role     string   `json:"role" enum:"viewer,operator,admin"`
		Teams    []string `json:"teams,omitempty" maxItems:"100" doc:"Ids of the teams that the person is confined to."`
	}
}

func (c *Control) createPerson(ctx context.Context, in *createPersonInput) (*personOutput, error) {
	b := &in.Body
	role, err := account.ParseRole(b.Role)
	if err != nil {
		return nil, invalid("body.role", err.Error())
	}
	if b.Password != "" {
		if err := account.CheckPassword(b.Password); err != nil {
			return nil, invalid("body.password", err.Error())
		}
	}
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	p := &account.Person{Name: b.Username, Email: b.Email, Role: role, Teams: b.Teams}
	if err := c.guard.Hire(ctx, s.Accounts(), p, b.Password); err != nil {
		return nil, c.explain("keep the person", err)
	}
	c.changed(ctx, peoplePath+"/"+p.ID, nil, shownPerson(p))
	return shownAs("User created", p), nil
}

type updatePersonInput struct {
	PersonPath
	Body struct {
		Username   *string   `json:"username,omitempty" minLength:"1" maxLength:"200" pattern:"^\\S(.*\\S)?$"`
		Email      *string   `json:"email,omitempty" maxLength:"320"`
		Password   *string   `json:"password,omitempty" maxLength:"256" doc:"Their sessions end."`
		Role       *string   `json:"role,omitempty" enum:"viewer,operator,admin"`
		Teams      *[]string `json:"teams,omitempty" maxItems:"100" doc:"Empty: confined to none."`
		IsDisabled *bool     `json:"is_disabled,omitempty" doc:"Their sessions end."`
		Revision   int64     `json:"revision,omitempty" doc:"Refuse the change if the person has another revision by now."`
	}
}

func (c *Control) updatePerson(ctx context.Context, in *updatePersonInput) (*personOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	p, err := s.Accounts().Person(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the person", err)
	}
	was := shownPerson(p)
	if err := c.changePerson(ctx, p, in); err != nil {
		return nil, err
	}
	p.Updated = time.Now().UTC()
	err = s.Accounts().ChangePerson(ctx, p)
	if err == nil && (in.Body.Password != nil || p.Disabled) {
		err = s.Accounts().EndSessions(ctx, p.ID, "")
	}
	if err != nil {
		return nil, c.explain("change the person", err)
	}
	c.changed(ctx, peoplePath+"/"+p.ID, was, shownPerson(p))
	return shownAs("User updated", p), nil
}

// changePerson makes the changes that were asked for.
func (c *Control) changePerson(ctx context.Context, p *account.Person, in *updatePersonInput) error {
	b := &in.Body
	if b.Revision != 0 {
		p.Revision = b.Revision
	}
	set(&p.Name, b.Username)
	set(&p.Email, b.Email)
	set(&p.Teams, b.Teams)
	set(&p.Disabled, b.IsDisabled)
	if b.Role != nil {
		role, err := account.ParseRole(*b.Role)
		if err != nil {
			return invalid("body.role", err.Error())
		}
		p.Role = role
	}
	if b.Password == nil {
		return nil
	}
	if err := account.CheckPassword(*b.Password); err != nil {
		return invalid("body.password", err.Error())
	}
	return c.explain("hash the password", c.guard.SetPassword(ctx, p, *b.Password))
}

func (c *Control) deletePerson(ctx context.Context, in *PersonPath) (*doneOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	p, err := s.Accounts().Person(ctx, in.ID)
	if err == nil {
		err = s.Accounts().RemovePerson(ctx, in.ID)
	}
	if err != nil {
		return nil, c.explain("remove the person", err)
	}
	c.changed(ctx, peoplePath+"/"+p.ID, shownPerson(p), nil)
	return said("User deleted"), nil
}

// set changes what was sent.
func set[T any](at, to *T) {
	if to != nil {
		*at = *to
	}
}
