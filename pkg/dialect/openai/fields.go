package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func extra(key string, v jsonx.Value) api.Field {
	return api.Field{Name: key, Value: api.JSON(v)}
}
