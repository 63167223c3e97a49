package config

import (
	"encoding/base64"
	"strings"
)

// Webhooks says how webhooks are delivered.
type Webhooks struct {
	Secret               Secret `json:"secret,omitempty" doc:"Secret that webhooks are signed with: whsec_ and 24 to 64 bytes in base64. Default: one that is derived from --secret-key and shown at GET /api/webhooks/secret."`
	AllowPrivateNetworks bool   `json:"allow_private_networks,omitempty" default:"false" doc:"Let webhooks go to private and loopback addresses, and over http."`
}

// Key returns the bytes that sign, nil where there is no secret.
func (w Webhooks) Key() []byte {
	text, ok := strings.CutPrefix(w.Secret.Reveal(), "whsec_")
	if !ok {
		return nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) < 24 || len(key) > 64 {
		return nil
	}
	return key
}
