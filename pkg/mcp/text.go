package mcp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// descriptionMax bounds what a server says of a tool.
const descriptionMax = 4 << 10

// described is a server's description of a tool as a model gets it: bounded, without
// characters that nobody sees, and with whose words it is.
func described(client, text string) string {
	text = strings.TrimSpace(visible(text))
	if text == "" {
		return "Tool of the MCP server " + client + "."
	}
	return "Tool of the MCP server " + client + ", in the server's own words: " + bounded(text, descriptionMax)
}

// visible leaves out what is not shown: control characters, marks of direction, tags.
// Instructions are hidden in them that a person who approves a tool does not see.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == utf8.RuneError:
			return -1
		case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef: // variation selectors
			return -1
		}
		return r
	}, text)
}

// bounded cuts a text at a whole character.
func bounded(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
