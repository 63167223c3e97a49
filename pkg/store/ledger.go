package store

import (
	"context"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// Ledger keeps an entry for each call. Safe for concurrent use.
type Ledger interface {
	// Put keeps entries, all of them or, on an error, none. They outlive the
	// process, and a loss of power, when it returns. An entry of a call that is
	// there already changes nothing, unless it is more certain and takes its
	// place ([usage.Entry.Certainty]).
	Put(ctx context.Context, entries []usage.Entry) error
	// Sum adds up what matches, in one total for each combination of the given
	// groups that occurs, in no order. Without a group there is one total.
	Sum(ctx context.Context, f Filter, by ...Group) ([]Total, error)
	// Page returns at most limit entries that match, the newest first, behind the
	// place given; the zero Place is before the first.
	Page(ctx context.Context, f Filter, after Place, limit int) ([]usage.Entry, error)
	// Prune removes the oldest entries of before a time, and returns how many: at most
	// limit of them so that others are not held up, or more that go at one stroke.
	Prune(ctx context.Context, before time.Time, limit int) (int, error)
	// Excess returns the time before which entries are too many, so that those from there on,
	// with what was said in their calls, take about so many bytes in the store; the zero time
	// if all do.
	Excess(ctx context.Context, maxBytes int64, now time.Time) (time.Time, error)
	// CatchUp adds entries to the sums that the version before has put, the newest first,
	// at most limit of them, and returns how many.
	CatchUp(ctx context.Context, limit int) (int, error)
	// Upkeep does what has to be done from time to time, beside Prune.
	Upkeep(ctx context.Context, now time.Time) error
}

// Filter says which entries are meant; an empty field is no condition.
type Filter struct {
	Since, Until time.Time // calls that began in [Since, Until)

	VirtualKey, Team, Customer string // ids
	Provider, Model, Key       string
	CallID, RequestID          string
	Node, Worker               string
	Status                     int
	Code                       string
	Tried                      bool // calls that were tried at a provider
	Charged                    bool // calls that count for limits: no shadows
}

// Group is what entries are told apart by.
type Group uint8

// The groups of [Ledger.Sum].
const (
	ByVirtualKey Group = iota
	ByTeam
	ByCustomer
	ByProvider
	ByModel
	ByKey
	ByUser
	ByEndUser
	groups
)

var groupColumns = [groups]string{"virtual_key", "team", "customer", "provider", "model", "key", "user_id", "end_user"}

// Total is a sum over entries. The texts are set by which they were told apart.
// Of Usage, the counts are.
type Total struct {
	VirtualKey, Team, Customer, Provider, Model, Key string
	User, EndUser                                    string

	Calls     int64
	Estimated int64 // calls whose usage is an estimate
	Usage     api.Usage
	CostNano  int64
}

// Place is a place in the order of the ledger: that of an entry.
type Place struct {
	Time   time.Time
	CallID string
}

// PlaceOf returns the place of an entry, to go on behind it.
func PlaceOf(e *usage.Entry) Place { return Place{e.Time, e.CallID} }

// ledger is the ledger in an SQL database.
type ledger struct{ *Store }

func (l ledger) Prune(ctx context.Context, before time.Time, limit int) (int, error) {
	dropped, err := l.dropDays(ctx, ledgerDays, before)
	if err != nil {
		return 0, err
	}
	oldest := l.write.NewSelect().Model((*row)(nil)).Column("call_id").
		Where("time_us < ?", before.UnixMicro()).Order("time_us").Limit(int64(limit))
	done, err := l.write.NewDelete().Model((*row)(nil)).Where("call_id in (?)", oldest).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("prune the ledger: %w", err)
	}
	n, err := done.RowsAffected()
	if err != nil {
		return 0, err
	}
	return dropped + int(n), l.pruneSums(ctx, before)
}

// pruneSums removes sums over hours that have no entries any more.
func (l ledger) pruneSums(ctx context.Context, before time.Time) error {
	const gone = "kind in (1, 2) and bucket < ? and not exists (select 1 from ledger where time_us < ?)"
	hour := floor(before.UnixMicro(), hourUS)
	for _, table := range [...]string{ofHours, ofMinutes} {
		if _, err := l.write.NewDelete().Table(table).Where(gone, hour, hour).Exec(ctx); err != nil {
			return fmt.Errorf("prune the sums: %w", err)
		}
	}
	return l.pruneTerms(ctx, hour)
}
