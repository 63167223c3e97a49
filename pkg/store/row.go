package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/uptrace/bun"
)

// row is an entry as the table ledger has it.
type row struct {
	bun.BaseModel `bun:"table:ledger,alias:l"`

	CallID       string `bun:",pk"`
	RequestID    string
	TimeUS       int64
	Node         string
	Worker       string
	Dialect      string
	Op           string
	Provider     string
	Model        string
	Key          string
	VirtualKey   string
	Team         string
	Customer     string
	Status       int64
	Code         string
	Attempts     int64
	Stream       bool
	Truncated    bool
	Billed       bool
	Certainty    int64
	Counts       counts `bun:"embed:"`
	TookUS       int64
	FirstTokenUS int64
	Metadata     string
	UserID       string
	EndUser      string
	Session      string
	Parent       string
	RuleID       string
	RuleName     string
	Choice       string
	Fallback     int64
	Shadow       bool
	Marks        string
	Class        string
	Message      string
	Tries        string
	QueueUS      int64
	OwnUS        int64
	Series       int64
	Rolled       bool
	Outcome      Outcome
	Latency      int64
	Hidden       bool
	TokensClass  int64
	CostClass    int64

	sums [kinds - ofWhat]int64 // ids of its series in the sums
}

// counts are the columns that are added up.
type counts struct {
	Input      int64
	CacheRead  int64
	CacheWrite int64
	Output     int64
	Reasoning  int64
	AudioIn    int64
	AudioOut   int64
	ImageIn    int64
	ImageOut   int64
	Images     int64
	Units      int64
	CostNano   int64
}

var summed = [...]string{
	"input", "cache_read", "cache_write", "output", "reasoning", "audio_in", "audio_out", "image_in", "image_out", "images", "units", "cost_nano",
}

func countsOf(u *api.Usage, costNano int64) counts {
	return counts{
		Input: u.Input, CacheRead: u.CacheRead, CacheWrite: u.CacheWrite, Output: u.Output, Reasoning: u.Reasoning,
		AudioIn: u.AudioIn, AudioOut: u.AudioOut, ImageIn: u.ImageIn, ImageOut: u.ImageOut, Images: u.Images, Units: u.Units, CostNano: costNano,
	}
}

func (c *counts) usage(certainty int64) api.Usage {
	return api.Usage{
		Input: c.Input, CacheRead: c.CacheRead, CacheWrite: c.CacheWrite, Output: c.Output, Reasoning: c.Reasoning,
		AudioIn: c.AudioIn, AudioOut: c.AudioOut, ImageIn: c.ImageIn, ImageOut: c.ImageOut, Images: c.Images, Units: c.Units,
		Known: certainty > 0, Estimated: certainty == 1,
	}
}

// rowsOf returns a row for each call: the first of its entries, or a more certain
// one. One statement must not touch a row twice.
func rowsOf(entries []usage.Entry) ([]row, error) {
	rows := make([]row, 0, len(entries))
	at := make(map[string]int, len(entries))
	for i := range entries {
		e := &entries[i]
		r, err := rowOf(e)
		if err != nil {
			return nil, err
		}
		if j, twice := at[e.CallID]; !twice {
			at[e.CallID] = len(rows)
			rows = append(rows, r)
		} else if r.Certainty > rows[j].Certainty {
			rows[j] = r
		}
	}
	return rows, nil
}

func rowOf(e *usage.Entry) (row, error) {
	metadata := "{}"
	if len(e.Metadata) > 0 {
		text, err := json.Marshal(e.Metadata)
		if err != nil {
			return row{}, fmt.Errorf("write the metadata of call %s: %w", e.CallID, err)
		}
		metadata = string(text)
	}
	tries, err := triesText(e.Tries)
	if err != nil {
		return row{}, fmt.Errorf("write the tries of call %s: %w", e.CallID, err)
	}
	r := row{
		CallID: e.CallID, RequestID: e.RequestID, TimeUS: e.Time.UnixMicro(), Node: e.Node, Worker: e.Worker,
		Dialect: e.Dialect, Op: e.Op, Provider: e.Provider, Model: e.Model, Key: e.Key,
		VirtualKey: e.VirtualKey, Team: e.Team, Customer: e.Customer,
		Status: int64(e.Status), Code: e.Code, Attempts: int64(e.Attempts),
		Stream: e.Stream, Truncated: e.Truncated, Billed: e.Billed,
		Certainty: int64(e.Certainty()), Counts: countsOf(&e.Usage, e.CostNano),
		TookUS: e.Took.Microseconds(), FirstTokenUS: e.FirstToken.Microseconds(), Metadata: metadata,
		UserID: e.User, EndUser: e.EndUser, Session: e.Session, Parent: e.Parent, RuleID: e.RuleID, RuleName: e.RuleName, Choice: usage.ChoiceText(e.Choice),
		Fallback: int64(e.Fallback), Shadow: e.Shadow, Marks: e.Marks, Class: e.Class, Message: e.Message, Tries: tries,
		QueueUS: e.Queue.Microseconds(), OwnUS: e.Own.Microseconds(),
	}
	r.roll()
	return r, nil
}

func triesText(tries []usage.Try) (string, error) {
	if len(tries) == 0 {
		return "", nil
	}
	text, err := json.Marshal(tries)
	return string(text), err
}

func entriesOf(rows []row) ([]usage.Entry, error) {
	entries := make([]usage.Entry, len(rows))
	for i := range rows {
		r := &rows[i]
		entries[i] = usage.Entry{
			CallID: r.CallID, RequestID: r.RequestID, Time: time.UnixMicro(r.TimeUS).UTC(), Node: r.Node, Worker: r.Worker,
			Dialect: r.Dialect, Op: r.Op, Provider: r.Provider, Model: r.Model, Key: r.Key,
			VirtualKey: r.VirtualKey, Team: r.Team, Customer: r.Customer,
			Status: int(r.Status), Code: r.Code, Attempts: int(r.Attempts),
			Stream: r.Stream, Truncated: r.Truncated, Billed: r.Billed,
			Usage: r.Counts.usage(r.Certainty), CostNano: r.Counts.CostNano,
			Took: time.Duration(r.TookUS) * time.Microsecond, FirstToken: time.Duration(r.FirstTokenUS) * time.Microsecond,
			User: r.UserID, EndUser: r.EndUser, Session: r.Session, Parent: r.Parent, RuleID: r.RuleID, RuleName: r.RuleName, Choice: usage.ParseChoice(r.Choice),
			Fallback: int(r.Fallback), Shadow: r.Shadow, Marks: r.Marks, Class: r.Class, Message: r.Message,
			Queue: time.Duration(r.QueueUS) * time.Microsecond, Own: time.Duration(r.OwnUS) * time.Microsecond,
		}
		if r.Metadata != "{}" {
			if err := json.Unmarshal([]byte(r.Metadata), &entries[i].Metadata); err != nil {
				return nil, fmt.Errorf("read the metadata of call %s: %w", r.CallID, err)
			}
		}
		if r.Tries != "" {
			if err := json.Unmarshal([]byte(r.Tries), &entries[i].Tries); err != nil {
				return nil, fmt.Errorf("read the tries of call %s: %w", r.CallID, err)
			}
		}
	}
	return entries, nil
}

// unset returns the columns that no row has set, of those that have a default.
func unset(rows []row) (columns []string) {
	for _, c := range [...]struct {
		name string
		set  func(r *row) bool
	}{
		{"user_id", func(r *row) bool { return r.UserID != "" }},
		{"end_user", func(r *row) bool { return r.EndUser != "" }},
		{"session", func(r *row) bool { return r.Session != "" }},
		{"parent", func(r *row) bool { return r.Parent != "" }},
		{"rule_id", func(r *row) bool { return r.RuleID != "" }},
		{"rule_name", func(r *row) bool { return r.RuleName != "" }},
		{"choice", func(r *row) bool { return r.Choice != "" }},
		{"fallback", func(r *row) bool { return r.Fallback != 0 }},
		{"shadow", func(r *row) bool { return r.Shadow }},
		{"marks", func(r *row) bool { return r.Marks != "" }},
		{"class", func(r *row) bool { return r.Class != "" }},
		{"message", func(r *row) bool { return r.Message != "" }},
		{"tries", func(r *row) bool { return r.Tries != "" }},
		{"queue_us", func(r *row) bool { return r.QueueUS != 0 }},
		{"hidden", func(r *row) bool { return r.Hidden }},
		{"outcome", func(r *row) bool { return r.Outcome != Succeeded }},
		{"image_in", func(r *row) bool { return r.Counts.ImageIn != 0 }},
		{"image_out", func(r *row) bool { return r.Counts.ImageOut != 0 }},
		{"units", func(r *row) bool { return r.Counts.Units != 0 }},
	} {
		set := false
		for i := range rows {
			if set = c.set(&rows[i]); set {
				break
			}
		}
		if !set {
			columns = append(columns, c.name)
		}
	}
	return columns
}

// sum is a total as a query returns it.
type sum struct {
	VirtualKey string
	Team       string
	Customer   string
	Provider   string
	Model      string
	Key        string
	UserID     string
	EndUser    string
	Calls      int64
	Estimated  int64
	Counts     counts `bun:"embed:"`
}

func (s *sum) total() Total {
	u := s.Counts.usage(0)
	return Total{
		VirtualKey: s.VirtualKey, Team: s.Team, Customer: s.Customer, Provider: s.Provider, Model: s.Model, Key: s.Key,
		User: s.UserID, EndUser: s.EndUser,
		Calls: s.Calls, Estimated: s.Estimated, Usage: u, CostNano: s.Counts.CostNano,
	}
}
