package dialect

import "strings"

// signatures are how files of a type begin in base64.
var signatures = [...]struct{ begin, mime string }{
	{"iVBORw0KGgo", "image/png"},
	{"/9j/", "image/jpeg"},
	{"R0lGOD", "image/gif"},
	{"UklGR", "image/webp"}, // and sounds that are RIFF files too
	{"JVBERi0", "application/pdf"},
}

// MIMEOf tells the type of base64 data by how it begins; empty when not known.
func MIMEOf(data string) string {
	for i := range signatures {
		if strings.HasPrefix(data, signatures[i].begin) {
			return signatures[i].mime
		}
	}
	return ""
}
