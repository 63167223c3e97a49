package config

import (
	"strconv"
	"time"
)

// Server are the settings of the process and its listener. A change of any of
// them but the content of the certificate files needs a restart.
type Server struct {
	Listen        string `json:"listen,omitempty" doc:"The flag --listen."`
	OpsListen     string `json:"ops_listen,omitempty" doc:"The flag --ops-listen."`
	DataDir       string `json:"data_dir,omitempty" doc:"The flag --data-dir."`
	NodeID        string `json:"node_id,omitempty" doc:"The flag --node-id."`
	LogLevel      string `json:"log_level,omitempty" enum:"debug,info,warn,error" doc:"The flag --log-level."`
	LogFormat     string `json:"log_format,omitempty" enum:"text,json" doc:"The flag --log-format."`
	DrainTimeoutS int    `json:"drain_timeout_in_seconds,omitempty" unit:"s" minimum:"0" doc:"The flag --drain-timeout."`
	DrainGraceS   int    `json:"drain_grace_in_seconds,omitempty" unit:"s" minimum:"0" doc:"The flag --drain-grace."`

	TLSCertFile         string `json:"tls_cert_file,omitempty" doc:"Certificate chain, PEM. With tls_key_file the listener speaks TLS; both are read again when they change."`
	TLSKeyFile          string `json:"tls_key_file,omitempty" doc:"Key of the certificate, PEM."`
	ReadTimeoutS        int    `json:"read_timeout_in_seconds,omitempty" unit:"s" minimum:"1" default:"60" doc:"Longest that a caller may take to send a request, from its first byte to its last."`
	WriteTimeoutS       int    `json:"write_timeout_in_seconds,omitempty" unit:"s" minimum:"1" default:"30" doc:"Longest that a caller may take to accept the next 64 KiB of an answer, or what there is of it."`
	IdleTimeoutS        int    `json:"idle_timeout_in_seconds,omitempty" unit:"s" minimum:"1" default:"120" doc:"Longest that a connection stays open between two requests."`
	MaxConnections      int    `json:"max_connections,omitempty" minimum:"1" default:"65536" doc:"Connections at a time."`
	MaxConnectionsPerIP int    `json:"max_connections_per_ip,omitempty" minimum:"0" default:"0" doc:"Connections at a time from one address. 0 is no limit."`
	MaxHeaderBytes      int    `json:"max_header_bytes,omitempty" alias:"read_buffer_size" minimum:"1024" maximum:"16777216" default:"32768" doc:"Largest request head, in bytes."`
	MaxURLBytes         int    `json:"max_url_bytes,omitempty" minimum:"64" maximum:"1048576" default:"8192" doc:"Longest request target, in bytes."`
}

// Flags are the values of command-line flags that the file gives, by the flag's
// name; "" where it gives none. On the command line and in the environment they
// are given too, and these come first.
func (s Server) Flags() map[string]string {
	return map[string]string{
		"listen": s.Listen, "ops-listen": s.OpsListen, "data-dir": s.DataDir, "node-id": s.NodeID,
		"log-level": s.LogLevel, "log-format": s.LogFormat,
		"drain-timeout": flagOfSeconds(s.DrainTimeoutS), "drain-grace": flagOfSeconds(s.DrainGraceS),
	}
}

func flagOfSeconds(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + "s"
}

var serverDefaults = defaultsOf[Server]()

// ReadTimeout bounds the sending of a request.
func (s Server) ReadTimeout() time.Duration {
	return seconds(s.ReadTimeoutS, serverDefaults.ReadTimeoutS)
}

// WriteTimeout bounds each write to a caller.
func (s Server) WriteTimeout() time.Duration {
	return seconds(s.WriteTimeoutS, serverDefaults.WriteTimeoutS)
}

// IdleTimeout bounds the time between two requests of a connection.
func (s Server) IdleTimeout() time.Duration {
	return seconds(s.IdleTimeoutS, serverDefaults.IdleTimeoutS)
}

// Connections is the number of connections at a time.
func (s Server) Connections() int { return or(s.MaxConnections, serverDefaults.MaxConnections) }

// HeaderBytes is the size of the largest request head.
func (s Server) HeaderBytes() int { return or(s.MaxHeaderBytes, serverDefaults.MaxHeaderBytes) }

// URLBytes is the size of the longest request target.
func (s Server) URLBytes() int { return or(s.MaxURLBytes, serverDefaults.MaxURLBytes) }
