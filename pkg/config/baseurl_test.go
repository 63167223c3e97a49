package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBaseURLMeansTheSameWithItsVersionPath(t *testing.T) {
	for _, tt := range []struct{ base, version, want string }{
		{"https://api.openai.com", "/v1", "https://api.openai.com"},
		{"https://api.openai.com/", "/v1", "https://api.openai.com"},
		{"https://api.openai.com/v1", "/v1", "https://api.openai.com"},
		{"https://api.openai.com/v1/", "v1", "https://api.openai.com"},
		{"HTTPS://API.OpenAI.com/V1", "/v1", "https://api.openai.com/V1"},
		{"https://h/v1beta", "/v1beta", "https://h"},
		{"https://h/v1beta", "/v1", "https://h/v1beta"},
		{"https://h/prefix/v1", "/v1", "https://h/prefix"},
		{"https://h/xv1", "/v1", "https://h/xv1"},
		{"https://h/v1/v1", "/v1", "https://h/v1"},
		{"http://127.0.0.1:8000/v1", "/v1", "http://127.0.0.1:8000"},
		{"http://[::1]:8000", "", "http://[::1]:8000"},
		{"https://h/a%2Fb/", "/v1", "https://h/a%2Fb"},
	} {
		got, err := NormalizeBaseURL(tt.base, tt.version)
		require.NoError(t, err, tt.base)
		require.Equal(t, tt.want, got, tt.base)
		again, err := NormalizeBaseURL(got, "")
		require.NoError(t, err)
		require.Equal(t, got, again)
	}
}

func TestBaseURLThatIsNoneIsRefused(t *testing.T) {
	for base, want := range map[string]string{
		"":                         "must begin with http:// or https://",
		"api.openai.com":           "must begin with http:// or https://",
		"ftp://h":                  "must begin with http:// or https://",
		"https://":                 "must have a host",
		"https://:443":             "must have a host",
		"https://user:password@h":  "must not have a user name or password",
		"https://h?a=b":            "must not have a query",
		"https://h/?":              "must not have a query",
		"https://h/#f":             "must not have a fragment",
		"https://h/#":              "must not have a fragment",
		"https://h/a/../b":         "must not have . or .. in its path",
		"https://h/%zz":            "must be a URL",
		"https://h\r\nx: y":        "must be a URL",
		"https://password@h:port/": "must be a URL",
	} {
		_, err := NormalizeBaseURL(base, "/v1")
		require.EqualError(t, err, want, base)
	}
}
