package control

import (
	"context"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/report"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) reportRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/reports/spend", "get-spend-report", "Tell what was spent, and by whom"), c.spendReport)
	huma.Register(c.api, at(http.MethodGet, "/api/reports/spend/export", "export-spend-report", "Export what was spent as CSV"), c.exportSpendReport)
	c.reportScheduleRoutes()
}

// ReportQuery says what a report is of. Lists are separated by commas; of the values of one
// any may hold.
type ReportQuery struct {
	By        []string  `query:"by" minItems:"1" maxItems:"2" enum:"customer,team,user,virtual_key,provider,model,key,day" default:"team,model" doc:"What spend is told apart by: one or two. key is a provider's."`
	StartTime time.Time `query:"start_time" doc:"30 days before end_time, unless it is given."`
	EndTime   time.Time `query:"end_time" doc:"Calls that began at this time or later are left out. Now, unless it is given."`
	TimeZone  string    `query:"time_zone" default:"UTC" maxLength:"64" doc:"Where days begin at midnight, as Europe/Berlin."`

	Customers   []string `query:"customer_ids"`
	Teams       []string `query:"team_ids"`
	Users       []string `query:"user_ids"`
	VirtualKeys []string `query:"virtual_key_ids"`
	Providers   []string `query:"providers"`
	Models      []string `query:"models"`
	KeyIDs      []string `query:"selected_key_ids" doc:"Names of providers' keys."`

	query report.Query
}

// Resolve implements huma.Resolver: it makes the report's query of the request's.
func (q *ReportQuery) Resolve(huma.Context) []error {
	var faults []error
	fault := func(name, message string) {
		faults = append(faults, &huma.ErrorDetail{Location: "query." + name, Message: message})
	}
	zone, err := time.LoadLocation(q.TimeZone)
	if err != nil || q.TimeZone == "Local" {
		fault("time_zone", "must be a name of the IANA time zone database, as Europe/Berlin")
		zone = time.UTC
	}
	if len(q.By) == 2 && q.By[0] == q.By[1] {
		fault("by", "must be one or two, which differ")
	}
	to := report.Query{Since: q.StartTime, Until: q.EndTime, Zone: zone, By: q.By}
	if to.Until.IsZero() {
		to.Until = time.Now()
	}
	if to.Since.IsZero() {
		const days = 30
		to.Since = to.Until.AddDate(0, 0, -days)
	}
	switch {
	case to.Until.Before(to.Since):
		fault("end_time", "is before start_time")
	case to.Until.Sub(to.Since) > report.MostDays*24*time.Hour:
		fault("start_time", "is more than 400 days before end_time")
	}
	for _, list := range []valueList{
		{"customer_ids", store.Customer, q.Customers},
		{"team_ids", store.Team, q.Teams},
		{"user_ids", store.User, q.Users},
		{"virtual_key_ids", store.VirtualKey, q.VirtualKeys},
		{"providers", store.Provider, q.Providers},
		{"models", store.Model, q.Models},
		{"selected_key_ids", store.Key, q.KeyIDs},
	} {
		if !list.narrow(&to.Filter) {
			fault(list.name, "has too many values")
		}
	}
	q.query = to
	return faults
}

type spendReportInput struct {
	ReportQuery
	Limit int `query:"limit" minimum:"1" maximum:"10000" default:"1000" doc:"At most so many rows."`
}

type spendReportOutput struct{ Body report.Spend }

func (c *Control) spendReport(ctx context.Context, in *spendReportInput) (*spendReportOutput, error) {
	made, err := c.makeReport(ctx, &in.ReportQuery)
	if err != nil {
		return nil, err
	}
	return &spendReportOutput{made.Told(c.Names(ctx), in.Limit)}, nil
}

func (c *Control) makeReport(ctx context.Context, q *ReportQuery) (*report.Report, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	made, err := report.Make(ctx, log, q.query)
	if err != nil {
		return nil, c.explainLog(ctx, "add up what was spent", err)
	}
	return made, nil
}

func (c *Control) exportSpendReport(ctx context.Context, in *struct{ ReportQuery }) (*huma.StreamResponse, error) {
	made, err := c.makeReport(ctx, &in.ReportQuery)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(to huma.Context) {
		to.SetHeader("Content-Type", "text/csv; charset=utf-8")
		to.SetHeader("Content-Disposition", `attachment; filename="spend.csv"`)
		if err := made.CSV(to.BodyWriter(), c.Names(ctx)); err != nil {
			c.log.Debug("an export of a report broke off", "error", err) // the caller has gone
		}
	}}, nil
}

// Names returns what those are called who have ids, as of now. What it returns belongs to
// one goroutine.
func (c *Control) Names(ctx context.Context) report.Names {
	names := map[[2]string]string{}
	if cfg, err := c.NewestConfig(ctx); err == nil {
		g := &cfg.Governance
		for i := range g.Customers {
			names[[2]string{"customer", g.Customers[i].ID}] = g.Customers[i].Name
		}
		for i := range g.Teams {
			names[[2]string{"team", g.Teams[i].ID}] = g.Teams[i].Name
		}
		for i := range g.Users {
			names[[2]string{"user", g.Users[i].ID}] = g.Users[i].Name
		}
	}
	keys := c.keyNames(ctx)
	return func(dimension, id string) string {
		if dimension == "virtual_key" {
			return keys(id)
		}
		return names[[2]string{dimension, id}]
	}
}
