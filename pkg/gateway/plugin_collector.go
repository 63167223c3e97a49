package gateway

import (
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/prometheus/client_golang/prometheus"
)

// pluginCollector reads what plugins have done when the metrics are asked for.
type pluginCollector struct{ gateway *Gateway }

var (
	pluginSecondsDesc  = prometheus.NewDesc("asbru_plugin_seconds", "How long plugins took, by the point at which they are called.", []string{"plugin", "point"}, nil)
	pluginVerdictsDesc = prometheus.NewDesc("asbru_plugin_verdicts_total", "What plugins have said, by point: passed, answered, refused, took_back, failed, crashed, skipped (it is isolated).", []string{"plugin", "point", "verdict"}, nil)
	pluginIsolatedDesc = prometheus.NewDesc("asbru_plugin_isolated", "1 while a plugin is left out because it has crashed again and again.", []string{"plugin"}, nil)
	pluginCountsDesc   = prometheus.NewDesc("asbru_plugin_events_total", "What plugins count themselves.", []string{"plugin", "event"}, nil)
)

// Describe implements prometheus.Collector.
func (pluginCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{pluginSecondsDesc, pluginVerdictsDesc, pluginIsolatedDesc, pluginCountsDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (pc pluginCollector) Collect(ch chan<- prometheus.Metric) {
	for name, s := range pc.gateway.PluginStatus() {
		ch <- prometheus.MustNewConstMetric(pluginIsolatedDesc, prometheus.GaugeValue, one(s.State == "isolated"), name)
		for event, n := range s.Counts {
			ch <- prometheus.MustNewConstMetric(pluginCountsDesc, prometheus.CounterValue, float64(n), name, event)
		}
		for i := range s.Points {
			p := &s.Points[i]
			point := p.Point.String()
			for verdict, n := range p.Said() {
				ch <- prometheus.MustNewConstMetric(pluginVerdictsDesc, prometheus.CounterValue, float64(n), name, point, verdict)
			}
			ch <- prometheus.MustNewConstHistogram(pluginSecondsDesc, p.Calls, p.Total.Seconds(), bucketsOf(p), name, point)
		}
	}
}

// bucketsOf are the histogram's buckets, of which there are fewer than are counted.
func bucketsOf(p *plugin.PointStatus) map[float64]uint64 {
	const from, to, step = 4, 28, 2 // 1 µs to 17 s
	out := map[float64]uint64{}
	below := uint64(0)
	for i, n := range p.Buckets {
		if below += n; i >= from && i <= to && i%step == 0 {
			out[plugin.Bound(i).Seconds()] = below
		}
	}
	return out
}
