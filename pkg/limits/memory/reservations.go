package memory

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// Reservations implements [limits.Reader]. It goes through the shards of calls one
// after another, and through each in the order of the ids. A call's reservations are
// not parted, so that a page may be a few longer than asked for.
func (m *Limiter) Reservations(_ context.Context, limitID, after string, most int) ([]limits.Reservation, string, error) {
	shard, last, err := parsePlace(after)
	if err != nil {
		return nil, "", err
	}
	page := []limits.Reservation{}
	for ; shard < shards; shard, last = shard+1, "" {
		for _, held := range m.reserved(shard, limitID, last) {
			if n := len(page); n >= most && page[n-1].CallID != held.CallID {
				return page, fmt.Sprintf("%d-%s", shard, page[n-1].CallID), nil
			}
			page = append(page, held)
		}
		if n := len(page); n >= most && shard+1 < shards {
			return page, fmt.Sprintf("%d-", shard+1), nil
		}
	}
	return page, "", nil
}

// parsePlace reads a place: a shard, and the call that was shown last of it.
func parsePlace(s string) (shard int, last string, err error) {
	if s == "" {
		return 0, "", nil
	}
	number, last, found := strings.Cut(s, "-")
	shard, err = strconv.Atoi(number)
	if err != nil || !found || shard < 0 {
		return 0, "", limits.ErrPlace
	}
	return shard, last, nil
}

// reserved returns what the calls of a shard behind one of them hold.
func (m *Limiter) reserved(shard int, limitID, after string) []limits.Reservation {
	var all []limits.Reservation
	s := &m.calls[shard]
	s.mu.Lock()
	for _, c := range s.calls {
		if c.id <= after || !c.ready.Load() {
			continue
		}
		since := m.born.Add(time.Duration(c.at)).UTC()
		for _, p := range c.parts {
			if p.money && (limitID == "" || p.count.id == limitID) {
				all = append(all, limits.Reservation{
					CallID: c.id, LimitID: p.count.id, Amount: p.amount, Since: since, Expires: since.Add(m.options.HoldFor),
				})
			}
		}
	}
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b limits.Reservation) int { return strings.Compare(a.CallID, b.CallID) })
	return all
}
