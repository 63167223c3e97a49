package azure

import (
	"errors"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// headerEndpoint is where a caller says which resource its key is for, as Bifrost has it.
const headerEndpoint = "x-bf-azure-endpoint"

// Brought makes a key of what a caller's headers say, and of the key that it shows; nil
// where it names no resource.
func Brought(header func(name string) string, key string) (*config.Key, error) {
	endpoint := header(headerEndpoint)
	switch {
	case endpoint == "":
		return nil, nil
	case key == "":
		return nil, errors.New(headerEndpoint + " needs the resource's key beside it, in Authorization or api-key")
	}
	if _, err := config.NormalizeBaseURL(endpoint, ""); err != nil {
		return nil, errors.New(headerEndpoint + " " + err.Error())
	}
	return &config.Key{Value: config.Secret(key), Azure: &config.Azure{Endpoint: endpoint}}, nil
}
