package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/uptrace/bun"
)

// silenceRow is a silence as the table alert_silences has it.
type silenceRow struct {
	bun.BaseModel `bun:"table:alert_silences,alias:s"`

	ID      string `bun:",pk"`
	UntilUS int64
	Data    string
}

func (s alerts) Silences(ctx context.Context, after time.Time) ([]alert.Silence, error) {
	var rows []silenceRow
	if err := s.read.NewSelect().Model(&rows).Where("until_us > ?", after.UnixMicro()).Order("id desc").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the silences: %w", err)
	}
	all := make([]alert.Silence, len(rows))
	for i := range rows {
		if err := json.Unmarshal([]byte(rows[i].Data), &all[i]); err != nil {
			return nil, fmt.Errorf("read silence %s: %w", rows[i].ID, err)
		}
	}
	return all, nil
}

func (s alerts) PutSilence(ctx context.Context, silence alert.Silence) error {
	data, err := json.Marshal(silence)
	if err != nil {
		return fmt.Errorf("write a silence: %w", err)
	}
	r := silenceRow{ID: silence.ID, UntilUS: silence.Until.UnixMicro(), Data: string(data)}
	if _, err := s.write.NewInsert().Model(&r).On("conflict (id) do update").Exec(ctx); err != nil {
		return fmt.Errorf("write a silence: %w", err)
	}
	return nil
}

func (s alerts) DeleteSilence(ctx context.Context, id string) error {
	done, err := s.write.NewDelete().Model((*silenceRow)(nil)).Where("id = ?", id).Exec(ctx)
	if err = touched(done, err); errors.Is(err, alert.ErrChanged) {
		return alert.ErrNotFound
	}
	return err
}
