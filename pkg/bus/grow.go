package bus

import (
	"cmp"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
)

// grow returns have with all that want has more of.
func grow(have, want jetstream.StreamConfig) jetstream.StreamConfig {
	out := have
	for _, subject := range want.Subjects {
		if !slices.Contains(out.Subjects, subject) {
			out.Subjects = append(slices.Clone(out.Subjects), subject)
		}
	}
	out.Replicas = max(have.Replicas, want.Replicas)
	out.MaxMsgs = larger(have.MaxMsgs, want.MaxMsgs)
	out.MaxBytes = larger(have.MaxBytes, want.MaxBytes)
	out.MaxAge = larger(have.MaxAge, want.MaxAge)
	out.MaxMsgSize = larger(have.MaxMsgSize, want.MaxMsgSize)
	out.MaxMsgsPerSubject = larger(have.MaxMsgsPerSubject, want.MaxMsgsPerSubject)
	out.MaxConsumers = larger(have.MaxConsumers, want.MaxConsumers)
	out.Duplicates = max(have.Duplicates, want.Duplicates)
	out.SubjectDeleteMarkerTTL = max(have.SubjectDeleteMarkerTTL, want.SubjectDeleteMarkerTTL)
	out.AllowMsgTTL = have.AllowMsgTTL || want.AllowMsgTTL
	out.AllowDirect = have.AllowDirect && want.AllowDirect // what is to be read exactly stays so
	out.AllowRollup = have.AllowRollup || want.AllowRollup
	out.DenyDelete = have.DenyDelete || want.DenyDelete
	out.DenyPurge = have.DenyPurge || want.DenyPurge
	out.RePublish = cmp.Or(have.RePublish, want.RePublish)
	return out
}

// growConsumer does the same for a consumer.
func growConsumer(have, want jetstream.ConsumerConfig) jetstream.ConsumerConfig {
	out := have
	out.AckWait = max(have.AckWait, want.AckWait)
	out.MaxDeliver = larger(have.MaxDeliver, want.MaxDeliver)
	out.MaxAckPending = larger(have.MaxAckPending, want.MaxAckPending)
	out.MaxWaiting = max(have.MaxWaiting, want.MaxWaiting)
	return out
}

// larger is the larger of two limits, of which one that is not positive is none.
func larger[T ~int | ~int32 | ~int64](a, b T) T {
	if a <= 0 || b <= 0 {
		return min(a, b)
	}
	return max(a, b)
}
