package batch

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/job"
)

// lines makes the calls of the lines that are left, until all are made, or no more are
// to be: then the batch's ending is set, or those that are left are for another time.
func (x *run) lines(ctx context.Context) error {
	b := x.batch
	calling, stop := context.WithDeadline(ctx, b.Expires)
	x.results = make(chan result, width)
	defer x.settle(stop)
	in, err := x.input(ctx)
	if err != nil {
		return err
	}
	tick, over := time.NewTicker(noteEvery), time.NewTimer(x.slice)
	defer tick.Stop()
	defer over.Stop()
	f := feed{in: in}
	leaving := x.leaving
	for {
		if b.Status == Cancelling {
			stop()
		}
		if calling.Err() == nil {
			if err := f.fill(calling, x); err != nil {
				return err
			}
		}
		if x.flying == 0 {
			break
		}
		select {
		case r := <-x.results:
			x.flying--
			x.put(r)
			if len(x.output)+len(x.faults) >= x.noteBytes {
				err = x.note(ctx)
			}
		case <-tick.C:
			err = x.note(ctx)
		case <-over.C:
			f.ended = true
		case <-leaving:
			f.ended, leaving = true, nil
		}
		if err != nil {
			return err
		}
	}
	return x.ended(ctx, calling)
}

// ended says what follows when no call is under way any more.
func (x *run) ended(ctx, calling context.Context) error {
	b := x.batch
	switch {
	case b.Done.count() == b.Counts.Total:
		return x.ending(ctx, Completed)
	case ctx.Err() != nil: // a drain, mostly: what is done is not to be done again
		noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeRetry)
		defer cancel()
		return errors.Join(x.note(noting), ctx.Err())
	case b.Status == Cancelling:
		return x.giveUp(ctx, Cancelled, cancelledLine, "This request was not executed before the batch was cancelled.")
	case calling.Err() != nil:
		return x.giveUp(ctx, Expired, expiredLine, "This request could not be executed before the completion window expired.")
	}
	return x.note(ctx)
}

// The errors of lines that were not run.
const (
	cancelledLine = "batch_cancelled"
	expiredLine   = "batch_expired"
)

// giveUp gives the lines that are left an error each.
func (x *run) giveUp(ctx context.Context, how Status, code, message string) error {
	err := x.eachLeft(ctx, func(l line) error {
		r := result{n: l.n, made: true}
		r.text = x.open(r.text, &l)
		r.text = append(r.text, `null,"error":{"code":"`+code+`","message":"`+message+`"}}`+"\n"...)
		x.put(r)
		x.batch.GivenUp++
		if len(x.faults) >= x.noteBytes {
			return x.note(ctx)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return x.ending(ctx, how)
}

// settle ends the calls that are under way.
func (x *run) settle(stop func()) {
	stop()
	for ; x.flying > 0; x.flying-- {
		<-x.results
	}
}

// feed has calls made of the lines of an input.
type feed struct {
	in    *input
	held  *line // was read, and waits for the lines before it
	ended bool
}

// fill begins as many calls as may be under way.
func (f *feed) fill(ctx context.Context, x *run) error {
	done := &x.batch.Done
	for !f.ended && x.flying < width {
		if f.held == nil {
			l, err := f.in.read()
			if errors.Is(err, io.EOF) {
				f.ended = true
				return nil
			}
			if err != nil {
				return err
			}
			if done.has(l.n) {
				continue
			}
			f.held = &l
		}
		if f.held.n >= done.Below+ahead {
			return nil
		}
		l := *f.held
		f.held = nil
		x.flying++
		go func() { x.results <- x.call(ctx, &l) }() // lines waits for it
	}
	return nil
}

// result is what has become of a line.
type result struct {
	n    int
	made bool // else it is to be run another time
	good bool
	text []byte // a line of a file of results
}

// put takes a result into the batch.
func (x *run) put(r result) {
	if !r.made {
		return
	}
	b := x.batch
	b.Done.add(r.n)
	if r.good {
		b.Counts.Completed++
		x.output = append(x.output, r.text...)
		return
	}
	b.Counts.Failed++
	x.faults = append(x.faults, r.text...)
}

// lineID is the id of a line's call and of its result.
func (x *run) lineID(n int) string {
	return "batch_req_" + strings.TrimPrefix(x.id, Prefix) + "_" + strconv.Itoa(n+1)
}

// call makes a line's call, as often as it takes.
func (x *run) call(ctx context.Context, l *line) result {
	var a asked
	if err := json.Unmarshal(l.text, &a); err != nil { // it was looked at before
		return result{n: l.n}
	}
	q := &job.Request{Path: a.URL, Credential: x.job.Credential, Body: a.Body, Headers: maps.Clone(x.job.Headers)}
	if q.Headers == nil {
		q.Headers = map[string]string{}
	}
	q.Headers["X-Request-Id"], q.Headers["Content-Type"] = x.lineID(l.n), "application/json"
	for try := 1; ; try++ {
		answer := x.callOnce(ctx, q)
		if answer == nil {
			return result{n: l.n}
		}
		pause, again := x.again(answer, try)
		if !again {
			return x.resultOf(l, answer)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return result{n: l.n}
		case <-x.leaving:
			return result{n: l.n}
		}
	}
}

func (x *run) callOnce(ctx context.Context, q *job.Request) *job.Answer {
	select {
	case x.calls <- struct{}{}:
	case <-ctx.Done():
		return nil
	}
	defer func() { <-x.calls }()
	return x.Call(ctx, q)
}

const (
	// maxTries is how often a line's call is made that fails in a way that may pass, and
	// maxRefused how often one that is refused with 429 by who does not say for how long.
	maxTries   = 4
	maxRefused = 10
	maxPause   = 15 * time.Minute
)

// again says whether an answer may be another one later, and when. While a line
// waits it keeps its place, so that a batch that is too fast is slowed down.
func (x *run) again(a *job.Answer, try int) (pause time.Duration, again bool) {
	pause = min(max(x.Backoff(try), a.RetryAfter), maxPause)
	switch {
	case a.Status == http.StatusTooManyRequests:
		return pause, a.RetryAfter > 0 || try < maxRefused
	case a.Status == http.StatusNotImplemented:
		return 0, false
	}
	return pause, (a.Status == http.StatusRequestTimeout || a.Status >= 500) && try < maxTries
}

// wait is how long a line waits after its nth try has failed.
func wait(n int) time.Duration { return min(time.Second<<min(n-1, 6), time.Minute) }
