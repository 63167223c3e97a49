package secret_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestOfATextThatIsKeptSecretsAreTakenOutAndTheRestStays(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		"The model does not exist.": "The model does not exist.",
		"Incorrect API key provided: sk-proj-abcdef123456. Find it":     "Incorrect API key provided: [redacted] Find it",
		"key sk-ant-api03-AAAA_bbb-ccc failed":                          "key [redacted] failed",
		"AIzaSyA1234567890abcdefghijk is not valid":                     "[redacted] is not valid",
		"the security token of AKIAIOSFODNN7EXAMPLE":                    "the security token of [redacted]",
		"Authorization: Bearer abcdefgh":                                "Authorization: Bearer [redacted]",
		`{"api_key":"hunter2hunter2","model":"m"}`:                      `{"api_key":"[redacted]","model":"m"}`,
		`{"text":"{\"password\":\"hunter2\"}"}`:                         `{"text":"{\"password\":\"[redacted]\"}"}`,
		"GET https://h/x?api-key=0123456789&v=1":                        "GET https://h/x?api-key=[redacted]&v=1",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln is expired":      "[redacted] is expired",
		"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- ": "[redacted] ",
		"a risk-free task, asked-for":                                   "a risk-free task, asked-for",
	} {
		require.Equal(t, want, secret.RedactKept(text), text)
	}
}
