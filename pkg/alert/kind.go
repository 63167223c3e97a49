package alert

import "time"

// Kind is what is looked at.
type Kind string

// The kinds.
const (
	BudgetSoft      Kind = "budget_soft"      // a budget's warning threshold was crossed
	BudgetExhausted Kind = "budget_exhausted" // a budget is used up: calls are refused
	KeyDisabled     Kind = "key_disabled"     // a provider does not take one of its keys any more
	KeyResting      Kind = "key_resting"      // a provider turns one of its keys away for long
	ProviderDown    Kind = "provider_down"    // a provider fails, or all its keys are out of use
	ErrorRate       Kind = "error_rate"       // too many calls fail
	NodeLost        Kind = "node_lost"        // a node is gone without having said so
	ConfigFailed    Kind = "config_failed"    // a node could not apply a configuration, or a trial was given up
	UsageLost       Kind = "usage_lost"       // what calls have used was lost
	GuardBlocks     Kind = "guardrail_blocks" // a guardrail refuses calls
	PluginAbsent    Kind = "plugin_absent"    // a node cannot use a plugin: its file or artefact is missing or broken
	RedisAway       Kind = "redis_away"       // a node does not reach Redis
	NATSAway        Kind = "nats_away"        // a control does not reach NATS
	StoreAway       Kind = "store_away"       // a control does not reach the store
)

// Severity is how bad something is.
type Severity string

// The severities, in their order.
const (
	Info     Severity = "info"
	Warning  Severity = "warning"
	Critical Severity = "critical"
)

// rank orders severities.
func (s Severity) rank() int {
	switch s {
	case Critical:
		return 2
	case Warning:
		return 1
	}
	return 0
}

// repeatEvery is how often an alert is told again by the built-in rules.
const repeatEvery = 4 * time.Hour

// builtIn are the rules that hold where a configuration has none of their names.
var builtIn = []Rule{
	{Name: "budget_soft", Kind: BudgetSoft, Severity: Warning, Repeat: day},
	{Name: "budget_exhausted", Kind: BudgetExhausted, Severity: Critical, Repeat: day},
	{Name: "key_disabled", Kind: KeyDisabled, Severity: Critical, Repeat: repeatEvery},
	{Name: "key_resting", Kind: KeyResting, Severity: Warning, For: 10 * time.Minute, Repeat: repeatEvery},
	{Name: "provider_down", Kind: ProviderDown, Severity: Critical, For: 30 * time.Second, Repeat: repeatEvery, Percent: 50, Calls: 20, Window: time.Minute},
	{Name: "error_rate", Kind: ErrorRate, Severity: Warning, For: time.Minute, Repeat: repeatEvery, Percent: 10, Calls: 50, Window: 5 * time.Minute},
	{Name: "node_lost", Kind: NodeLost, Severity: Critical, For: 15 * time.Second, Repeat: repeatEvery},
	{Name: "config_failed", Kind: ConfigFailed, Severity: Critical, For: 10 * time.Second, Repeat: repeatEvery},
	{Name: "plugin_absent", Kind: PluginAbsent, Severity: Critical, For: time.Minute, Repeat: repeatEvery},
	{Name: "usage_lost", Kind: UsageLost, Severity: Critical, Repeat: repeatEvery},
	{Name: "guardrail_blocks", Kind: GuardBlocks, Severity: Info, Repeat: repeatEvery},
	{Name: "redis_away", Kind: RedisAway, Severity: Critical, For: 30 * time.Second, Repeat: repeatEvery},
	{Name: "nats_away", Kind: NATSAway, Severity: Critical, For: time.Minute, Repeat: repeatEvery},
	{Name: "store_away", Kind: StoreAway, Severity: Critical, For: time.Minute, Repeat: repeatEvery},
}

const day = 24 * time.Hour

// local says whether the kind is known to one control alone, and told without the
// record.
func (k Kind) local() bool { return k == NATSAway || k == StoreAway }
