package config

import "time"

// Network is how a provider is reached. A duration of 0 is its default; the
// methods say what holds.
type Network struct {
	BaseURL             string            `json:"base_url,omitempty" ref:"true" doc:"Address of the API: origin and any prefix before its version path. With the version path appended it means the same."`
	ExtraHeaders        map[string]Secret `json:"extra_headers,omitempty" doc:"Headers sent with each call."`
	RequestTimeoutS     int               `json:"default_request_timeout_in_seconds,omitempty" unit:"s" minimum:"1" default:"30" doc:"Longest wait for the first byte of an answer, and for the whole of one that is not streamed."`
	ConnectTimeoutMs    int               `json:"connect_timeout_ms,omitempty" unit:"ms" minimum:"1" default:"5000" doc:"Longest wait for a connection, TLS included."`
	FirstByteTimeoutS   int               `json:"first_byte_timeout_in_seconds,omitempty" unit:"s" minimum:"1" doc:"Longest wait for the first byte of an answer. Default: default_request_timeout_in_seconds."`
	StreamIdleTimeoutS  int               `json:"stream_idle_timeout_in_seconds,omitempty" unit:"s" minimum:"1" maximum:"3600" default:"60" doc:"Longest gap within a stream."`
	MaxRetries          int               `json:"max_retries,omitempty" minimum:"0" maximum:"100" default:"0" doc:"Attempts after the first at the same provider."`
	RetryBackoffInitial int               `json:"retry_backoff_initial,omitempty" alias:"retry_backoff_initial_ms" unit:"ms" minimum:"1" default:"500" doc:"Pause before the first retry; it doubles with each."`
	RetryBackoffMax     int               `json:"retry_backoff_max,omitempty" alias:"retry_backoff_max_ms" unit:"ms" minimum:"1" default:"5000" doc:"Longest pause before a retry."`
	InsecureSkipVerify  bool              `json:"insecure_skip_verify,omitempty" default:"false" doc:"Accept any certificate of the provider. For tests only."`
	CACertPEM           string            `json:"ca_cert_pem,omitempty" ref:"true" doc:"Certificate authorities, in PEM form, that are trusted besides the system's."`

	MaxConnsPerHost     int    `json:"max_conns_per_host,omitempty" unused:"true" minimum:"0" doc:"Connections to the provider; here each slot of concurrency is one."`
	EnforceHTTP2        bool   `json:"enforce_http2,omitempty" unused:"true" doc:"Speak HTTP/2 only."`
	ExtraBody           Unused `json:"extra_body,omitzero" kind:"object" doc:"Fields added to each request body."`
	BetaHeaderOverrides Unused `json:"beta_header_overrides,omitzero" kind:"object" doc:"Anthropic beta headers that are passed on."`
}

var networkDefaults = defaultsOf[Network]()

// RequestTimeout bounds the wait for the first byte, and the whole of a call
// that is not streamed.
func (n Network) RequestTimeout() time.Duration {
	return seconds(n.RequestTimeoutS, networkDefaults.RequestTimeoutS)
}

// FirstByteTimeout bounds the wait for the first byte of an answer.
func (n Network) FirstByteTimeout() time.Duration {
	if n.FirstByteTimeoutS == 0 {
		return n.RequestTimeout()
	}
	return time.Duration(n.FirstByteTimeoutS) * time.Second
}

// ConnectTimeout bounds the making of a connection, TLS included.
func (n Network) ConnectTimeout() time.Duration {
	return millis(n.ConnectTimeoutMs, networkDefaults.ConnectTimeoutMs)
}

// StreamIdleTimeout bounds the gap between two reads of a stream.
func (n Network) StreamIdleTimeout() time.Duration {
	return seconds(n.StreamIdleTimeoutS, networkDefaults.StreamIdleTimeoutS)
}

// Backoff returns the pause before the first retry and the longest one.
func (n Network) Backoff() (initial, longest time.Duration) {
	initial = millis(n.RetryBackoffInitial, networkDefaults.RetryBackoffInitial)
	longest = millis(n.RetryBackoffMax, networkDefaults.RetryBackoffMax)
	return initial, max(initial, longest)
}

func seconds(n, standard int) time.Duration { return time.Duration(or(n, standard)) * time.Second }

func millis(n, standard int) time.Duration { return time.Duration(or(n, standard)) * time.Millisecond }

// or is n, or the default where a Config that was written in Go leaves n out.
func or(n, standard int) int {
	if n == 0 {
		return standard
	}
	return n
}
