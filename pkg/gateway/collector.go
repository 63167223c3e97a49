package gateway

import "github.com/prometheus/client_golang/prometheus"

// poolCollector reads slots, queues and key shares when the metrics are asked
// for, so that the hot path keeps no gauges.
type poolCollector struct{ gateway *Gateway }

var (
	slotsDesc   = prometheus.NewDesc("asbru_pool_slots", "A provider's slots.", []string{"provider"}, nil)
	busyDesc    = prometheus.NewDesc("asbru_pool_busy", "Slots in use.", []string{"provider"}, nil)
	waitingDesc = prometheus.NewDesc("asbru_pool_waiting", "Calls waiting for a slot.", []string{"provider"}, nil)
	shareDesc   = prometheus.NewDesc("asbru_key_share", "A provider key's share of the traffic since it was configured: target by weight, actual, and everywhere: that of all nodes.", []string{"provider", "key", "kind"}, nil)
	coolDesc    = prometheus.NewDesc("asbru_key_cooling", "1 while a provider key rests because the provider has refused it.", []string{"provider", "key"}, nil)
	brokenDesc  = prometheus.NewDesc("asbru_key_broken", "1 while a provider key is out of use because its calls fail.", []string{"provider", "key"}, nil)
)

// Describe implements prometheus.Collector.
func (poolCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{slotsDesc, busyDesc, waitingDesc, shareDesc, coolDesc, brokenDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (pc poolCollector) Collect(ch chan<- prometheus.Metric) {
	for _, p := range pc.gateway.State().Providers {
		ch <- prometheus.MustNewConstMetric(slotsDesc, prometheus.GaugeValue, float64(p.Slots), p.Name)
		ch <- prometheus.MustNewConstMetric(busyDesc, prometheus.GaugeValue, float64(p.Busy), p.Name)
		ch <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(p.Waiting), p.Name)
		var weights float64
		for _, k := range p.Keys {
			weights += k.Weight
		}
		for _, k := range p.Keys {
			if weights > 0 {
				ch <- prometheus.MustNewConstMetric(shareDesc, prometheus.GaugeValue, k.Weight/weights, p.Name, k.Name, "target")
			}
			ch <- prometheus.MustNewConstMetric(shareDesc, prometheus.GaugeValue, k.Share, p.Name, k.Name, "actual")
			ch <- prometheus.MustNewConstMetric(shareDesc, prometheus.GaugeValue, k.Everywhere, p.Name, k.Name, "everywhere")
			ch <- prometheus.MustNewConstMetric(coolDesc, prometheus.GaugeValue, one(!k.CoolUntil.IsZero()), p.Name, k.Name)
			ch <- prometheus.MustNewConstMetric(brokenDesc, prometheus.GaugeValue, one(k.Broken), p.Name, k.Name)
		}
	}
}

// one is the value of a gauge that says whether something holds.
func one(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}
