package routing

// Strategy is how one of several targets is chosen.
type Strategy uint8

// The strategies.
const (
	Weighted     Strategy = iota // by chance, in proportion to the weights
	Priority                     // in the order of the targets
	LeastLatency                 // the one that began to answer soonest of late
	LeastCost                    // the one that is expected to cost least
	LeastBusy                    // the one with most of its slots free
	Sticky                       // the same one for a session
)

var strategyNames = [...]string{"weighted", "priority", "least_latency", "least_cost", "least_busy", "sticky"}

// String returns the strategy's name in configurations.
func (s Strategy) String() string { return strategyNames[s] }

// StrategyNames are the names of the strategies.
func StrategyNames() []string { return strategyNames[:] }

// ParseStrategy reads a strategy's name; empty is Weighted.
func ParseStrategy(name string) (s Strategy, ok bool) {
	if name == "" {
		return Weighted, true
	}
	for i, n := range strategyNames {
		if n == name {
			return Strategy(i), true
		}
	}
	return Weighted, false
}
