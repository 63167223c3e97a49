package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/uptrace/bun"
)

// Dimension is what calls are told apart by in statistics, and what they are filtered by.
type Dimension uint8

// The dimensions.
const (
	VirtualKey Dimension = iota
	Team
	Customer
	User
	Provider
	Model
	Key
	Operation
	Node
	Rule
	Status
	dimensions
)

// dimensionColumns are the columns of a series, and of the ledger.
var dimensionColumns = [dimensions]string{
	"virtual_key", "team", "customer", "user_id", "provider", "model", "key", "op", "node", "rule_id", "status",
}

// kind says which of its dimensions a series has.
type kind int64

// The kinds of series. Sums are kept by the last two.
const (
	whole  kind = iota
	ofWhat      // what calls were: no keys of callers
	ofWho       // who made them, and with which model
	kinds
)

// whatOnly are dimensions that a series of who made calls does not have, whoOnly those that
// one of what they were does not.
var (
	whatOnly = [...]Dimension{Operation, Node, Rule, Status}
	whoOnly  = [...]Dimension{VirtualKey, Team, Customer, User}
)

// series is what calls have in common, but for the time.
type series struct {
	bun.BaseModel `bun:"table:ledger_series,alias:s"`

	ID         int64 `bun:",pk"`
	Kind       kind
	VirtualKey string
	Team       string
	Customer   string
	UserID     string
	Provider   string
	Model      string
	Key        string
	Op         string
	Node       string
	RuleID     string
	Status     int64
	Outcome    Outcome
}

// seriesOf returns the series of each kind that a row belongs to.
func seriesOf(r *row) (all [kinds]series) {
	s := series{
		VirtualKey: r.VirtualKey, Team: r.Team, Customer: r.Customer, UserID: r.UserID, Provider: r.Provider, Model: r.Model,
		Key: r.Key, Op: r.Op, Node: r.Node, RuleID: r.RuleID, Status: r.Status, Outcome: r.Outcome,
	}
	what, who := s, s
	what.VirtualKey, what.Team, what.Customer, what.UserID = "", "", "", ""
	who.Op, who.Node, who.RuleID, who.Status, who.Outcome = "", "", "", 0, 0
	all = [kinds]series{whole: s, ofWhat: what, ofWho: who}
	for k := range all {
		all[k].Kind = kind(k)
		all[k].ID = all[k].digest()
	}
	return all
}

// digest makes an id of what is in it, so that several processes agree on it without a
// word. It is never 0.
func (s *series) digest() int64 {
	b := strconv.AppendInt(make([]byte, 0, 256), int64(s.Kind), 10)
	for _, text := range [...]string{s.VirtualKey, s.Team, s.Customer, s.UserID, s.Provider, s.Model, s.Key, s.Op, s.Node, s.RuleID} {
		b = append(strconv.AppendInt(append(b, ' '), int64(len(text)), 10), ':')
		b = append(b, text...)
	}
	b = strconv.AppendInt(append(b, ' '), s.Status, 10)
	sum := sha256.Sum256(strconv.AppendInt(append(b, ' '), int64(s.Outcome), 10))
	return int64(binary.BigEndian.Uint64(sum[:])>>1 | 1)
}

// known are the series that this process has written of late. One that is forgotten is
// written again, which changes nothing.
type known struct {
	mu   sync.Mutex
	seen map[int64]time.Time
}

const (
	knownFor  = time.Hour
	knownMost = 100_000
)

// fresh returns those that may have to be written.
func (k *known) fresh(rows []row, now time.Time) []series {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []series
	listed := map[int64]bool{}
	for i := range rows {
		id := rows[i].Series
		if at, ok := k.seen[id]; ok && now.Sub(at) <= knownFor || listed[id] {
			continue
		}
		for _, s := range seriesOf(&rows[i]) { // who knows the whole knows its parts
			if !listed[s.ID] {
				listed[s.ID] = true
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b series) int { return int(min(max(a.ID-b.ID, -1), 1)) })
	return out
}

// written remembers series that have been committed.
func (k *known) written(some []series, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen == nil || len(k.seen) > knownMost {
		k.seen = map[int64]time.Time{}
	}
	for i := range some {
		k.seen[some[i].ID] = now
	}
}

func writeSeries(ctx context.Context, tx bun.Tx, all []series) error {
	for some := range slices.Chunk(all, rowsAtOnce) {
		if _, err := tx.NewInsert().Model(&some).On("conflict (id) do nothing").Exec(ctx); err != nil {
			return fmt.Errorf("write what calls have in common: %w", err)
		}
	}
	return nil
}
