package config

import (
	"strings"
	"time"
)

// MCP says whose tools models, and callers, may use.
type MCP struct {
	Clients              []MCPClient    `json:"client_configs,omitempty" doc:"The MCP servers."`
	ToolManager          MCPToolManager `json:"tool_manager_config,omitzero" doc:"How tools are run."`
	ToolSyncIntervalS    int            `json:"tool_sync_interval,omitempty" unit:"s" nanos:"true" minimum:"-1" maximum:"86400" default:"600" doc:"How often the tools of a server are listed again, beside when it says that they have changed; at least 10 s, -1 for never."`
	AllowPrivateNetworks bool           `json:"allow_private_networks,omitempty" default:"false" doc:"Let all servers be on private and loopback addresses, and be reached over http."`
	Server               MCPServer      `json:"server,omitzero" doc:"The gateway as an MCP server itself, at /mcp."`
}

// MCPServer says how the gateway is an MCP server to others.
type MCPServer struct {
	Enabled      *bool    `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether there is one."`
	AllowedHosts []string `json:"allowed_hosts,omitempty" doc:"Names, without a port, by which clients may reach a gateway that listens on a loopback address, such as that of a proxy before it. Other names are refused there, so that no page of a browser gets through."`
	PublicURL    string   `json:"public_url,omitempty" maxLength:"500" doc:"Where clients reach the gateway, such as https://gateway.example.com. Default: where each says it does."`
}

// MCPClient is an MCP server.
type MCPClient struct {
	ID                   string             `json:"id,omitempty" alias:"client_id" maxLength:"200" doc:"Identifies the server. Default: the name."`
	Name                 string             `json:"name,omitempty" required:"true" maxLength:"40" doc:"Name of the server: letters, digits, - and _. The names of its tools begin with it."`
	Enabled              *bool              `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether the server is connected to."`
	Disabled             bool               `json:"disabled,omitempty" default:"false" doc:"As enabled: false, in Bifrost's words."`
	ConnectionType       string             `json:"connection_type,omitempty" required:"true" enum:"http,sse,stdio" doc:"http is streamable HTTP. stdio is a program of the gateway's own machine; see docs/mcp-servers.md for where it runs."`
	ConnectionString     string             `json:"connection_string,omitempty" ref:"true" doc:"URL of a server that is reached by http or sse."`
	Stdio                *MCPStdio          `json:"stdio_config,omitempty" doc:"The program of stdio. Only the start-up file of the node that runs it counts."`
	AuthType             string             `json:"auth_type,omitempty" enum:"none,headers,oauth,per_user_oauth" default:"headers" doc:"How the gateway shows who it is. headers: with those of headers. oauth: by a token besides, for which an administrator signs in. per_user_oauth: by a token for which the holder of each virtual key signs in. See docs/mcp-servers.md."`
	TLS                  *MCPTLS            `json:"tls_config,omitempty" doc:"Which certificate a server must show that is reached by http or sse."`
	Headers              map[string]Secret  `json:"headers,omitempty" doc:"Headers that go with each request to the server."`
	ForwardHeaders       []string           `json:"forward_headers,omitempty" alias:"allowed_extra_headers" doc:"Headers of a caller's request that its tool calls take along. Those that say who the caller is to the gateway never go."`
	ToolsToExecute       []string           `json:"tools_to_execute,omitempty" doc:"Tools that may be used, by the server's names. [\"*\"] is all, absent or empty none."`
	ToolsToAutoExecute   []string           `json:"tools_to_auto_execute,omitempty" doc:"Those of them that are run without asking the caller. [\"*\"] is all, absent or empty none."`
	ForAllVirtualKeys    bool               `json:"allow_on_all_virtual_keys,omitempty" default:"false" doc:"Let virtual keys whose mcp_configs do not name the server use all that it offers."`
	IsCodeModeClient     bool               `json:"is_code_mode_client,omitempty" default:"false" doc:"Offer the tools as functions of a script (code mode)."`
	IsPingAvailable      *bool              `json:"is_ping_available,omitempty" default:"true" doc:"Whether the server answers pings. Otherwise its tools are listed to see whether it is there."`
	PingIntervalS        int                `json:"ping_interval,omitempty" unit:"s" minimum:"1" maximum:"3600" default:"10" doc:"Time between two pings. Five that fail in a row end the connection, and another one is made."`
	ToolSyncIntervalS    int                `json:"tool_sync_interval,omitempty" unit:"s" nanos:"true" minimum:"-1" maximum:"86400" doc:"As mcp.tool_sync_interval, of this server."`
	TimeoutS             int                `json:"tool_execution_timeout,omitempty" unit:"s" nanos:"true" minimum:"1" maximum:"3600" doc:"As mcp.tool_manager_config.tool_execution_timeout, of this server."`
	ToolPricing          map[string]float64 `json:"tool_pricing,omitempty" minimum:"0" maximum:"1000" doc:"Dollars for a call of a tool, by the server's names."`
	OnChange             string             `json:"on_change,omitempty" enum:"hide,accept,alert" default:"hide" doc:"What happens to a tool that the server describes otherwise than before. hide: nobody is offered it until it is approved. alert: it is offered, and the log says so. accept: it is approved."`
	MaxResultSizeMB      int                `json:"max_result_size_mb,omitempty" minimum:"1" maximum:"256" default:"16" doc:"Largest answer of the server, in MiB."`
	AllowPrivateNetworks bool               `json:"allow_private_networks,omitempty" default:"false" doc:"Let the server be on a private or loopback address, and be reached over http."`

	OAuth MCPOAuth `json:"oauth_config,omitzero" doc:"What there is to say to auth_type oauth and per_user_oauth. Absent: the server and its authorization server say all, and the gateway registers itself."`

	Sticky     Unused `json:"needs_session_stickiness,omitzero" doc:"Whether Bifrost keeps a caller on one connection: there is one for all, or with per_user_oauth one for each call."`
	OAuthID    Unused `json:"oauth_config_id,omitzero" doc:"Id as Bifrost exports it."`
	State      Unused `json:"state,omitzero" doc:"State as Bifrost exports it."`
	ConfigHash Unused `json:"config_hash,omitzero" doc:"Hash as Bifrost exports it."`
}

// MCPTLS says which certificate an MCP server must show.
type MCPTLS struct {
	InsecureSkipVerify bool   `json:"insecure_skip_verify,omitempty" default:"false" doc:"Accept any certificate of the server. For tests only."`
	CACertPEM          string `json:"ca_cert_pem,omitempty" ref:"true" doc:"Certificate authorities, in PEM form, that are trusted besides the system's."`
}

// MCPOAuth says how the gateway gets tokens for an MCP server.
type MCPOAuth struct {
	ClientID        string   `json:"client_id,omitempty" ref:"true" maxLength:"500" doc:"The gateway's id at the authorization server. Absent: it registers itself (RFC 7591)."`
	ClientSecret    Secret   `json:"client_secret,omitempty" doc:"The gateway's secret there. Absent: it is a public client."`
	AuthorizeURL    string   `json:"authorize_url,omitempty" ref:"true" maxLength:"2000" doc:"Where a browser is sent to. Absent: as the authorization server says."`
	TokenURL        string   `json:"token_url,omitempty" ref:"true" maxLength:"2000" doc:"Where tokens are given. Absent: as the authorization server says."`
	RegistrationURL string   `json:"registration_url,omitempty" ref:"true" maxLength:"2000" doc:"Where the gateway registers itself. Absent: as the authorization server says."`
	Scopes          []string `json:"scopes,omitempty" doc:"What is asked for. Absent: what the server says that it wants."`

	ServerURL    Unused `json:"server_url,omitzero" kind:"string" doc:"Address that Bifrost begins its discovery at: the server's."`
	RedirectURI  Unused `json:"redirect_uri,omitzero" kind:"string" doc:"Where browsers are sent back to: client.mcp_external_client_url says it."`
	UseDiscovery Unused `json:"use_discovery,omitzero" doc:"Whether addresses are asked for: those that are not given are."`
}

// MCPStdio is a program that is an MCP server on its standard input and output.
type MCPStdio struct {
	Command string            `json:"command,omitempty" doc:"The program. No shell is started."`
	Args    []string          `json:"args,omitempty" doc:"Its arguments."`
	Envs    []string          `json:"envs,omitempty" doc:"Names of variables of the gateway's environment that it gets, and NAME=VALUE. It gets no others."`
	Env     map[string]Secret `json:"env,omitempty" doc:"Further variables that it gets."`
	Dir     string            `json:"dir,omitempty" doc:"The folder that it runs in. Default: a new, empty one."`
}

// MCPToolManager says how tools are run.
type MCPToolManager struct {
	ToolExecutionTimeoutS int     `json:"tool_execution_timeout,omitempty" unit:"s" nanos:"true" minimum:"1" maximum:"3600" default:"30" doc:"Longest that a tool may take."`
	DisableAutoToolInject bool    `json:"disable_auto_tool_inject,omitempty" default:"false" doc:"As client.mcp_disable_auto_tool_inject: either is enough."`
	MaxAgentDepth         int     `json:"max_agent_depth,omitempty" minimum:"1" maximum:"100" default:"10" doc:"Turns that an agent takes at most: how often the model is asked for one call."`
	MaxAgentCost          float64 `json:"max_agent_cost,omitempty" minimum:"0" maximum:"1000000" default:"0" doc:"Dollars that the turns and tools of one call may cost: behind a turn that has reached them there is no other. 0: no limit."`
	MaxAgentTimeS         int     `json:"max_agent_time,omitempty" unit:"s" minimum:"1" maximum:"86400" default:"600" doc:"How long an agent may take for one call."`
	MaxParallelTools      int     `json:"max_parallel_tools,omitempty" minimum:"1" maximum:"100" default:"8" doc:"Tools of one turn that an agent runs at the same time."`
	MaxToolResultKB       int     `json:"max_tool_result_kb,omitempty" minimum:"1" maximum:"65536" default:"256" doc:"Largest result of a tool that an agent gives to the model, in KiB; of a larger one it gets the beginning."`
	CodeModeBindingLevel  string  `json:"code_mode_binding_level,omitempty" enum:"server,tool" default:"server" doc:"In code mode, whether there is a file that tells of tools for each server or for each tool."`
	CodeModeTimeoutS      int     `json:"code_mode_timeout,omitempty" unit:"s" minimum:"1" maximum:"3600" default:"120" doc:"How long a script may take, the tools that it calls included."`
}

var (
	mcpDefaults         = defaultsOf[MCP]()
	mcpClientDefaults   = defaultsOf[MCPClient]()
	toolManagerDefaults = defaultsOf[MCPToolManager]()
)

// SignsIn says whether somebody signs in at the server.
func (m *MCPClient) SignsIn() bool { return m.AuthType == MCPAuthOAuth || m.AuthType == MCPAuthUsers }

// On says whether the server is connected to.
func (m *MCPClient) On() bool { return !m.Disabled && (m.Enabled == nil || *m.Enabled) }

// Pings says whether the server answers pings.
func (m *MCPClient) Pings() bool { return m.IsPingAvailable == nil || *m.IsPingAvailable }

// Ping is the time between two pings.
func (m *MCPClient) Ping() time.Duration {
	return seconds(m.PingIntervalS, mcpClientDefaults.PingIntervalS)
}

// MaxResultBytes is the size of the largest answer.
func (m *MCPClient) MaxResultBytes() int {
	return or(m.MaxResultSizeMB, mcpClientDefaults.MaxResultSizeMB) << 20
}

// ToolTimeout is the longest that a tool of a server may take.
func (m *MCP) ToolTimeout(of *MCPClient) time.Duration {
	return seconds(of.TimeoutS, or(m.ToolManager.ToolExecutionTimeoutS, toolManagerDefaults.ToolExecutionTimeoutS))
}

// AgentDepth is how many turns an agent takes at most.
func (m *MCPToolManager) AgentDepth() int {
	return or(m.MaxAgentDepth, toolManagerDefaults.MaxAgentDepth)
}

// AgentTime is how long an agent may take.
func (m *MCPToolManager) AgentTime() time.Duration {
	return seconds(m.MaxAgentTimeS, toolManagerDefaults.MaxAgentTimeS)
}

// ParallelTools is how many tools an agent runs at the same time.
func (m *MCPToolManager) ParallelTools() int {
	return or(m.MaxParallelTools, toolManagerDefaults.MaxParallelTools)
}

// MaxToolResultBytes is the size of the largest result that a model gets.
func (m *MCPToolManager) MaxToolResultBytes() int {
	return or(m.MaxToolResultKB, toolManagerDefaults.MaxToolResultKB) << 10
}

// CodeTimeout is how long a script may take.
func (m *MCPToolManager) CodeTimeout() time.Duration {
	return seconds(m.CodeModeTimeoutS, toolManagerDefaults.CodeModeTimeoutS)
}

// ToolSync is how often the tools of a server are listed again; negative: never.
func (m *MCP) ToolSync(of *MCPClient) time.Duration {
	return seconds(of.ToolSyncIntervalS, or(m.ToolSyncIntervalS, mcpDefaults.ToolSyncIntervalS))
}

// Values of the fields that have a list of them.
const (
	MCPAuthNone  = "none"
	MCPAuthOAuth = "oauth"
	MCPAuthUsers = "per_user_oauth"
	MCPStdioType = "stdio"

	CodeModeByTool = "tool" // of MCPToolManager.CodeModeBindingLevel
)

func (c *checker) mcp() {
	c.publicURL("mcp.server.public_url", c.config.MCP.Server.PublicURL)
	c.toolSync("mcp.tool_sync_interval", c.config.MCP.ToolSyncIntervalS)
	names, ids := map[string]string{}, map[string]string{}
	for i := range c.config.MCP.Clients {
		m := &c.config.MCP.Clients[i]
		at := element("mcp.client_configs", i)
		unique(c, child(at, "name"), m.Name, names)
		if m.ID != "" {
			unique(c, child(at, "id"), m.ID, ids)
		}
		if m.Name != "" && strings.Trim(m.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			c.problem(child(at, "name"), "must have only letters, digits, - and _")
		}
		for name, value := range m.Headers {
			p := child(child(at, "headers"), name)
			c.headerSafe(p, name)
			c.headerSafe(p, value.Reveal())
		}
		c.toolSync(child(at, "tool_sync_interval"), m.ToolSyncIntervalS)
		c.mcpOAuth(at, m)
		c.headers(child(at, "forward_headers"), m.ForwardHeaders)
		c.mcpConnection(at, m)
	}
}

func (c *checker) toolSync(at string, seconds int) {
	const least = 10 // or a server would do little else
	if seconds > 0 && seconds < least {
		c.problem(at, "must be at least 10 s, or -1 for never")
	}
}

func (c *checker) mcpOAuth(at string, m *MCPClient) {
	if m.SignsIn() && m.ConnectionType == MCPStdioType {
		c.problem(child(at, "auth_type"), "a sign-in is of no use for a server that is reached by stdio")
	}
	in := child(at, "oauth_config")
	for _, u := range []struct{ name, value string }{
		{"authorize_url", m.OAuth.AuthorizeURL}, {"token_url", m.OAuth.TokenURL}, {"registration_url", m.OAuth.RegistrationURL},
	} {
		if u.value != "" && !strings.HasPrefix(u.value, "https://") && !strings.HasPrefix(u.value, "http://") {
			c.problem(child(in, u.name), "must begin with https:// or http://")
		}
	}
}

func (c *checker) mcpConnection(at string, m *MCPClient) {
	url := child(at, "connection_string")
	switch {
	case m.ConnectionType == MCPStdioType && m.ConnectionString != "":
		c.problem(url, "is of no use for a server that is reached by stdio")
	case m.ConnectionType == MCPStdioType, !m.On():
	case m.ConnectionString == "":
		c.problem(at, "needs connection_string")
	case !strings.HasPrefix(m.ConnectionString, "https://") && !strings.HasPrefix(m.ConnectionString, "http://"):
		c.problem(url, "must begin with https:// or http://")
	case strings.HasPrefix(m.ConnectionString, "http://") && !m.AllowPrivateNetworks && !c.config.MCP.AllowPrivateNetworks:
		c.note(url, "is reached over http, which allow_private_networks must allow")
	}
	if m.TLS != nil {
		c.certificates(child(child(at, "tls_config"), "ca_cert_pem"), m.TLS.CACertPEM)
		if m.ConnectionType == MCPStdioType {
			c.problem(child(at, "tls_config"), "is of no use for a server that is reached by stdio")
		}
	}
	if m.Stdio != nil && m.ConnectionType != MCPStdioType {
		c.problem(child(at, "stdio_config"), "is for servers that are reached by stdio")
	}
}
