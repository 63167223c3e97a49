package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

const (
	virtualKeysPath = "/api/governance/virtual-keys"
	// keyMakers is how many keys are made at once.
	keyMakers = 32
)

// madeKey is a virtual key with what it is managed and used by.
type madeKey struct{ id, value string }

// newKeys makes so many keys.
func (c *cluster) newKeys(ctx context.Context, n int) ([]madeKey, error) {
	keys, errs := make([]madeKey, n), make([]error, keyMakers)
	var making sync.WaitGroup
	for m := range keyMakers {
		making.Go(func() {
			for i := m; i < n && errs[m] == nil; i += keyMakers {
				keys[i], errs[m] = c.makeKey(ctx, fmt.Sprint("key ", i))
			}
		})
	}
	making.Wait()
	return keys, errors.Join(errs...)
}

func (c *cluster) makeKey(ctx context.Context, name string) (madeKey, error) {
	answer, err := c.admin(ctx, "POST", virtualKeysPath, fmt.Sprintf(`{"name":%q}`, name))
	if err != nil {
		return madeKey{}, err
	}
	made, _ := answer["virtual_key"].(map[string]any)
	id, _ := made["id"].(string)
	value, _ := made["value"].(string)
	if id == "" || value == "" {
		return madeKey{}, fmt.Errorf("a virtual key without an id or a value: %v", answer)
	}
	return madeKey{id, value}, nil
}

func exchangesOf(keys []madeKey) []load.Exchange {
	exchanges := make([]load.Exchange, len(keys))
	for i, k := range keys {
		exchanges[i] = chat(k.value)
	}
	return exchanges
}

// callEach calls with each key once, so that the first edge knows them all.
func (c *cluster) callEach(ctx context.Context, keys []madeKey) error {
	const callers = 16
	clients, err := load.DialAll(c.edges[0].Addr, callers)
	if err != nil {
		return err
	}
	defer load.CloseAll(clients)
	errs := make([]error, callers)
	var calling sync.WaitGroup
	for n, client := range clients {
		calling.Go(func() {
			for i := n; i < len(keys) && errs[n] == nil && ctx.Err() == nil; i += callers {
				e := chat(keys[i].value)
				errs[n] = client.Call(&e)
			}
		})
	}
	calling.Wait()
	return errors.Join(errors.Join(errs...), ctx.Err())
}

// revocations switches keys off while others change, and asks each edge until it
// refuses them.
func (c *cluster) revocations(ctx context.Context, o *options, keys []madeKey) (figure, error) {
	n := 100
	if o.short {
		n = 20
	}
	stop := c.keepChanging(ctx, keys[n:])
	var took load.Latencies
	for _, k := range keys[:n] {
		each, err := c.revoke(ctx, k)
		if err != nil {
			return figure{}, errors.Join(err, stop())
		}
		took = append(took, each...)
	}
	took.Sort()
	return figure{
		"a key is revoked, until each of 3 edges refuses it", "p99 ≤ 1 s",
		fmt.Sprintf("p50 %.1f, p99 %.1f ms", millis(took.At(0.5)), millis(took.At(0.99))),
		fmt.Sprintf("%d keys, from PUT, while others change 1,000 times a minute", n),
	}, stop()
}

// revoke switches a key off, and returns what it took at each edge.
func (c *cluster) revoke(ctx context.Context, k madeKey) (load.Latencies, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	e := chat(k.value)
	for _, edge := range c.edges { // which knows it, so that it has something to forget
		if err := callTimes(edge.Addr, 1, &e); err != nil {
			return nil, err
		}
	}
	took, errs := make(load.Latencies, len(c.edges)), make([]error, len(c.edges)+1)
	var asking sync.WaitGroup
	began := time.Now()
	asking.Go(func() {
		_, errs[len(c.edges)] = c.admin(ctx, "PUT", virtualKeysPath+"/"+k.id, `{"is_active":false}`)
	})
	for i, edge := range c.edges {
		asking.Go(func() {
			errs[i] = askUntil(ctx, edge.Addr, k.value, 403)
			took[i] = time.Since(began)
		})
	}
	asking.Wait()
	return took, errors.Join(errs...)
}

// pages reads the list of keys, page by page and by a search.
func (c *cluster) pages(ctx context.Context, many int) (figure, error) {
	const pages = 50
	var page, search load.Latencies
	after := ""
	for i := range pages {
		began := time.Now()
		answer, err := c.admin(ctx, "GET", virtualKeysPath+"?after="+url.QueryEscape(after), "")
		if err != nil {
			return figure{}, err
		}
		page = append(page, time.Since(began))
		after, _ = answer["next_cursor"].(string)
		began = time.Now()
		if _, err := c.admin(ctx, "GET", fmt.Sprintf("%s?search=key+%d", virtualKeysPath, many-i-1), ""); err != nil {
			return figure{}, err
		}
		search = append(search, time.Since(began))
	}
	page.Sort()
	search.Sort()
	return figure{
		"a page of the list of keys, a search", "",
		fmt.Sprintf("p50 %.1f, %.1f ms", millis(page.At(0.5)), millis(search.At(0.5))),
		fmt.Sprintf("100 keys of %d, by cursor", many),
	}, nil
}
