package gateway

import (
	"unicode/utf8"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// countUnits adds what is charged for beside tokens to the usage of a relay that was
// answered: images by how many were asked for, speech by its characters. What was
// listened to is in seconds, which the provider says.
func (c *Call) countUnits() {
	u := &c.Usage
	switch c.Head.Op {
	case api.OpImageGeneration, api.OpImageEdit, api.OpImageVariation:
		n, _ := jsonx.Value(c.Body).Get("n").Int()
		u.Images = min(max(n, 1), mostImages)
	case api.OpSpeech:
		text, _ := jsonx.Value(c.Body).Get("input").Str()
		u.Units = int64(utf8.RuneCountInString(text))
	case api.OpVideo: // of those that are asked for in OpenAI's own form the provider tells
		m := c.exchange.media
		if m == nil || m.Video.Name != "" {
			return
		}
		u.Units = min(max(m.Seconds(), 0), mostSeconds)
	case api.OpTranscription, api.OpTranslation:
		u.Units = seconds(c.Relay.seen.value())
	default:
		return
	}
	u.Known = true
}

// mostSeconds bounds how long a video is that a caller asks for.
const mostSeconds = 3600

// mostImages bounds what a caller says that it asks for.
const mostImages = 100

// seconds reads the length of what was listened to.
func seconds(usage jsonx.Value) int64 {
	s, _ := usage.Get("seconds").Float()
	if !(s > 0 && s < mostCount) {
		return 0
	}
	return int64(s + 0.5)
}
