package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// DeleteObject takes the object of a name out of its store. Nothing is left of it, and
// its room is free. One that is not there is no error.
func (l *Link) DeleteObject(ctx context.Context, s *ObjectStore, name string) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var info jetstream.ObjectInfo
	_, err := l.read(ctx, s.stream(), readRequest{Next: s.meta(name), Batch: 1}, func(m *nats.Msg) error {
		return json.Unmarshal(m.Data, &info)
	})
	if errors.Is(err, ErrNoObject) {
		return nil
	}
	for _, subject := range []string{s.meta(name), s.chunks(info.NUID)} {
		if err == nil {
			err = l.purge(ctx, s.stream(), subject)
		}
	}
	if err != nil {
		return fmt.Errorf("nats: delete %s from %s: %w", name, s.Name, err)
	}
	return nil
}

// purge takes the messages of a subject out of a stream.
func (l *Link) purge(ctx context.Context, stream, subject string) error {
	request, err := json.Marshal(map[string]string{"filter": subject})
	if err != nil {
		return err
	}
	m, err := l.NATS.RequestWithContext(ctx, "$JS.API.STREAM.PURGE."+stream, request)
	if err != nil {
		return err
	}
	var answer struct {
		Error *jetstream.APIError `json:"error"`
	}
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return err
	}
	if answer.Error != nil {
		return answer.Error
	}
	return nil
}
