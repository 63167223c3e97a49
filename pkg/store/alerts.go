package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/uptrace/bun"
)

// Alerts returns the record of alerts.
func (s *Store) Alerts() alert.Record { return alerts{s} }

// alerts is the record of alerts in an SQL database.
type alerts struct{ *Store }

// alertRow is an alert as the table alerts has it.
type alertRow struct {
	bun.BaseModel `bun:"table:alerts,alias:a"`

	ID          string `bun:",pk"`
	Fingerprint string
	Version     int64
	Rule        string
	Severity    string
	Subject     string
	State       string
	ResolvedUS  int64
	Data        string
}

func alertRowOf(a *alert.Alert) (alertRow, error) {
	data, err := json.Marshal(a)
	if err != nil {
		return alertRow{}, fmt.Errorf("write alert %s: %w", a.ID, err)
	}
	r := alertRow{
		ID: a.ID, Fingerprint: a.Fingerprint(), Version: a.Version, Rule: a.Rule, Severity: string(a.Severity),
		Subject: a.Subject, State: string(a.State), Data: string(data),
	}
	if !a.Resolved.IsZero() {
		r.ResolvedUS = a.Resolved.UnixMicro()
	}
	return r, nil
}

func (r *alertRow) alert() (alert.Alert, error) {
	var a alert.Alert
	if err := json.Unmarshal([]byte(r.Data), &a); err != nil {
		return a, fmt.Errorf("read alert %s: %w", r.ID, err)
	}
	return a, nil
}

func alertsOf(rows []alertRow) ([]alert.Alert, error) {
	all := make([]alert.Alert, 0, len(rows))
	for i := range rows {
		a, err := rows[i].alert()
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

func (s alerts) Open(ctx context.Context) ([]alert.Alert, error) {
	var rows []alertRow
	if err := s.read.NewSelect().Model(&rows).Where("state <> ?", alert.Resolved).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the open alerts: %w", err)
	}
	return alertsOf(rows)
}

func (s alerts) Write(ctx context.Context, c alert.Changes) error {
	err := s.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		for i := range c.Made {
			if err := makeAlert(ctx, tx, &c.Made[i]); err != nil {
				return err
			}
		}
		for i := range c.Changed {
			if err := changeAlert(ctx, tx, c.Changed[i]); err != nil {
				return err
			}
		}
		for _, id := range c.Gone {
			if _, err := tx.NewDelete().Model((*alertRow)(nil)).Where("id = ?", id).Where("state = ?", alert.Pending).Exec(ctx); err != nil {
				return err
			}
		}
		for i := range c.Notices {
			if err := putNotice(ctx, tx, &c.Notices[i], "nothing"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write alerts: %w", err)
	}
	return nil
}

func makeAlert(ctx context.Context, tx bun.Tx, a *alert.Alert) error {
	r, err := alertRowOf(a)
	if err != nil {
		return err
	}
	done, err := tx.NewInsert().Model(&r).On("conflict do nothing").Exec(ctx)
	return touched(done, err)
}

func changeAlert(ctx context.Context, tx bun.Tx, a alert.Alert) error {
	was := a.Version
	a.Version++
	r, err := alertRowOf(&a)
	if err != nil {
		return err
	}
	done, err := tx.NewUpdate().Model(&r).WherePK().Where("version = ?", was).Exec(ctx)
	return touched(done, err)
}

// touched is ErrChanged where a statement that touches one row has touched none.
func touched(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(alert.ErrChanged, err)
	}
	return nil
}

func (s alerts) List(ctx context.Context, f alert.Filter, after string, limit int) ([]alert.Alert, error) {
	var rows []alertRow
	q := s.read.NewSelect().Model(&rows)
	for _, is := range [...]struct{ column, value string }{
		{"state", string(f.State)}, {"rule", f.Rule}, {"severity", string(f.Severity)}, {"subject", f.Subject},
	} {
		if is.value != "" {
			q.Where("? = ?", bun.Ident(is.column), is.value)
		}
	}
	if after != "" {
		q.Where("id < ?", after)
	}
	if err := q.Order("id desc").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list alerts: %w", err)
	}
	return alertsOf(rows)
}

func (s alerts) Get(ctx context.Context, id string) (alert.Alert, error) {
	r := alertRow{ID: id}
	err := s.read.NewSelect().Model(&r).WherePK().Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return alert.Alert{}, alert.ErrNotFound
	}
	if err != nil {
		return alert.Alert{}, fmt.Errorf("read alert %s: %w", id, err)
	}
	return r.alert()
}

func (s alerts) Prune(ctx context.Context, before time.Time) error {
	_, err := s.write.NewDelete().Model((*alertRow)(nil)).
		Where("state = ?", alert.Resolved).Where("resolved_us < ?", before.UnixMicro()).Exec(ctx)
	if err == nil {
		_, err = s.write.NewDelete().Model((*silenceRow)(nil)).Where("until_us < ?", before.UnixMicro()).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("prune alerts: %w", err)
	}
	return nil
}
