package oauth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Options are what a keeper is made with.
type Options struct {
	// Tokens and SignIns are where these are kept; nil: in this process.
	Tokens, SignIns Records
	Seal            secret.Key
	Log             *slog.Logger
	// Now is the clock; for tests.
	Now func() time.Time
}

// Keeper gets tokens and keeps them. Safe for concurrent use.
type Keeper struct {
	tokens, signIns Records
	seal            secret.Key
	log             *slog.Logger
	now             func() time.Time
	renewals        singleflight.Group

	mu    sync.Mutex
	known map[string]held // by place
}

// held is a token that was read a moment ago.
type held struct {
	grant *grant
	until time.Time
}

// heldFor is how long a token is used without looking whether another node has changed it,
// which [Keeper.Forget] is told of besides.
const heldFor = time.Minute

// New makes a keeper.
func New(o Options) *Keeper {
	k := &Keeper{
		tokens: o.Tokens, signIns: o.SignIns, seal: o.Seal, log: cmp.Or(o.Log, slog.Default()), now: o.Now, known: map[string]held{},
	}
	if k.tokens == nil {
		k.tokens = &MemoryRecords{}
	}
	if k.signIns == nil {
		k.signIns = &MemoryRecords{}
	}
	if k.now == nil {
		k.now = time.Now
	}
	return k
}

// Forget has a token be read anew, since another node has changed it.
func (k *Keeper) Forget(place string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.known, place)
}

func (k *Keeper) remember(place string, g *grant) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known[place] = held{g, k.now().Add(heldFor)}
}

func (k *Keeper) held(place string) *grant {
	k.mu.Lock()
	defer k.mu.Unlock()
	h, ok := k.known[place]
	if !ok || k.now().After(h.until) {
		delete(k.known, place)
		return nil
	}
	return h.grant
}

// read reads what lies at a place. What no node of the cluster has sealed is an error.
func (k *Keeper) read(ctx context.Context, from Records, place string, into any) (uint64, error) {
	sealed, revision, err := from.Load(ctx, place)
	if err != nil {
		return 0, err
	}
	text, err := k.seal.Open(sealed, place)
	if err != nil {
		return 0, fmt.Errorf("oauth: open what is kept of a sign-in: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return 0, errors.New("oauth: what is kept of a sign-in cannot be read")
	}
	return revision, nil
}

func (k *Keeper) put(ctx context.Context, to Records, place string, v any) error {
	return to.Put(ctx, place, k.seal.Seal(encode(v), place))
}

func (k *Keeper) swap(ctx context.Context, in Records, place string, v any, revision uint64) (uint64, error) {
	return in.Swap(ctx, place, k.seal.Seal(encode(v), place), revision)
}
