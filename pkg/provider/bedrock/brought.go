package bedrock

import (
	"cmp"
	"errors"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// Headers in which a caller brings credentials of its own, as Bifrost has them.
const (
	headerAPIKey  = "x-bf-bedrock-api-key"
	headerAccess  = "x-bf-bedrock-access-key"
	headerSecret  = "x-bf-bedrock-secret-key"
	headerSession = "x-bf-bedrock-session-token"
	headerRegion  = "x-bf-bedrock-region"
)

// Brought makes a key of what a caller's headers say; nil where they say nothing. An API
// key counts before an access key.
func Brought(header func(name string) string, _ string) (*config.Key, error) {
	apiKey, access := header(headerAPIKey), header(headerAccess)
	if apiKey == "" && access == "" {
		return nil, nil
	}
	region := cmp.Or(header(headerRegion), defaultRegion)
	if strings.Trim(region, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return nil, errors.New(headerRegion + " must be a region of AWS, as us-east-1")
	}
	if apiKey != "" {
		return &config.Key{Value: config.Secret(apiKey), Bedrock: &config.Bedrock{Region: region}}, nil
	}
	secret := header(headerSecret)
	if secret == "" {
		return nil, errors.New(headerAccess + " needs " + headerSecret + " beside it")
	}
	return &config.Key{Bedrock: &config.Bedrock{
		Region: region, AccessKey: config.Secret(access), SecretKey: config.Secret(secret), SessionToken: config.Secret(header(headerSession)),
	}}, nil
}
