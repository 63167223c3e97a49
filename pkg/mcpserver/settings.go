package mcpserver

import "github.com/asbru-gateway/asbru/pkg/config"

// Settings are what may change while a server runs. The zero value is what holds where
// nothing is configured.
type Settings struct {
	Disabled bool
	// Hosts are further names by which clients may call the gateway over a loopback address.
	Hosts []string
	// Origins are those of pages that may call; "*" is any.
	Origins []string
	// PublicURL is where clients reach the gateway; "" is where they say they do.
	PublicURL string
}

// SettingsOf are those of a configuration.
func SettingsOf(cfg *config.Config) Settings {
	m := &cfg.MCP.Server
	return Settings{
		Disabled: m.Enabled != nil && !*m.Enabled, Hosts: m.AllowedHosts, Origins: cfg.Client.AllowedOrigins, PublicURL: m.PublicURL,
	}
}
