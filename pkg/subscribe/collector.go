package subscribe

import (
	"maps"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	pendingDesc  = prometheus.NewDesc("asbru_plugin_subscription_pending", "Messages with events that a plugin has not taken yet.", []string{"plugin"}, nil)
	outcomesDesc = prometheus.NewDesc("asbru_plugin_subscription_told_total", "What has come of telling plugins of events: taken, retried, given_up.", []string{"plugin", "outcome"}, nil)
)

// Describe implements prometheus.Collector.
func (f *Feeder) Describe(ch chan<- *prometheus.Desc) {
	ch <- pendingDesc
	ch <- outcomesDesc
}

// Collect implements prometheus.Collector.
func (f *Feeder) Collect(ch chan<- prometheus.Metric) {
	f.mu.Lock()
	all := maps.Clone(f.tallies)
	f.mu.Unlock()
	for name, t := range all {
		s := t.status()
		ch <- prometheus.MustNewConstMetric(pendingDesc, prometheus.GaugeValue, float64(s.Pending+s.Unanswered), name)
		for i, n := range [outcomes]uint64{s.Taken, s.Retried, s.Buried} {
			ch <- prometheus.MustNewConstMetric(outcomesDesc, prometheus.CounterValue, float64(n), name, outcomeNames[i])
		}
	}
}
