package config

import (
	"slices"
	"strings"
)

// takenLabels are those that metrics of calls have of themselves.
var takenLabels = []string{"dialect", "operation", "provider", "model", "status", "kind", "le"}

// MetricLabels returns the further labels of metrics, as Prometheus spells them.
func (c Client) MetricLabels() []string {
	var labels []string
	for _, name := range c.PrometheusLabels {
		name = strings.ReplaceAll(name, "-", "_")
		if !slices.Contains(takenLabels, name) && !slices.Contains(labels, name) {
			labels = append(labels, name)
		}
	}
	return labels
}

func (c *checker) metricLabels() {
	for i, name := range c.config.Client.PrometheusLabels {
		path := element("client.prometheus_labels", i)
		switch name = strings.ReplaceAll(name, "-", "_"); {
		case !isLabel(name):
			c.problem(path, "must be letters, digits, _ and -, and not begin with a digit or __")
		case slices.Contains(takenLabels, name):
			c.note(path, "metrics have this label already")
		}
	}
}

// isLabel says whether a name can be that of a Prometheus label.
func isLabel(name string) bool {
	for i, r := range []byte(name) {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != "" && !strings.HasPrefix(name, "__")
}
