// Package breaker keeps calls from models whose calls fail: a circuit breaker for each model of
// each provider, or for each provider, on each node.
//
// A circuit is closed until as many attempts have failed within a window as the settings say,
// and as large a part of them. Then it is open: attempts are refused at once, so that calls fall
// back. After a while it is half open: one attempt, the probe, is made, and closes it or opens it
// again for longer. The gateway's own breakers, of providers' keys, know nothing of models.
package breaker
