package config

func (c *checker) cache() {
	s := &c.config.Cache.Semantic
	if !s.Enabled {
		return
	}
	if s.Model == "" {
		c.problem("cache.semantic.model", "is required: texts are compared by an embedding model")
		return
	}
	c.fullModel("cache.semantic.model", s.Model)
	if s.Shared() {
		if s.URL == "" {
			c.problem("cache.semantic.url", "is required where store is postgres")
		}
		if !c.config.Cache.Shared() {
			c.problem("cache.semantic.store", "is postgres, for all nodes, and the answers are not: cache.store must be redis")
		}
	}
	if !c.config.Cache.Enabled {
		c.note("cache.semantic", "does nothing while cache.enabled is false")
	}
}
