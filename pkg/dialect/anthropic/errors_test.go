package anthropic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
)

func TestDecodeErrorOfAnyBody(t *testing.T) {
	const generic = "The provider answered with an error and gave no readable reason."
	for name, c := range map[string]struct {
		status int
		body   string
		want   api.Error
	}{
		"own shape": {
			400, `{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: required"},"request_id":"req_1"}`,
			api.Error{Kind: api.KindInvalid, Type: "invalid_request_error", Message: "max_tokens: required", RawOf: "anthropic"},
		},
		"type word against status": {
			400, `{"type":"error","error":{"type":"billing_error","message":"No credit."}}`,
			api.Error{Kind: api.KindBilling, Type: "billing_error", Message: "No credit.", RawOf: "anthropic"},
		},
		"code in details": {
			403, `{"type":"error","error":{"type":"permission_error","message":"No.","details":{"error_code":"x"}}}`,
			api.Error{Kind: api.KindPermission, Type: "permission_error", Code: "x", Message: "No.", RawOf: "anthropic"},
		},
		"OpenAI's shape": {
			404, `{"error":{"type":"not_found","message":"Not found","code":"c","param":"model"}}`,
			api.Error{Kind: api.KindNotFound, Type: "not_found", Code: "c", Param: "model", Message: "Not found"},
		},
		"a message alone":  {500, `{"message":"Internal"}`, api.Error{Kind: api.KindUnavailable, Message: "Internal"}},
		"a detail alone":   {422, `{"detail":"Bad"}`, api.Error{Kind: api.KindInvalid, Message: "Bad"}},
		"a string":         {429, `{"error":"slow down"}`, api.Error{Kind: api.KindRateLimit, Message: "slow down"}},
		"plain text":       {502, "upstream connect error\n", api.Error{Kind: api.KindUnavailable, Message: "upstream connect error"}},
		"HTML":             {503, "<!DOCTYPE html><html><h1>503</h1></html>", api.Error{Kind: api.KindOverloaded, Message: generic}},
		"HTML in JSON":     {500, `{"message":"<html>x</html>"}`, api.Error{Kind: api.KindUnavailable, Message: generic}},
		"empty":            {529, "", api.Error{Kind: api.KindOverloaded, Message: generic}},
		"half":             {500, `{"type":"error","error":{"mes`, api.Error{Kind: api.KindUnavailable, Message: generic}},
		"binary":           {500, "\x1f\x8b\x00\xff", api.Error{Kind: api.KindUnavailable, Message: generic}},
		"of another shape": {500, `[1]`, api.Error{Kind: api.KindUnavailable, Message: generic}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Codec.DecodeError(c.status, []byte(c.body))
			c.want.Status = c.status
			if c.want.RawOf != "" {
				c.want.Raw = api.JSON(c.body)
			}
			require.Equal(t, &c.want, got)
		})
	}
}

func TestDecodeErrorShowsNoKey(t *testing.T) {
	const key = "sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-AbCdEfGhIjKl"
	err := Codec.DecodeError(401, []byte(`{"type":"error","error":{"type":"authentication_error","message":"invalid key `+key+`"}}`))
	require.NotContains(t, err.Message, key)
	_, out := Codec.AppendError(nil, err)
	require.NotContains(t, string(out), key)
}

func TestProvidersErrorReachesTheSameDialectUnchanged(t *testing.T) {
	body := readFile(t, "testdata/errors/rate-limited.json")
	status, out := Codec.AppendError(nil, Codec.DecodeError(429, body))
	require.Equal(t, 429, status)
	require.Equal(t, string(body), string(out))
}

func TestAppendErrorHasTheWordAndStatusThatSDKsMap(t *testing.T) {
	for kind, want := range map[api.Kind]struct {
		status int
		word   string
	}{
		api.KindInternal:       {500, "api_error"},
		api.KindInvalid:        {400, "invalid_request_error"},
		api.KindAuthentication: {401, "authentication_error"},
		api.KindPermission:     {403, "permission_error"},
		api.KindNotFound:       {404, "not_found_error"},
		api.KindMethod:         {405, "invalid_request_error"},
		api.KindTooLarge:       {413, "request_too_large"},
		api.KindRateLimit:      {429, "rate_limit_error"},
		api.KindBilling:        {402, "billing_error"},
		api.KindOverloaded:     {529, "overloaded_error"},
		api.KindUnavailable:    {502, "api_error"},
		api.KindTimeout:        {504, "timeout_error"},
		api.KindCanceled:       {499, "api_error"},
		api.KindUnsupported:    {400, "invalid_request_error"},
	} {
		t.Run(want.word, func(t *testing.T) {
			status, out := Codec.AppendError(nil, &api.Error{Kind: kind, Code: "c", Param: "p", Message: "m", Type: "server_error"})
			require.Equal(t, want.status, status)
			require.JSONEq(t, `{"type":"error","error":{"type":"`+want.word+`","message":"m","code":"c","param":"p"}}`, string(out))
		})
	}
}

func TestAppendErrorKeepsTheProvidersStatus(t *testing.T) {
	status, _ := Codec.AppendError(nil, &api.Error{Kind: api.KindOverloaded, Status: 503, Message: "m"})
	require.Equal(t, 503, status)
}
