package redis

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

const (
	scanCount = 500 // keys looked at in one round trip
	scanMost  = 200 // round trips for one page
)

// scanPlace is a place in the list of reservations: on a server, a cursor of its SCAN, and
// how many of what that brings were shown.
type scanPlace struct {
	server, shown int
	cursor        uint64
}

// parsePlace reads a place; "" is the beginning.
func parsePlace(s string) (p scanPlace, err error) {
	if s == "" {
		return p, nil
	}
	parts := strings.Split(s, "-")
	if len(parts) != 3 {
		return p, limits.ErrPlace
	}
	server, err1 := strconv.ParseUint(parts[0], 10, 31)
	cursor, err2 := strconv.ParseUint(parts[1], 10, 64)
	shown, err3 := strconv.ParseUint(parts[2], 10, 31)
	if err1 != nil || err2 != nil || err3 != nil {
		return p, limits.ErrPlace
	}
	return scanPlace{server: int(server), cursor: cursor, shown: int(shown)}, nil
}

func (p scanPlace) String() string { return fmt.Sprintf("%d-%d-%d", p.server, p.cursor, p.shown) }

// Reservations implements [limits.Reader]. It looks through all keys, a bounded number
// for each page.
func (r *Reader) Reservations(ctx context.Context, limitID, after string, most int) ([]limits.Reservation, string, error) {
	at, err := parsePlace(after)
	if err != nil {
		return nil, "", err
	}
	servers, err := r.servers(ctx)
	if err != nil {
		return nil, "", fmt.Errorf("list reservations: %w", err)
	}
	pattern := "asbru:limit:{*}:held:*"
	if limitID != "" {
		pattern = "asbru:limit:{*}:held:" + literally(limitID)
	}
	page := []limits.Reservation{}
	for range scanMost {
		if at.server >= len(servers) {
			return page, "", nil
		}
		found, next, err := scan(ctx, servers[at.server], pattern, at.cursor)
		if err != nil {
			return nil, "", fmt.Errorf("list reservations: %w", err)
		}
		found = found[min(at.shown, len(found)):]
		if room := most - len(page); len(found) > room {
			at.shown += room
			return append(page, found[:room]...), at.String(), nil
		}
		page = append(page, found...)
		at.shown, at.cursor = 0, next
		if next == 0 {
			at.server++
		}
		if len(page) == most && at.server < len(servers) {
			break
		}
	}
	return page, at.String(), nil
}

// servers are those that have keys, in an order that stays.
func (r *Reader) servers(ctx context.Context) ([]goredis.Cmdable, error) {
	cluster, ok := r.redis.Raw().(*goredis.ClusterClient)
	if !ok {
		return []goredis.Cmdable{r.redis.Raw()}, nil
	}
	masters := make(chan *goredis.Client, 1024)
	if err := cluster.ForEachMaster(ctx, func(_ context.Context, c *goredis.Client) error {
		masters <- c
		return nil
	}); err != nil {
		return nil, err
	}
	close(masters)
	var all []*goredis.Client
	for c := range masters {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *goredis.Client) int { return strings.Compare(a.Options().Addr, b.Options().Addr) })
	servers := make([]goredis.Cmdable, len(all))
	for i := range all {
		servers[i] = all[i]
	}
	return servers, nil
}

// scan returns the reservations behind one step of SCAN.
func scan(ctx context.Context, server goredis.Cmdable, pattern string, cursor uint64) ([]limits.Reservation, uint64, error) {
	names, next, err := server.Scan(ctx, cursor, pattern, scanCount).Result()
	if err != nil || len(names) == 0 {
		return nil, next, err
	}
	slices.Sort(names)
	names = slices.Compact(names)
	pipe := server.Pipeline()
	sets := make([]*goredis.ZSliceCmd, len(names))
	for i := range names {
		sets[i] = pipe.ZRangeWithScores(ctx, names[i], 0, -1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, 0, err
	}
	var all []limits.Reservation
	for i, set := range sets {
		_, id, _ := strings.Cut(names[i], "}:held:")
		for _, z := range set.Val() {
			if held, ok := heldOf(z); ok {
				held.LimitID = id
				all = append(all, held)
			}
		}
	}
	return all, next, nil
}

// heldOf reads an entry of those who hold money: see held_name in lib.lua.
func heldOf(z goredis.Z) (limits.Reservation, bool) {
	name, _ := z.Member.(string)
	parts := strings.SplitN(name, " ", 4)
	if len(parts) != 4 {
		return limits.Reservation{}, false
	}
	amount, err1 := strconv.ParseInt(parts[0], 10, 64)
	since, err2 := strconv.ParseInt(parts[2], 10, 64)
	return limits.Reservation{
		CallID: parts[3], Amount: amount, Since: time.UnixMicro(since).UTC(), Expires: time.UnixMicro(int64(z.Score)).UTC(),
	}, err1 == nil && err2 == nil
}

// literally escapes what SCAN's patterns give a meaning.
func literally(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(s)
}
