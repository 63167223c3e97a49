package telemetry

import (
	"net/http"
	"runtime"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are all the metrics of a process. Names, units and label sets are
// declared here and nowhere else. Safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	labels   []string // further labels of calls

	requests   *prometheus.CounterVec
	duration   *prometheus.HistogramVec
	overhead   *prometheus.HistogramVec
	firstToken *prometheus.HistogramVec
	cost       *prometheus.CounterVec
	tokens     *prometheus.CounterVec

	Attempts    *prometheus.CounterVec // by provider and outcome
	Rejected    *prometheus.CounterVec // requests that never became a call, by reason
	Panics      prometheus.Counter
	Canceled    prometheus.Counter
	RecordsLost prometheus.Counter
	TracesLost  prometheus.Counter
	Streams     prometheus.Gauge

	LimitRefusals *prometheus.CounterVec // by the code of the error

	RoutingRuleErrors *prometheus.CounterVec // by rule
	ShadowCalls       *prometheus.CounterVec // by outcome
	Untold            *prometheus.CounterVec // by the dialect that it is of, and the caller's

	OverflowOffers *prometheus.CounterVec // of an edge, by outcome
	OverflowClaims *prometheus.CounterVec // of a worker, by outcome

	Jobs *prometheus.CounterVec // by step

	CacheRequests     *prometheus.CounterVec // by outcome
	CacheSavedDollars prometheus.Counter
	CacheSavedSeconds prometheus.Counter
	CacheSemantic     *prometheus.CounterVec // by outcome

	CacheEmbeddingDollars prometheus.Counter

	RedisScripts *prometheus.HistogramVec // by outcome

	UsageBatches    *prometheus.CounterVec // by outcome
	UsageLost       prometheus.Counter
	UsageSpoolBytes prometheus.Gauge
	Transcripts     *prometheus.CounterVec // by outcome
	LedgerEntries   prometheus.Counter
	LedgerRefused   prometheus.Counter
	LedgerRemoved   prometheus.Counter

	WebhookDeliveries *prometheus.CounterVec // by result

	AlertsFiring       *prometheus.GaugeVec   // by severity
	AlertNotifications *prometheus.CounterVec // by channel and outcome

	Reports *prometheus.CounterVec // by outcome

	ConfigReloads  *prometheus.CounterVec
	ConfigApplied  prometheus.Gauge
	ConfigRevision prometheus.Gauge
}

// Latencies range from tens of microseconds (the gateway's own share) to minutes (a long answer).
var (
	overheadBuckets = prometheus.ExponentialBuckets(10e-6, 2, 16)
	durationBuckets = prometheus.ExponentialBuckets(0.005, 2, 16)
	scriptBuckets   = prometheus.ExponentialBuckets(50e-6, 2, 15)
)

// NewMetrics makes a registry with the gateway's and the process's metrics. The
// metrics of calls get the further labels, whose values [SeriesKey.Extra] has.
func NewMetrics(version string, labels ...string) *Metrics {
	call := slices.Concat([]string{"dialect", "operation", "provider", "model"}, labels)
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		labels:   labels,
		requests: counters("asbru_requests_total",
			"Calls answered, by the HTTP status that the caller got.", slices.Concat(call, []string{"status"})...),
		duration: histograms("asbru_request_duration_seconds",
			"Whole calls, from the request read to the last byte of the answer handed over.", durationBuckets, call...),
		overhead: histograms("asbru_overhead_seconds",
			"Time spent in the gateway itself: without the provider's, the wait for a slot and the pauses between tries. Of a stream, up to its being asked for.", overheadBuckets, call...),
		firstToken: histograms("asbru_first_token_seconds",
			"From the request read to the first event of a stream.", durationBuckets, call...),
		tokens: counters("asbru_tokens_total",
			"Tokens used, by kind: input, cache_read, cache_write, output, reasoning.", slices.Concat(call, []string{"kind"})...),
		cost: counters("asbru_cost_dollars_total",
			"What calls cost, in dollars, where the price is known.", call...),
		Attempts: counters("asbru_attempts_total",
			"Tries at a provider, by outcome: ok, not_sent, refused, ambiguous, error, canceled.", "provider", "outcome"),
		Rejected: counters("asbru_rejected_total",
			"Requests refused before they became a call: bad framing, too large, no such route.", "reason"),
		Panics:            counter("asbru_panics_total", "Panics caught; each cost one request."),
		Canceled:          counter("asbru_canceled_total", "Calls whose caller left before the end."),
		RecordsLost:       counter("asbru_records_lost_total", "Call records dropped because the log could not keep up."),
		CacheRequests:     counters("asbru_cache_requests_total", "Calls whose answer may be kept, by outcome: hit (it was), miss.", "outcome"),
		CacheSavedDollars: counter("asbru_cache_saved_dollars_total", "What answers out of the cache would have cost."),
		CacheSavedSeconds: counter("asbru_cache_saved_seconds_total", "How long it took to make the answers that came out of the cache."),
		CacheSemantic:     counters("asbru_cache_semantic_total", "Calls for which an answer to a request that means nearly the same was looked for, by outcome: hit, none (there was none), or why that could not be.", "outcome"),

		CacheEmbeddingDollars: counter("asbru_cache_embedding_dollars_total", "What it has cost to embed the texts of calls for the semantic cache."),
		TracesLost:            counter("asbru_traces_lost_total", "Traced calls whose spans did not get to the collector."),
		Streams:               gauge("asbru_streams", "Streams open now."),
		Untold: counters("asbru_untold_parts_total",
			"Parts of answers, such as results of a provider's own tools, that the caller's dialect has no word for.", "from", "to"),
		LimitRefusals: counters("asbru_limit_refusals_total",
			"Calls turned away by a limit of their caller, by the error's code.", "code"),
		RoutingRuleErrors: counters("asbru_routing_rule_errors_total",
			"Routing rules that failed on a call, and were passed over, by rule.", "rule"),
		ShadowCalls: counters("asbru_shadow_calls_total",
			"Copies of calls that routing rules send to another model, by outcome: answered, failed, dropped (too many at once, too large, or not possible there).", "outcome"),
		OverflowOffers: counters("asbru_overflow_offers_total",
			"Calls that this edge has offered to workers, by outcome: taken, withdrawn (served here before, or given up), refused (no room, or no worker).", "outcome"),
		OverflowClaims: counters("asbru_overflow_claims_total",
			"Calls that this worker has claimed, by outcome: answered, failed, canceled (the edge did not want the answer), unwanted (served otherwise meanwhile), orphaned (the edge is gone).", "outcome"),
		Jobs: counters("asbru_jobs_total",
			"Durable jobs, by what happened to them on this node: submitted, retried (a try failed, and there is another one), completed, failed, cancelled.", "step"),
		RedisScripts: histograms("asbru_redis_script_seconds",
			"How long scripts in Redis were waited for, with the way there, by outcome: answered, failed.", scriptBuckets, "outcome"),
		UsageBatches: counters("asbru_usage_batches_total",
			"Batches of usage records, by outcome: published, spooled (kept on disk), replayed (published from disk).", "outcome"),
		UsageLost: counter("asbru_usage_lost_total",
			"Usage records lost because they could neither be published nor kept on disk. Should stay 0."),
		UsageSpoolBytes: gauge("asbru_usage_spool_bytes", "Usage records kept on disk until they can be published."),
		Transcripts: counters("asbru_transcripts_total",
			"Calls whose bodies are to be kept, by outcome: published, dropped (too many at once, or no way to tell), unreadable (batches), stored, repeated ones included.", "outcome"),
		LedgerEntries: counter("asbru_ledger_entries_total", "Entries given to the ledger, those that it had already included."),
		LedgerRefused: counter("asbru_ledger_refused_total", "Usage batches put aside because they could not be read. Should stay 0."),
		LedgerRemoved: counter("asbru_ledger_removed_total", "Entries removed from the ledger because they were older, or more, than entries are kept."),
		WebhookDeliveries: counters("asbru_webhook_deliveries_total",
			"Tries of webhooks, by result: delivered, retried (will be tried again), gone (the receiver wants no more), given_up (a dead letter is left), refused (not readable).", "result"),
		AlertsFiring: gauges("asbru_alerts_firing", "Alerts that fire, by severity, as this control has seen last.", "severity"),
		AlertNotifications: counters("asbru_alert_notifications_total",
			"Notices of alerts, by channel and outcome: sent (webhooks: queued), retried (will be tried again), given_up, test_sent, test_failed.", "channel", "outcome"),
		Reports: counters("asbru_reports_total",
			"Reports of a schedule, by outcome: sent (webhooks: queued), retried (will be tried again), given_up, test_sent, test_failed.", "outcome"),
		ConfigReloads:  counters("asbru_config_reloads_total", "Configuration changes seen, by result: applied, refused.", "result"),
		ConfigApplied:  gauge("asbru_config_applied_timestamp_seconds", "When the configuration in force was applied (Unix time)."),
		ConfigRevision: gauge("asbru_config_revision", "Revision of the configuration in force."),
	}
	info := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "asbru_build_info", Help: "1, with the version of the running program.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	}, func() float64 { return 1 })
	m.registry.MustRegister(info, m.requests, m.duration, m.overhead, m.firstToken, m.tokens, m.cost, m.Attempts, m.Rejected,
		m.Panics, m.Canceled, m.RecordsLost, m.TracesLost, m.CacheRequests, m.CacheSavedDollars, m.CacheSavedSeconds, m.CacheSemantic, m.CacheEmbeddingDollars, m.Streams, m.ConfigReloads, m.ConfigApplied, m.ConfigRevision,
		m.LimitRefusals, m.RoutingRuleErrors, m.ShadowCalls, m.Untold, m.OverflowOffers, m.OverflowClaims, m.Jobs, m.UsageBatches, m.UsageLost, m.UsageSpoolBytes, m.Transcripts,
		m.LedgerEntries, m.LedgerRefused, m.LedgerRemoved, m.WebhookDeliveries, m.RedisScripts,
		m.AlertsFiring, m.AlertNotifications, m.Reports,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Labels returns the further labels of calls.
func (m *Metrics) Labels() []string { return m.labels }

// Register adds a collector, for what is read when asked: pools, key shares.
func (m *Metrics) Register(c prometheus.Collector) error { return m.registry.Register(c) }

// Gather returns everything as it stands.
func (m *Metrics) Gather() prometheus.Gatherer { return m.registry }

// Handler serves the metrics in Prometheus's text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
}

func gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
}
