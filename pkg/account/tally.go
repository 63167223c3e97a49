package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Tally counts sign-ins that fail for all controls of a cluster together. Names and
// addresses lie there as digests. While NATS is away each control has its own count alone.
// Safe for concurrent use.
type Tally struct {
	conn *bus.Conn
	mac  secret.Key
	log  *slog.Logger
}

// NewTally makes a cluster's count.
func NewTally(conn *bus.Conn, log *slog.Logger) *Tally {
	return &Tally{conn: conn, mac: conn.Derive("sign-ins"), log: log}
}

// tallyPatience bounds what a sign-in waits for the count.
const tallyPatience = 2 * time.Second

// failures are those of a name, or from an address.
type failures struct {
	Count int       `json:"count"`
	Until time.Time `json:"until"` // the end of the window that they are counted in

	revision uint64
}

// attempt counts a sign-in before it is looked at, and returns how long to wait if there
// were too many. An error is that it could not be counted, and was told.
func (t *Tally) attempt(ctx context.Context, now time.Time, name, address string) (time.Duration, error) {
	ctx, stop := context.WithTimeout(ctx, tallyPatience)
	defer stop()
	wait, err := t.count(ctx, now, t.key("n:"+name), nameAttempts)
	if err == nil && wait == 0 {
		wait, err = t.count(ctx, now, t.key("a:"+address), addrAttempts)
	}
	if err != nil {
		t.log.Warn("failed sign-ins are counted by this control alone", "error", err)
	}
	return wait, err
}

// forgive takes back what a sign-in that was right has counted.
func (t *Tally) forgive(ctx context.Context, name, address string) {
	ctx, stop := context.WithTimeout(ctx, tallyPatience)
	defer stop()
	err := t.change(ctx, t.key("n:"+name), func(f *failures) bool {
		f.Count = 0
		return true
	})
	if err == nil {
		err = t.change(ctx, t.key("a:"+address), func(f *failures) bool {
			f.Count--
			return f.Count >= 0
		})
	}
	if err != nil {
		t.log.Warn("a sign-in that was right counts as one that failed", "error", err)
	}
}

// count adds one, unless there are as many as may be.
func (t *Tally) count(ctx context.Context, now time.Time, key string, most int) (wait time.Duration, err error) {
	err = t.change(ctx, key, func(f *failures) bool {
		if !now.Before(f.Until) {
			f.Count, f.Until = 0, now.Add(throttleWindow)
		}
		if wait = 0; f.Count >= most {
			wait = f.Until.Sub(now)
			return false
		}
		f.Count++
		return true
	})
	return wait, err
}

// change changes a count by compare-and-set; how says whether there is anything to write.
func (t *Tally) change(ctx context.Context, key string, how func(*failures) bool) error {
	if !t.conn.Control.NATS.IsConnected() {
		return errAway
	}
	kv, err := t.conn.Control.Bucket(ctx, bus.SignIns)
	if err != nil {
		return err
	}
	for {
		f, err := readFailures(ctx, kv, key)
		if err != nil {
			return err
		}
		if !how(&f) {
			return nil
		}
		text, err := json.Marshal(&f)
		if err != nil {
			return fmt.Errorf("account: count a sign-in: %w", err)
		}
		if _, err = kv.Update(ctx, key, text, f.revision); err == nil {
			return nil
		} else if !bus.IsConflict(err) {
			return fmt.Errorf("account: count a sign-in: %w", err)
		}
	}
}

var errAway = errors.New("account: NATS is away")

func readFailures(ctx context.Context, kv jetstream.KeyValue, key string) (f failures, err error) {
	e, err := kv.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("account: read how many sign-ins have failed: %w", err)
	}
	if err := json.Unmarshal(e.Value(), &f); err != nil {
		return f, fmt.Errorf("account: read how many sign-ins have failed: %w", err)
	}
	f.revision = e.Revision()
	return f, nil
}

func (t *Tally) key(of string) string {
	h := hmac.New(sha256.New, t.mac.Bytes())
	h.Write([]byte(of))
	return hex.EncodeToString(h.Sum(nil)[:16])
}
