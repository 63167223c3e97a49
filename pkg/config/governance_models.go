package config

// ModelConfig is what may be used of a model by all together.
type ModelConfig struct {
	ID        string `json:"id,omitempty" maxLength:"200" doc:"Identifies the entry."`
	ModelName string `json:"model_name,omitempty" required:"true" maxLength:"200" doc:"The model, as callers name it behind the provider's name."`
	Provider  string `json:"provider,omitempty" doc:"The provider at which it is meant. Default: all of them together."`

	RateLimit   RateLimit `json:"rate_limit,omitzero" doc:"What all who call the model, together, may use in a time."`
	RateLimitID string    `json:"rate_limit_id,omitempty" doc:"The one of governance.rate_limits that stands for rate_limit, where that is not given."`
	Budget      Budget    `json:"budget,omitzero" doc:"What all who call the model, together, may spend in a time."`
	Budgets     []Budget  `json:"budgets,omitempty" doc:"Further budgets, each of another period."`
	BudgetID    string    `json:"budget_id,omitempty" doc:"The one of governance.budgets that stands for budget, where that is not given."`
}

// ProviderLimits is what may be used of a provider by all together.
type ProviderLimits struct {
	Provider string `json:"provider,omitempty" alias:"name" doc:"Name of the provider."`

	RateLimit   RateLimit `json:"rate_limit,omitzero" doc:"What all who call the provider, together, may use in a time."`
	RateLimitID string    `json:"rate_limit_id,omitempty" doc:"The one of governance.rate_limits that stands for rate_limit, where that is not given."`
	Budget      Budget    `json:"budget,omitzero" doc:"What all who call the provider, together, may spend in a time."`
	Budgets     []Budget  `json:"budgets,omitempty" doc:"Further budgets, each of another period."`
	BudgetID    string    `json:"budget_id,omitempty" doc:"The one of governance.budgets that stands for budget, where that is not given."`
}

// Bounds returns what may be used of the model.
func (m *ModelConfig) Bounds(g *Governance) Bounds { return g.join(m.bounded()) }

func (m *ModelConfig) bounded() bounded {
	return bounded{m.RateLimit, m.RateLimitID, m.Budget, m.BudgetID, m.Budgets, false}
}

// Bounds returns what may be used of the provider.
func (p *ProviderLimits) Bounds(g *Governance) Bounds { return g.join(p.bounded()) }

func (p *ProviderLimits) bounded() bounded {
	return bounded{p.RateLimit, p.RateLimitID, p.Budget, p.BudgetID, p.Budgets, false}
}
