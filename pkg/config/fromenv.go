package config

// Default is the configuration without a file: no provider, all else as declared.
func Default() *Config {
	c := defaultsOf[Config]()
	return &c
}

// wellKnownKeys are the variables in which the providers' own SDKs look for a
// key; the first that is set counts.
var wellKnownKeys = []struct {
	provider  string
	variables []string
}{
	{"openai", []string{"OPENAI_API_KEY"}},
	{"anthropic", []string{"ANTHROPIC_API_KEY"}},
	{"gemini", []string{"GEMINI_API_KEY", "GOOGLE_API_KEY"}},
}

// FromEnv is [Default] with a provider for each well-known variable that holds a
// key. The key is named after its variable.
func FromEnv(opts ...Option) *Config {
	o := newOptions(opts)
	c := Default()
	for _, known := range wellKnownKeys {
		for _, variable := range known.variables {
			value, _ := o.env(variable)
			if value == "" {
				continue
			}
			if c.Providers == nil {
				c.Providers = make(map[string]Provider)
			}
			p, k := defaultsOf[Provider](), defaultsOf[Key]()
			k.ID, k.Name, k.Value = variable, variable, Secret(value)
			p.Keys = []Key{k}
			c.Providers[known.provider] = p
			break
		}
	}
	return c
}
