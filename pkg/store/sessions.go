package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/uptrace/bun"
)

// sessionRow is a session as the table sessions has it.
type sessionRow struct {
	bun.BaseModel `bun:"table:sessions,alias:s"`

	ID        string `bun:",pk"`
	Digest    string
	Person    string
	CreatedUS int64
	UsedUS    int64
	ExpiresUS int64
	Address   string
	Agent     string
}

func (r *sessionRow) session() account.Session {
	return account.Session{
		ID: r.ID, Digest: r.Digest, Person: r.Person, Created: atMicros(r.CreatedUS), Used: atMicros(r.UsedUS),
		Expires: atMicros(r.ExpiresUS), Address: r.Address, Agent: r.Agent,
	}
}

func (a accounts) AddSession(ctx context.Context, s *account.Session) error {
	return a.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("expires_us <= ?", micros(s.Created)).Exec(ctx); err != nil {
			return fmt.Errorf("remove sessions that have expired: %w", err)
		}
		_, err := tx.NewInsert().Model(&sessionRow{
			ID: s.ID, Digest: s.Digest, Person: s.Person, CreatedUS: micros(s.Created), UsedUS: micros(s.Used),
			ExpiresUS: micros(s.Expires), Address: s.Address, Agent: s.Agent,
		}).Exec(ctx)
		if err != nil {
			return fmt.Errorf("keep a session: %w", err)
		}
		return nil
	})
}

func (a accounts) SessionOf(ctx context.Context, digest string) (*account.Session, *account.Person, error) {
	var r sessionRow
	if err := a.read.NewSelect().Model(&r).Where("digest = ?", digest).Scan(ctx); err != nil {
		return nil, nil, found("read a session", err)
	}
	p, err := a.Person(ctx, r.Person)
	if err != nil {
		return nil, nil, err
	}
	s := r.session()
	return &s, p, nil
}

func (a accounts) Sessions(ctx context.Context, person string) ([]account.Session, error) {
	var rows []sessionRow
	q := a.read.NewSelect().Model(&rows).Order("created_us desc", "id").Limit(sessionsListed)
	if person != "" {
		q.Where("person = ?", person)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list the sessions: %w", err)
	}
	sessions := make([]account.Session, len(rows))
	for i := range rows {
		sessions[i] = rows[i].session()
	}
	return sessions, nil
}

// sessionsListed bounds a list that nobody reads to its end.
const sessionsListed = 1000

func (a accounts) UseSession(ctx context.Context, id string, at time.Time) error {
	_, err := a.write.NewUpdate().Model((*sessionRow)(nil)).Set("used_us = ?", micros(at)).Where("id = ?", id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note the use of a session: %w", err)
	}
	return nil
}

func (a accounts) EndSession(ctx context.Context, id string) error {
	done, err := a.write.NewDelete().Model((*sessionRow)(nil)).Where("id = ?", id).Exec(ctx)
	return changed("end a session", done, err, account.ErrNotFound)
}

func (a accounts) EndSessions(ctx context.Context, person, but string) error {
	_, err := a.write.NewDelete().Model((*sessionRow)(nil)).Where("person = ? and id <> ?", person, but).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end a person's sessions: %w", err)
	}
	return nil
}

// ticketRow is a ticket as the table tickets has it.
type ticketRow struct {
	bun.BaseModel `bun:"table:tickets,alias:t"`

	Digest    string `bun:",pk"`
	CallerID  string
	Caller    string
	ExpiresUS int64
}

func (a accounts) AddTicket(ctx context.Context, digest string, c account.Caller, expires time.Time) error {
	caller, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write a ticket: %w", err)
	}
	_, err = a.write.NewInsert().Model(&ticketRow{Digest: digest, CallerID: c.ID, Caller: string(caller), ExpiresUS: micros(expires)}).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep a ticket: %w", err)
	}
	return nil
}

func (a accounts) TakeTicket(ctx context.Context, digest string, now time.Time) (c account.Caller, err error) {
	var taken []ticketRow
	err = a.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*ticketRow)(nil)).Where("expires_us <= ?", micros(now)).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model(&taken).Where("digest = ?", digest).Returning("*").Exec(ctx)
		return err
	})
	switch {
	case err != nil:
		return c, fmt.Errorf("take a ticket: %w", err)
	case len(taken) == 0:
		return c, account.ErrNotFound
	}
	return c, json.Unmarshal([]byte(taken[0].Caller), &c)
}
