// Package redis keeps answers in Redis, for all nodes of a cluster.
//
// An answer is one hash, under its key: the entry, sealed with the cluster's secret key, and
// digests of what purges go by, so that nobody who reads Redis sees what was asked or
// answered. Each key stands alone, so that Redis Cluster may put it anywhere. What is kept
// ends by Redis's own expiry, and Redis's own limit of memory, with a policy such as
// volatile-lru, says how much that is.
package redis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/redis"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

const (
	lead      = "asbru:answer:"
	claimLead = "asbru:answering:"
	place     = "answer" // what is sealed for here is opened nowhere else
)

var (
	get = redis.NewScript(`
		local found = redis.call('HGET', KEYS[1], 'e')
		if not found then return false end
		return {found, redis.call('PTTL', KEYS[1])}`, true)
	put = redis.NewScript(`
		redis.call('DEL', KEYS[1])
		redis.call('HSET', KEYS[1], 'e', ARGV[2], 's', ARGV[3], 'n', ARGV[4], 'm', ARGV[5], 'c', ARGV[6], 'r', ARGV[7])
		return redis.call('PEXPIRE', KEYS[1], ARGV[1])`, true)
	claim = redis.NewScript(`
		local owner = redis.call('GET', KEYS[1])
		if owner and owner ~= ARGV[1] then return 0 end
		redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
		return 1`, true)
	release = redis.NewScript(`
		if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
		return 0`, true)
)

// Store is a [cache.Shared] in Redis.
type Store struct {
	client *redis.Client
	secret secret.Key
}

// New returns a store. The client stays its owner's.
func New(client *redis.Client, key secret.Key) *Store { return &Store{client, key} }

// Get implements [cache.Store]. What cannot be opened, since the secret key was another, is
// not there.
func (s *Store) Get(ctx context.Context, k cache.Key) (*cache.Entry, time.Duration, error) {
	reply, err := s.client.Run(ctx, get, []string{lead + k.String()})
	if err != nil || reply == nil {
		return nil, 0, wrap("read", err)
	}
	found, ok := reply.([]any)
	if !ok || len(found) != 2 {
		return nil, 0, nil
	}
	sealed, _ := found[0].(string)
	left, _ := found[1].(int64)
	text, err := s.secret.Open([]byte(sealed), place+k.String())
	if err != nil || left <= 0 {
		return nil, 0, nil //nolint:nilerr // it is of another secret key: as good as none
	}
	e, err := cache.Read(text)
	if err != nil {
		return nil, 0, nil //nolint:nilerr // it is of another version: as good as none
	}
	return e, time.Duration(left) * time.Millisecond, nil
}

// Put implements [cache.Store].
func (s *Store) Put(ctx context.Context, k cache.Key, e *cache.Entry, ttl time.Duration) error {
	text, err := e.Append(nil)
	if err != nil {
		return wrap("write", err)
	}
	sealed := s.secret.Seal(text, place+k.String())
	_, err = s.client.Run(ctx, put, []string{lead + k.String()}, max(ttl.Milliseconds(), 1), sealed,
		s.digest(e.Scope), s.digest(e.Namespace), s.digest(e.Model), s.digest(e.CallID), s.digest(e.RequestID))
	return wrap("write", err)
}

// digest stands for a text that purges go by.
func (s *Store) digest(text string) string {
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// Claim implements [cache.Shared].
func (s *Store) Claim(ctx context.Context, k cache.Key, owner string) (bool, error) {
	reply, err := s.client.Run(ctx, claim, []string{claimLead + k.String()}, owner, cache.ClaimFor.Milliseconds())
	return reply == int64(1), wrap("claim", err)
}

// Release implements [cache.Shared].
func (s *Store) Release(ctx context.Context, k cache.Key, owner string) error {
	_, err := s.client.Run(ctx, release, []string{claimLead + k.String()}, owner)
	return wrap("release", err)
}

// scanned is how many keys Redis looks at in a step.
const scanned = 1000

// Purge implements [cache.Store]. It looks at every answer that there is, in steps, while
// Redis serves others.
func (s *Store) Purge(ctx context.Context, of cache.Selection) (purged int, err error) {
	each := func(ctx context.Context, server goredis.UniversalClient) error {
		n, err := s.purge(ctx, server, of)
		purged += n
		return err
	}
	if cluster, ok := s.client.Raw().(*goredis.ClusterClient); ok {
		masters := make(chan *goredis.Client, 1024)
		err = cluster.ForEachMaster(ctx, func(_ context.Context, c *goredis.Client) error { masters <- c; return nil })
		close(masters)
		for c := range masters {
			err = errors.Join(err, each(ctx, c))
		}
		return purged, wrap("purge", err)
	}
	return purged, wrap("purge", each(ctx, s.client.Raw()))
}

func (s *Store) purge(ctx context.Context, server goredis.UniversalClient, of cache.Selection) (purged int, err error) {
	for cursor := uint64(0); ; {
		var keys []string
		if keys, cursor, err = server.Scan(ctx, cursor, lead+"*", scanned).Result(); err != nil {
			return purged, err
		}
		n, err := s.purgeKeys(ctx, server, keys, of)
		if purged += n; err != nil || cursor == 0 {
			return purged, err
		}
	}
}

func (s *Store) purgeKeys(ctx context.Context, server goredis.UniversalClient, keys []string, of cache.Selection) (int, error) {
	if len(keys) == 0 {
		return 0, nil
	}
	marks := make([]*goredis.SliceCmd, len(keys))
	_, err := server.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for i, k := range keys {
			marks[i] = p.HMGet(ctx, k, "s", "n", "m", "c", "r")
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var meant []*goredis.IntCmd
	_, err = server.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for i, m := range marks {
			if s.means(of, m.Val()) {
				meant = append(meant, p.Unlink(ctx, keys[i]))
			}
		}
		return nil
	})
	n := 0
	for _, m := range meant {
		n += int(m.Val())
	}
	return n, err
}

// means says whether an answer with these marks is meant: as [cache.Selection.Has] does.
func (s *Store) means(of cache.Selection, marks []any) bool {
	if len(marks) != 5 {
		return false
	}
	is := func(wanted string, at int) bool { return wanted == "" || marks[at] == s.digest(wanted) }
	return is(of.Scope, 0) && is(of.Namespace, 1) && is(of.Model, 2) && (is(of.CallID, 3) || is(of.CallID, 4))
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s the cache in redis: %w", what, err)
}
