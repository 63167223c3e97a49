package job

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Queue is the cluster's jobs. Safe for concurrent use.
type Queue struct {
	conn *bus.Conn
	seal secret.Key
	mac  secret.Key // what lies in the bucket tells nothing of callers and keys
	log  *slog.Logger
}

// NewQueue returns the cluster's jobs.
func NewQueue(conn *bus.Conn, log *slog.Logger) *Queue {
	return &Queue{conn: conn, seal: conn.Derive("jobs"), mac: conn.Derive("job-key"), log: log}
}

// prefix begins each job's id.
const prefix = "job_"

// Submission is a request that is to be a job.
type Submission struct {
	Request
	// Owner is who may ask for the job: one name for each caller.
	Owner string
	Model string
	// Key is the caller's idempotency key; "": each submission is another job.
	Key string
	// Webhook is where the job's end is told; "": nowhere.
	Webhook string
}

// patience bounds what a submission waits for NATS.
const patience = 10 * time.Second

// Submit makes a job that is there when Submit returns, whatever happens then. With
// an idempotency key whose job is there already it returns that, and reports that
// it is not new; ErrReused if its request was another.
func (q *Queue) Submit(ctx context.Context, s *Submission) (j *Job, isNew bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if s.Key != "" {
		there, mac, err := q.keyed(ctx, s.Owner, s.Key)
		if !errors.Is(err, ErrNotFound) {
			return q.again(ctx, printOf(mac, s), there, err)
		}
	}
	printed := printOf(q.mac, s)
	j = &Job{
		ID: newID(q.mac, s.Owner, s.Key), State: Pending, Path: s.Path, Model: s.Model, Created: time.Now().UTC(),
		Webhook: s.Webhook, Owner: digest(q.mac, "owner", []byte(s.Owner)), Print: printed,
	}
	if j.Request, err = q.keep(ctx, requestPlace(j.ID), &s.Request, s.Body); err != nil {
		return nil, false, err
	}
	won, err := q.write(ctx, j)
	if err != nil {
		return nil, false, err
	}
	if !won { // another submission with its key was faster
		there, err := q.read(ctx, j.ID)
		return q.again(ctx, printed, there, err)
	}
	return j, true, q.enqueue(ctx, j)
}

// again is a submission whose job is there already. A job that has not been begun may
// be one whose submission died before it was queued; queued twice it is run once.
func (q *Queue) again(ctx context.Context, printed []byte, there *Job, err error) (*Job, bool, error) {
	switch {
	case err != nil:
		return nil, false, err
	case !bytes.Equal(printed, there.Print):
		return nil, false, ErrReused
	case there.State == Pending && there.Attempts == 0:
		return there, false, q.enqueue(ctx, there)
	}
	return there, false, nil
}

// enqueue puts a job into the queue.
func (q *Queue) enqueue(ctx context.Context, j *Job) error {
	m := nats.NewMsg(bus.JobRun.At(j.ID))
	_, err := q.conn.Control.JS.PublishMsg(ctx, m, jetstream.WithMsgID(fmt.Sprintf("%s.%d", j.ID, j.Round)))
	if err != nil {
		return fmt.Errorf("job: put into the queue: %w", err)
	}
	return nil
}

// Get returns an owner's job.
func (q *Queue) Get(ctx context.Context, id, owner string) (*Job, error) {
	j, err := q.read(ctx, id)
	if err != nil {
		return nil, err
	}
	for key := range q.mac.All() {
		if hmac.Equal(j.Owner, digest(key, "owner", []byte(owner))) {
			return j, nil
		}
	}
	return nil, ErrNotFound
}

// ByKey returns the job of an owner's idempotency key.
func (q *Queue) ByKey(ctx context.Context, owner, key string) (*Job, error) {
	j, _, err := q.keyed(ctx, owner, key)
	if err != nil {
		return nil, err
	}
	return q.Get(ctx, j.ID, owner)
}

// keyed finds the job of an idempotency key, and which of the cluster's secret keys it is
// known by: while that is exchanged, it may be another one than the first.
func (q *Queue) keyed(ctx context.Context, owner, key string) (j *Job, mac secret.Key, err error) {
	for mac = range q.mac.All() {
		if j, err = q.read(ctx, newID(mac, owner, key)); !errors.Is(err, ErrNotFound) {
			break
		}
	}
	return j, mac, err
}

// Find returns a job, whoever's it is. One that cannot be read has failed.
func (q *Queue) Find(ctx context.Context, id string) (*Job, error) {
	j, err := q.read(ctx, id)
	if errors.Is(err, errUnreadable) {
		return j, nil
	}
	return j, err
}

// Cancel ends a job that has not ended; what it has begun at a provider is broken
// off. ErrEnded if it has ended already.
func (q *Queue) Cancel(ctx context.Context, j *Job) (*Job, error) {
	return q.change(ctx, j.ID, func(j *Job) error {
		if j.State.Ended() {
			return ErrEnded
		}
		j.State, j.Ended, j.Next, j.Error = Canceled, time.Now().UTC(), time.Time{}, "The job was canceled."
		return nil
	})
}

// Retry begins a job that has failed anew. ErrNotEnded if it has not.
func (q *Queue) Retry(ctx context.Context, id string) (*Job, error) {
	j, err := q.change(ctx, id, func(j *Job) error {
		if j.State != Failed && j.State != Canceled {
			return ErrNotEnded
		}
		j.State, j.Attempts, j.Round, j.Answer = Pending, 0, j.Round+1, kept{}
		j.Status, j.Error, j.Ended, j.Message = 0, "", time.Time{}, 0
		return nil
	})
	if err != nil {
		return nil, err
	}
	return j, q.enqueue(ctx, j)
}

// change changes a job by compare-and-set.
func (q *Queue) change(ctx context.Context, id string, how func(*Job) error) (*Job, error) {
	for {
		j, err := q.read(ctx, id)
		if errors.Is(err, errUnreadable) {
			return nil, fmt.Errorf("%w: %w", ErrEnded, err)
		}
		if err != nil {
			return nil, err
		}
		if err := how(j); err != nil {
			return j, err
		}
		if won, err := q.write(ctx, j); won || err != nil {
			return j, err
		}
	}
}

// Changes returns a channel that has something in it whenever a job may have changed,
// until ctx ends. Hints may be lost, so look now and then as well.
func (q *Queue) Changes(ctx context.Context, id string) (<-chan struct{}, error) {
	changed := make(chan struct{}, 1)
	sub, err := q.conn.Control.NATS.Subscribe(bus.JobChanged.At(id), func(*nats.Msg) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return nil, fmt.Errorf("job: listen for changes: %w", err)
	}
	context.AfterFunc(ctx, func() { _ = sub.Unsubscribe() }) // it ends with the connection otherwise
	return changed, nil
}

// List returns up to limit jobs in a state, "" for any, the newest first.
func (q *Queue) List(ctx context.Context, state State, limit int) ([]*Job, error) {
	kv, err := q.bucket(ctx)
	if err != nil {
		return nil, err
	}
	w, err := kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, fmt.Errorf("job: read all: %w", err)
	}
	defer w.Stop() //nolint:errcheck // it has been read to its end, or ends with the connection
	newest := newest{limit: limit}
	for {
		select {
		case e := <-w.Updates():
			if e == nil {
				return newest.sorted(), nil
			}
			j, err := decode(e.Value(), e.Revision())
			if err != nil {
				j = unreadable(e.Key(), e.Created())
			}
			if state == "" || j.State == state {
				newest.add(j)
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (q *Queue) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	return q.conn.Control.Bucket(ctx, bus.JobStates)
}

// read returns a job, or ErrNotFound. With errUnreadable comes what is to be shown of it.
func (q *Queue) read(ctx context.Context, id string) (*Job, error) {
	if !wellFormed(id) {
		return nil, ErrNotFound
	}
	kv, err := q.bucket(ctx)
	if err != nil {
		return nil, err
	}
	e, err := kv.Get(ctx, id)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("job: read: %w", err)
	}
	j, err := decode(e.Value(), e.Revision())
	if err != nil {
		j = unreadable(e.Key(), e.Created())
	}
	return j, err
}

// errUnreadable is a job that this version cannot read.
var errUnreadable = errors.New("job: cannot be read")

func decode(data []byte, revision uint64) (*Job, error) {
	j := &Job{revision: revision}
	if err := json.Unmarshal(data, j); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return j, nil
}

// unreadable is how a job is shown that cannot be read: nobody can run it.
func unreadable(id string, since time.Time) *Job {
	return &Job{ID: id, State: Failed, Created: since.UTC(), Error: "What is known of the job cannot be read."}
}

// write puts a job in the place of what it was read as. It reports false if somebody
// else has changed it meanwhile.
func (q *Queue) write(ctx context.Context, j *Job) (bool, error) {
	data, err := json.Marshal(j)
	if err != nil {
		return false, fmt.Errorf("job: encode: %w", err)
	}
	kv, err := q.bucket(ctx)
	if err != nil {
		return false, err
	}
	var revision uint64
	if j.revision == 0 {
		revision, err = kv.Create(ctx, j.ID, data)
	} else {
		revision, err = kv.Update(ctx, j.ID, data, j.revision)
	}
	if errors.Is(err, jetstream.ErrKeyExists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("job: write: %w", err)
	}
	j.revision = revision
	return true, nil
}

// newID names a job: by its owner's idempotency key if there is one, else anew.
func newID(mac secret.Key, owner, key string) string {
	if key == "" {
		var b [16]byte
		_, _ = rand.Read(b[:]) // never fails (crypto/rand)
		return prefix + hex.EncodeToString(b[:])
	}
	return prefix + hex.EncodeToString(digest(mac, owner, []byte(key))[:16])
}

// wellFormed says whether a job may have this id.
func wellFormed(id string) bool {
	digits, ok := strings.CutPrefix(id, prefix)
	if !ok || len(digits) != 32 {
		return false
	}
	_, err := hex.DecodeString(digits)
	return err == nil && strings.ToLower(digits) == digits
}

// printOf tells requests apart.
func printOf(mac secret.Key, s *Submission) []byte {
	return digest(mac, s.Path+"?"+s.Query, s.Body)
}

func digest(key secret.Key, first string, second []byte) []byte {
	h := hmac.New(sha256.New, key.Bytes())
	one := sha256.Sum256([]byte(first)) // so that where the first ends is no question
	h.Write(one[:])
	h.Write(second)
	return h.Sum(nil)
}
