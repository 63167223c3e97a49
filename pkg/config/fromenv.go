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

	{"cerebras", []string{"CEREBRAS_API_KEY"}},
	{"dashscope", []string{"DASHSCOPE_API_KEY"}},
	{"deepinfra", []string{"DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"}},
	{"deepseek", []string{"DEEPSEEK_API_KEY"}},
	{"fireworks", []string{"FIREWORKS_API_KEY"}},
	{"groq", []string{"GROQ_API_KEY"}},
	{"huggingface", []string{"HUGGINGFACE_API_KEY"}},
	{"hyperbolic", []string{"HYPERBOLIC_API_KEY"}},
	{"mistral", []string{"MISTRAL_API_KEY"}},
	{"moonshot", []string{"MOONSHOT_API_KEY"}},
	{"nebius", []string{"NEBIUS_API_KEY"}},
	{"novita", []string{"NOVITA_API_KEY"}},
	{"nvidia", []string{"NVIDIA_API_KEY"}},
	{"openrouter", []string{"OPENROUTER_API_KEY"}},
	{"parasail", []string{"PARASAIL_API_KEY"}},
	{"sambanova", []string{"SAMBANOVA_API_KEY"}},
	{"together", []string{"TOGETHER_API_KEY"}},
	{"xai", []string{"XAI_API_KEY"}},
	{"zai", []string{"ZAI_API_KEY"}},
}

// DocumentFromEnv is the document of [FromEnv], whose keys refer to the variables.
func DocumentFromEnv(opts ...Option) *Document {
	o := newOptions(opts)
	d := &Document{References: map[string]string{}}
	root := &node{kind: objectKind}
	for _, known := range wellKnownKeys {
		for _, variable := range known.variables {
			value, _ := o.env(variable)
			if value == "" {
				continue
			}
			reference := "env." + variable
			d.References[reference] = value
			key := object("name", text(variable), "value", text(reference))
			root.members = append(root.members, member{key: known.provider, value: object("keys", &node{kind: listKind, elements: []*node{key}})})
			break
		}
	}
	if len(root.members) > 0 {
		root = object("providers", root)
	}
	d.JSON = appendJSON(nil, root)
	return d
}

func text(s string) *node { return &node{kind: stringKind, text: s} }

// object makes an object of keys and values that take turns.
func object(members ...any) *node {
	n := &node{kind: objectKind}
	for i := 0; i+1 < len(members); i += 2 {
		n.members = append(n.members, member{key: members[i].(string), value: members[i+1].(*node)})
	}
	return n
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
