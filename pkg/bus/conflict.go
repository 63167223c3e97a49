package bus

import (
	"errors"

	"github.com/nats-io/nats.go/jetstream"
)

// IsConflict says whether a write to a bucket or stream has failed because of another
// one: the key is there already, or has changed since it was read.
func IsConflict(err error) bool {
	var wrong *jetstream.APIError
	return errors.Is(err, jetstream.ErrKeyExists) || errors.As(err, &wrong) && wrong.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}
