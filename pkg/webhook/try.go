package webhook

import (
	"context"
	"errors"

	"github.com/asbru-gateway/asbru/pkg/egress"
)

// Try posts a body once, now, signed and by the rules of every delivery, and tells why
// the receiver does not have it. Nothing is queued.
func (s *Sender) Try(ctx context.Context, url, id string, body []byte) error {
	in := s.o.Settings()
	if in == nil {
		return errUnknown
	}
	d := delivery{URL: url, ID: id, body: body}
	if err := d.check(); err != nil {
		return err
	}
	if err := egress.CheckURL(url, in.AllowPrivate); err != nil {
		return err
	}
	switch r := s.attempt(ctx, d, s.signingKeys(in)); r.outcome {
	case delivered:
		return nil
	case interrupted:
		return ctx.Err()
	default:
		return errors.New(r.reason)
	}
}

// signingKeys are the configuration's key, or else the cluster's own, and while its
// secret is being exchanged the others: a receiver may know any one of them.
func (s *Sender) signingKeys(in *Settings) [][]byte {
	if len(in.Key) > 0 {
		return [][]byte{in.Key}
	}
	return s.derived
}
