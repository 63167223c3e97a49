package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/uptrace/bun"
)

// noticeRow is a notice as the table alert_notices has it.
type noticeRow struct {
	bun.BaseModel `bun:"table:alert_notices,alias:n"`

	ID    string `bun:",pk"`
	DueUS int64
	Data  string
}

// putNotice inserts a notice; on conflict it does what is said.
func putNotice(ctx context.Context, db bun.IDB, n *alert.Notice, conflict string) error {
	data, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write notice %s: %w", n.ID, err)
	}
	r := noticeRow{ID: n.ID, DueUS: n.Due.UnixMicro(), Data: string(data)}
	_, err = db.NewInsert().Model(&r).On("conflict (id) do " + conflict).Exec(ctx)
	return err
}

func (s alerts) Due(ctx context.Context, now time.Time, limit int) ([]alert.Notice, error) {
	var rows []noticeRow
	err := s.read.NewSelect().Model(&rows).Where("due_us <= ?", now.UnixMicro()).Order("due_us", "id").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what is to be told of alerts: %w", err)
	}
	all := make([]alert.Notice, len(rows))
	for i := range rows {
		if err := json.Unmarshal([]byte(rows[i].Data), &all[i]); err != nil {
			return nil, fmt.Errorf("read notice %s: %w", rows[i].ID, err)
		}
	}
	return all, nil
}

func (s alerts) Put(ctx context.Context, n *alert.Notice) error {
	if err := putNotice(ctx, s.write, n, "update"); err != nil {
		return fmt.Errorf("put a notice off: %w", err)
	}
	return nil
}

func (s alerts) Done(ctx context.Context, id string) error {
	if _, err := s.write.NewDelete().Model((*noticeRow)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("forget a notice: %w", err)
	}
	return nil
}
