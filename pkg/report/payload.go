package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/email"
	"github.com/asbru-gateway/asbru/pkg/store"
)

// Spend is a report as others are shown it, by the admin API and in webhooks.
type Spend struct {
	Since    time.Time  `json:"start_time"`
	Until    time.Time  `json:"end_time" doc:"Calls that began at this time or later are left out."`
	TimeZone string     `json:"time_zone"`
	By       []string   `json:"by"`
	Rows     []SpendRow `json:"rows" doc:"By day, and those that cost most first."`
	More     int        `json:"more,omitempty" doc:"Rows that are left out."`
	Total    Spent      `json:"total" doc:"Of all rows, those left out too."`
}

// SpendRow is what calls of a kind add up to.
type SpendRow struct {
	Of    map[string]string `json:"of" doc:"What the calls have in common: a value for each of by. Empty: they have none, as calls without a team."`
	Names map[string]string `json:"names,omitempty" doc:"What ids in of are called."`
	Spent
}

// Spent are figures.
type Spent struct {
	Calls      int64   `json:"total_requests"`
	Failed     int64   `json:"failed_requests"`
	Canceled   int64   `json:"cancelled_requests"`
	Prompt     int64   `json:"prompt_tokens"`
	CacheRead  int64   `json:"cached_read_tokens"`
	CacheWrite int64   `json:"cached_write_tokens"`
	Completion int64   `json:"completion_tokens"`
	Reasoning  int64   `json:"reasoning_tokens"`
	Cost       float64 `json:"total_cost" doc:"In dollars."`
	CostNano   int64   `json:"total_cost_nano" doc:"In nano-dollars, exact."`
}

func spent(f *store.Figure) Spent {
	return Spent{
		f.Calls, f.Failed, f.Canceled, f.Input, f.CacheRead, f.CacheWrite, f.Output, f.Reasoning, float64(f.CostNano) / 1e9, f.CostNano,
	}
}

// Told returns the report as others are shown it, with at most so many rows.
func (r *Report) Told(names Names, most int) Spend {
	told := Spend{Since: r.Since.UTC(), Until: r.Until.UTC(), TimeZone: r.Zone.String(), By: r.By, Rows: []SpendRow{}, Total: spent(&r.Total)}
	for i := range r.Rows[:min(len(r.Rows), most)] {
		row := SpendRow{Of: map[string]string{}, Spent: spent(&r.Rows[i].Figure)}
		for j, dimension := range r.By {
			id := r.Rows[i].Of[j]
			row.Of[dimension] = id
			if !named(dimension) {
				continue
			}
			if name := names(dimension, id); name != "" {
				if row.Names == nil {
					row.Names = map[string]string{}
				}
				row.Names[dimension] = name
			}
		}
		told.Rows = append(told.Rows, row)
	}
	told.More = len(r.Rows) - len(told.Rows)
	return told
}

// Payload is the body of a webhook.
type Payload struct {
	Type      string    `json:"type"` // report.spend, or report.test
	Timestamp time.Time `json:"timestamp"`
	Schedule  string    `json:"schedule"`
	Name      string    `json:"name,omitempty"`
	Report    Spend     `json:"report"`
}

// rowsMost bounds the rows of a webhook, which is a message of the bus on its way.
const rowsMost = 500

// payload is the body of a report's webhook.
func payload(s *config.ReportSchedule, r *Report, kind string, names Names, now time.Time) ([]byte, error) {
	return json.Marshal(Payload{kind, now.UTC(), s.Label(), s.Name, r.Told(names, rowsMost)})
}

// letter is a report as an e-mail, with all of its rows attached.
func letter(s *config.ReportSchedule, r *Report, id string, names Names, now time.Time) (*email.Letter, error) {
	var table bytes.Buffer
	if err := r.CSV(&table, names); err != nil {
		return nil, err
	}
	name := s.Name
	if name == "" {
		name = s.Label()
	}
	day := func(t time.Time) string { return t.In(r.Zone).Format(time.DateOnly) }
	return &email.Letter{
		ID: id, At: now, Text: r.Text(names),
		Subject: cell("", fmt.Sprintf("%s: %s to %s", name, day(r.Since), day(r.Until.Add(-time.Second))), names),
		Files:   []email.File{{Name: "spend-" + day(r.Since) + ".csv", Type: "text/csv; charset=utf-8", Body: table.Bytes()}},
	}, nil
}
