package mcp

import "github.com/prometheus/client_golang/prometheus"

// collector shows the connections when metrics are asked for.
type collector struct{ pool *Pool }

// Collector returns the pool's metrics.
func (p *Pool) Collector() prometheus.Collector { return collector{p} }

var (
	connectedDesc = prometheus.NewDesc("asbru_mcp_connected", "1 while the MCP server is connected to this node.", []string{"client"}, nil)
	toolsDesc     = prometheus.NewDesc("asbru_mcp_tools", "Tools that MCP servers list, by what became of them: offered, not_allowed, changed (not as they were approved), refused.", []string{"client", "state"}, nil)
)

// Describe implements prometheus.Collector.
func (collector) Describe(ch chan<- *prometheus.Desc) {
	ch <- connectedDesc
	ch <- toolsDesc
}

// Collect implements prometheus.Collector.
func (c collector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, s := range c.pool.Clients() {
		connected, states := 0.0, map[string]float64{}
		if s.State == Connected {
			connected = 1
		}
		for i := range s.Tools {
			states[s.Tools[i].State]++
		}
		gauge(connectedDesc, connected, s.Name)
		for state, n := range states {
			gauge(toolsDesc, n, s.Name, state)
		}
	}
}
