package telemetry

// Hot path: found once per call, then only atomic adds.

import (
	"encoding/hex"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/prometheus/client_golang/prometheus"
)

// SeriesKey names the metrics of one kind of call.
type SeriesKey struct {
	Dialect  string
	Op       api.Op
	Provider string
	Model    string
	Extra    string // values of the further labels, in their order, each ended by ExtraEnd
}

// ExtraEnd ends each value in [SeriesKey.Extra].
const ExtraEnd = "\x1f"

// Series are the metrics of one kind of call, looked up beforehand.
type Series struct {
	statuses   [600]atomic.Pointer[prometheus.Counter]
	requests   *prometheus.CounterVec
	duration   prometheus.Observer
	overhead   prometheus.Observer
	firstToken prometheus.Observer
	cost       prometheus.Counter
	tokens     [5]prometheus.Counter
}

// OtherModel is the model label of calls beyond the bound of a [SeriesSet].
const OtherModel = "other"

// SeriesSet finds the series of a call. It holds at most a fixed number of
// them: callers choose model names and the values of further labels, and a label
// that callers choose must not grow without end. Calls beyond the bound share the
// model label [OtherModel], and have no values for the further labels.
type SeriesSet struct {
	metrics *Metrics
	max     int
	mu      sync.Mutex // writers only
	set     atomic.Pointer[map[SeriesKey]*Series]
}

// NewSeriesSet returns an empty set bounded to max series.
func NewSeriesSet(m *Metrics, max int) *SeriesSet {
	s := &SeriesSet{metrics: m, max: max}
	s.set.Store(&map[SeriesKey]*Series{})
	return s
}

// Get returns the series of k. The strings of k are copied when it is new.
func (s *SeriesSet) Get(k SeriesKey) *Series {
	if found, ok := (*s.set.Load())[k]; ok {
		return found
	}
	return s.add(k)
}

func (s *SeriesSet) add(k SeriesKey) *Series {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := *s.set.Load()
	if found, ok := old[k]; ok {
		return found
	}
	if len(old) >= s.max {
		k.Model, k.Extra = OtherModel, ""
		if found, ok := old[k]; ok {
			return found
		}
	}
	k.Dialect, k.Provider, k.Model, k.Extra = strings.Clone(k.Dialect), strings.Clone(k.Provider), strings.Clone(k.Model), strings.Clone(k.Extra)
	grown := make(map[SeriesKey]*Series, len(old)+1)
	for key, series := range old {
		grown[key] = series
	}
	grown[k] = s.metrics.series(k)
	s.set.Store(&grown)
	return grown[k]
}

func (m *Metrics) series(k SeriesKey) *Series {
	labels := prometheus.Labels{"dialect": k.Dialect, "operation": k.Op.String(), "provider": k.Provider, "model": k.Model}
	values := strings.Split(k.Extra, ExtraEnd)
	for i, name := range m.labels {
		labels[name] = ""
		if i < len(values) {
			labels[name] = values[i]
		}
	}
	s := &Series{
		requests:   m.requests.MustCurryWith(labels),
		duration:   m.duration.With(labels),
		overhead:   m.overhead.With(labels),
		firstToken: m.firstToken.With(labels),
		cost:       m.cost.With(labels),
	}
	tokens := m.tokens.MustCurryWith(labels)
	for i, kind := range [...]string{"input", "cache_read", "cache_write", "output", "reasoning"} {
		s.tokens[i] = tokens.WithLabelValues(kind)
	}
	return s
}

// Done counts a finished call. One that is traced becomes an exemplar of how long calls take.
func (s *Series) Done(status int, took time.Duration, u *api.Usage, costNano int64, traced *Traced) {
	s.status(status).Inc()
	if o, ok := s.duration.(prometheus.ExemplarObserver); ok && traced != nil {
		o.ObserveWithExemplar(took.Seconds(), prometheus.Labels{"trace_id": hex.EncodeToString(traced.ID[:])})
	} else {
		s.duration.Observe(took.Seconds())
	}
	for i, n := range [...]int64{u.Input, u.CacheRead, u.CacheWrite, u.Output, u.Reasoning} {
		if n > 0 {
			s.tokens[i].Add(float64(n))
		}
	}
	if costNano > 0 {
		s.cost.Add(float64(costNano) / 1e9)
	}
}

// Overhead records the gateway's own time before the provider was asked.
func (s *Series) Overhead(d time.Duration) { s.overhead.Observe(d.Seconds()) }

// FirstToken records the time to a stream's first event.
func (s *Series) FirstToken(d time.Duration) { s.firstToken.Observe(d.Seconds()) }

func (s *Series) status(status int) prometheus.Counter {
	if status < 0 || status >= len(s.statuses) {
		status = 0
	}
	if c := s.statuses[status].Load(); c != nil {
		return *c
	}
	c := s.requests.WithLabelValues(strconv.Itoa(status))
	s.statuses[status].Store(&c)
	return c
}
