package control

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// usualOverlap is for how long a rotated key's old value works, where nobody says.
const usualOverlap = time.Hour

// maxOverlap bounds that: a value that was to go should go.
const maxOverlap = 366 * 24 * time.Hour

type rotateInput struct {
	KeyPath
	Waiting
	Body *struct {
		Overlap string `json:"overlap,omitempty" maxLength:"20" default:"1h" doc:"For how long the old value works, too: 0s, 30m, 1h, 1d, 1w." example:"1d"`
	} `required:"false"`
}

// rotateKey gives a key another value.
func (c *Control) rotateKey(ctx context.Context, in *rotateInput) (*rawOutput, error) {
	overlap := usualOverlap
	if in.Body != nil && in.Body.Overlap != "" {
		var err error
		if overlap, err = parseOverlap(in.Body.Overlap); err != nil {
			return nil, err
		}
	}
	value := c.o.Minter.Mint()
	r, err := c.o.Keys.Rotate(ctx, in.ID, value, overlap)
	if err != nil {
		return nil, c.explain("rotate the virtual key", err)
	}
	k := newVirtualKey{record: r, value: value}
	out, err := keyAnswer(r, "Virtual key rotated", k.shown())
	if err != nil {
		return nil, err
	}
	return out, in.forKey(ctx, c, r.Revision)
}

func parseOverlap(text string) (time.Duration, error) {
	if text == "0" || text == "0s" {
		return 0, nil
	}
	overlap, err := limits.ParsePeriod(text)
	if err != nil {
		return 0, invalid("body.overlap", err.Error())
	}
	if overlap > maxOverlap {
		return 0, invalid("body.overlap", "can be at most a year")
	}
	return overlap, nil
}
