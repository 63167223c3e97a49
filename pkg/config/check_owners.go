package config

import "slices"

func (c *checker) customers() {
	ids, names := make(map[string]string), make(map[string]string)
	for i := range c.config.Governance.Customers {
		customer := &c.config.Governance.Customers[i]
		path := element("governance.customers", i)
		c.idIfAny(path, customer.ID, ids)
		c.name(path, customer.Name, names)
		c.bounded(path, customer.bounded())
	}
}

func (c *checker) users() {
	ids, emails := make(map[string]string), make(map[string]string)
	for i := range c.config.Governance.Users {
		u := &c.config.Governance.Users[i]
		path := element("governance.users", i)
		c.idIfAny(path, u.ID, ids)
		c.headerSafe(child(path, "name"), u.Name)
		if u.Email != "" {
			unique(c, child(path, "email"), u.Email, emails)
		}
		c.belongs(path, u.TeamID, "")
		c.bounded(path, u.bounded())
	}
}

func (c *checker) teams() {
	ids, names := make(map[string]string), make(map[string]string)
	byID := make(map[string]*Team)
	for i := range c.config.Governance.Teams {
		t := &c.config.Governance.Teams[i]
		path := element("governance.teams", i)
		c.idIfAny(path, t.ID, ids)
		c.name(path, t.Name, names)
		c.belongs(path, "", t.CustomerID)
		c.bounded(path, t.bounded())
		byID[t.ID] = t
	}
	for i := range c.config.Governance.Teams {
		c.ancestors(element("governance.teams", i), &c.config.Governance.Teams[i], byID)
	}
}

// ancestors checks the teams above one.
func (c *checker) ancestors(path string, t *Team, byID map[string]*Team) {
	field := child(path, "parent_id")
	if t.ParentID == "" {
		return
	}
	if byID[t.ParentID] == nil {
		c.problem(field, "there is no such team")
		return
	}
	seen := []string{t.ID}
	for above := byID[t.ParentID]; above != nil; above = byID[above.ParentID] {
		if slices.Contains(seen, above.ID) {
			c.problem(field, "the team is its own parent, or that of one of its parents")
			return
		}
		if t.CustomerID != "" && above.CustomerID != "" && t.CustomerID != above.CustomerID {
			c.problem(child(path, "customer_id"), "is another one than that of the team above")
			return
		}
		seen = append(seen, above.ID)
	}
	if len(seen) > MaxTeamDepth {
		c.problem(field, "puts more than %d teams above each other", MaxTeamDepth)
	}
}

func (c *checker) modelConfigs() {
	ids := make(map[string]string)
	seen := make(map[[2]string]string)
	for i := range c.config.Governance.ModelConfigs {
		m := &c.config.Governance.ModelConfigs[i]
		path := element("governance.model_configs", i)
		c.idIfAny(path, m.ID, ids)
		unique(c, child(path, "model_name"), [2]string{m.Provider, m.ModelName}, seen)
		if m.ModelName == everyName {
			c.problem(child(path, "model_name"), "must be one model; governance.providers limits all models of a provider")
		}
		c.providerExists(child(path, "provider"), m.Provider)
		c.bounded(path, m.bounded())
	}
}
