package plugin

import (
	"math/bits"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// HTTPRun takes one HTTP request along the plugins. Their virtual keys, models and
// operations do not count here, where none of these is known yet.
type HTTPRun struct {
	Request HTTPRequest
	chain   *Chain
	runner
}

// In calls those that see a request before it is understood.
func (r *HTTPRun) In() (*HTTPAnswer, *api.Error) {
	r.start()
	for wanted := r.chain.has[OnHTTP]; wanted != 0; wanted &= wanted - 1 {
		e := r.chain.entries[bits.TrailingZeros64(wanted)]
		if !e.drawn(r.Request.ID) {
			continue
		}
		if rests, err := r.rests(e, OnHTTP); rests {
			if err != nil {
				return nil, err
			}
			continue
		}
		a, err := r.hookIn(e)
		v := Passed
		switch {
		case err != nil:
			v = Refused
		case a != nil:
			v = Answered
		}
		if err = r.ended(e, OnHTTP, v, err); err != nil || v == Answered {
			return a, err
		}
	}
	return nil, nil
}

func (r *HTTPRun) hookIn(e *Entry) (a *HTTPAnswer, err *api.Error) {
	defer r.caught(e, OnHTTP, &err)
	return e.http.OnHTTP(r.context(e), &r.Request)
}

// Out calls those that see an answer before it is sent.
func (r *HTTPRun) Out(a *HTTPAnswer) *api.Error {
	r.start()
	for wanted := r.chain.has[AfterHTTP]; wanted != 0; {
		i := 63 - bits.LeadingZeros64(wanted)
		wanted &^= 1 << i
		e := r.chain.entries[i]
		if !e.drawn(r.Request.ID) {
			continue
		}
		rests, err := r.rests(e, AfterHTTP)
		if !rests {
			v := Passed
			if err = r.hookOut(e, a); err != nil {
				v = Refused
			}
			err = r.ended(e, AfterHTTP, v, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *HTTPRun) hookOut(e *Entry, a *HTTPAnswer) (err *api.Error) {
	defer r.caught(e, AfterHTTP, &err)
	return e.replied.AfterHTTP(r.context(e), &r.Request, a)
}

// Chunks says whether a plugin wants the pieces of a stream.
func (r *HTTPRun) Chunks() bool { return r.chain.has[OnChunk] != 0 }

// Chunk calls those that see the pieces of a stream.
func (r *HTTPRun) Chunk(b []byte) ([]byte, *api.Error) {
	r.start()
	for wanted := r.chain.has[OnChunk]; wanted != 0 && len(b) > 0; {
		i := 63 - bits.LeadingZeros64(wanted)
		wanted &^= 1 << i
		e := r.chain.entries[i]
		if !e.drawn(r.Request.ID) {
			continue
		}
		rests, err := r.rests(e, OnChunk)
		if !rests {
			var changed []byte
			changed, err = r.hookChunk(e, b)
			v := Passed
			if err != nil {
				v = Refused
			}
			if err == nil {
				b = changed
			}
			err = r.ended(e, OnChunk, v, err)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (r *HTTPRun) hookChunk(e *Entry, b []byte) (changed []byte, err *api.Error) {
	defer r.caught(e, OnChunk, &err)
	return e.chunk.OnChunk(r.context(e), &r.Request, b)
}

// End ends the run of a request.
func (r *HTTPRun) End() { r.chain.leave() }
