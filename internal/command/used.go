package command

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	sharedlimits "github.com/asbru-gateway/asbru/pkg/limits/redis"
	"github.com/asbru-gateway/asbru/pkg/store"
)

// usedOf returns what the ledger knows to be used of the limits of levels, as far as
// that is anything, by calls that began before a time; the zero time is any. A call that
// was never tried at a provider was refused, or failed early: it is left out.
func usedOf(ctx context.Context, ledger store.Ledger, levels []gateway.Level, now, until time.Time) ([]sharedlimits.Used, error) {
	s := ledgerSums{ledger: ledger, now: now, until: until, known: map[sumsOf]map[whose]store.Total{}}
	var used []sharedlimits.Used
	for i := range levels {
		level := &levels[i]
		var err error
		if level.EndUser != nil {
			used, err = s.ofEndUsers(ctx, used, level)
		} else {
			used, err = s.ofLevel(ctx, used, level)
		}
		if err != nil {
			return nil, err
		}
	}
	return used, nil
}

// ledgerSums are sums over the ledger, each asked for once.
type ledgerSums struct {
	ledger     store.Ledger
	now, until time.Time
	known      map[sumsOf]map[whose]store.Total
}

// sumsOf is over what time sums are, and by what calls are told apart.
type sumsOf struct {
	period   time.Duration
	calendar limits.Calendar
	by       [store.ByEndUser + 1]bool
}

// whose is whose calls a sum is of; what they are not told apart by is empty.
type whose struct{ virtualKey, team, customer, provider, model, key, user, endUser string }

// ofLevel appends what is used of a level's limits.
func (s *ledgerSums) ofLevel(ctx context.Context, to []sharedlimits.Used, level *gateway.Level) ([]sharedlimits.Used, error) {
	of := whose{
		virtualKey: level.VirtualKey, customer: level.Customer, user: level.User,
		provider: level.Provider, model: level.Model, key: level.Key,
	}
	groups := []whose{of}
	if level.Teams != nil {
		groups = groups[:0]
		for _, of.team = range level.Teams {
			groups = append(groups, of)
		}
	}
	for i := range level.Limits {
		l := &level.Limits[i]
		if l.Shape() == limits.InUse {
			continue
		}
		totals, err := s.totals(ctx, l, groups[0])
		if err != nil {
			return nil, err
		}
		amount := int64(0)
		for _, group := range groups {
			total := totals[group]
			amount += amountOf(l.Kind, &total)
		}
		if amount > 0 {
			to = append(to, sharedlimits.Used{Limit: l, Amount: amount})
		}
	}
	return to, nil
}

// ofEndUsers appends what is used of the limits of a virtual key's end users. Only the
// ledger knows who they are.
func (s *ledgerSums) ofEndUsers(ctx context.Context, to []sharedlimits.Used, level *gateway.Level) ([]sharedlimits.Used, error) {
	for i, any := range level.EndUser("") {
		totals, err := s.totals(ctx, &any, whose{virtualKey: level.VirtualKey, endUser: "each"})
		if err != nil {
			return nil, err
		}
		for of, total := range totals {
			if amount := amountOf(any.Kind, &total); amount > 0 && of.virtualKey == level.VirtualKey && of.endUser != "" {
				to = append(to, sharedlimits.Used{Limit: &level.EndUser(of.endUser)[i], Amount: amount})
			}
		}
	}
	return to, nil
}

// totals returns the sums over a limit's present period, told apart by what is set of
// an example.
func (s *ledgerSums) totals(ctx context.Context, l *limits.Limit, like whose) (map[whose]store.Total, error) {
	of := sumsOf{period: l.Period, calendar: l.Calendar}
	var by []store.Group
	for group, value := range map[store.Group]string{
		store.ByVirtualKey: like.virtualKey, store.ByTeam: like.team, store.ByCustomer: like.customer, store.ByUser: like.user,
		store.ByProvider: like.provider, store.ByModel: like.model, store.ByKey: like.key, store.ByEndUser: like.endUser,
	} {
		if value != "" {
			of.by[group], by = true, append(by, group)
		}
	}
	if totals, asked := s.known[of]; asked {
		return totals, nil
	}
	sums, err := s.ledger.Sum(ctx, store.Filter{Since: beginOf(l, s.now), Until: s.until, Tried: true, Charged: true}, by...)
	if err != nil {
		return nil, err
	}
	totals := make(map[whose]store.Total, len(sums))
	for _, t := range sums {
		totals[whose{t.VirtualKey, t.Team, t.Customer, t.Provider, t.Model, t.Key, t.User, t.EndUser}] = t
	}
	s.known[of] = totals
	return totals, nil
}

func beginOf(l *limits.Limit, now time.Time) time.Time {
	if l.Shape() == limits.Window {
		return now.Add(-l.Period)
	}
	begin, _ := l.Calendar.Bounds(now)
	return begin
}

// amountOf is what a limit of a kind counts of what was used.
func amountOf(k limits.Kind, t *store.Total) int64 {
	switch k {
	case limits.Tokens:
		return t.Usage.Total()
	case limits.Money:
		return t.CostNano
	}
	return t.Calls
}
