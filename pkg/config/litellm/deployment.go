package litellm

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// target is a provider of the file that is written.
type target struct {
	Keys      []*key      `yaml:"keys,omitempty"`
	Network   network     `yaml:"network_config,omitempty"`
	Custom    *custom     `yaml:"custom_provider_config,omitempty"`
	Overrides []*override `yaml:"pricing_overrides,omitempty"`
}

type network struct {
	BaseURL string            `yaml:"base_url,omitempty"`
	Headers map[string]string `yaml:"extra_headers,omitempty"`
	Timeout int               `yaml:"default_request_timeout_in_seconds,omitempty"`
	Retries int               `yaml:"max_retries,omitempty"`
}

type custom struct {
	Base    string `yaml:"base_provider_type"`
	KeyLess bool   `yaml:"is_key_less,omitempty"`
}

type override struct {
	Pattern string   `yaml:"model_pattern"`
	Input   *float64 `yaml:"input_cost_per_token,omitempty"`
	Output  *float64 `yaml:"output_cost_per_token,omitempty"`
}

type key struct {
	Name    string            `yaml:"name"`
	Value   string            `yaml:"value,omitempty"`
	Weight  float64           `yaml:"weight,omitempty"`
	Models  []string          `yaml:"models,omitempty"`
	Aliases map[string]string `yaml:"aliases,omitempty"`
	Azure   *azure            `yaml:"azure_key_config,omitempty"`
	Bedrock map[string]string `yaml:"bedrock_key_config,omitempty"`
	Vertex  map[string]string `yaml:"vertex_key_config,omitempty"`
	VLLM    map[string]string `yaml:"vllm_key_config,omitempty"`
	Ollama  map[string]string `yaml:"ollama_key_config,omitempty"`
	SGL     map[string]string `yaml:"sgl_key_config,omitempty"`

	all bool // serves every model
}

type azure struct {
	Endpoint     string            `yaml:"endpoint,omitempty"`
	APIVersion   string            `yaml:"api_version,omitempty"`
	Deployments  map[string]string `yaml:"deployments,omitempty"`
	TenantID     string            `yaml:"tenant_id,omitempty"`
	ClientID     string            `yaml:"client_id,omitempty"`
	ClientSecret string            `yaml:"client_secret,omitempty"`
}

// deployment carries over an entry of model_list.
func (c *conversion) deployment(path string, entry map[string]any) {
	group, _ := entry["model_name"].(string)
	params := maps.Clone(object(entry["litellm_params"]))
	asked := reference(params["model"])
	if group == "" || asked == "" {
		c.note(path, "not carried over: it has no model_name, or no litellm_params.model")
		return
	}
	take := func(name string) string {
		v := reference(params[name])
		delete(params, name)
		return v
	}
	delete(params, "model")
	p, model := c.providerOf(asked, take("custom_llm_provider"))
	if !c.known(p.name) {
		c.note(path, "not carried over: there is no provider %q here", p.name)
		return
	}
	name, t := c.target(p, take("api_base"), params)
	k := c.keyOf(name, t, p, take, params)
	c.serve(name, k, group, model)
	c.price(t, group, params, object(entry["model_info"]))
	t.headers(params)
	t.Network.Timeout = max(t.Network.Timeout, int(number(params["timeout"])))
	t.Network.Retries = max(t.Network.Retries, int(number(params["max_retries"])))
	if drop, ok := params["drop_params"].(bool); ok && drop && !c.to.Client.DropParams {
		c.note(path+".litellm_params.drop_params", `here it is for all (client.drop_params), or for a call ("drop_params": true)`)
	}
	for _, carried := range []string{"timeout", "max_retries", "drop_params", "input_cost_per_token", "output_cost_per_token", "extra_headers", "headers", "organization"} {
		delete(params, carried)
	}
	for _, rest := range sorted(params) {
		switch at := path + ".litellm_params." + rest; rest {
		case "rpm", "tpm", "max_parallel_requests":
			c.note(at, "not carried over: limits are those of virtual keys (docs/limits.md); a provider's own are learnt from its answers (docs/keys.md)")
		default:
			c.note(at, "not carried over: it has no counterpart")
		}
	}
}

// providerOf reads "prefix/model". A name without a prefix that LiteLLM knows by heart
// is mostly OpenAI's.
func (c *conversion) providerOf(asked, given string) (p provider, model string) {
	prefix, rest, ok := strings.Cut(asked, "/")
	switch {
	case given != "":
		prefix = given
		if !ok || !strings.EqualFold(asked[:len(asked)-len(rest)-1], given) {
			rest = asked
		}
	case !ok && strings.HasPrefix(asked, "claude"):
		prefix, rest = "anthropic", asked
	case !ok && strings.HasPrefix(asked, "command"):
		prefix, rest = "cohere", asked
	case !ok:
		prefix, rest = "openai", asked
	}
	if p, ok := providers[prefix]; ok {
		return p, rest
	}
	return provider{name: prefix}, rest
}

// target returns the provider for an entry: the built-in one, or one of its own for
// each other address.
func (c *conversion) target(p provider, base string, params map[string]any) (name string, t *target) {
	name = p.name
	params["api_base"] = base
	apart := base != "" && p.own == "" && p.name != "azure"
	if apart {
		name = addressName(p.name, base)
	}
	if t = c.to.Providers[name]; t == nil {
		t = &target{}
		if apart {
			t.Network.BaseURL = base
			t.Custom = &custom{Base: p.name}
		}
		c.to.Providers[name] = t
	}
	return name, t
}

// addressName makes a provider's name of its address.
func addressName(base, address string) string {
	host := address
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		host = u.Host
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.TrimPrefix(host, "env.")))
	return base + "-" + strings.Trim(name, "-")
}

// keyOf returns the provider's key with an entry's credential, a new one where there is none yet.
func (c *conversion) keyOf(name string, t *target, p provider, take func(string) string, params map[string]any) *key {
	base, _ := params["api_base"].(string)
	delete(params, "api_base")
	k := &key{Value: take("api_key"), Weight: number(params["weight"])}
	delete(params, "weight")
	switch {
	case p.name == "azure":
		k.Azure = &azure{
			Endpoint: base, APIVersion: take("api_version"),
			TenantID: take("tenant_id"), ClientID: take("client_id"), ClientSecret: take("client_secret"),
		}
	case p.name == "bedrock":
		k.Bedrock = some(map[string]string{
			"access_key": take("aws_access_key_id"), "secret_key": take("aws_secret_access_key"), "session_token": take("aws_session_token"),
			"region": take("aws_region_name"), "role_arn": take("aws_role_name"), "session_name": take("aws_session_name"),
		})
	case p.name == "vertex":
		k.Vertex = some(map[string]string{
			"project_id": take("vertex_project"), "region": take("vertex_location"), "auth_credentials": credentials(take("vertex_credentials")),
		})
	case p.own != "" && base != "":
		server := map[string]string{"url": base}
		switch p.own {
		case "vllm_key_config":
			k.VLLM = server
		case "ollama_key_config":
			k.Ollama = server
		case "sgl_key_config":
			k.SGL = server
		}
	}
	if k.Value == "" && t.Custom == nil && !keyless[p.name] && (k.Azure == nil || k.Azure.TenantID == "") {
		k.Value = "env." + cmp.Or(environment[p.name], strings.ToUpper(p.name)+"_API_KEY")
	}
	if k.Value == "" && t.Custom != nil {
		t.Custom.KeyLess = true
	}
	for _, other := range t.Keys {
		if other.same(k) {
			return other
		}
	}
	k.Name = fmt.Sprintf("%s-%d", name, len(t.Keys)+1)
	t.Keys = append(t.Keys, k)
	return k
}

// credentials are Google's: JSON, a reference to it, or the path of a file with it.
func credentials(v string) string {
	if v == "" || v[0] == '{' || strings.HasPrefix(v, "env.") {
		return v
	}
	return "file:" + v
}

// same says whether two entries have one credential, so that one key serves both.
func (k *key) same(other *key) bool {
	if k.Value != other.Value || k.Weight != other.Weight || (k.Azure == nil) != (other.Azure == nil) {
		return false
	}
	if k.Azure != nil {
		a, b := *k.Azure, *other.Azure
		a.Deployments, b.Deployments = nil, nil
		if a.Endpoint != b.Endpoint || a.APIVersion != b.APIVersion || a.TenantID != b.TenantID || a.ClientID != b.ClientID || a.ClientSecret != b.ClientSecret {
			return false
		}
	}
	return maps.Equal(k.Bedrock, other.Bedrock) && maps.Equal(k.Vertex, other.Vertex) &&
		maps.Equal(k.VLLM, other.VLLM) && maps.Equal(k.Ollama, other.Ollama) && maps.Equal(k.SGL, other.SGL)
}

// serve has a key serve a group of models by the caller's name for it, and by the
// other names that the group has.
func (c *conversion) serve(provider string, k *key, group, model string) {
	if strings.HasSuffix(model, "*") {
		k.all = true
		return
	}
	names := []string{group}
	for _, alias := range sorted(c.aliases) {
		if c.aliases[alias] == group {
			names = append(names, alias)
		}
	}
	for _, name := range names {
		if !slices.Contains(c.homes[name], provider) {
			c.homes[name] = append(c.homes[name], provider)
		}
		name = strings.TrimPrefix(name, provider+"/")
		if !slices.Contains(k.Models, name) {
			k.Models = append(k.Models, name)
		}
		if name == model {
			continue
		}
		if k.Azure != nil {
			if k.Azure.Deployments == nil {
				k.Azure.Deployments = map[string]string{}
			}
			k.Azure.Deployments[name] = model
			continue
		}
		if k.Aliases == nil {
			k.Aliases = map[string]string{}
		}
		k.Aliases[name] = model
	}
}

// price carries over what an entry says that a token costs.
func (c *conversion) price(t *target, group string, params, info map[string]any) {
	o := override{Pattern: group}
	for name, to := range map[string]**float64{"input_cost_per_token": &o.Input, "output_cost_per_token": &o.Output} {
		if v := cmp.Or(number(params[name]), number(info[name])); v > 0 {
			*to = &v
		}
	}
	given := func(other *override) bool { return other.Pattern == group }
	if (o.Input != nil || o.Output != nil) && !slices.ContainsFunc(t.Overrides, given) {
		t.Overrides = append(t.Overrides, &o)
	}
}

// headers carries over the headers that an entry sends along.
func (t *target) headers(params map[string]any) {
	for _, field := range []string{"extra_headers", "headers"} {
		for name, value := range object(params[field]) {
			t.header(name, reference(value))
		}
	}
	if organization := reference(params["organization"]); organization != "" {
		t.header("OpenAI-Organization", organization)
	}
}

func (t *target) header(name, value string) {
	if t.Network.Headers == nil {
		t.Network.Headers = map[string]string{}
	}
	t.Network.Headers[name] = value
}

// settle gives the provider what was set for all of them.
func (t *target) settle(c *conversion) {
	t.Network.Retries = cmp.Or(t.Network.Retries, c.retries)
	t.Network.Timeout = cmp.Or(t.Network.Timeout, c.timeout)
	if t.Custom != nil && t.Custom.KeyLess {
		t.Custom.KeyLess = !slices.ContainsFunc(t.Keys, func(k *key) bool { return k.Value != "" })
	}
	for _, k := range t.Keys {
		if k.all {
			k.Models = nil
		}
	}
}

// some leaves out what is empty; nil for nothing.
func some(m map[string]string) map[string]string {
	maps.DeleteFunc(m, func(_, v string) bool { return v == "" })
	if len(m) == 0 {
		return nil
	}
	return m
}
