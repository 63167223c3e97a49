//go:build !wasip1

package guest

// Settings returns what the plugin's configuration has as settings, a JSON value. Outside
// of the gateway there are none.
func Settings() []byte { return nil }

// Log writes a line to the gateway's log.
func Log(string) {}

func fetch([]byte) []byte { return nil }
