package plugin

// Hot path.

import (
	"math/bits"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Run takes one call along the plugins that want it. It is used again for other calls:
// fill in Call, [Chain.Begin], and [Run.End]. It has one owner at a time.
type Run struct {
	Call  Call
	chain *Chain
	mask  uint64 // of the plugins that want the call, but for its model
	heard uint64 // of them, those whose turn it was up to an answer of one of them
	runner
}

// Wanted says whether any plugin wants the call.
func (r *Run) Wanted() bool { return r.mask != 0 }

// Decodes says whether a plugin wants the request, or the answer, in its canonical form.
func (r *Run) Decodes() bool { return r.mask&r.chain.decoded != 0 }

// Streams says whether a plugin wants the events of the call's stream.
func (r *Run) Streams() bool { return r.mask&r.chain.has[OnEvents] != 0 }

// Answers says whether a plugin wants to see how attempts end.
func (r *Run) Answers() bool { return r.mask&r.chain.has[AfterAttempt] != 0 }

// Gathers says whether a plugin wants the answer of a stream put together.
func (r *Run) Gathers() bool { return r.mask&r.chain.content != 0 }

// Route calls those that see a call before it is routed.
func (r *Run) Route() (*Answer, *api.Error) { return r.before(BeforeRoute) }

// Attempt calls those that see an attempt before it is made.
func (r *Run) Attempt() (*Answer, *api.Error) {
	r.Call.sent = r.Call.sent[:0]
	return r.before(BeforeAttempt)
}

func (r *Run) before(at Point) (*Answer, *api.Error) {
	r.heard = ^uint64(0)
	wanted := r.mask & r.chain.has[at]
	if wanted == 0 {
		return nil, nil
	}
	r.start()
	for ; wanted != 0; wanted &= wanted - 1 {
		i := bits.TrailingZeros64(wanted)
		e := r.chain.entries[i]
		if !e.fits(&r.Call) {
			continue
		}
		if rests, err := r.rests(e, at); rests {
			if err != nil {
				return nil, err
			}
			continue
		}
		a, err := r.hookBefore(e, at)
		v := Passed
		switch {
		case err != nil:
			v = Refused
		case a != nil && a.Response != nil:
			v = Answered
		}
		if err = r.ended(e, at, v, err); err != nil {
			return nil, err
		}
		if v == Answered {
			r.heard = 1<<i - 1
			return a, nil
		}
	}
	return nil, nil
}

func (r *Run) hookBefore(e *Entry, at Point) (a *Answer, err *api.Error) {
	defer r.caught(e, at, &err)
	if at == BeforeRoute {
		return e.route.BeforeRoute(r.context(e), &r.Call)
	}
	return e.attempt.BeforeAttempt(r.context(e), &r.Call)
}

// After calls those that see how an attempt has ended, and returns how it has.
func (r *Run) After(answer *api.Response, err *api.Error) *api.Error {
	wanted := r.mask & r.heard & r.chain.has[AfterAttempt]
	if wanted == 0 {
		return err
	}
	r.start()
	for wanted != 0 {
		i := 63 - bits.LeadingZeros64(wanted)
		wanted &^= 1 << i
		e := r.chain.entries[i]
		if !e.fits(&r.Call) {
			continue
		}
		if rests, without := r.rests(e, AfterAttempt); rests {
			if without != nil {
				err = without
			}
			continue
		}
		err = r.after(e, answer, err)
	}
	return err
}

func (r *Run) after(e *Entry, answer *api.Response, was *api.Error) *api.Error {
	told := r.hookAfter(e, answer, was)
	switch {
	case told == was, told == nil && empty(answer): // it has no answer to put in the error's place
		_ = r.ended(e, AfterAttempt, Passed, nil)
		return was
	case told == nil:
		return r.ended(e, AfterAttempt, TookBack, nil)
	}
	if err := r.ended(e, AfterAttempt, Refused, told); err != nil || !failed(told) {
		return err
	}
	return was
}

func (r *Run) hookAfter(e *Entry, answer *api.Response, was *api.Error) (err *api.Error) {
	defer r.caught(e, AfterAttempt, &err)
	return e.answer.AfterAttempt(r.context(e), &r.Call, answer, was)
}

// failed says whether a hook has failed, and has no verdict.
func failed(err *api.Error) bool {
	_, is := WhyFailed(err)
	return is
}

// empty says whether a response says nothing.
func empty(a *api.Response) bool {
	return len(a.Choices) == 0 && len(a.Embeddings) == 0 && len(a.Ranks) == 0
}

// Events calls those that see the events of a stream.
func (r *Run) Events(events []api.Event) ([]api.Event, *api.Error) {
	wanted := r.mask & r.chain.has[OnEvents]
	r.start()
	for wanted != 0 && len(events) > 0 {
		i := 63 - bits.LeadingZeros64(wanted)
		wanted &^= 1 << i
		e := r.chain.entries[i]
		if !e.fits(&r.Call) {
			continue
		}
		if rests, err := r.rests(e, OnEvents); rests {
			if err != nil {
				return nil, err
			}
			continue
		}
		changed, err := r.hookEvents(e, events)
		v, lost := Passed, failed(err)
		if err != nil {
			v = Refused
		}
		if err = r.ended(e, OnEvents, v, err); err != nil {
			return nil, err
		}
		if !lost {
			events = changed
		}
	}
	return events, nil
}

func (r *Run) hookEvents(e *Entry, events []api.Event) (changed []api.Event, err *api.Error) {
	defer r.caught(e, OnEvents, &err)
	return e.stream.OnEvents(r.context(e), &r.Call, events)
}

// Done tells those that watch that the call is over.
func (r *Run) Done(d *Done) {
	wanted := r.mask & r.chain.has[AfterCall]
	if wanted == 0 {
		return
	}
	d.Call = &r.Call
	r.start()
	for ; wanted != 0; wanted &= wanted - 1 {
		e := r.chain.entries[bits.TrailingZeros64(wanted)]
		if rests, _ := r.rests(e, AfterCall); rests || !e.fits(&r.Call) {
			continue
		}
		_ = r.ended(e, AfterCall, Passed, r.hookDone(e, d)) // the call is over whatever it says
	}
}

func (r *Run) hookDone(e *Entry, d *Done) (err *api.Error) {
	defer r.caught(e, AfterCall, &err)
	e.watch.AfterCall(d)
	return nil
}

// End ends the run of a call.
func (r *Run) End() {
	if r.chain == nil {
		return
	}
	r.chain.leave()
	r.chain, r.mask, r.heard, r.Seen = nil, 0, 0, nil
	r.Call.Reset()
}
