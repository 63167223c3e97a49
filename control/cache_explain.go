package control

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

type explainCacheInput struct {
	Body struct {
		ID string `json:"id" minLength:"1" maxLength:"256" doc:"The gateway's id of the call, or its caller's own."`
	}
}

// CacheExplanation is how a call fared with the cache, and why.
type CacheExplanation struct {
	ID          string    `json:"id" doc:"The gateway's id of the call."`
	RequestID   string    `json:"request_id"`
	Timestamp   time.Time `json:"timestamp"`
	Provider    string    `json:"provider"`
	Model       string    `json:"model"`
	Outcome     string    `json:"outcome" enum:"hit,miss,bypass,none" doc:"none: the cache was off, or the call had not to do with it by its own wish."`
	Reason      string    `json:"reason,omitempty" doc:"Of a bypass; of a miss, why its answer was not kept either."`
	Kept        bool      `json:"kept" doc:"Whether the answer was kept when it had been made."`
	Semantic    string    `json:"semantic,omitempty" enum:"hit,none,text,long,slow,failed,resting,limits,refreshed" doc:"How an answer was looked for that is of a request that means nearly the same; absent: none was."`
	Similarity  float64   `json:"similarity,omitempty" doc:"Of a semantic hit: how alike the two requests are, at most 1."`
	Explanation string    `json:"explanation" doc:"The same in words."`
}

type explainCacheOutput struct{ Body CacheExplanation }

func (c *Control) explainCache(ctx context.Context, in *explainCacheInput) (*explainCacheOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	e, err := log.Find(ctx, in.Body.ID)
	if errors.Is(err, store.ErrNoCall) {
		e, err = newestOfRequest(ctx, log, in.Body.ID)
	}
	if err != nil {
		return nil, c.explainLog(ctx, "find the call", err)
	}
	return &explainCacheOutput{explainedCache(e)}, nil
}

// sameRequest is how many calls with one id of the caller's are looked at.
const sameRequest = 20

// newestOfRequest finds a call by its caller's own id: not one that was made to embed the text
// of such a call, which has the same.
func newestOfRequest(ctx context.Context, log store.Log, id string) (*usage.Entry, error) {
	found, err := log.List(ctx, store.LogFilter{RequestID: id}, store.Paging{Limit: sameRequest})
	if err != nil {
		return nil, err
	}
	for i := range found {
		if !strings.Contains(found[i].Marks, "semantic:embedding") {
			return &found[i], nil
		}
	}
	return nil, store.ErrNoCall
}

// cacheWords are what the log's marks of the cache mean.
var cacheWords = map[string]string{
	"hit=semantic":     "The answer was kept of an earlier call that means nearly the same, and was given to this one.",
	"hit":              "The answer was kept of an earlier call that said the same, and was given again.",
	"miss":             "No answer was kept of a call that said the same, in the same scope and namespace. This one's was kept.",
	"none":             "The cache was off, or the call did not want to have to do with it.",
	"bypass=operation": "Answers of this kind of call are not kept.",
	"bypass=stateful":  "The call goes on with what the provider keeps, so its answer does not depend on the request alone.",
	"bypass=tools":     "The call was offered tools of MCP servers, whose results may be others each time.",
	"bypass=plugins":   "A plugin or guardrail may change the request or the answer.",
	"miss=not_wanted":  "No answer was kept of a call that said the same, and the call did not want its own to be.",
	"miss=failed":      "No answer was kept of a call that said the same, and this one failed.",
	"miss=made_here":   "No provider was asked.",
	"miss=fallback":    "No answer was kept of a call that said the same. This one was answered by a fallback, whose answers are not kept.",
	"miss=too_large":   "No answer was kept of a call that said the same, and this one's is larger than cache.max_entry_kb.",
	"miss=broken_off":  "No answer was kept of a call that said the same, and this one's stream broke off.",
	"miss=empty":       "No answer was kept of a call that said the same, and this one's has no content.",
	"miss=purged":      "No answer was kept of a call that said the same. This one's was purged while it was being made.",

	"miss=dropped_parameters": "No answer was kept of a call that said the same. The model does not take all parameters of this one.",
}

// semanticWords are what the log's marks of the semantic cache mean; of a hit the mark of the
// cache says it.
var semanticWords = map[string]string{
	"none":    "Nor was one kept of a call that means nearly the same.",
	"text":    "It could not be compared with calls that mean nearly the same, since it does not end with a text of the user's.",
	"long":    "It was not compared with calls that mean nearly the same, since it has more messages than cache.semantic.max_messages, or a text longer than max_text_kb.",
	"slow":    "It was not compared with calls that mean nearly the same, since its text was not embedded in time.",
	"failed":  "It was not compared with calls that mean nearly the same, since its text could not be embedded: the log has that call.",
	"resting": "It was not compared with calls that mean nearly the same, since the embedding model has failed several times, and rests for some seconds.",
	"limits":  "It was not compared with calls that mean nearly the same, since the caller's limits had no room for the embedding.",
}

func explainedCache(e *usage.Entry) CacheExplanation {
	mark := "none"
	x := CacheExplanation{ID: e.CallID, RequestID: e.RequestID, Timestamp: e.Time, Provider: e.Provider, Model: e.Model}
	for m := range strings.SplitSeq(e.Marks, ",") {
		if of, is := strings.CutPrefix(m, "cache:"); is {
			mark = of
		}
		if of, is := strings.CutPrefix(m, "similarity:"); is {
			x.Similarity, _ = strconv.ParseFloat(of, 64) // the gateway has written it
		}
		if of, is := strings.CutPrefix(m, "semantic:"); is && of != "embedding" {
			x.Semantic = of
		}
	}
	x.Kept, x.Explanation = mark == "miss", cacheWords[mark]
	if mark == "hit=semantic" {
		x.Semantic = "hit"
	}
	if words := semanticWords[x.Semantic]; words != "" {
		x.Explanation += " " + words
	}
	x.Outcome, x.Reason, _ = strings.Cut(mark, "=")
	return x
}
