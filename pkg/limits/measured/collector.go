package measured

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

var (
	admittedDesc = prometheus.NewDesc("asbru_limit_admitted_total", "Calls with limits that were admitted, by whom: counted (the limiter's count), leased (a batch that was taken ahead), policy (the shared count was out of reach).", []string{"source"}, nil)
	policyDesc   = prometheus.NewDesc("asbru_limit_policy_total", "Decisions of limits by their policy, while the shared count was out of reach: admitted, refused.", []string{"policy", "outcome"}, nil)
	leasesDesc   = prometheus.NewDesc("asbru_limit_leases_total", "Batches taken ahead of limits that are asked often, by kind.", []string{"kind"}, nil)
	leasedDesc   = prometheus.NewDesc("asbru_limit_leased_total", "Requests, tokens or nano-dollars in those batches.", []string{"kind"}, nil)
	returnedDesc = prometheus.NewDesc("asbru_limit_lease_returned_total", "Of those, what was not spent and given back.", []string{"kind"}, nil)

	sourceWords = [sources]string{"counted", "leased", "policy"}
	kindWords   = [...]string{limits.Requests: "requests", limits.Tokens: "tokens", limits.Money: "money"}
	policyWords = [policies]string{"local_share", "allow", "deny"}
)

// Describe implements prometheus.Collector.
func (*Limiter) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{admittedDesc, policyDesc, leasesDesc, leasedDesc, returnedDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (m *Limiter) Collect(ch chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, n int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	each := func(d *prometheus.Desc, counts []atomic.Int64, words []string, more ...string) {
		for i := range counts {
			tell(d, counts[i].Load(), append([]string{words[i]}, more...)...)
		}
	}
	each(admittedDesc, m.admitted[:], sourceWords[:])
	each(policyDesc, m.passed[:], policyWords[:], "admitted")
	each(policyDesc, m.denied[:], policyWords[:], "refused")
	if m.leases == nil {
		return
	}
	for _, k := range []limits.Kind{limits.Requests, limits.Tokens, limits.Money} { // of calls at once there are none
		s := m.leases.Stats(k)
		tell(leasesDesc, s.Leases, kindWords[k])
		tell(leasedDesc, s.Leased, kindWords[k])
		tell(returnedDesc, s.Returned, kindWords[k])
	}
}
