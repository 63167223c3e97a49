package azure

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
)

// defaultScope is what a token for the resource is asked for.
const defaultScope = "https://cognitiveservices.azure.com/.default"

// Way is the way of a key into its resource.
func Way(k *config.Key) (access.Way, error) {
	a := k.Azure
	if a == nil {
		a = &config.Azure{}
	}
	w := access.Way{BaseURL: strings.TrimSuffix(a.Endpoint, "/openai"), Aliases: a.Deployments, Path: pathOf(a.APIVersion), Under: under(a.APIVersion)}
	if k.Value != "" {
		return w, nil
	}
	identity, err := identityOf(a)
	if err != nil {
		return w, err
	}
	scopes := a.Scopes
	if len(scopes) == 0 {
		scopes = []string{defaultScope}
	}
	w.Signer = &access.Bearer{Source: tokens(identity, scopes)}
	return w, nil
}

func identityOf(a *config.Azure) (azcore.TokenCredential, error) {
	if a.ClientID == "" || a.ClientSecret == "" {
		return azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{TenantID: a.TenantID})
	}
	if a.TenantID == "" {
		return nil, errors.New("azure_key_config.tenant_id: is required beside client_id and client_secret")
	}
	return azidentity.NewClientSecretCredential(a.TenantID, a.ClientID, a.ClientSecret.Reveal(), nil)
}

func tokens(identity azcore.TokenCredential, scopes []string) access.TokenSource {
	return func(ctx context.Context) (string, time.Time, error) {
		t, err := identity.GetToken(ctx, policy.TokenRequestOptions{Scopes: scopes})
		return t.Token, t.ExpiresOn, err
	}
}

// latest are the versions of the API that have the deployment in the body, as
// OpenAI has the model.
var latest = []string{"v1", "preview", "latest"}

// defaultVersion is the version of the API that is asked for where a key says none.
const defaultVersion = "2024-10-21"

// pathOf is where a version of the API has its operations.
func pathOf(version string) func(dst []byte, op api.Op, model string, stream bool) []byte {
	version = cmp.Or(version, defaultVersion)
	if slices.Contains(latest, version) {
		query := queryOf(version)
		return func(dst []byte, op api.Op, model string, _ bool) []byte {
			if op == api.OpRealtime { // has a query of its own, and no preview
				return append(append(dst, "/openai/v1/realtime?model="...), url.QueryEscape(model)...)
			}
			return append(append(append(dst, "/openai/v1"...), operations[op]...), query...)
		}
	}
	query := queryOf(version)
	return func(dst []byte, op api.Op, model string, _ bool) []byte {
		dst = append(dst, "/openai"...)
		if op == api.OpRealtime {
			return append(append(append(append(dst, "/realtime"...), query...), "&deployment="...), url.QueryEscape(model)...)
		}
		if op != api.OpModels {
			dst = append(append(dst, "/deployments/"...), url.PathEscape(model)...)
		}
		return append(append(dst, operations[op]...), query...)
	}
}

// under is where a version of the API has the paths that are no deployment's.
func under(version string) func(dst []byte, path string) []byte {
	version = cmp.Or(version, defaultVersion)
	base, query := "/openai", queryOf(version)
	if slices.Contains(latest, version) {
		base = "/openai/v1"
	}
	return func(dst []byte, path string) []byte {
		return append(append(append(dst, base...), path...), query...)
	}
}

// queryOf is what a request says of the version that it is meant for.
func queryOf(version string) string {
	if slices.Contains(latest, version) && version != "preview" {
		return ""
	}
	return "?api-version=" + url.QueryEscape(version)
}

var operations = map[api.Op]string{
	api.OpChat: "/chat/completions", api.OpCompletion: "/completions", api.OpEmbedding: "/embeddings", api.OpModels: "/models",
	api.OpImageGeneration: "/images/generations", api.OpImageEdit: "/images/edits", api.OpVideo: "/videos",
	api.OpSpeech: "/audio/speech", api.OpTranscription: "/audio/transcriptions", api.OpTranslation: "/audio/translations",
}
