package control

import (
	"fmt"
	"math"
	"time"

	"github.com/asbru-gateway/asbru/pkg/member"
)

// Warning is something about a node that an operator should look at.
type Warning struct {
	Node    string `json:"node"`
	Code    string `json:"code" enum:"configuration_not_applied,configuration_refused,counts_alone,counts_away,clock_off,other_version,usage_not_told,usage_lost,plugin_absent"`
	Message string `json:"message"`
}

const (
	// clockFar is how far a clock may be off: beats take no longer to come.
	clockFar = 5 * time.Second
	// refusedLately is how long a refused pointer is worth a warning.
	refusedLately = 10 * time.Minute
)

// warnings are what the nodes' states tell, node by node.
func warnings(nodes []member.State, version string) []Warning {
	serving := 0
	for i := range nodes {
		if nodes[i].Serves() {
			serving++
		}
	}
	found := []Warning{}
	for i := range nodes {
		n := &nodes[i]
		warn := func(holds bool, code, format string, v ...any) {
			if holds {
				found = append(found, Warning{Node: n.Node, Code: code, Message: fmt.Sprintf(format, v...)})
			}
		}
		warn(n.Config.Error != "", "configuration_not_applied",
			"Revision %d could not be applied: %s. Revision %d stays in force.", n.Config.Wanted, n.Config.Error, n.Config.Revision)
		if r := n.Config.Refused; r != nil { // both times are of the node's clock
			warn(n.Told.Sub(r.At) < refusedLately, "configuration_refused",
				"%d pointers to a configuration were refused, the last at %s: %s.", r.Count, r.At.Format(time.RFC3339), r.Reason)
		}
		warn(n.Counts == member.CountsAlone && n.Serves() && serving > 1, "counts_alone",
			"It was given no --redis and counts limits for itself: callers have each limit once more.")
		warn(n.Counts == member.CountsAway, "counts_away", "It does not reach Redis: each limit's policy decides.")
		warn(math.Abs(n.ClockOffset) > clockFar.Seconds(), "clock_off",
			"Its clock is off by %.0f s from this control's.", n.ClockOffset)
		warn(n.Version != version, "other_version", "It runs %s, this control %s.", n.Version, version)
		warn(n.Usage.Stuck || n.Usage.Spooled > 0, "usage_not_told",
			"What its calls have used is not all told: %d bytes lie on its disk.", n.Usage.Spooled)
		for j := range n.Plugins {
			p := &n.Plugins[j]
			warn(p.State == "absent", "plugin_absent", "The plugin %s cannot be used there: %s.", p.Name, p.LastError)
		}
		warn(n.Usage.Lost > 0, "usage_lost", "The usage of %d calls is lost.", n.Usage.Lost)
	}
	return found
}
