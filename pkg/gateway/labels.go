package gateway

import (
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// callerLabels are the labels of metrics whose values callers send: for each, the
// header fields that may bring it, the first that is there counts. nil for none.
type callerLabels [][]string

func callerLabelsOf(names []string) callerLabels {
	var labels callerLabels
	for _, name := range names {
		var headers []string
		for _, prefix := range []string{"x-asbru-prom-", "x-bf-prom-"} {
			headers = append(headers, prefix+strings.ReplaceAll(name, "_", "-"), prefix+name)
		}
		labels = append(labels, slices.Compact(headers))
	}
	return labels
}

// maxLabelBytes bounds a value, so that no caller can fill memory with one.
const maxLabelBytes = 64

// of returns the values that a caller sent, as a series has them.
func (l callerLabels) of(caller Client) string {
	var values strings.Builder
	for _, headers := range l {
		values.WriteString(labelValue(firstHeader(caller, headers)))
		values.WriteString(telemetry.ExtraEnd)
	}
	return values.String()
}

func firstHeader(caller Client, names []string) string {
	if caller == nil {
		return ""
	}
	for _, name := range names {
		if value := caller.Header(name); value != "" {
			return value
		}
	}
	return ""
}

// labelValue makes a header's value fit for a label.
func labelValue(s string) string {
	s = s[:min(len(s), maxLabelBytes)]
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), telemetry.ExtraEnd, "")
}
