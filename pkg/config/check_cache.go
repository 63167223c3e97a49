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
	if !c.config.Cache.Enabled {
		c.note("cache.semantic", "does nothing while cache.enabled is false")
	}
}
