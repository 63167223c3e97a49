package usage

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a caller gives along is bounded, since it is kept for every call.
const (
	maxMetadata      = 16
	maxMetadataName  = 64
	maxMetadataValue = 256
)

// parseMetadata reads k=v,…; it leaves out what is not of that form, or too much.
func parseMetadata(s string) map[string]string {
	pairs := map[string]string{}
	for part := range strings.SplitSeq(s, ",") {
		name, value, ok := strings.Cut(part, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" || len(name) > maxMetadataName || len(value) > maxMetadataValue || !isText(part) {
			continue
		}
		if pairs[name] = value; len(pairs) == maxMetadata {
			break
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	return pairs
}

// isText says whether a database can keep a text: not every one takes every byte.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
