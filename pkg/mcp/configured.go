package mcp

import (
	"math"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
)

// Servers returns the servers of a configuration. Of a program it takes nothing but that
// there is one: what is run is said by the node's own start-up file.
func Servers(cfg *config.Config) []Server {
	var out []Server
	m := &cfg.MCP
	for i := range m.Clients {
		if c := &m.Clients[i]; c.On() {
			out = append(out, serverOf(m, c))
		}
	}
	return out
}

func serverOf(m *config.MCP, c *config.MCPClient) Server {
	s := Server{
		Name: c.Name, Kind: c.ConnectionType, URL: c.ConnectionString,
		Forward: c.ForwardHeaders, Execute: c.ToolsToExecute, AutoRun: c.ToolsToAutoExecute, CodeMode: c.IsCodeModeClient, ForAll: c.ForAllVirtualKeys,
		CostNano: make(map[string]int64, len(c.ToolPricing)), Private: c.AllowPrivateNetworks || m.AllowPrivateNetworks,
		NoPing: !c.Pings(), OnChange: c.OnChange,
		Timeout: m.ToolTimeout(c), Sync: m.ToolSync(c), Ping: c.Ping(), MaxBytes: c.MaxResultBytes(),
	}
	if c.TLS != nil {
		s.TLS = TLS{CAs: c.TLS.CACertPEM, Insecure: c.TLS.InsecureSkipVerify}
	}
	for tool, dollars := range c.ToolPricing {
		s.CostNano[tool] = int64(math.Round(dollars * 1e9))
	}
	if c.AuthType != config.MCPAuthNone && len(c.Headers) > 0 {
		s.Headers = make(http.Header, len(c.Headers))
		for name, value := range c.Headers {
			s.Headers.Set(name, value.Reveal())
		}
	}
	if c.SignsIn() {
		o := &c.OAuth
		s.PublicURL = m.Server.PublicURL
		s.OAuth = &oauth.Settings{
			Server: s.Name, Resource: s.URL, ClientID: o.ClientID, ClientSecret: o.ClientSecret.Reveal(), Private: s.Private,
			AuthorizeURL: o.AuthorizeURL, TokenURL: o.TokenURL, RegistrationURL: o.RegistrationURL, Scopes: o.Scopes, PerUser: c.AuthType == config.MCPAuthUsers,
		}
	}
	return s
}
