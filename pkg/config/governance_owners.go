package config

// Customer is whom teams and virtual keys belong to.
type Customer struct {
	ID   string   `json:"id,omitempty" required:"true" maxLength:"200" doc:"Identifies the customer for customer_id."`
	Name string   `json:"name,omitempty" maxLength:"200" doc:"Name of the customer in refusals and reports."`
	Tags []string `json:"tags,omitempty" maxLength:"200" doc:"Words to find the customer by."`

	RateLimit   RateLimit `json:"rate_limit,omitzero" doc:"What the customer's keys together may use in a time."`
	RateLimitID string    `json:"rate_limit_id,omitempty" doc:"The one of governance.rate_limits that stands for rate_limit, where that is not given."`
	Budget      Budget    `json:"budget,omitzero" doc:"What the customer's keys together may spend in a time."`
	Budgets     []Budget  `json:"budgets,omitempty" doc:"Further budgets, each of another period."`
	BudgetID    string    `json:"budget_id,omitempty" doc:"The one of governance.budgets that stands for budget, where that is not given."`
}

// Team is a group of virtual keys, and of teams.
type Team struct {
	ID         string   `json:"id,omitempty" required:"true" maxLength:"200" doc:"Identifies the team for team_id."`
	Name       string   `json:"name,omitempty" maxLength:"200" doc:"Name of the team in refusals and reports."`
	CustomerID string   `json:"customer_id,omitempty" doc:"Customer of the team. Default: that of its parent."`
	ParentID   string   `json:"parent_id,omitempty" doc:"The team that this one is a part of. What it uses counts for that one too. At most 5 teams stand above each other."`
	Tags       []string `json:"tags,omitempty" maxLength:"200" doc:"Words to find the team by."`

	RateLimit   RateLimit `json:"rate_limit,omitzero" doc:"What the team's keys, and those of the teams below it, together may use in a time."`
	RateLimitID string    `json:"rate_limit_id,omitempty" doc:"The one of governance.rate_limits that stands for rate_limit, where that is not given."`
	Budget      Budget    `json:"budget,omitzero" doc:"What the team's keys, and those of the teams below it, together may spend in a time."`
	Budgets     []Budget  `json:"budgets,omitempty" doc:"Further budgets, each of another period."`
	BudgetID    string    `json:"budget_id,omitempty" doc:"The one of governance.budgets that stands for budget, where that is not given."`

	Profile Unused `json:"profile,omitzero" kind:"object" doc:"Profile as Bifrost exports it."`
	Config  Unused `json:"config,omitzero" kind:"object" doc:"Settings as Bifrost exports them."`
	Claims  Unused `json:"claims,omitzero" kind:"object" doc:"Claims as Bifrost exports them."`
}

// MaxTeamDepth is how many teams may stand above each other, the lowest included.
const MaxTeamDepth = 5

// User is a person who owns virtual keys.
type User struct {
	ID     string   `json:"id,omitempty" required:"true" maxLength:"200" doc:"Identifies the user for user_id."`
	Name   string   `json:"name,omitempty" maxLength:"200" doc:"Name of the user in refusals and reports."`
	Email  string   `json:"email,omitempty" maxLength:"320" doc:"Address of the user."`
	TeamID string   `json:"team_id,omitempty" doc:"Team of the user, and of those of the user's keys that say no other."`
	Tags   []string `json:"tags,omitempty" maxLength:"200" doc:"Words to find the user by."`

	RateLimit   RateLimit `json:"rate_limit,omitzero" doc:"What the user's keys together may use in a time."`
	RateLimitID string    `json:"rate_limit_id,omitempty" doc:"The one of governance.rate_limits that stands for rate_limit, where that is not given."`
	Budget      Budget    `json:"budget,omitzero" doc:"What the user's keys together may spend in a time."`
	Budgets     []Budget  `json:"budgets,omitempty" doc:"Further budgets, each of another period."`
	BudgetID    string    `json:"budget_id,omitempty" doc:"The one of governance.budgets that stands for budget, where that is not given."`
}

// Bounds returns what the customer's keys may use together.
func (c *Customer) Bounds(g *Governance) Bounds { return g.join(c.bounded()) }

func (c *Customer) bounded() bounded {
	return bounded{c.RateLimit, c.RateLimitID, c.Budget, c.BudgetID, c.Budgets, false}
}

// Bounds returns what the keys of the team, and of those below it, may use together.
func (t *Team) Bounds(g *Governance) Bounds { return g.join(t.bounded()) }

func (t *Team) bounded() bounded {
	return bounded{t.RateLimit, t.RateLimitID, t.Budget, t.BudgetID, t.Budgets, false}
}

// Bounds returns what the user's keys may use together.
func (u *User) Bounds(g *Governance) Bounds { return g.join(u.bounded()) }

func (u *User) bounded() bounded {
	return bounded{u.RateLimit, u.RateLimitID, u.Budget, u.BudgetID, u.Budgets, false}
}
