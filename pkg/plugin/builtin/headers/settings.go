package headers

// settings are the plugin's own.
type settings struct {
	Rules []rule `json:"rules,omitempty" required:"true" doc:"The rules, each of which is applied to the calls that meet its conditions, in this order."`
}

type rule struct {
	Conditions     conditions        `json:"conditions,omitempty" doc:"Which calls it is for; all that are given must be met."`
	SetMetadata    map[string]string `json:"set_metadata,omitempty" doc:"Metadata to keep with the call, by name, in the place of what the caller has given. The values are templates; an empty one sets nothing."`
	RemoveMetadata []string          `json:"remove_metadata,omitempty" doc:"Names of metadata that are not kept, * for all."`
	Send           map[string]string `json:"send,omitempty" doc:"Headers that the provider is sent, by name. The values are templates; an empty one sends nothing."`
}

type conditions struct {
	Headers   map[string]string `json:"header,omitempty" doc:"The caller's headers by name, each with an expression, as RE2 has it, that it must fit; an empty one fits any header that is there."`
	Providers []string          `json:"providers,omitempty" doc:"Names of providers. A rule that has some sends headers, and sets no metadata: where a call goes is not known before."`
	Models    []string          `json:"models,omitempty" doc:"Models, as they are asked for."`
}
