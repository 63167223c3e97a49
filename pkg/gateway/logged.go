package gateway

import "strings"

// keepHeaders adds the caller's headers that are kept with each call to its metadata, where
// commas stand between pairs.
func (c *Call) keepHeaders(names []string) {
	if c.Client == nil || c.unplugged {
		return
	}
	var kept strings.Builder
	kept.WriteString(c.Metadata)
	for _, name := range names {
		v := c.Client.Header(name)
		if v == "" {
			continue
		}
		if kept.Len() > 0 {
			kept.WriteByte(',')
		}
		kept.WriteString(name + "=" + strings.ReplaceAll(v, ",", " "))
	}
	c.Metadata = kept.String()
}
