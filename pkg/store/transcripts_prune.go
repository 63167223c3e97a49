package store

import (
	"context"
	"fmt"
	"time"
)

// PruneTranscripts implements [Transcripts].
func (s transcripts) PruneTranscripts(ctx context.Context, before time.Time, maxBytes int64, limit int) (int, error) {
	end := int64(0) // ids before it are to go
	if !before.IsZero() {
		end = firstID(before)
	}
	if maxBytes > 0 {
		beyond, err := s.beyond(ctx, maxBytes)
		if err != nil {
			return 0, err
		}
		end = max(end, beyond)
	}
	if end == 0 {
		return 0, nil
	}
	dropped, err := ledger(s).dropDays(ctx, bodyDays, time.UnixMicro(end>>idBits))
	if err != nil {
		return 0, err
	}
	done, err := s.write.NewRaw("delete from call_bodies where call_id in (select call_id from call_bodies where id < ? order by id limit ?)", end, limit).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("remove what was said in old calls: %w", err)
	}
	n, err := done.RowsAffected()
	return dropped + int(n), err
}

// beyond returns the id up to which transcripts are too many, so that those from there on
// have no more than so many bytes; 0 if all of them have.
func (s transcripts) beyond(ctx context.Context, maxBytes int64) (int64, error) {
	var all int64
	if err := s.read.NewRaw("select cast(coalesce(sum(bytes), 0) as bigint) from call_bodies").Scan(ctx, &all); err != nil {
		return 0, fmt.Errorf("add up what is kept of calls: %w", err)
	}
	if all <= maxBytes {
		return 0, nil
	}
	var end []int64
	const query = "select id from (select id, sum(bytes) over (order by id desc) as so_far from call_bodies) k where so_far > ? order by id desc limit 1"
	if err := s.read.NewRaw(query, maxBytes).Scan(ctx, &end); err != nil || len(end) == 0 {
		return 0, err
	}
	return end[0] + 1, nil
}
