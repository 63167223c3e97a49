package control

import (
	"context"
	"errors"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/audit"
)

// lateEntries are entries of the audit that wait for the store. They are in the order of
// their making, and in memory alone.
type lateEntries struct {
	mu      sync.Mutex
	waiting []audit.Entry
}

// maxLate bounds them: then nothing more may be changed.
const maxLate = 1000

var errStoreAway = errors.New("the store is away")

func (l *lateEntries) hasRoom() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting) < maxLate
}

// append enters what waits, and then the new ones. What cannot be entered waits.
func (l *lateEntries) append(ctx context.Context, log audit.Log, entries ...audit.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, entries...)
	if log == nil {
		return errStoreAway
	}
	if err := log.Append(ctx, l.waiting); err != nil {
		return err
	}
	l.waiting = nil
	return nil
}
