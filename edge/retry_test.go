package edge_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// retrying lets a provider be tried again, at once.
func retrying(cfg *config.Config, provider string, tries int) *config.Config {
	return with(cfg, provider, func(p *config.Provider) {
		p.Network.MaxRetries, p.Network.RetryBackoffInitial, p.Network.RetryBackoffMax = tries, 1, 1
	})
}

func TestAnAmbiguousFailureIsNotRepeatedUnlessAllowed(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		t.Run(fmt.Sprintf("allowed %t", allowed), func(t *testing.T) {
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if x.N == 1 {
					x.Reset()
					return
				}
				x.JSON(200, wholeAnswers["openai"])
			})
			d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
				p.Network.MaxRetries = 2
				p.Network.RetryBackoffInitial = 1
				p.RetryAmbiguous = allowed
			}))
			res := d.chat(t, "openai", "openai", "")
			if allowed {
				require.Equal(t, 200, res.Status, res.Body)
				require.Equal(t, "2", res.Header.Get("x-asbru-attempts"))
				require.Equal(t, 2, up.Hits())
			} else {
				require.Equal(t, 502, res.Status, res.Body)
				require.Equal(t, 1, up.Hits())
			}
		})
	}
}

func TestARefusalIsTriedAgainWithinTheRetryBudget(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if x.N <= 2 {
			x.JSON(503, `{"error":{"message":"busy"}}`)
			return
		}
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
		p.Network.MaxRetries = 2
		p.Network.RetryBackoffInitial = 1
	}))
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "3", res.Header.Get("x-asbru-attempts"))
}

func TestRetriesNeverMultiplyAnOutage(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(503, `{"error":{"message":"down"}}`) })
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
		p.Network.MaxRetries = 5
		p.Network.RetryBackoffInitial = 1
		p.Network.RetryBackoffMax = 1
	}))
	const calls = 300
	for range calls {
		require.Equal(t, 503, d.chat(t, "openai", "openai", "").Status)
	}
	require.LessOrEqual(t, up.Hits(), calls+calls/10+10)
	require.Greater(t, up.Hits(), calls)
}

func TestRetryAfterIsShownToTheCallerAndKept(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(429, `{"error":{"message":"slow down","type":"tokens","code":"rate_limit_exceeded"}}`, "Retry-After: 30")
	})
	d := open(t, over(up.URL))
	for range 2 {
		res := d.chat(t, "anthropic", "openai", "")
		require.Equal(t, 429, res.Status, res.Body)
		require.Equal(t, "30", res.Header.Get("Retry-After"))
		errorOf(t, "anthropic", res)
	}
	require.Equal(t, 1, up.Hits(), "the provider was asked again before the time it named")
}

func TestWhichAnswersAreTriedAgain(t *testing.T) {
	t.Parallel()
	for status, again := range map[int]bool{
		400: false, 404: false, 413: false, 422: false, 401: false, 402: false, 403: false,
		408: true, 425: true, 429: true, 500: true, 501: true, 502: true, 503: true, 504: true, 520: true, 529: true,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if x.N == 1 {
					x.JSON(status, `{"error":{"message":"no","type":"x","code":"y"}}`)
					return
				}
				x.JSON(200, wholeAnswers["openai"])
			})
			d := open(t, retrying(over(up.URL), "openai", 1))
			res := d.chat(t, "openai", "openai", "")
			if again {
				require.Equal(t, 200, res.Status, res.Body)
				require.Equal(t, "2", res.Header.Get("x-asbru-attempts"))
			} else {
				require.Equal(t, status, res.Status, res.Body)
				require.Equal(t, "1", res.Header.Get("x-asbru-attempts"))
				require.Equal(t, 1, up.Hits())
			}
		})
	}
}

// refusals are what providers say in the first event of a stream that they
// refuse, and the status that stands for it.
var refusals = map[string]map[string]int{
	"openai": {
		`data: {"error":{"message":"busy","type":"server_error","code":503}}`:                            503,
		`data: {"error":{"message":"slow down","type":"rate_limit_error","code":"rate_limit_exceeded"}}`: 429,
		`data: {"error":{"message":"oh","type":"server_error"}}`:                                         500,
	},
	"anthropic": {
		"event: error\ndata: " + `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`: 529,
		"event: error\ndata: " + `{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}`:  429,
		"event: error\ndata: " + `{"type":"error","error":{"type":"api_error","message":"oh"}}`:                500,
	},
	"gemini": {
		`data: {"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}`:      503,
		`data: {"error":{"code":429,"message":"no","status":"RESOURCE_EXHAUSTED"}}`: 429,
	},
}

func TestAnErrorAsFirstEventIsARefusalWithItsRealStatus(t *testing.T) {
	for provider, events := range refusals {
		for event, said := range events {
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if x.N%3 == 2 {
					serveStream(streams[provider])(x)
					return
				}
				serveStream([]string{event + "\n\n"})(x)
			})
			patient, once := open(t, retrying(over(up.URL), provider, 1)), open(t, over(up.URL))
			for dialect := range providerOf {
				t.Run(fmt.Sprintf("%s from %s, %d", dialect, provider, said), func(t *testing.T) {
					res := patient.stream(t, dialect, provider, "")
					require.Equal(t, 200, res.Status, res.Body)
					require.Equal(t, "2", res.Header.Get("x-asbru-attempts"))
					require.NotContains(t, res.Body, "error")
					require.Contains(t, res.Body, "two")

					res = once.stream(t, dialect, provider, "")
					want := said
					if said == 529 && dialect != "anthropic" {
						want = 503 // the others have no such status
					}
					require.Equal(t, want, res.Status, res.Body)
					errorOf(t, dialect, res)
				})
			}
		}
	}
}

func TestWhatWasNotSentIsTriedAgain(t *testing.T) {
	d := open(t, retrying(over("http://127.0.0.1:1"), "openai", 2))
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 502, res.Status)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "provider_unreachable", code)
	require.Equal(t, "3", res.Header.Get("x-asbru-attempts"))
	require.Contains(t, do(t, "GET", d.URL("/metrics"), "").Body, `asbru_attempts_total{outcome="not_sent",provider="openai"} 3`)
}

func TestTheNewestRetryAfterIsAFloor(t *testing.T) {
	for name, header := range map[string]func() string{
		"seconds":      func() string { return "Retry-After: 1" },
		"a date":       func() string { return "Retry-After: " + time.Now().Add(2*time.Second).UTC().Format(http.TimeFormat) },
		"milliseconds": func() string { return "retry-after-ms: 1000" },
	} {
		for _, status := range []int{429, 503} {
			t.Run(fmt.Sprint(name, " ", status), func(t *testing.T) {
				t.Parallel()
				var mu sync.Mutex
				var hits []time.Time
				up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
					mu.Lock()
					hits = append(hits, time.Now())
					mu.Unlock()
					switch x.N {
					case 1:
						x.JSON(status, `{"error":{"message":"later"}}`, "Retry-After: 0")
					case 2:
						x.JSON(status, `{"error":{"message":"later"}}`, header())
					default:
						x.JSON(200, wholeAnswers["openai"])
					}
				})
				d := open(t, retrying(over(up.URL), "openai", 3))
				res := d.chat(t, "openai", "openai", "")
				require.Equal(t, 200, res.Status, res.Body)
				require.Len(t, hits, 3)
				require.GreaterOrEqual(t, hits[2].Sub(hits[1]), 950*time.Millisecond)
			})
		}
	}
}

func TestACallDoesNotWaitForATimeBeyondItsDeadline(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(503, `{"error":{"message":"later"}}`, "Retry-After: 60") })
	d := open(t, retrying(over(up.URL), "openai", 5))
	res := d.chat(t, "openai", "openai", "", "x-asbru-timeout: 2s")
	require.Equal(t, 503, res.Status)
	require.Equal(t, "60", res.Header.Get("Retry-After"))
	require.Equal(t, "1", res.Header.Get("x-asbru-attempts"))
	require.Equal(t, 1, up.Hits())
}
