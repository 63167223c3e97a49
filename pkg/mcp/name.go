package mcp

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// nameMax is the longest name of a tool that all providers take.
const nameMax = 64

// namer gives tools the names by which models know them. A name depends on the names of
// the configured servers, of the tool, and on nothing that a server can choose to take
// another's.
type namer struct {
	clients []string
}

// name returns client-tool where that is a name that providers take and that no tool of
// another server can have; else one with a hash behind it, always the same.
func (n namer) name(client, tool string) string {
	name := client + "-" + tool
	if isPlain(name) && len(name) <= nameMax && n.owner(name) == client {
		return name
	}
	sum := sha256.Sum256([]byte(client + "\x00" + tool))
	mark := "_" + hex.EncodeToString(sum[:5])
	if name = plain(name); len(name) > nameMax-len(mark) {
		name = name[:nameMax-len(mark)]
	}
	return name + mark
}

// owner is the server to which a name belongs: the one with the longest name that it
// begins with. So a server "a" cannot have a tool "b-c" under the name that is of the tool
// "c" of the server "a-b".
func (n namer) owner(name string) string {
	owner := ""
	for _, c := range n.clients {
		if len(c) > len(owner) && strings.HasPrefix(name, c) && strings.HasPrefix(name[len(c):], "-") {
			owner = c
		}
	}
	return owner
}

// isPlain says whether all providers take a name: Google's wants it to begin with a letter
// or an underscore.
func isPlain(name string) bool {
	for i := range len(name) {
		if !isPlainByte(name[i]) {
			return false
		}
	}
	return name != "" && !isDigit(name[0]) && name[0] != '-'
}

// plain replaces what a name must not have.
func plain(name string) string {
	b := make([]byte, 0, len(name)+1)
	if name == "" || isDigit(name[0]) || name[0] == '-' {
		b = append(b, '_')
	}
	for _, r := range name {
		if r < 0x80 && isPlainByte(byte(r)) {
			b = append(b, byte(r))
		} else {
			b = append(b, '_')
		}
	}
	return string(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isPlainByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '_' || c == '-'
}
