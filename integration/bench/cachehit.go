package main

import (
	"context"
	"fmt"
	"io"

	"github.com/asbru-gateway/asbru/integration/load"
)

const (
	hitPerSecondGoal = 3   // at least: requests a second of a hit, over those of a call to the provider
	hitCPUGoal       = 0.7 // at most: CPU time of a hit, over that of a call to the provider
)

// cacheResult is what an answer out of the cache cost a gateway beside one of the provider's, a
// value per round.
type cacheResult struct {
	name                 string
	judged               bool
	callMicros, hitMicro []float64
	callRate, hitRate    []float64
	cpuRatio, rateRatio  []float64
}

// measureCache has each gateway answer the same small call by the provider, on the raw lane,
// and out of its cache, in turns.
func measureCache(ctx context.Context, o *options, l *lane) ([]cacheResult, error) {
	call := load.Exchange{Request: cachedChat("off"), Want: openaiWhole}
	hit := load.Exchange{Request: cachedChat("on"), Want: openaiWhole}
	var all []cacheResult
	for _, t := range l.targets() {
		if t.direct {
			continue
		}
		r := cacheResult{name: t.name, judged: t.judged}
		for range o.rounds {
			spent, n, took, err := closedLoop(ctx, o, t.process, &call)
			if err != nil {
				return nil, fmt.Errorf("%s, by the provider: %w", t.name, err)
			}
			hitSpent, hits, hitTook, err := closedLoop(ctx, o, t.process, &hit)
			if err != nil {
				return nil, fmt.Errorf("%s, out of the cache: %w", t.name, err)
			}
			callMicros, hitMicros := float64(spent.Microseconds())/float64(n), float64(hitSpent.Microseconds())/float64(hits)
			callRate, hitRate := float64(n)/took.Seconds(), float64(hits)/hitTook.Seconds()
			r.callMicros, r.hitMicro = append(r.callMicros, callMicros), append(r.hitMicro, hitMicros)
			r.callRate, r.hitRate = append(r.callRate, callRate), append(r.hitRate, hitRate)
			r.cpuRatio, r.rateRatio = append(r.cpuRatio, hitMicros/callMicros), append(r.rateRatio, hitRate/callRate)
		}
		all = append(all, r)
	}
	return all, nil
}

// cachedChat is a small call that says what it wants of the cache.
func cachedChat(how string) []byte {
	return load.Post("/v1/chat/completions", chatBody("openai/mock", smallPrompt, false), authorization, "x-asbru-cache: "+how)
}

func printCache(w io.Writer, o *options, results []cacheResult) {
	fmt.Fprintf(w, "%s; load before the run: %s\n\n", load.Machine(), load.Busy())
	fmt.Fprintf(w, "An answer out of the cache beside one of the provider's on the raw lane, closed loop of %d connections;\nmedian of %d rounds of %s (least to most).\n\n",
		o.connections, o.rounds, o.duration)
	t := &load.Table{Head: []string{"target", "call", "CPU µs/request", "ratio", "goal", "requests/s", "ratio", "goal"}}
	for _, r := range results {
		cpuGoal, rateGoal := "", ""
		if r.judged {
			cpuGoal, rateGoal = fmt.Sprintf("≤ %g", hitCPUGoal), fmt.Sprintf("≥ %d", hitPerSecondGoal)
		}
		t.Rows = append(t.Rows,
			[]string{r.name, "provider", spread(r.callMicros, 1), "1", "", spread(r.callRate, 0), "1", ""},
			[]string{"", "cache", spread(r.hitMicro, 1), spread(r.cpuRatio, 2), cpuGoal, spread(r.hitRate, 0), spread(r.rateRatio, 2), rateGoal})
	}
	t.Print(w, o.markdown)
}

// spread is the median of a figure, with the least and the most.
func spread(values []float64, digits int) string {
	s := load.SpreadOf(values)
	return fmt.Sprintf("%.*f (%.*f to %.*f)", digits, s.Median, digits, s.Min, digits, s.Max)
}
