package store

import (
	"context"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// Log is the ledger as people look at it: calls by any of their fields, and statistics.
// Statistics come from sums that are kept with the entries, so that their cost does not
// grow with the number of calls. Another kind of store, one by columns, would implement
// this beside [Ledger]. Safe for concurrent use.
type Log interface {
	// Find returns the call of an id; ErrNoCall if there is none.
	Find(ctx context.Context, id string) (*usage.Entry, error)
	// List returns calls in an order, behind a place or an offset.
	List(ctx context.Context, f LogFilter, p Paging) ([]usage.Entry, error)
	// Count counts calls, as far as most of them; 0 is without end.
	Count(ctx context.Context, f LogFilter, most int) (int64, error)
	// Figures adds calls up: for each combination of the given dimensions and, unless
	// every is 0, for each such length of time that had calls, in the order of time.
	Figures(ctx context.Context, f LogFilter, o FigureOptions) ([]Figure, error)
	// Values returns the values that a dimension has had since a time, about, in order;
	// those that are empty are left out.
	Values(ctx context.Context, d Dimension, since time.Time) ([]string, error)
	// Marks counts calls by their marks, of those whose marks have a text in them.
	Marks(ctx context.Context, f LogFilter, having string) (map[string]int64, error)
	// MarksOverTime is Marks for each length of time that had such calls, in no order; false:
	// there were more, and those of the fewest calls are left out.
	MarksOverTime(ctx context.Context, f LogFilter, having string, every time.Duration) ([]MarkCount, bool, error)
	// Reprice sets what calls cost, by their ids, and returns how many it has changed.
	Reprice(ctx context.Context, costNano map[string]int64) (int, error)
	// Transcript returns what was said in a call, nil if that was not kept.
	Transcript(ctx context.Context, id string) (*transcript.Transcript, error)
	// Hide takes calls out of the log, with all that was said in them; it returns how
	// many. What they have used still counts.
	Hide(ctx context.Context, ids []string) (int, error)
}

// LogFilter says which calls are meant; an empty field is no condition.
type LogFilter struct {
	Since, Until time.Time // calls that began in [Since, Until)

	Is       [dimensions][]string // any of these values
	Not      [dimensions][]string // none of these
	RuleUsed bool                 // calls that a routing rule has led
	Outcomes []Outcome

	// What follows is looked for in the rows themselves.

	RequestID, Session, Parent, EndUser string
	Code, Class                         string
	Worker, Dialect                     string
	Stream, Shadow                      *bool
	// Retried is of calls that were tried more than once, with any key or model.
	Retried *bool
	// Mark is of calls that a cache, plugin or guardrail has marked so; what a mark says
	// behind "=" may be left out.
	Mark                     string
	MinTook, MaxTook         time.Duration
	MinTokens, MaxTokens     int64
	MinCostNano, MaxCostNano int64
	// MissingCost is of calls that have used something, at no known price.
	MissingCost bool
	Metadata    map[string]string
	// Text is of calls whose error's message has it, or in which its words were said: see
	// [transcript.ParseQuery].
	Text string
}

// With returns the filter with the values that a dimension may have.
func (f LogFilter) With(d Dimension, values ...string) LogFilter {
	f.Is[d] = values
	return f
}

// Without returns the filter with the values that a dimension may not have.
func (f LogFilter) Without(d Dimension, values ...string) LogFilter {
	f.Not[d] = values
	return f
}

// byRow says whether only the rows can tell which calls are meant.
func (f *LogFilter) byRow() bool {
	return f.RequestID != "" || f.Session != "" || f.Parent != "" || f.EndUser != "" || f.Code != "" || f.Class != "" ||
		f.Worker != "" || f.Dialect != "" || f.Stream != nil || f.Shadow != nil || f.Retried != nil || f.Mark != "" || f.MinTook != 0 || f.MaxTook != 0 || f.MinTokens != 0 || f.MaxTokens != 0 ||
		f.MinCostNano != 0 || f.MaxCostNano != 0 || f.MissingCost || len(f.Metadata) > 0 || f.Text != ""
}

// Summed says whether sums tell of the calls that are meant, so that adding them up does not
// read them.
func (f *LogFilter) Summed() bool {
	_, ok := f.kindFor(nil)
	return ok && !f.byRow()
}

// kindFor is the kind of sums that has all that calls are chosen and told apart by; false
// if none has.
func (f *LogFilter) kindFor(by []Dimension) (kind, bool) {
	needs := func(d Dimension) bool { return len(f.Is[d]) > 0 || len(f.Not[d]) > 0 || slices.Contains(by, d) }
	switch {
	case !slices.ContainsFunc(whoOnly[:], needs):
		return ofWhat, true
	case !slices.ContainsFunc(whatOnly[:], needs) && len(f.Outcomes) == 0 && !f.RuleUsed:
		return ofWho, true
	}
	return whole, false
}

// bySeries says whether calls are chosen by what they have in common.
func (f *LogFilter) bySeries() bool {
	for d := range f.Is {
		if len(f.Is[d]) > 0 || len(f.Not[d]) > 0 {
			return true
		}
	}
	return f.RuleUsed
}

// span returns the filter's time in microseconds.
func (f *LogFilter) span() (since, until int64) {
	since, until = minTime, maxTime
	if !f.Since.IsZero() {
		since = f.Since.UnixMicro()
	}
	if !f.Until.IsZero() {
		until = f.Until.UnixMicro()
	}
	return since, until
}

// Sort is what calls are ordered by.
type Sort uint8

// The orders of a list.
const (
	SortTime Sort = iota
	SortLatency
	SortTokens
	SortCost
)

// Paging is which part of a list is meant.
type Paging struct {
	Sort      Sort
	Ascending bool
	After     Place // only where Sort is by time; the zero Place is before the first
	Offset    int
	Limit     int
}

// FigureOptions say how calls are added up.
type FigureOptions struct {
	By    []Dimension
	Every time.Duration // of whole minutes
	// Latencies are told apart only where asked for.
	Latencies bool
	// Most, up to 10,000, bounds the calls that are added up where no sums tell of them: of so
	// many or more, one figure says how many, Most, and nothing else. 0 adds up all.
	Most int
}

// Figure is what some calls add up to.
type Figure struct {
	Time time.Time // when it begins, where figures are told apart by time
	By   []string  // values of the dimensions, as they were asked for

	Calls, Failed, Canceled                         int64
	Input, CacheRead, CacheWrite, Output, Reasoning int64
	CostNano                                        int64
	Took                                            time.Duration // of all calls
	FirstToken                                      time.Duration // of all calls that have one
	FirstTokens                                     int64         // how many those are
	Latencies                                       Latencies
}

// Add adds calls to those of f.
func (f *Figure) Add(of *Figure) {
	f.Calls, f.Failed, f.Canceled = f.Calls+of.Calls, f.Failed+of.Failed, f.Canceled+of.Canceled
	f.Input, f.CacheRead, f.CacheWrite = f.Input+of.Input, f.CacheRead+of.CacheRead, f.CacheWrite+of.CacheWrite
	f.Output, f.Reasoning, f.CostNano = f.Output+of.Output, f.Reasoning+of.Reasoning, f.CostNano+of.CostNano
	f.Took, f.FirstToken, f.FirstTokens = f.Took+of.Took, f.FirstToken+of.FirstToken, f.FirstTokens+of.FirstTokens
	for i, n := range of.Latencies {
		f.Latencies[i] += n
	}
}

// Tokens is what was read and written.
func (f *Figure) Tokens() int64 { return f.Input + f.Output }

// Succeeded is how many calls were answered.
func (f *Figure) Succeeded() int64 { return f.Calls - f.Failed - f.Canceled }

// MeanTook is how long a call took.
func (f *Figure) MeanTook() time.Duration {
	if f.Calls == 0 {
		return 0
	}
	return f.Took / time.Duration(f.Calls)
}
