package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// MaxBodyBytes is the size of the largest body: a message of the bus holds it.
const MaxBodyBytes = 512 << 10

// maxIDBytes bounds an id, which is a header's value and a part of a subject.
const maxIDBytes = 128

// purpose is what the key is derived for that seals deliveries in the stream.
const purpose = "webhook/delivery"

// delivery is one body on its way to one address. In the stream it is a line of JSON
// and then the body as it is, sealed for its subject.
type delivery struct {
	URL string `json:"url"`
	ID  string `json:"id"`

	body []byte
}

func (d delivery) check() error {
	switch {
	case d.ID == "" || len(d.ID) > maxIDBytes:
		return fmt.Errorf("an id has 1 to %d characters", maxIDBytes)
	case len(d.body) > MaxBodyBytes:
		return fmt.Errorf("the body has %d bytes, more than %d", len(d.body), MaxBodyBytes)
	}
	for _, c := range []byte(d.ID) {
		if c <= ' ' || c >= 0x7f || c == '.' { // a dot separates the parts that are signed
			return errors.New("an id is of visible ASCII characters without dots")
		}
	}
	return nil
}

func (d delivery) seal(key secret.Key) ([]byte, error) {
	head, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	text := append(append(head, '\n'), d.body...)
	return key.Seal(text, bus.WebhookSend.At(d.ID)), nil
}

// open reads what seal has made for a subject.
func open(key secret.Key, subject string, sealed []byte) (delivery, error) {
	var d delivery
	text, err := key.Open(sealed, subject)
	if err != nil {
		return d, err
	}
	head, body, ok := bytes.Cut(text, []byte{'\n'})
	if !ok {
		return d, errors.New("no head")
	}
	if err := json.Unmarshal(head, &d); err != nil {
		return d, err
	}
	d.body = body
	return d, d.check()
}
