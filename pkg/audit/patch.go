package audit

import (
	"encoding/json"
	"fmt"

	"github.com/wI2L/jsondiff"
)

// maxPatch bounds what an entry holds of a change.
const maxPatch = 64 << 10

// Patch returns the change of an object from before to after, each nil where there was
// or is none. Both must be such that they may be shown. The patch of a change that is too
// large says that alone.
func Patch(object string, before, after any) (Change, error) {
	from, err := asJSON(before)
	if err != nil {
		return Change{}, fmt.Errorf("write what was there: %w", err)
	}
	to, err := asJSON(after)
	if err != nil {
		return Change{}, fmt.Errorf("write what is there: %w", err)
	}
	operations, err := jsondiff.CompareJSON(from, to, jsondiff.Invertible())
	if err != nil {
		return Change{}, fmt.Errorf("compare: %w", err)
	}
	patch, err := json.Marshal(operations)
	switch {
	case err != nil:
		return Change{}, fmt.Errorf("write a patch: %w", err)
	case len(operations) == 0:
		patch = []byte("[]")
	case len(patch) > maxPatch:
		patch = []byte(`"too large to be kept"`)
	}
	return Change{object, patch}, nil
}

func asJSON(v any) (json.RawMessage, error) {
	if raw, ok := v.(json.RawMessage); ok && len(raw) > 0 {
		return raw, nil
	}
	return json.Marshal(v)
}
