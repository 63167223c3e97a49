// Package jsonx finds, reads and edits fields of raw JSON without decoding the
// rest. It is exact about RFC 8259: what encoding/json or a provider might read
// in two ways is refused, not guessed. It imports the standard library only.
package jsonx
