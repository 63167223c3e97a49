package control

import (
	"context"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) cacheRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/cache", "show-cache", "Show what nodes keep of answers, and what that has saved"), c.showCache)
	huma.Register(c.api, at(http.MethodPost, "/api/cache/explain", "explain-cache", "Say why a call was answered out of the cache, or was not"), c.explainCache)
	deleting := func(path, id, summary string) huma.Operation {
		o := at(http.MethodDelete, path, id, summary)
		o.DefaultStatus = http.StatusAccepted
		return o
	}
	huma.Register(c.api, deleting("/api/cache", "purge-cache", "Have every node forget answers: all that the query means, or all there are"),
		func(_ context.Context, in *purgeInput) (*purgeOutput, error) { return c.purgeCache(in.selection()) })
	huma.Register(c.api, deleting("/api/cache/clear/{requestId}", "purge-cached-call", "Have every node forget the answer of a call"),
		func(_ context.Context, in *cachedCall) (*purgeOutput, error) {
			return c.purgeCache(cache.Selection{CallID: in.RequestID})
		})
	huma.Register(c.api, deleting("/api/cache/clear-by-key/{key}", "purge-cache-by-name", "Have every node forget the answers of calls with a header x-asbru-cache-key"),
		func(_ context.Context, in *cacheName) (*purgeOutput, error) {
			return c.purgeCache(cache.Selection{Namespace: in.Key})
		})
}

type cacheOutput struct {
	Body struct {
		Enabled bool                    `json:"enabled" doc:"Whether any node keeps answers."`
		Total   member.Cache            `json:"total"`
		HitRate float64                 `json:"hit_rate" doc:"Hits among the calls whose answer may be kept, 0 to 1."`
		Nodes   map[string]member.Cache `json:"nodes" doc:"By the node's name, since it began."`

		Namespaces []CacheNamespace `json:"namespaces" doc:"The same by namespace, of all nodes together, those first that were asked for most."`
	}
}

func (c *Control) showCache(context.Context, *struct{}) (*cacheOutput, error) {
	out := &cacheOutput{}
	b := &out.Body
	b.Nodes = map[string]member.Cache{}
	shares := map[string]cache.Share{}
	for _, n := range c.o.Nodes.List() {
		if n.Cache == nil {
			continue
		}
		of := *n.Cache
		addShares(shares, of.Namespaces)
		of.Namespaces = nil
		b.Enabled, b.Nodes[n.Node] = true, of
		t := &b.Total
		t.Entries, t.Bytes, t.MaxBytes = t.Entries+of.Entries, t.Bytes+of.Bytes, t.MaxBytes+of.MaxBytes
		t.Hits, t.Misses = t.Hits+of.Hits, t.Misses+of.Misses
		t.SavedCost, t.SavedTime = t.SavedCost+of.SavedCost, t.SavedTime+of.SavedTime
		t.SimilarHits, t.Similar, t.EmbeddingCost = t.SimilarHits+of.SimilarHits, t.Similar+of.Similar, t.EmbeddingCost+of.EmbeddingCost
	}
	b.HitRate, b.Namespaces = hitRate(b.Total.Hits, b.Total.Misses), cacheNamespaces(shares)
	return out, nil
}

type purgeInput struct {
	Namespace  string `query:"namespace" maxLength:"256" doc:"Of calls with this x-asbru-cache-key."`
	Model      string `query:"model" maxLength:"256" doc:"Of this model, as provider/model."`
	VirtualKey string `query:"virtual_key_id" maxLength:"256" doc:"That this virtual key was given, where each has a cache of its own."`
}

func (in *purgeInput) selection() cache.Selection {
	s := cache.Selection{Namespace: in.Namespace, Model: in.Model}
	if in.VirtualKey != "" {
		s.Scope = "vk:" + in.VirtualKey
	}
	return s
}

type cachedCall struct {
	RequestID string `path:"requestId" maxLength:"256" doc:"The call's id, or its caller's own."`
}

type cacheName struct {
	Key string `path:"key" maxLength:"256"`
}

type purgeOutput struct {
	Body struct {
		Message string `json:"message"`
	}
}

// purgeCache answers when every node was told.
func (c *Control) purgeCache(s cache.Selection) (*purgeOutput, error) {
	if err := c.o.PurgeCache(s); err != nil {
		return nil, c.explain("purge the cache", err)
	}
	out := &purgeOutput{}
	out.Body.Message = "Every node was told to forget these answers."
	return out, nil
}
