package telemetry

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Calls returns how many calls were answered, and how many of them with a status
// of 500 or more. It adds up the counters, so that no call has to count twice.
func (m *Metrics) Calls() (all, failed int64) {
	series := make(chan prometheus.Metric)
	go func() { // ends when all have been read
		m.requests.Collect(series)
		close(series)
	}()
	for s := range series {
		var out dto.Metric
		if s.Write(&out) != nil {
			continue // a counter can be written
		}
		n := int64(out.GetCounter().GetValue())
		all += n
		for _, l := range out.GetLabel() {
			if l.GetName() != "status" {
				continue
			}
			if status, err := strconv.Atoi(l.GetValue()); err == nil && status >= 500 {
				failed += n
			}
		}
	}
	return all, failed
}

// Value returns what a counter of things stands at.
func Value(c prometheus.Counter) int64 { return int64(Amount(c)) }

// Amount returns what a counter stands at.
func Amount(c prometheus.Counter) float64 {
	var out dto.Metric
	if c.Write(&out) != nil {
		return 0 // a counter can be written
	}
	return out.GetCounter().GetValue()
}
