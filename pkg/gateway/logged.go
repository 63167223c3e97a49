package gateway

import "strings"

// keepHeaders adds the caller's headers that are kept with each call to its metadata.
func (c *Call) keepHeaders(names []string) {
	if c.Client == nil || c.unplugged {
		return
	}
	for _, name := range names {
		if v := c.Client.Header(name); v != "" {
			c.tag(name, v)
		}
	}
}

// tag adds a pair to the call's metadata, where commas stand between pairs.
func (c *Call) tag(name, value string) {
	pair := name + "=" + strings.ReplaceAll(value, ",", " ")
	if c.Metadata == "" {
		c.Metadata = pair
		return
	}
	c.Metadata += "," + pair
}
