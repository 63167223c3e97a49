package config

import (
	"fmt"
	"log/slog"
	"strconv"
)

// Secret is a string that must not be shown: a provider's key, a password, a
// header's value. However it is printed, logged or marshalled, only its last
// four bytes are seen, and of a short one none. Reveal gives the value.
type Secret string

// Reveal returns the value. Call it where the value is sent, nowhere else.
func (s Secret) Reveal() string { return string(s) }

// shortSecret is the length below which even four bytes would say too much.
const shortSecret = 12

// String returns the redacted form; for an empty Secret, nothing.
func (s Secret) String() string {
	switch {
	case s == "":
		return ""
	case len(s) < shortSecret:
		return "****"
	default:
		return "****" + string(s[len(s)-4:])
	}
}

// GoString redacts %#v of a struct that holds a Secret.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// Format redacts every verb, also those that would print a string's bytes.
func (s Secret) Format(f fmt.State, verb rune) {
	out := s.String()
	if verb == 'q' || (verb == 'v' && f.Flag('#')) {
		out = s.GoString()
	}
	// A fmt.State keeps its own errors.
	_, _ = f.Write([]byte(out))
}

// LogValue redacts a logged attribute.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText redacts in JSON, YAML and every other encoding.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
