package bedrock

import "github.com/asbru-gateway/asbru/pkg/api"

func unsupported(param, what string) *api.Error {
	err := api.Errorf(api.KindUnsupported, "unsupported_field", "%s: %s", param, what)
	err.Param = param
	return err
}

func unsupportedContent(what string) *api.Error {
	return api.Errorf(api.KindUnsupported, "unsupported_content", "Amazon Bedrock's Converse does not take %s.", what)
}
