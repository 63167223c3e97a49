package control

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) limitRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/limits", "list-limits", "List limits, and how much of them is used"), c.listLimits)
	c.refusalRoutes()
	c.rehearsalRoutes()
	huma.Register(c.api, at(http.MethodGet, "/api/limits/reservations", "list-reservations", "List what calls have reserved of budgets and not settled"), c.listReservations)
}

// counts returns who tells what is counted.
func (c *Control) counts() (limits.Reader, error) {
	if c.o.Counts == nil {
		return nil, refuse(http.StatusServiceUnavailable, "counts_unavailable", "Each edge counts limits for itself. Start the control, the edges and the workers with the same --redis.")
	}
	return c.o.Counts, nil
}

// explainCounts turns an error of a reader of counts into the one that is answered.
func (c *Control) explainCounts(err error) error {
	if errors.Is(err, limits.ErrPlace) {
		return invalid("query.after", "is not the next_cursor of a page")
	}
	c.log.Warn("the counts of limits cannot be read", "error", err)
	return refuse(http.StatusServiceUnavailable, "counts_unavailable", "The counts of limits cannot be reached at the moment.")
}

// Reservation is what a call has reserved of a budget.
type Reservation struct {
	CallID  string    `json:"call_id" doc:"The call's id, or that of a batch that a node took ahead to serve several calls."`
	Batch   bool      `json:"batch,omitempty" doc:"It is a batch."`
	LimitID string    `json:"limit_id"`
	Amount  int64     `json:"amount" doc:"In nano-dollars: the call's estimate."`
	Since   time.Time `json:"since"`
	Expires time.Time `json:"expires_at" doc:"When the call is taken for lost if its node is not heard of. It renews this while the call goes on."`
	State   string    `json:"state" enum:"held,unsettled" doc:"held: the call goes on. unsettled: its node was not heard of for 30 s; the estimate is charged until what was used is told after all."`
}

type reservationsInput struct {
	LimitID string `query:"limit_id" doc:"Only those of this limit."`
	After   string `query:"after" doc:"The next_cursor of the page before."`
	Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"About so many at most."`
}

type reservationsOutput struct {
	Body struct {
		Reservations []Reservation `json:"reservations" doc:"In no order. A page may have fewer than asked for, although there are more."`
		Next         string        `json:"next_cursor,omitempty" doc:"Brings the next page as after. Absent: this is the last."`
	}
}

func (c *Control) listReservations(ctx context.Context, in *reservationsInput) (*reservationsOutput, error) {
	counts, err := c.counts()
	if err != nil {
		return nil, err
	}
	page, next, err := counts.Reservations(ctx, in.LimitID, in.After, in.Limit)
	if err != nil {
		return nil, c.explainCounts(err)
	}
	now := time.Now()
	out := &reservationsOutput{}
	out.Body.Next = next
	out.Body.Reservations = make([]Reservation, 0, len(page))
	for _, r := range page {
		shown := Reservation{
			CallID: r.CallID, Batch: strings.HasPrefix(r.CallID, limits.BatchPrefix), LimitID: r.LimitID,
			Amount: r.Amount, Since: r.Since, Expires: r.Expires, State: "held",
		}
		if !now.Before(r.Expires) {
			shown.State = "unsettled"
		}
		out.Body.Reservations = append(out.Body.Reservations, shown)
	}
	return out, nil
}
