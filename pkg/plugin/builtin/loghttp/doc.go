// Package loghttp posts finished calls to an address, as NDJSON or as a JSON array: what
// Vector, Fluent Bit, Logstash, Splunk's and Datadog's collectors, ClickHouse and the like take.
package loghttp
