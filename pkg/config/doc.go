// Package config is the configuration file: what it may say, what it means and
// how it is read again when it changes. It is not the compiled form that a
// request reads; that is the engine's.
//
// A file (JSON or YAML) becomes a tree of nodes with positions (json.go,
// yaml.go). The decoder (decode.go) lays the tree over the structs of config.go,
// provider.go, network.go, client.go, governance.go and server.go. Each key is
// declared once, by the tags of its struct field (field.go); validation, JSON
// Schema (schema.go) and docs/configuration.md are all made from those tags.
// Rules that join several keys are in check.go.
//
// Every problem of a file is reported, each with its path and position, and none
// of them quotes a value, since any value may be a secret.
package config
