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

// Bedrock is a key's way into AWS.
type Bedrock struct {
	Region       string            `json:"region,omitempty" ref:"true" doc:"AWS region. Default: that of the ARN, else what the machine says, else us-east-1."`
	AccessKey    Secret            `json:"access_key,omitempty" doc:"Access key. Without one, and without a value, what the machine offers: variables, profile, web identity, container or instance role."`
	SecretKey    Secret            `json:"secret_key,omitempty" doc:"Secret of the access key."`
	SessionToken Secret            `json:"session_token,omitempty" doc:"Token of a temporary access key."`
	RoleARN      string            `json:"role_arn,omitempty" ref:"true" doc:"Role to assume with these credentials."`
	ExternalID   string            `json:"external_id,omitempty" ref:"true" doc:"External id that the role's trust asks for."`
	SessionName  string            `json:"session_name,omitempty" ref:"true" doc:"Name of the role's sessions. Default: asbru."`
	ARN          string            `json:"arn,omitempty" ref:"true" doc:"ARN that models' names stand below, as of inference profiles: arn:aws:bedrock:REGION:ACCOUNT:inference-profile."`
	Deployments  map[string]string `json:"deployments,omitempty" doc:"Model names of callers, and the models, inference profiles or ARNs that they mean."`
	BatchS3      Unused            `json:"batch_s3_config,omitzero" kind:"object" doc:"Buckets for batches."`
}

// Databricks is a key's way to its workspace.
type Databricks struct {
	URL          string `json:"url,omitempty" ref:"true" doc:"Address of the workspace, instead of network_config.base_url: https://NAME.cloud.databricks.com."`
	ClientID     string `json:"client_id,omitempty" ref:"true" doc:"A service principal, for a key without a value."`
	ClientSecret Secret `json:"client_secret,omitempty" doc:"Secret of the service principal."`
}

// Vertex is a key's way into Google's Vertex AI.
type Vertex struct {
	ProjectID     string            `json:"project_id,omitempty" ref:"true" doc:"Project. Default: that of the credentials, else GOOGLE_CLOUD_PROJECT. A key with a value, an API key, needs none."`
	ProjectNumber string            `json:"project_number,omitempty" ref:"true" doc:"Number of the project, where there is no project_id."`
	Region        string            `json:"region,omitempty" ref:"true" default:"global" doc:"Location: global, us, eu, or a region as europe-west4."`
	Credentials   Secret            `json:"auth_credentials,omitempty" doc:"JSON of a service account, an authorized user, an external account (workload identity) or an impersonated service account. Without it, and without a value, what the machine offers: GOOGLE_APPLICATION_CREDENTIALS, gcloud, the metadata server."`
	Deployments   map[string]string `json:"deployments,omitempty" doc:"Model names of callers, and the models that they mean."`
}

// Deployments are a key's own names of models.
type Deployments struct {
	Deployments map[string]string `json:"deployments,omitempty" doc:"Model names of callers, and the models that they mean."`
}

// OwnServer is a key's own server, of a provider that one runs oneself.
type OwnServer struct {
	URL   string `json:"url,omitempty" ref:"true" doc:"Address of the server, instead of network_config.base_url."`
	Model string `json:"model_name,omitempty" doc:"The server's name of its model. All names that the key serves mean this model."`
}
