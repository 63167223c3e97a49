package config

import "time"

// Server are the settings of the listener. They hold for the process: a change
// of any of them but the content of the certificate files needs a restart.
type Server struct {
	TLSCertFile         string `json:"tls_cert_file,omitempty" doc:"Certificate chain, PEM. With tls_key_file the listener speaks TLS; both are read again when they change."`
	TLSKeyFile          string `json:"tls_key_file,omitempty" doc:"Key of the certificate, PEM."`
	ReadTimeoutS        int    `json:"read_timeout_in_seconds,omitempty" unit:"s" minimum:"1" default:"60" doc:"Longest that a caller may take to send a request, from its first byte to its last."`
	WriteTimeoutS       int    `json:"write_timeout_in_seconds,omitempty" unit:"s" minimum:"1" default:"60" doc:"Longest that a caller may take to accept the next part of an answer."`
	IdleTimeoutS        int    `json:"idle_timeout_in_seconds,omitempty" unit:"s" minimum:"1" default:"120" doc:"Longest that a connection stays open between two requests."`
	MaxConnections      int    `json:"max_connections,omitempty" minimum:"1" default:"65536" doc:"Connections at a time."`
	MaxConnectionsPerIP int    `json:"max_connections_per_ip,omitempty" minimum:"0" default:"0" doc:"Connections at a time from one address. 0 is no limit."`
	MaxHeaderBytes      int    `json:"max_header_bytes,omitempty" alias:"read_buffer_size" minimum:"1024" maximum:"16777216" default:"65536" doc:"Largest request head, in bytes."`
	MaxURLBytes         int    `json:"max_url_bytes,omitempty" minimum:"64" maximum:"1048576" default:"8192" doc:"Longest request target, in bytes."`
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
