package config

// Where a key's own requests go, for providers at which that is the key's affair.

// Azure is a key's way to its resource in Azure.
type Azure struct {
	Endpoint     string            `json:"endpoint,omitempty" ref:"true" doc:"Address of the resource, as https://NAME.openai.azure.com."`
	Deployments  map[string]string `json:"deployments,omitempty" doc:"Model names of callers, and the deployments that they mean. Another name is a deployment's."`
	APIVersion   string            `json:"api_version,omitempty" ref:"true" default:"2024-10-21" doc:"Version of the API. v1, preview: the API that has the deployment in the body. A date: the one that has it in the path."`
	TenantID     string            `json:"tenant_id,omitempty" ref:"true" doc:"Entra tenant, for a key without a value."`
	ClientID     string            `json:"client_id,omitempty" ref:"true" doc:"Entra application. Without one, what the machine offers: variables, workload identity, managed identity, the Azure CLI."`
	ClientSecret Secret            `json:"client_secret,omitempty" doc:"Secret of the Entra application."`
	Scopes       []string          `json:"scopes,omitempty" doc:"Scopes of the Entra token. Default: https://cognitiveservices.azure.com/.default."`
}

// OwnServer is a key's own server, of a provider that one runs oneself.
type OwnServer struct {
	URL   string `json:"url,omitempty" ref:"true" doc:"Address of the server, instead of network_config.base_url."`
	Model string `json:"model_name,omitempty" doc:"The server's name of its model. All names that the key serves mean this model."`
}
