package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// Ledger tests a ledger; open returns one that is empty.
func Ledger(t *testing.T, open func(t *testing.T) store.Ledger) {
	for name, test := range map[string]func(*testing.T, store.Ledger){
		"it keeps every field":                        keepsEveryField,
		"an entry that is put again changes nothing":  putAgain,
		"the more certain entry of a call counts":     certainty,
		"entries are kept all or none":                allOrNone,
		"texts of any kind come back as they were":    hostileTexts,
		"sums are told apart by groups":               sums,
		"an empty ledger sums to nothing":             emptySums,
		"every filter filters":                        filters,
		"pages go through all entries, newest first":  pages,
		"prune removes the oldest, a few at a time":   prune,
		"many may put, add up and read at once":       together,
		"it agrees with a model, whatever is done":    agrees,
		"more entries than one statement takes go in": many,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// noon is when the calls of these tests are made.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// choice is one with something in every field.
var choice = func() *usage.Choice {
	cost, busy := int64(12), 0.5
	return &usage.Choice{Asked: "fast", Revision: 7, Strategy: "least_cost", Options: []usage.Option{
		{Provider: "house", Model: "small", Key: "main", Weight: 1, Ready: true, Latency: time.Millisecond, CostNano: &cost, Busy: &busy, Place: 1},
		{Weight: 0.5, Refused: "provider_blocked"},
	}}
}()

// entry returns an entry with something in every field.
func entry(n int) usage.Entry {
	return usage.Entry{
		CallID: fmt.Sprintf("call-%04d", n), RequestID: "req", Time: noon.Add(time.Duration(n) * time.Second), Node: "edge-1", Worker: "worker-1",
		Dialect: "openai", Op: "chat", Provider: "house", Model: "small", Key: "main",
		VirtualKey: "vk-1", Team: "team-1", Customer: "customer-1",
		Status: 200, Code: "missing_model", Attempts: 2, Stream: true, Truncated: true, Billed: true,
		Usage: api.Usage{
			Input: 100, CacheRead: 20, CacheWrite: 30, Output: 40, Reasoning: 5, AudioIn: 6, AudioOut: 7, ImageIn: 9, ImageOut: 10, Images: 8, Units: 11, Known: true,
		},
		CostNano: 12_345_678_901, Took: 1500 * time.Millisecond, FirstToken: 200 * time.Microsecond,
		Metadata: map[string]string{"app": "x"},
		User:     "user-1", EndUser: "ann", Session: "s-1", Parent: "req-0", RuleID: "rule-1", RuleName: "the rule", Choice: choice, Fallback: 1, Shadow: true,
		Marks: "cache:direct", Class: "invalid", Message: "No model is named.", Queue: 300 * time.Microsecond, Own: 40 * time.Microsecond,
		Tries: []usage.Try{
			{Provider: "home", Model: "small", Key: "main", Status: 502, Class: "unavailable", Code: "provider_closed", Took: time.Second},
			{Provider: "house", Model: "small", Key: "main", Worker: "worker-1", Status: 200, Started: time.Second, Took: time.Millisecond},
		},
	}
}

func put(t require.TestingT, l store.Ledger, entries ...usage.Entry) {
	require.NoError(t, l.Put(context.Background(), entries))
}

// all returns all entries, oldest first.
func all(t require.TestingT, l store.Ledger) []usage.Entry {
	entries, err := l.Page(context.Background(), store.Filter{}, store.Place{}, 10_000)
	require.NoError(t, err)
	slices.Reverse(entries)
	return entries
}

func keepsEveryField(t *testing.T, l store.Ledger) {
	full, bare := entry(1), usage.Entry{CallID: "call-2", Time: noon.Add(time.Hour)}
	put(t, l, full, bare)
	require.Equal(t, []usage.Entry{full, bare}, all(t, l))
}

func putAgain(t *testing.T, l store.Ledger) {
	first := entry(1)
	put(t, l, first)
	second := entry(1)
	second.CostNano, second.Node = 1, "edge-2"
	put(t, l, second, second, entry(2))
	require.Equal(t, []usage.Entry{first, entry(2)}, all(t, l))
	require.NoError(t, l.Put(t.Context(), nil))
}

func certainty(t *testing.T, l store.Ledger) {
	measured, estimated, unknown := entry(1), entry(1), entry(1)
	estimated.Usage = api.Usage{Input: 1, Known: true, Estimated: true}
	unknown.Usage = api.Usage{}
	for _, step := range []struct {
		put  []usage.Entry
		kept usage.Entry
	}{
		{[]usage.Entry{unknown}, unknown},
		{[]usage.Entry{unknown, estimated}, estimated},
		{[]usage.Entry{unknown}, estimated},
		{[]usage.Entry{estimated, measured, estimated}, measured},
		{[]usage.Entry{estimated, unknown}, measured},
	} {
		put(t, l, step.put...)
		require.Equal(t, []usage.Entry{step.kept}, all(t, l))
	}
}

func allOrNone(t *testing.T, l store.Ledger) {
	bad := entry(2)
	bad.Model = "no database takes\x00this"
	require.Error(t, l.Put(t.Context(), []usage.Entry{entry(1), bad}))
	require.Empty(t, all(t, l))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, l.Put(ended, []usage.Entry{entry(1)}), context.Canceled)
	require.Empty(t, all(t, l))
}

func hostileTexts(t *testing.T, l store.Ledger) {
	texts := []string{
		"'", `"`, `\`, `\'`, "''; drop table ledger; --", "?", "$1", "?0 ?TableName", ":x", "%_", "ü 猫 🙂", "\n\t\r", "null", "{}",
	}
	var entries []usage.Entry
	for i, text := range texts {
		e := entry(i)
		e.CallID += text
		e.Model, e.VirtualKey, e.Metadata = text, text, map[string]string{text: text}
		entries = append(entries, e)
	}
	put(t, l, entries...)
	require.Equal(t, entries, all(t, l))
	for i, text := range texts {
		found, err := l.Page(t.Context(), store.Filter{Model: text}, store.Place{}, 10)
		require.NoError(t, err)
		require.Equal(t, entries[i:i+1], found)
		sums, err := l.Sum(t.Context(), store.Filter{VirtualKey: text}, store.ByModel)
		require.NoError(t, err)
		require.Len(t, sums, 1)
		require.Equal(t, text, sums[0].Model)
	}
}

func sums(t *testing.T, l store.Ledger) {
	for i := range 6 {
		e := entry(i)
		e.VirtualKey, e.Provider = fmt.Sprintf("vk-%d", i%2), fmt.Sprintf("provider-%d", i%3)
		e.Usage.Estimated = i == 0
		put(t, l, e)
	}
	e := entry(0)
	times := func(n int64) store.Total {
		return store.Total{
			Calls: n, CostNano: n * e.CostNano,
			Usage: api.Usage{
				Input: n * 100, CacheRead: n * 20, CacheWrite: n * 30, Output: n * 40, Reasoning: n * 5, AudioIn: n * 6, AudioOut: n * 7, ImageIn: n * 9, ImageOut: n * 10, Images: n * 8, Units: n * 11,
			},
		}
	}
	total := times(6)
	total.Estimated = 1
	require.Equal(t, []store.Total{total}, sum(t, l, store.Filter{}))

	zero, one := times(3), times(3)
	zero.VirtualKey, one.VirtualKey = "vk-0", "vk-1"
	zero.Estimated = 1
	require.ElementsMatch(t, []store.Total{zero, one}, sum(t, l, store.Filter{}, store.ByVirtualKey))

	last := times(1)
	last.VirtualKey, last.Provider, last.Model, last.Key = "vk-1", "provider-2", "small", "main"
	require.Equal(t, []store.Total{last}, sum(t, l, store.Filter{Since: noon.Add(5 * time.Second)},
		store.ByVirtualKey, store.ByProvider, store.ByModel, store.ByKey))
	require.Len(t, sum(t, l, store.Filter{}, store.ByTeam, store.ByCustomer), 1)
	people := times(6)
	people.Estimated, people.User, people.EndUser = 1, "user-1", "ann"
	require.Equal(t, []store.Total{people}, sum(t, l, store.Filter{}, store.ByUser, store.ByEndUser))

	refused := entry(6)
	refused.Attempts = 0
	put(t, l, refused)
	require.Equal(t, int64(7), sum(t, l, store.Filter{})[0].Calls)
	require.Equal(t, int64(6), sum(t, l, store.Filter{Tried: true})[0].Calls)

	charged := entry(7)
	charged.Shadow = false
	put(t, l, charged)
	require.Equal(t, int64(1), sum(t, l, store.Filter{Charged: true})[0].Calls)
}

func sum(t *testing.T, l store.Ledger, f store.Filter, by ...store.Group) []store.Total {
	totals, err := l.Sum(t.Context(), f, by...)
	require.NoError(t, err)
	return totals
}

func emptySums(t *testing.T, l store.Ledger) {
	require.Equal(t, []store.Total{{}}, sum(t, l, store.Filter{}))
	require.Empty(t, sum(t, l, store.Filter{}, store.ByModel))
}

func filters(t *testing.T, l store.Ledger) {
	other := usage.Entry{CallID: "other", Time: noon.Add(-time.Hour)}
	e := entry(1)
	put(t, l, e, other)
	for name, f := range map[string]store.Filter{
		"since":       {Since: e.Time},
		"since until": {Since: e.Time, Until: e.Time.Add(time.Microsecond)},
		"virtual key": {VirtualKey: e.VirtualKey},
		"team":        {Team: e.Team},
		"customer":    {Customer: e.Customer},
		"provider":    {Provider: e.Provider},
		"model":       {Model: e.Model},
		"key":         {Key: e.Key},
		"call":        {CallID: e.CallID},
		"request":     {RequestID: e.RequestID},
		"node":        {Node: e.Node},
		"worker":      {Worker: e.Worker},
		"status":      {Status: e.Status},
		"code":        {Code: e.Code},
	} {
		found, err := l.Page(t.Context(), f, store.Place{}, 10)
		require.NoError(t, err, name)
		require.Equal(t, []usage.Entry{e}, found, name)
		require.EqualValues(t, 1, sum(t, l, f)[0].Calls, name)
	}
	found, err := l.Page(t.Context(), store.Filter{Until: e.Time}, store.Place{}, 10)
	require.NoError(t, err)
	require.Equal(t, []usage.Entry{other}, found)
}

func pages(t *testing.T, l store.Ledger) {
	var want []usage.Entry
	for i := range 25 {
		e := entry(i)
		e.Time = noon.Add(time.Duration(i/10) * time.Microsecond) // several at one time
		put(t, l, e)
		want = append(want, e)
	}
	slices.Reverse(want)
	var got []usage.Entry
	var place store.Place
	for {
		page, err := l.Page(t.Context(), store.Filter{Provider: "house"}, place, 7)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		got = append(got, page...)
		place = store.PlaceOf(&page[len(page)-1])
		late := entry(1000 + len(got)) // it is newer, so not on a later page
		put(t, l, late)
	}
	require.Equal(t, want, got)
}

func prune(t *testing.T, l store.Ledger) {
	for i := range 10 {
		put(t, l, entry(i))
	}
	for _, want := range []int{4, 3, 0} {
		n, err := l.Prune(t.Context(), entry(7).Time, 4)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.Equal(t, []usage.Entry{entry(7), entry(8), entry(9)}, all(t, l))
}

func together(t *testing.T, l store.Ledger) {
	const writers, each = 4, 25
	var writing, reading sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		reading.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				_, err := l.Sum(context.Background(), store.Filter{}, store.ByVirtualKey)
				if err == nil {
					_, err = l.Page(context.Background(), store.Filter{}, store.Place{}, 20)
				}
				if err != nil {
					t.Errorf("read while others write: %v", err)
					return
				}
			}
		})
	}
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				// Each call is put by two writers, as when it is delivered twice.
				if err := l.Put(context.Background(), []usage.Entry{entry((w/2)*each + i)}); err != nil {
					t.Errorf("write while others do: %v", err)
					return
				}
			}
		})
	}
	writing.Wait()
	close(stop)
	reading.Wait()
	require.Len(t, all(t, l), writers/2*each)
}

func many(t *testing.T, l store.Ledger) {
	var entries []usage.Entry
	for i := range 1700 {
		e := entry(i)
		e.Metadata = map[string]string{"long": strings.Repeat("x", 300)}
		entries = append(entries, e)
	}
	put(t, l, entries...)
	require.Len(t, all(t, l), len(entries))
}
