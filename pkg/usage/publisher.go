package usage

import "context"

// Publisher takes batches to the ledger's end. Publish has succeeded only when
// the batch is sure to come there, be it more than once. It is called by one
// goroutine at a time, must not keep the batch, and ends when ctx does. The id
// names the batch: one that is published again has the id that it had.
type Publisher interface {
	Publish(ctx context.Context, id string, batch []byte) error
}

// Ledger keeps entries. Put keeps all of them or fails; an entry of a call that
// it has already changes nothing, unless it is the more certain one (see
// [Entry.Certainty]) and takes its place. It must not keep the slice.
type Ledger interface {
	Put(ctx context.Context, entries []Entry) error
}

// Local is the publisher of a process that has the ledger itself.
type Local struct{ Ledger Ledger }

// Publish implements [Publisher].
func (l Local) Publish(ctx context.Context, _ string, batch []byte) error {
	entries, err := Decode(batch)
	if err != nil {
		return err
	}
	return l.Ledger.Put(ctx, entries)
}
