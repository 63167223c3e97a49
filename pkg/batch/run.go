package batch

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/asbru-gateway/asbru/pkg/job"
)

// run is what one runner does for one batch. It belongs to one goroutine.
type run struct {
	*Runner
	job   *job.Request
	id    string
	batch *Batch

	// What is in the batch already, but was not noted yet: result lines, of which parts
	// are made then.
	output, faults []byte
	noted          int // lines

	flying  int
	results chan result
}

// run takes the batch and brings it as far as it comes.
func (x *run) run(ctx context.Context, t ticket) (err error) {
	if err := x.take(ctx, t); err != nil || x.batch.Status.Ended() {
		return err
	}
	if x.batch.Begun.IsZero() && x.batch.Ending == "" {
		if err := x.validate(ctx); err != nil {
			return err
		}
	}
	if x.batch.Ending == "" {
		err := x.lines(ctx)
		if gone(err) {
			x.batch.Errors = []Fault{inputGone}
			err = x.ending(ctx, Failed)
		}
		if err != nil || x.batch.Ending == "" {
			return err
		}
	}
	return x.finish(ctx)
}

// take makes this runner the batch's: none with a lower number writes anything any more.
func (x *run) take(ctx context.Context, t ticket) error {
	for {
		b, err := x.states.load(ctx, t.Owner, t.ID)
		if err != nil {
			return err
		}
		x.batch = b
		if b.Status.Ended() {
			return nil
		}
		b.Runner++
		if won, err := x.states.save(ctx, b); won || err != nil {
			x.noted = b.Done.count()
			return err
		}
	}
}

// save writes the batch. That its caller has cancelled it meanwhile it takes over;
// errOther if another runner has taken it.
func (x *run) save(ctx context.Context) error {
	for {
		won, err := x.states.save(ctx, x.batch)
		if won || err != nil {
			return err
		}
		if err := x.look(ctx); err != nil {
			return err
		}
	}
}

// look takes over what others have changed.
func (x *run) look(ctx context.Context) error {
	b := x.batch
	now, err := x.states.load(ctx, b.owner, b.ID)
	if err != nil {
		return err
	}
	if now.Runner != b.Runner {
		return errOther
	}
	b.revision = now.revision
	if now.Status == Cancelling && (b.Status == Validating || b.Status == InProgress) {
		b.Status, b.Cancelling = Cancelling, now.Cancelling
	}
	return nil
}

var inputGone = Fault{Kind: "input_file_gone", Message: "The input file was deleted before the batch had ended."}

func gone(err error) bool {
	return errors.Is(err, files.ErrNotFound) || errors.Is(err, bus.ErrNoObject)
}

// input opens the input file at its beginning.
func (x *run) input(ctx context.Context) (*input, error) {
	f, err := x.files.Get(ctx, x.batch.owner, x.batch.Input)
	if err != nil {
		return nil, err
	}
	return newInput(x.files.Open(ctx, f)), nil
}

// validate looks at the whole input before the first call is made.
func (x *run) validate(ctx context.Context) error {
	b := x.batch
	in, err := x.input(ctx)
	if err == nil {
		b.Counts.Total, b.Errors, err = in.check(b.Endpoint)
	}
	if gone(err) {
		b.Errors, err = []Fault{inputGone}, nil
	}
	if err != nil {
		return err
	}
	if len(b.Errors) > 0 {
		b.Counts = Counts{}
		return x.ending(ctx, Failed)
	}
	b.Begun = time.Now().UTC()
	if b.Status == Validating {
		b.Status = InProgress
	}
	return x.save(ctx)
}

// note lays down the result lines and then notes that they are there. Only what is
// noted counts: should it end in an error, all since the last note is done again, by a
// runner with another number.
func (x *run) note(ctx context.Context) error {
	b := x.batch
	if x.noted == b.Done.count() {
		return x.look(ctx)
	}
	if err := x.lay(ctx, &b.Output, &x.output); err != nil {
		return err
	}
	if err := x.lay(ctx, &b.Faults, &x.faults); err != nil {
		return err
	}
	if err := x.save(ctx); err != nil {
		return err
	}
	x.noted = b.Done.count()
	return nil
}

func (x *run) lay(ctx context.Context, o *out, text *[]byte) error {
	for left := *text; len(left) > 0; {
		st, n := o.stretch(x.batch.Runner), min(len(left), files.PartBytes)
		if err := x.files.PutPart(ctx, o.ID, st.Writer, st.Parts, left[:n]); err != nil {
			return err
		}
		st.Parts, st.Bytes = st.Parts+1, st.Bytes+int64(n)
		left = left[n:]
	}
	*text = (*text)[:0]
	return nil
}

// ending notes that no line will be run any more, and how the batch is to end.
func (x *run) ending(ctx context.Context, how Status) error {
	b := x.batch
	if err := x.lay(ctx, &b.Output, &x.output); err != nil {
		return err
	}
	if err := x.lay(ctx, &b.Faults, &x.faults); err != nil {
		return err
	}
	b.Ending = how
	if how == Completed || how == Expired {
		b.Status, b.Finalizing = Finalizing, time.Now().UTC()
	}
	return x.save(ctx)
}

// finish makes files of the results, and ends the batch. It may be done twice.
func (x *run) finish(ctx context.Context) error {
	b, now := x.batch, time.Now().UTC()
	for _, o := range []struct {
		*out
		name string
	}{{&b.Output, "_output.jsonl"}, {&b.Faults, "_error.jsonl"}} {
		size := o.bytes()
		if size == 0 {
			continue
		}
		f := &files.File{ID: o.ID, Name: b.ID + o.name, Purpose: "batch_output", Bytes: size, Created: now, Stretches: o.Stretches}
		if err := x.files.Keep(ctx, b.owner, f); err != nil {
			return err
		}
		o.Kept = true
	}
	b.Status, b.Ended = b.Ending, now
	return x.save(ctx)
}

// eachLeft hands the lines to use that have no result yet.
func (x *run) eachLeft(ctx context.Context, use func(line) error) error {
	in, err := x.input(ctx)
	if err != nil {
		return err
	}
	for {
		l, err := in.read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && !x.batch.Done.has(l.n) {
			err = use(l)
		}
		if err != nil {
			return err
		}
	}
}
