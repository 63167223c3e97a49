package litellm

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Convert returns the configuration file, as YAML, that does what a LiteLLM proxy's
// config.yaml does, and a note for each setting that has no counterpart or another
// meaning here. known says which providers this gateway has.
func Convert(data []byte, known func(name string) bool) (file []byte, notes []string, err error) {
	var from map[string]any
	if err := yaml.Unmarshal(data, &from); err != nil {
		return nil, nil, fmt.Errorf("read the file as YAML: %w", err)
	}
	if from["model_list"] == nil {
		return nil, nil, errors.New("the file has no model_list: is it the config.yaml of a LiteLLM proxy?")
	}
	c := conversion{known: known, to: document{Providers: map[string]*target{}}, homes: map[string][]string{}}
	c.settings(from)
	for i, entry := range list(from["model_list"]) {
		c.deployment(fmt.Sprintf("model_list[%d]", i), object(entry))
	}
	c.finish()
	var out bytes.Buffer
	out.WriteString("# Made from the config.yaml of a LiteLLM proxy.\n")
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(c.to); err != nil {
		return nil, nil, fmt.Errorf("write the configuration: %w", err)
	}
	return out.Bytes(), c.notes, nil
}

// conversion is the state of one Convert.
type conversion struct {
	known   func(name string) bool
	to      document
	notes   []string
	retries int
	timeout int
	aliases map[string]string   // callers' other names of model groups
	homes   map[string][]string // the providers that serve a group
}

func (c *conversion) note(path, format string, args ...any) {
	n := path + ": " + fmt.Sprintf(format, args...)
	if !slices.Contains(c.notes, n) {
		c.notes = append(c.notes, n)
	}
}

// document is the file that is written.
type document struct {
	Providers  map[string]*target `yaml:"providers"`
	Client     client             `yaml:"client,omitempty"`
	Governance *governance        `yaml:"governance,omitempty"`
}

type client struct {
	EnforceAuth bool  `yaml:"enforce_auth_on_inference,omitempty"`
	DropParams  bool  `yaml:"drop_params,omitempty"`
	MaxBodyMB   int64 `yaml:"max_request_body_size_mb,omitempty"`
}

type governance struct {
	VirtualKeys []virtualKey `yaml:"virtual_keys"`
}

type virtualKey struct {
	ID    string `yaml:"id"`
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
}

// elsewhere says where a setting of LiteLLM's is made here, or what is done instead.
var elsewhere = map[string]string{
	"fallbacks":                      `callers name fallbacks, in the body ("fallbacks": ["provider/model"]) or the header x-asbru-fallbacks`,
	"default_fallbacks":              `callers name fallbacks, in the body ("fallbacks": ["provider/model"]) or the header x-asbru-fallbacks`,
	"context_window_fallbacks":       "callers name fallbacks; they are tried whatever the error that may be tried again",
	"content_policy_fallbacks":       "callers name fallbacks; they are tried whatever the error that may be tried again",
	"database_url":                   "the database is set with --store postgres://…",
	"database_connection_pool_limit": "the database is set with --store postgres://…",
	"redis_host":                     "Redis is set with --redis",
	"redis_port":                     "Redis is set with --redis",
	"redis_password":                 "Redis is set with --redis",
	"redis_url":                      "Redis is set with --redis",
	"routing_strategy":               "keys are balanced by weight and by how they answer (docs/keys.md)",
	"allowed_fails":                  "a key that fails rests by itself (docs/keys.md)",
	"cooldown_time":                  "a key that fails rests by itself (docs/keys.md)",
	"store_model_in_db":              "the configuration is kept by the control, with its versions",
	"salt_key":                       "secrets are sealed with --secret-key",
	"set_verbose":                    "set --log-level debug",
	"json_logs":                      "set --log-format json",
	"alerting":                       "alerts are made from metrics",
	"disable_spend_logs":             "the usage ledger is always kept",
	"environment_variables":          "set the variables in the gateway's environment",
	"callbacks":                      "metrics are at /metrics, calls in the usage ledger",
	"success_callback":               "metrics are at /metrics, calls in the usage ledger",
	"failure_callback":               "metrics are at /metrics, calls in the usage ledger",
	"telemetry":                      "nothing is sent anywhere",
	"modify_params":                  "drop_params leaves out what a provider refuses",
	"enable_pre_call_checks":         "a key is only used for models that it serves",
	"background_health_checks":       "keys are judged by the calls that they answer",
	"health_check_interval":          "keys are judged by the calls that they answer",
}

// settings carries over all but the models.
func (c *conversion) settings(from map[string]any) {
	for _, section := range sorted(from) {
		if section == "model_list" {
			continue
		}
		in := object(from[section])
		if section == "environment_variables" || in == nil {
			c.without(section, section)
			continue
		}
		for _, name := range sorted(in) {
			c.setting(section+"."+name, name, in[name])
		}
	}
}

func (c *conversion) setting(path, name string, value any) {
	switch name {
	case "drop_params":
		c.to.Client.DropParams, _ = value.(bool)
	case "num_retries", "max_retries":
		c.retries = int(number(value))
	case "request_timeout", "timeout":
		c.timeout = int(number(value))
	case "max_request_size_mb":
		c.to.Client.MaxBodyMB = int64(number(value))
	case "model_group_alias":
		c.groupAliases(path, object(value))
	case "master_key":
		c.to.Client.EnforceAuth = true
		c.to.Governance = &governance{[]virtualKey{{ID: "master-key", Name: "master-key", Value: reference(value)}}}
		c.note(path, "kept as a virtual key for calls; the admin API has a token of its own (--admin-token)")
	default:
		c.without(path, name)
	}
}

// groupAliases reads other names of model groups: a name, or an object with one.
func (c *conversion) groupAliases(path string, aliases map[string]any) {
	c.aliases = map[string]string{}
	for _, alias := range sorted(aliases) {
		if of, ok := aliases[alias].(string); ok {
			c.aliases[alias] = of
			continue
		}
		if of, ok := object(aliases[alias])["model"].(string); ok {
			c.aliases[alias] = of
			continue
		}
		c.without(path+"."+alias, alias)
	}
}

// without notes a setting that is not carried over.
func (c *conversion) without(path, name string) {
	if instead := elsewhere[name]; instead != "" {
		c.note(path, "not carried over: %s", instead)
		return
	}
	c.note(path, "not carried over: it has no counterpart")
}

// finish gives each provider the settings that were for all, and says which groups of
// models are spread over several.
func (c *conversion) finish() {
	for _, p := range c.to.Providers {
		p.settle(c)
	}
	for _, model := range sorted(c.homes) {
		if homes := c.homes[model]; len(homes) > 1 {
			slices.Sort(homes)
			c.note("model_list", "%q is a group over %s: by its bare name it means %s's; name the others as fallbacks, as in %q",
				model, strings.Join(homes, ", "), homes[0], homes[1]+"/"+model)
		}
	}
}

// The file is read as a tree of any: these look into it. What is of another kind is nothing.

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func number(v any) float64 {
	switch n := v.(type) {
	case int:
		return float64(n)
	case int64:
		return float64(n)
	case float64:
		return n
	case string:
		f, _ := strconv.ParseFloat(n, 64)
		return f
	}
	return 0
}

// reference is a value as a configuration file here has it: LiteLLM's os.environ/NAME
// is env.NAME.
func reference(v any) string {
	s, ok := v.(string)
	if !ok {
		if v == nil {
			return ""
		}
		s = fmt.Sprint(v)
	}
	if name, ok := strings.CutPrefix(s, "os.environ/"); ok {
		return "env." + name
	}
	return s
}
