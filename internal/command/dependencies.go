package command

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/asbru-gateway/asbru/edge"
)

// dependencyCollector shows as metrics what /readyz shows, when they are asked for.
type dependencyCollector func() []edge.Dependency

var dependencyUp = prometheus.NewDesc("asbru_dependency_up", "1 while what the node depends on is as it should be: config, nats, redis.", []string{"dependency"}, nil)

// Describe implements prometheus.Collector.
func (dependencyCollector) Describe(ch chan<- *prometheus.Desc) { ch <- dependencyUp }

// Collect implements prometheus.Collector.
func (c dependencyCollector) Collect(ch chan<- prometheus.Metric) {
	for _, d := range c() {
		up := 0.0
		if d.OK {
			up = 1
		}
		ch <- prometheus.MustNewConstMetric(dependencyUp, prometheus.GaugeValue, up, d.Name)
	}
}
