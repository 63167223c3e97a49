package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/uptrace/bun"
)

// tokenRow is an API token as the table api_tokens has it.
type tokenRow struct {
	bun.BaseModel `bun:"table:api_tokens,alias:a"`

	ID         string `bun:",pk"`
	Name       string
	NameFolded string
	Digest     string
	Last4      string
	Role       string
	Teams      string
	Creator    string
	CreatedUS  int64
	ExpiresUS  int64
	UsedUS     int64
}

func tokenRowOf(t *account.Token) *tokenRow {
	return &tokenRow{
		ID: t.ID, Name: t.Name, NameFolded: account.FoldName(t.Name), Digest: t.Digest, Last4: t.Last4,
		Role: t.Role.String(), Teams: textsJSON(t.Teams), Creator: t.Creator,
		CreatedUS: micros(t.Created), ExpiresUS: micros(t.Expires), UsedUS: micros(t.Used),
	}
}

func (r *tokenRow) token() (*account.Token, error) {
	role, err := account.ParseRole(r.Role)
	if err != nil {
		return nil, err
	}
	t := &account.Token{
		ID: r.ID, Name: r.Name, Digest: r.Digest, Last4: r.Last4, Role: role, Creator: r.Creator,
		Created: atMicros(r.CreatedUS), Expires: atMicros(r.ExpiresUS), Used: atMicros(r.UsedUS),
	}
	return t, json.Unmarshal([]byte(r.Teams), &t.Teams)
}

func (a accounts) Tokens(ctx context.Context) ([]account.Token, error) {
	var rows []tokenRow
	if err := a.read.NewSelect().Model(&rows).Order("created_us", "id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list the API tokens: %w", err)
	}
	tokens := make([]account.Token, len(rows))
	for i := range rows {
		t, err := rows[i].token()
		if err != nil {
			return nil, fmt.Errorf("read API token %s: %w", rows[i].ID, err)
		}
		tokens[i] = *t
	}
	return tokens, nil
}

func (a accounts) Token(ctx context.Context, id string) (*account.Token, error) {
	return a.token(ctx, "id = ?", id)
}

func (a accounts) TokenOf(ctx context.Context, digest string) (*account.Token, error) {
	return a.token(ctx, "digest = ?", digest)
}

func (a accounts) token(ctx context.Context, where string, args ...any) (*account.Token, error) {
	var r tokenRow
	if err := a.read.NewSelect().Model(&r).Where(where, args...).Scan(ctx); err != nil {
		return nil, found("read an API token", err)
	}
	return r.token()
}

func (a accounts) AddToken(ctx context.Context, t *account.Token) error {
	done, err := a.write.NewInsert().Model(tokenRowOf(t)).On("conflict do nothing").Exec(ctx)
	return changed("keep an API token", done, err, account.ErrTaken)
}

func (a accounts) ChangeToken(ctx context.Context, t *account.Token) error {
	return a.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		others, err := tx.NewSelect().Model((*tokenRow)(nil)).
			Where("name_folded = ? and id <> ?", account.FoldName(t.Name), t.ID).Count(ctx)
		if err != nil {
			return fmt.Errorf("change an API token: %w", err)
		}
		if others > 0 {
			return account.ErrTaken
		}
		done, err := tx.NewUpdate().Model(tokenRowOf(t)).
			Column("name", "name_folded", "role", "teams", "expires_us").Where("id = ?", t.ID).Exec(ctx)
		return changed("change an API token", done, err, account.ErrNotFound)
	})
}

func (a accounts) UseToken(ctx context.Context, id string, at time.Time) error {
	_, err := a.write.NewUpdate().Model((*tokenRow)(nil)).Set("used_us = ?", micros(at)).Where("id = ?", id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note the use of an API token: %w", err)
	}
	return nil
}

func (a accounts) RemoveToken(ctx context.Context, id string) error {
	done, err := a.write.NewDelete().Model((*tokenRow)(nil)).Where("id = ?", id).Exec(ctx)
	return changed("remove an API token", done, err, account.ErrNotFound)
}
