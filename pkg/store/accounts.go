package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/uptrace/bun"
)

// Accounts returns who may use the admin API.
func (s *Store) Accounts() account.Records { return accounts{s} }

// accounts are people, sessions, API tokens and tickets in an SQL database.
type accounts struct{ *Store }

// personRow is a person as the table people has it.
type personRow struct {
	bun.BaseModel `bun:"table:people,alias:p"`

	ID           string `bun:",pk"`
	Name         string
	NameFolded   string
	Email        string
	Password     string
	Role         string
	Teams        string
	Disabled     bool
	Issuer       string
	Subject      string
	CreatedUS    int64
	UpdatedUS    int64
	LastSignInUS int64
	Revision     int64
}

func personRowOf(p *account.Person) *personRow {
	return &personRow{
		ID: p.ID, Name: p.Name, NameFolded: account.FoldName(p.Name), Email: p.Email, Password: p.Password,
		Role: p.Role.String(), Teams: textsJSON(p.Teams), Disabled: p.Disabled, Issuer: p.Issuer, Subject: p.Subject,
		CreatedUS: micros(p.Created), UpdatedUS: micros(p.Updated), LastSignInUS: micros(p.LastSignIn), Revision: p.Revision,
	}
}

func (r *personRow) person() (*account.Person, error) {
	role, err := account.ParseRole(r.Role)
	if err != nil {
		return nil, err
	}
	p := &account.Person{
		ID: r.ID, Name: r.Name, Email: r.Email, Password: r.Password, Role: role, Disabled: r.Disabled,
		Issuer: r.Issuer, Subject: r.Subject,
		Created: atMicros(r.CreatedUS), Updated: atMicros(r.UpdatedUS), LastSignIn: atMicros(r.LastSignInUS), Revision: r.Revision,
	}
	return p, json.Unmarshal([]byte(r.Teams), &p.Teams)
}

func (a accounts) People(ctx context.Context, q account.PeopleQuery) ([]account.Person, error) {
	var rows []personRow
	s := a.read.NewSelect().Model(&rows).Order("created_us", "id").Limit(int64(q.Limit))
	if q.Search != "" {
		like := "%" + likeEscaped(strings.ToLower(q.Search)) + "%"
		s.Where(`name_folded like ? escape '\' or lower(email) like ? escape '\'`, like, like)
	}
	if q.After != "" {
		s.Where("(created_us, id) > (select created_us, id from people where id = ?)", q.After)
	}
	if err := s.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the people: %w", err)
	}
	people := make([]account.Person, len(rows))
	for i := range rows {
		p, err := rows[i].person()
		if err != nil {
			return nil, fmt.Errorf("read person %s: %w", rows[i].ID, err)
		}
		people[i] = *p
	}
	return people, nil
}

// likeEscaped takes the meaning from the characters that have one in a pattern.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func likeEscaped(s string) string { return likeEscaper.Replace(s) }

func (a accounts) Person(ctx context.Context, id string) (*account.Person, error) {
	return a.person(ctx, "id = ?", id)
}

func (a accounts) PersonNamed(ctx context.Context, name string) (*account.Person, error) {
	return a.person(ctx, "name_folded = ?", account.FoldName(name))
}

func (a accounts) PersonOf(ctx context.Context, issuer, subject string) (*account.Person, error) {
	return a.person(ctx, "subject <> '' and issuer = ? and subject = ?", issuer, subject)
}

func (a accounts) person(ctx context.Context, where string, args ...any) (*account.Person, error) {
	var r personRow
	if err := a.read.NewSelect().Model(&r).Where(where, args...).Scan(ctx); err != nil {
		return nil, found("read a person", err)
	}
	return r.person()
}

func (a accounts) AddPerson(ctx context.Context, p *account.Person) error {
	p.Revision = 1
	done, err := a.write.NewInsert().Model(personRowOf(p)).On("conflict do nothing").Exec(ctx)
	return changed("keep a person", done, err, account.ErrTaken)
}

func (a accounts) ChangePerson(ctx context.Context, p *account.Person) error {
	return a.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		others, err := tx.NewSelect().Model((*personRow)(nil)).
			Where("name_folded = ? and id <> ?", account.FoldName(p.Name), p.ID).Count(ctx)
		if err != nil {
			return fmt.Errorf("change a person: %w", err)
		}
		if others > 0 {
			return account.ErrTaken
		}
		next := *p
		next.Revision++
		done, err := tx.NewUpdate().Model(personRowOf(&next)).
			Column("name", "name_folded", "email", "password", "role", "teams", "disabled", "updated_us", "revision").
			Where("id = ? and revision = ?", p.ID, p.Revision).Exec(ctx)
		if err := changed("change a person", done, err, account.ErrConflict); err != nil {
			return err
		}
		p.Revision = next.Revision
		return nil
	})
}

func (a accounts) SignedIn(ctx context.Context, id string, at time.Time) error {
	done, err := a.write.NewUpdate().Model((*personRow)(nil)).Set("last_sign_in_us = ?", micros(at)).Where("id = ?", id).Exec(ctx)
	return changed("note a sign-in", done, err, account.ErrNotFound)
}

func (a accounts) RemovePerson(ctx context.Context, id string) error {
	return a.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		for _, mine := range []*bun.DeleteQuery{
			tx.NewDelete().Model((*ticketRow)(nil)).Where("caller_id = ?", id),
			tx.NewDelete().Model((*sessionRow)(nil)).Where("person = ?", id),
		} {
			if _, err := mine.Exec(ctx); err != nil {
				return fmt.Errorf("remove what is a person's: %w", err)
			}
		}
		done, err := tx.NewDelete().Model((*personRow)(nil)).Where("id = ?", id).Exec(ctx)
		return changed("remove a person", done, err, account.ErrNotFound)
	})
}

// found wraps the error of a query for one row.
func found(doing string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return account.ErrNotFound
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// changed is none if a statement has changed no row.
func changed(doing string, done sql.Result, err, none error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return none
	}
	return err
}

func textsJSON(texts []string) string {
	if len(texts) == 0 {
		return "[]"
	}
	text, err := json.Marshal(texts)
	if err != nil { // no string fails
		panic(err)
	}
	return string(text)
}

// micros and atMicros keep the zero time zero.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func atMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
