package audit

import (
	"context"
	"fmt"
)

// Report is what became of looking at a chain.
type Report struct {
	Entries int64 // that are whole, from the first one on
	Head    Entry // the last of these; zero if there is none
	// Broken is the number of the first entry that is not as it was written, 0 if all are.
	Broken int64
	Reason string
}

// atOnce is how many entries are looked at in one go.
const atOnce = 1000

// Verify looks at a whole chain.
func Verify(ctx context.Context, l Log) (Report, error) {
	var r Report
	for {
		entries, err := l.After(ctx, r.Head.Seq, atOnce)
		if err != nil || len(entries) == 0 {
			return r, err
		}
		for i := range entries {
			if reason := fault(&r.Head, &entries[i]); reason != "" {
				r.Broken, r.Reason = r.Head.Seq+1, reason
				return r, nil
			}
			r.Head = entries[i]
			r.Entries++
		}
	}
}

// fault says what is wrong with an entry behind another.
func fault(last, e *Entry) string {
	switch {
	case e.Seq != last.Seq+1:
		return fmt.Sprintf("it is missing: the next entry is %d", e.Seq)
	case e.Previous != last.Hash:
		return "it does not follow the entry before"
	case e.Sum() != e.Hash:
		return "it was changed"
	}
	return ""
}
