// Package measured counts for Prometheus what a limiter decides: what was admitted
// and by whom, how often a policy had to stand in for the shared count, and how
// leases do. Whose limits they are is no label: there are too many callers.
//
//	m := measured.New(limiter)
//	metrics.Register(m)
//	hold, refusal, err := m.Reserve(ctx, id, wants)
//
// What is counted of a limit itself, and how, is not known here.
package measured
