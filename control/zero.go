package control

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// limitMembers are those of which the configuration takes a 0 for no limit. Of somebody
// who sends it, it may have been meant as the opposite.
var limitMembers = []string{"max_limit", "request_max_limit", "token_max_limit"}

// refuseZeros refuses limits of 0 anywhere in a body.
func refuseZeros(body map[string]json.RawMessage, place string) error {
	var found []Detail
	for _, name := range slices.Sorted(maps.Keys(body)) {
		var value any
		if json.Unmarshal(body[name], &value) == nil {
			found = append(found, zeros(value, name, place+"."+name)...)
		}
	}
	if found == nil {
		return nil
	}
	return refuse(http.StatusUnprocessableEntity, "invalid_request", "The request is not valid.", found...)
}

func zeros(value any, name, path string) (found []Detail) {
	switch value := value.(type) {
	case float64:
		if value == 0 && slices.Contains(limitMembers, name) {
			return []Detail{{path, "must be more than 0; null removes the limit"}}
		}
	case map[string]any:
		for _, member := range slices.Sorted(maps.Keys(value)) {
			found = append(found, zeros(value[member], member, path+"."+member)...)
		}
	case []any:
		for i, e := range value {
			found = append(found, zeros(e, "", path+"["+strconv.Itoa(i)+"]")...)
		}
	}
	return found
}
